/** One question on a line whose device is not known: each way in which it ends, and that it leaves nothing behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../app/contract/clock.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { plainLine } from '../../app/device/declare.ts';
import { probe } from '../../app/device/probe.ts';
import { isError } from './support.ts';

function ask(signal?: AbortSignal, write: ByteChannel['write'] = async () => {}) {
  const data = new Set<(bytes: Uint8Array) => void>();
  const closing = new Set<() => void>();
  const timers = new Map<() => void, number>();
  const written: string[] = [];
  const clock: Clock = {
    now: () => new Date(0),
    monotonicMs: () => 0,
    after(ms, fire) {
      timers.set(fire, ms);
      return () => timers.delete(fire);
    },
  };
  const channel: ByteChannel = {
    write(bytes) {
      written.push(Buffer.from(bytes).toString());
      return write(bytes);
    },
    onData(listener) {
      data.add(listener);
      return () => data.delete(listener);
    },
    onClose(listener) {
      closing.add(listener);
      return () => closing.delete(listener);
    },
    close: async () => {},
  };
  const line = { ...plainLine, baud: 10_000, terminator: 'cr', pieceBytes: 64, gapMs: 0 } as const;
  const options = { clock, line, ...(signal ? { signal } : {}) };
  const found = probe(channel, Buffer.from('AT\r'), (line) => /^O+K$/.test(line), 500, options);
  return {
    ...{ found, written },
    say: (text: string) => [...data].map((listener) => listener(Buffer.from(text))),
    unplug: () => [...closing].map((listener) => listener()),
    fire: () => [...timers.keys()].map((fire) => fire()),
    limits: () => [...timers.values()],
    left: () => data.size + closing.size + timers.size,
  };
}

test('yes, as soon as an accepted line came; other lines are waited past', async () => {
  const { found, written, say, limits, left } = ask();
  assert.deepEqual([written, limits()], [['AT\r'], [500 + 2 * 3]]);
  say('boot\r\nNO\r\nO');
  assert.equal(left(), 3, 'it still listens');
  say('K\r\n');
  assert.equal(await found, true);
  assert.equal(left(), 0);
});

test('no, when none came in time; a piece of a line that is too long is none', async () => {
  const { found, say, fire, left } = ask();
  say(`${'x'.repeat(1024)}OK\r\n`);
  fire();
  assert.equal(await found, false);
  assert.equal(left(), 0);
});

test('a port that closes, a write that fails and a signal each end it with their code', async () => {
  const lost = ask();
  lost.unplug();
  await assert.rejects(lost.found, isError('link.lost'));
  const stop = new AbortController();
  const stopped = ask(stop.signal);
  stop.abort();
  await assert.rejects(stopped.found, isError('call.cancelled'));
  const broken = ask(undefined, () => Promise.reject(new Error('EIO')));
  await assert.rejects(broken.found, /EIO/);
  const never = ask(AbortSignal.abort());
  await assert.rejects(never.found, isError('call.cancelled'));
  assert.deepEqual(never.written, []);
  for (const { left } of [lost, stopped, broken, never]) assert.equal(left(), 0);
});
