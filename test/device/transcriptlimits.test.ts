/** How much a transcript keeps, to the byte: of an attempt, of a line, of what was left out, and of what is read back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { createRecorder, readTranscript } from '../../app/device/transcript.ts';
import { createSilentLine } from './silentline.ts';

function begin(limit?: number) {
  const silent = createSilentLine();
  const recorder = createRecorder(silent.clock, limit);
  const channel = recorder.record(silent.channel);
  const wait = (ms: number) => new Promise<void>((resolve) => void silent.clock.after(ms, resolve));
  const lines = async () => readTranscript((await recorder.finish([])).data);
  return { ...silent, recorder, channel, wait, lines };
}

test('an attempt is kept whole up to 256 KiB; of one byte more its middle is missing, told in whole KiB', async () => {
  const whole = begin();
  whole.say('x'.repeat(262_144));
  const { bytes, truncated } = await whole.recorder.finish([]);
  assert.deepEqual([bytes, truncated], [262_144, false]);
  assert.ok((await whole.lines()).every(({ leftOut }) => leftOut === undefined));
  for (const [more, told] of [
    [1, 1024],
    [1024, 1024],
    [1025, 2048],
  ] as const) {
    const { say, recorder, lines } = begin();
    // Short lines: the beginning of what comes after a gap is not kept, for it may be the rest of a secret.
    say('12345678901234\r\n'.repeat(16_384));
    say('y'.repeat(more));
    assert.equal((await recorder.finish([])).truncated, true);
    assert.deepEqual(
      (await lines()).flatMap(({ leftOut }) => leftOut ?? []),
      [told],
    );
  }
});

test('a line is cut at 4096 characters, and where its sender paused for more than 50 ms', async () => {
  const { say, wait, lines } = begin();
  say('a'.repeat(4000));
  await wait(10);
  say('a'.repeat(96));
  await wait(10);
  say('b');
  await wait(50);
  say('c');
  await wait(51);
  say('d\n');
  assert.deepEqual(
    (await lines()).map(({ ms, text }) => [ms, text.length, text[0]]),
    [
      [0, 4096, 'a'],
      [20, 2, 'b'],
      [121, 3, 'd'],
    ],
  );
});

test('what comes after the end of the conversation is none of it', async () => {
  const closed = begin();
  closed.say('before\n');
  await closed.channel.close();
  closed.say('after\n');
  assert.deepEqual(await closed.lines(), [{ ms: 0, dir: 'in', text: 'before\\n' }]);
  const pulled = begin();
  await pulled.wait(7);
  pulled.pull();
  pulled.say('after\n');
  await pulled.wait(7);
  pulled.pull();
  assert.deepEqual(await pulled.lines(), [{ ms: 7, dir: 'in', text: '', lost: true }]);
  assert.equal(pulled.left().data, 0);
});

test('a kept transcript that would fill the memory is not read', async () => {
  const text = Buffer.alloc(64 * 1024 * 1024 + 1, ' ');
  text.write('{"version":1,"lines":[[5,1,"AT"]]}');
  await assert.rejects(readTranscript(deflateSync(text, { level: 1 })), { code: 'ERR_BUFFER_TOO_LARGE' });
  const small = deflateSync(text.subarray(0, 100));
  assert.deepEqual(await readTranscript(small), [{ ms: 5, dir: 'out', text: 'AT' }]);
});
