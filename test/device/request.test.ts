import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { DriverOptions } from '../../app/device/driver.ts';
import { encodeFrame, parseFrame } from '../../app/device/drivers/agent/frame.ts';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { openRequests } from '../../app/device/drivers/agent/requests.ts';
import { paced } from '../../app/device/pace.ts';
import { createJumpingClock, isError } from './support.ts';

type OnLine = (line: string, say: (text: string) => void) => void;

/** A device that is a function: what it says to each line. `onWhole` is called at once. */
function createScripted(onLine: OnLine, onWhole: (line: string) => void = () => {}) {
  let held = '';
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const closers = new Set<() => void>();
  const lines: string[] = [];
  const say = (text: string) => {
    for (const listener of listeners) listener(Buffer.from(text, 'latin1'));
  };
  const channel: ByteChannel = {
    async write(bytes) {
      held += Buffer.from(bytes).toString('latin1');
      // A long line may come in pieces.
      if (!held.endsWith('\n')) return;
      const line = held.trimEnd();
      held = '';
      lines.push(line);
      onWhole(line);
      queueMicrotask(() => onLine(line, say));
    },
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    async close() {
      for (const closer of closers) closer();
      closers.clear();
    },
  };
  return { channel, lines, say };
}

const ok = (line: string, fields = '') => {
  const frame = parseFrame('>', line);
  assert.ok(frame && frame !== 'damaged', line);
  return encodeFrame('<', { seq: frame.seq, body: `ok${fields}` });
};

/** Its pieces are long, so that each write of the scripted channel is a whole line. */
const line = { ...agentDriver.line, pieceBytes: 65_536 };

const open = (
  scripted: { channel: ByteChannel },
  { clock = createJumpingClock(), ...options }: Partial<DriverOptions> = {},
) => openRequests(paced(scripted.channel, line, clock), { ...options, clock, line });

test('silence is a timeout, after eight attempts with the same line', async () => {
  const clock = createJumpingClock();
  const scripted = createScripted(() => {});
  await assert.rejects(open(scripted, { clock }).exchange([['hello']], 256), isError('link.timeout'));
  assert.equal(scripted.lines.length, 8);
  assert.equal(new Set(scripted.lines).size, 1);
  assert.ok(clock.monotonicMs() > 3000 && clock.monotonicMs() < 6000, `${clock.monotonicMs()} ms`);
});

test('damaged answers are garble, told without waiting for time limits', async () => {
  const clock = createJumpingClock();
  const scripted = createScripted((line, say) => say(ok(line).replace('ok', 'og')));
  await assert.rejects(open(scripted, { clock }).exchange([['hello']], 256), isError('link.garbled'));
  assert.equal(scripted.lines.length, 8);
  assert.ok(clock.monotonicMs() < 500);
});

test('a device that cannot read us is garble, too', async () => {
  const scripted = createScripted((_, say) => say(encodeFrame('<', { seq: 0, body: 'err line' })));
  await assert.rejects(open(scripted).exchange([['hello']], 256), isError('link.garbled'));
});

test('endless log is a flood; log up to then is told', async () => {
  const logs: string[] = [];
  const scripted = createScripted((_, say) => {
    for (let count = 0; count < 400; count += 1) say(`${'z'.repeat(99)}\n`);
  });
  await assert.rejects(
    open(scripted, { onLog: (line) => logs.push(line) }).exchange([['hello']], 256),
    isError('link.flooded'),
  );
  assert.ok(logs.length > 300 && logs.length < 400);
});

test('a flood without line ends is a flood, and memory stays bounded', async () => {
  const logs: string[] = [];
  const scripted = createScripted((_, say) => say('z'.repeat(50_000)));
  await assert.rejects(
    open(scripted, { onLog: (line) => logs.push(line) }).exchange([['hello']], 256),
    isError('link.flooded'),
  );
  assert.ok(logs.every((line) => line.length <= 1024));
});

test('a closed channel is lost at once, now and later', async () => {
  const clock = createJumpingClock();
  const scripted = createScripted(() => void scripted.channel.close());
  const requests = open(scripted, { clock });
  await assert.rejects(requests.exchange([['hello']], 256), isError('link.lost'));
  await assert.rejects(requests.exchange([['hello']], 256), isError('link.lost'));
  assert.equal(clock.monotonicMs(), 0);
});

test('a signal cancels at once', async () => {
  const stop = new AbortController();
  const scripted = createScripted(() => stop.abort());
  const requests = open(scripted, { signal: stop.signal });
  await assert.rejects(requests.exchange([['hello']], 256), isError('call.cancelled'));
  await assert.rejects(requests.exchange([['hello']], 256), isError('call.cancelled'));
});

