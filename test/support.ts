import { existsSync, rmSync } from 'node:fs';
import { cp, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../app/contract/clock.ts';
import type { SlotConfig } from '../app/contract/model.ts';
import { hashCheaply } from '../app/records/people/pins.ts';
import { configStore, defaultOrder, initStation, readConfig } from '../app/station/index.ts';
import { systemClock } from '../main/clock.ts';
import { initTools } from '../main/openstation.ts';

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

// What a PIN costs is tested in records/pins.test.ts, with the real cost.
hashCheaply();

/** What differs between the stations of a process; the rest is made once, and copied. */
const firstOf = new Map<boolean, Promise<string>>();
/** How many of its stations have a CA of their own. */
let owned = 0;

/**
 * A whole run has one first station of each name, which the process makes that needs it first. `own`: the station has a CA
 * that no other one of this process has. The third of one process may have that of the third of another.
 */
async function firstStation(practice: boolean, own = false): Promise<string> {
  const shared = process.env.BIRTHMARK_TEST_STATIONS;
  if (own) owned += 1;
  const known = shared && join(shared, `${practice ? 'practice' : 'real'}${own ? owned : ''}`);
  if (!known) return makeFirst(practice);
  if (existsSync(known)) return known;
  // Of two that are made at once one is used, and the other is left where it is.
  return rename(await makeFirst(practice), known).then(
    () => known,
    () => known,
  );
}

async function makeFirst(practice: boolean): Promise<string> {
  const parent = await mkdtemp(join(process.env.BIRTHMARK_TEST_STATIONS ?? tmpdir(), 'birthmark-first-'));
  process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
  const dir = join(parent, 'station');
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
      slots: [],
      cloud: null,
      device: { endpoint: 'devices.example' },
      order: defaultOrder,
      actor: 'test',
    },
    initTools,
  );
  return dir;
}

/**
 * A fresh station in a folder of its own. No person is signed out for doing nothing, so that tests may move the clock;
 * `idle`: as a station begins. All stations of a process, and of a whole run, have the same
 * CA and id, but for `own` ones.
 */
export async function makeStation(
  slots: SlotConfig[] = [],
  practice = false,
  { idle = false, own = false } = {},
): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'birthmark-test-')), 'station');
  const known = own ? undefined : firstOf.get(practice);
  const first = known ?? firstStation(practice, own);
  if (!own) firstOf.set(practice, first);
  await cp(await first, dir, { recursive: true });
  const config = await readConfig(dir);
  await configStore(dir, config).save({ ...config, slots, ...(idle ? {} : { session: { idleMinutes: 0 } }) });
  return dir;
}
