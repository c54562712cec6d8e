/** When a PC has slept, by what the host tells and by what the clocks say; on clocks of our own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createPower } from '../../app/station/sleep/power.ts';

function makePc(options: { countsSleep?: boolean } = {}) {
  let monotonicMs = 0;
  let uptimeMs = 5000;
  let wallMs = Date.parse('2026-06-01T06:00:00Z');
  const timers = new Set<{ dueMs: number; fire: () => void }>();
  const happened: string[] = [];
  const power = createPower({
    bench: {
      halt: async ({ code }) => {
        happened.push(`halt ${code}`);
        return 3;
      },
      goOn: () => void happened.push('go on'),
    },
    ledger: {
      async audit({ entry, data }) {
        happened.push(`${entry} ${JSON.stringify(data)}`);
      },
    },
    clock: {
      now: () => new Date(wallMs),
      monotonicMs: () => monotonicMs,
      after(ms, fire) {
        const timer = { dueMs: monotonicMs + ms, fire };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
    },
    uptimeMs: () => uptimeMs,
    log: { warn() {}, error() {}, info() {} } as never,
    lookAnew: async (missedMs) => void happened.push(`look, missed ${missedMs}`),
  });
  const fireDue = () => {
    for (const timer of [...timers])
      if (timer.dueMs <= monotonicMs && timers.delete(timer)) {
        timer.fire();
      }
  };
  return {
    power,
    happened,
    timers,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 250) {
        monotonicMs += 250;
        uptimeMs += 250;
        wallMs += 250;
        fireDue();
      }
      await turn();
    },
    async sleep(ms: number) {
      uptimeMs += ms;
      wallMs += ms;
      if (options.countsSleep) monotonicMs += ms;
      fireDue();
      await turn();
    },
    setClock(ms: number) {
      wallMs += ms;
    },
  };
}

test('Linux, whose monotonic clock stands still in sleep: noticed at the next tick, with the time it missed', async () => {
  const pc = makePc();
  await pc.pass(60_000);
  assert.deepEqual(pc.happened, []);
  await pc.sleep(3_600_000);
  await pc.pass(1000);
  assert.deepEqual(pc.happened, [
    'halt station.suspended',
    'station.suspended {"told":false,"atWork":3}',
    'go on',
    'station.resumed {"told":false,"sleptMs":3601000}',
    'look, missed 3600000',
  ]);
  await pc.pass(60_000);
  assert.equal(pc.happened.length, 5, 'once');
});

test('Windows and macOS, whose monotonic clock counts sleep, and a process that was stopped: noticed by the late tick', async () => {
  const pc = makePc({ countsSleep: true });
  await pc.pass(5000);
  await pc.sleep(30_000);
  assert.deepEqual(pc.happened.slice(0, 2), ['halt station.suspended', 'station.suspended {"told":false,"atWork":3}']);
  assert.equal(pc.happened.at(-1), 'look, missed 0');
});

test('a clock that is set, and a machine that is busy for some seconds, are no sleep', async () => {
  const pc = makePc({ countsSleep: true });
  await pc.pass(5000);
  pc.setClock(3_600_000);
  await pc.pass(5000);
  pc.setClock(-7_200_000);
  await pc.pass(5000);
  await pc.sleep(8000);
  await pc.pass(5000);
  assert.deepEqual(pc.happened, []);
});

test('told: halted at once, gone on with at the resume; a resume nobody waits for changes nothing', async () => {
  const pc = makePc();
  await pc.power.resume();
  assert.deepEqual(pc.happened, []);
  const suspended = pc.power.suspend();
  assert.deepEqual(pc.happened, ['halt station.suspended'], 'before anything is waited for');
  await Promise.all([suspended, pc.power.suspend()]);
  await pc.sleep(7_000_000);
  await pc.power.resume();
  await pc.power.resume();
  assert.deepEqual(pc.happened.slice(1), [
    'station.suspended {"told":true,"atWork":3}',
    'go on',
    'station.resumed {"told":true,"sleptMs":7000000}',
    'look, missed 7000000',
  ]);
});

test('told, asleep, and nobody tells of the resume: the clocks do', async () => {
  const pc = makePc();
  await pc.power.suspend();
  await pc.sleep(60_000);
  await pc.pass(1000);
  assert.ok(pc.happened.includes('go on'));
  assert.equal(pc.happened.filter((what) => what.startsWith('halt')).length, 1);
});

test('told, but the PC stays awake: after half a minute the bench goes on', async () => {
  const pc = makePc();
  await pc.power.suspend();
  await pc.pass(29_000);
  assert.ok(!pc.happened.includes('go on'));
  await pc.pass(3000);
  assert.ok(pc.happened.includes('go on'));
});

test('asleep again before everything was looked at: nothing begins until the second resume', async () => {
  const pc = makePc();
  const first = pc.power.suspend();
  const resumed = pc.power.resume();
  await pc.power.suspend();
  await Promise.all([first, resumed]);
  assert.ok(!pc.happened.includes('go on'));
  await pc.power.resume();
  assert.equal(pc.happened.filter((what) => what === 'go on').length, 1);
});

test('closed: no timer is left, and a sleep is no longer noticed', async () => {
  const pc = makePc();
  await pc.power.close();
  assert.equal(pc.timers.size, 0);
  await pc.sleep(60_000);
  assert.deepEqual(pc.happened, []);
});