test('`wait` holds the time limit, and only as long as it says', async () => {
  const clock = createJumpingClock();
  const scripted = createScripted((line, say) => {
    const wait = ok(line).slice(1, 5);
    if (scripted.lines.length > 1) return;
    say(encodeFrame('<', { seq: Number.parseInt(wait, 16), body: 'wait 5000' }));
    clock.after(4900, () => say(ok(line, ' created=1 ms=4900')));
  });
  const requests = open(scripted, { clock });
  const [answer] = await requests.exchange([['key', 'P-256']], 256);
  assert.equal(answer?.values.created, '1');
  assert.equal(scripted.lines.length, 1, 'nothing was repeated meanwhile');
  assert.equal(requests.tally().deviceMs, 4900);
  const before = clock.monotonicMs();
  await assert.rejects(requests.exchange([['key', 'P-256']], 256), isError('link.timeout'));
  assert.ok(clock.monotonicMs() - before < 6000, 'the next request has the usual limit');
});

test('a device that says `wait` for ever is a timeout all the same', async () => {
  const clock = createJumpingClock();
  const scripted = createScripted((line, say) => {
    const seq = Number.parseInt(line.slice(1, 5), 16);
    const again = () => {
      say(encodeFrame('<', { seq, body: 'wait 9999999' }));
      if (clock.monotonicMs() < 600_000) clock.after(1000, again);
    };
    again();
  });
  await assert.rejects(open(scripted, { clock }).exchange([['key', 'P-256']], 256), isError('link.timeout'));
  assert.ok(clock.monotonicMs() < 120_000, `${clock.monotonicMs()} ms`);
});

test('answers to other numbers are ignored, and log between the answers is no answer', async () => {
  const scripted = createScripted((line, say) => {
    const frame = parseFrame('>', line);
    assert.ok(frame && frame !== 'damaged');
    say(encodeFrame('<', { seq: (frame.seq % 0xffff) + 1, body: 'ok stale=1' }));
    say('<ok> OK\r\nok\n');
    say(`prompt$ ${ok(line, ' fresh=1')}`);
    say(ok(line, ' twice=1'));
  });
  const requests = open(scripted);
  const [first] = await requests.exchange([['hello']], 256);
  assert.deepEqual(first?.values, { fresh: '1' });
  const [second] = await requests.exchange([['hello']], 256);
  assert.deepEqual(second?.values, { fresh: '1' });
});

test('the window is used to its last byte, and not beyond', async () => {
  const commands = [
    ['data', 'one'],
    ['data', 'three'],
  ];
  const sentAtFirst = async (window: number) => {
    let first = 0;
    const scripted = createScripted((line, say) => {
      first ||= scripted.lines.length;
      say(ok(line));
    });
    await open(scripted).exchange(commands, window);
    // Each line ends with a newline, which `lines` leaves out.
    const bytes = scripted.lines.reduce((sum, line) => sum + line.length + 1, 0);
    return { first, bytes };
  };
  const { bytes } = await sentAtFirst(1024);
  assert.equal((await sentAtFirst(bytes)).first, 2);
  assert.equal((await sentAtFirst(bytes - 1)).first, 1);
});

test('never more than the window is unanswered, the order holds, and lost lines are repeated', async () => {
  const commands = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      commands,
      fc.integer({ min: 256, max: 1024 }),
      fc.array(fc.boolean(), { maxLength: 30 }),
      async (sizes, window, losses) => {
        let unanswered = 0;
        const seen = new Set<string>();
        const answer: OnLine = (line, say) => {
          if (losses.pop()) return;
          unanswered -= seen.delete(line) ? line.length + 1 : 0;
          say(ok(line, ` ${parseBody(line)}`));
        };
        const scripted = createScripted(answer, (line) => {
          if (!seen.has(line)) unanswered += line.length + 1;
          seen.add(line);
          assert.ok(unanswered <= window, `${unanswered} of ${window}`);
        });
        const all = sizes.map((size, index) => ['data', `${index}/${'x'.repeat(size)}`]);
        const outcome = await open(scripted)
          .exchange(all, window)
          .catch((error: unknown) => error);
        if (outcome instanceof StationError) assert.equal(outcome.code, 'link.timeout');
        else
          assert.deepEqual(
            (outcome as { fields: string[] }[]).map((answer) => answer.fields[0]),
            all.map((command) => command[1]),
          );
      },
    ),
    { numRuns: 60 },
  );
});

const parseBody = (line: string): string => {
  const frame = parseFrame('>', line);
  return frame && frame !== 'damaged' ? (frame.body.split(' ')[1] ?? '') : '';
};
