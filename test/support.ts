import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../app/contract/clock.ts';
import type { SlotConfig } from '../app/contract/model.ts';
import { configStore, defaultOrder, initStation, readConfig } from '../app/station/index.ts';
import { systemClock } from '../main/clock.ts';
import { openLedger } from '../main/openstation.ts';

export const passphrase = 'a passphrase for tests only';

/** The real clock, moved at will; its timers fire when they are due by it. `set` moves the wall clock only. */
export function movableClock() {
  let aheadMs = 0;
  let wallMs = 0;
  type Timer = { dueMs: number; fire: () => void };
  const timers = new Set<Timer>();
  const clock: Clock = {
    now: () => new Date(Date.now() + aheadMs + wallMs),
    monotonicMs: () => performance.now() + aheadMs,
    after(ms, run) {
      let cancelReal = () => {};
      const drop = () => {
        timers.delete(timer);
        cancelReal();
      };
      const timer: Timer = {
        dueMs: clock.monotonicMs() + ms,
        fire() {
          if (!timers.has(timer)) return;
          drop();
          run();
        },
      };
      timers.add(timer);
      cancelReal = systemClock.after(ms, timer.fire);
      return drop;
    },
  };
  const advance = (ms: number) => {
    aheadMs += ms;
    for (const timer of [...timers]) if (timer.dueMs <= clock.monotonicMs()) timer.fire();
  };
  const set = (to: Date | string) => {
    wallMs = new Date(to).getTime() - Date.now() - aheadMs;
  };
  return { clock, advance, set };
}

/**
 * A fresh station in a folder of its own. Nobody is signed out for doing nothing, so that tests may move the clock;
 * `idle`: as a station begins.
 */
export async function makeStation(slots: SlotConfig[] = [], practice = false, { idle = false } = {}): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'birthmark-test-')), 'station');
  await initStation(
    dir,
    {
      name: 'Test station',
      organisation: 'Test',
      passphrase,
      practice,
      people: [
        { name: 'Ola', badge: 'OP-1', pin: '1111', role: 'operator' },
        { name: 'Erin', badge: 'EN-1', pin: '2222', role: 'engineer' },
      ],
      slots,
      cloud: null,
      device: { endpoint: 'devices.example' },
      order: defaultOrder,
      actor: 'test',
    },
    { clock: systemClock, openLedger },
  );
  if (!idle)
    await configStore(dir, await readConfig(dir)).save({ ...(await readConfig(dir)), session: { idleMinutes: 0 } });
  return dir;
}
