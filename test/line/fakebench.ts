/**
 * A bench whose ports, clock, records and devices do what the test says, at the moment it says so: for what happens
 * between two events, which a simulated line is too quick to show.
 */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../app/contract/clock.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { BenchSnapshot, SlotConfig, UnitReading } from '../../app/contract/model.ts';
import type { ShiftCalendar } from '../../app/contract/shifts.ts';
import type { ByteChannel, PortInfo, Ports } from '../../app/device/channel.ts';
import { plainLine } from '../../app/device/declare.ts';
import type { Device, DeviceIdentity, Driver, DriverOptions } from '../../app/device/driver.ts';
import { createBench } from '../../app/line/bench.ts';
import type { Interlock } from '../../app/line/interlocks.ts';
import type { Recipe } from '../../app/line/recipe.ts';
import type { LineTools } from '../../app/line/unit.ts';

const calendar: ShiftCalendar = {
  zone: null,
  shifts: [{ name: 'Day', starts: '00:00', days: [1, 2, 3, 4, 5, 6, 7] }],
};

/** Time stands still until the test moves it; timers fire in the order in which they are due. */
export function stillClock(start = new Date(2026, 10, 21, 8)) {
  let ms = 0;
  const timers: { dueMs: number; fire: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date(start.getTime() + ms),
    monotonicMs: () => ms,
    after(forMs, fire) {
      const timer = { dueMs: ms + forMs, fire };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const advance = (byMs: number) => {
    const end = ms + byMs;
    for (;;) {
      const [next] = timers.filter(({ dueMs }) => dueMs <= end).sort((one, other) => one.dueMs - other.dueMs);
      if (!next) break;
      timers.splice(timers.indexOf(next), 1);
      ms = Math.max(ms, next.dueMs);
      next.fire();
    }
    ms = end;
  };
  return { clock, advance, waiting: () => timers.length };
}

export function fakePorts() {
  const plugged = new Set<string>();
  const watchers = new Map<string, Set<(present: boolean) => void>>();
  const infos: PortInfo[] = [];
  const channel = (): ByteChannel => ({
    write: async () => {},
    onData: () => () => {},
    onClose: () => () => {},
    close: async () => {},
  });
  const opened: string[] = [];
  const ports: Ports = {
    list: async () => infos,
    async open(path) {
      opened.push(path);
      return Object.assign(channel(), { path });
    },
    watch(path, listener) {
      const all = watchers.get(path) ?? new Set();
      watchers.set(path, all.add(listener));
      listener(plugged.has(path));
      return () => void all.delete(listener);
    },
  };
  const tell = (path: string) => {
    for (const listener of watchers.get(path) ?? []) listener(plugged.has(path));
  };
  return {
    ports,
    opened,
    infos,
    plug(path: string) {
      plugged.add(path);
      tell(path);
    },
    unplug(path: string) {
      plugged.delete(path);
      tell(path);
    },
    /** The system looks again and finds nothing changed. */
    tell,
    watched: () => [...watchers.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

const identity: DeviceIdentity = {
  ...{ protocol: '1', model: 'BM-1', hardwareRevision: 'A', firmware: '1.0', hardwareId: 'ab' },
  ...{ keyTypes: ['P-256'], hasKey: false, hasCertificate: false, sealed: false, callsHome: false },
};

type Waiting = { resolve: (found: DeviceIdentity) => void; reject: (thrown: unknown) => void };

/** Devices that answer `identify` when the test says so, and do nothing else. */
function fakeDriver() {
  const waiting: Waiting[] = [];
  const connect = (_: ByteChannel, { signal, onUnderstood }: DriverOptions): Partial<Device> => ({
    identify: () =>
      new Promise((resolve, reject) => {
        // What fails is not the line, which would be judged first.
        onUnderstood?.();
        const one = { resolve, reject };
        waiting.push(one);
        const stopped = () => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(new StationError('call.cancelled', 'stopped'));
        };
        if (signal?.aborted) stopped();
        signal?.addEventListener('abort', stopped);
      }),
    tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
    close: async () => {},
  });
  const line = { ...plainLine, terminator: 'crlf', pieceBytes: 64, gapMs: 0 } as const;
  const facts = { name: 'fake', settings: {}, line, terminators: ['crlf'], traits: { longestSerial: 64 } };
  const driver = { ...facts, connect } as unknown as Driver;
  return { driver, waiting };
}

/** A promise that the test resolves. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const portOf = (slotId: number) => `port-${slotId}`;
export const slotConfigs = (count: number): SlotConfig[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ slotId: index + 1, name: `Slot ${index + 1}`, port: portOf(index + 1), driver: `driver-${index + 1}` },
  }));

type Order = { orderId: string; model: string; quantity: number; passed: number; issued: number };
const order: Order = { orderId: 'WO-1', model: 'BM-1', quantity: 100, passed: 3, issued: 4 };

type Call = { what: string; of: unknown };

export function fakeBench({ slots = 1, plugged = [] as number[] } = {}) {
  const time = stillClock();
  const { clock } = time;
  const line = fakePorts();
  for (const slotId of plugged) line.plug(portOf(slotId));
  const { driver, waiting } = fakeDriver();
  /** What the station and its records say; a test changes it. */
  const facts = {
    order: order as Order | undefined,
    passed: 3,
    errorsInARow: 0,
    goldenPassedAt: null as string | null,
    signedIn: true,
    found: [] as Interlock[],
    recipe: {} as Partial<Recipe>,
  };
  /** What the bench asked for and told, in order. */
  const calls: Call[] = [];
  /** Awaited at each act of that name: a test may hold it, or make it fail. */
  const on: Record<string, () => unknown> = {};
  const act = async <T>(what: string, of: unknown, result: () => T): Promise<T> => {
    calls.push({ what, of });
    await on[what]?.();
    return result();
  };
  let attempts = 0;
  const ledger = {
    counters: (since: string) => act('counters', since, () => ({ ...noFigures, since, passed: facts.passed })),
    activeOrder: () => act('activeOrder', {}, () => facts.order),
    errorsInARow: () => act('errorsInARow', {}, () => facts.errorsInARow),
    goldenPassedAt: (unitSerial: string) => act('goldenPassedAt', unitSerial, () => facts.goldenPassedAt),
    standing: (unitSerial: string) => act('standing', unitSerial, () => ({})),
    startAttempt: (of: object) => act('startAttempt', of, () => ({ attempt: ++attempts, standing: {} })),
    recordDevice: (of: object) => act('recordDevice', of, () => {}),
    endAttempt: (of: object) => act('endAttempt', of, () => {}),
  };
  const recipeFor = async (orderId: string, slot: SlotConfig): Promise<Recipe> =>
    act('recipeFor', { orderId, slotId: slot.slotId }, () => ({
      ...{ mark: { name: `for-${slot.driver}`, version: 1, hash: 'ab' }, model: '*', driver: 'fake', settings: {} },
      ...{ profile: 'aws-iot-device', keyType: 'P-256', steps: ['identify'], rootCaDer: new Uint8Array() },
      ...{ config: { endpoint: '', thingName: '{unitSerial}' }, retries: 0, timeLimitMs: 60_000, usb: [] },
      ...{ continuous: false, goldenUnit: null, line: { recipe: {}, place: {} } },
      ...{ way: null, home: { topic: 'birthmark/{thingName}', patient: false }, ...facts.recipe },
    }));
  const tools = {
    ...{
      ledger,
      clock,
      recipeFor,
      driverNamed: () => driver,
      lookForSleep: () => {},
      handedTo: () => undefined,
      askPlant: async () => {},
      practice: true,
    },
    authority: () => ({ state: 'ready' }),
  } as unknown as LineTools;
  let told: Omit<BenchSnapshot, 'seq'> | undefined;
  let isMade = false;
  const readLabel = (text: string, chosen: boolean) =>
    act('readLabel', { text, chosen }, (): UnitReading => ({ kind: 'unit', unitSerial: text, lot: 'L' }));
  const note = (what: string) => (of?: unknown) => void calls.push({ what, of });
  const bench = createBench({
    ...{ tools, ports: line.ports, slots: slotConfigs(slots), readLabel },
    signedIn: () => facts.signedIn,
    shifts: () => calendar,
    interlocks: { now: () => facts.found, look: () => act('look', {}, () => {}) },
    onChange() {
      // A device that is plugged in already is told from within `createBench`.
      if (isMade) told = bench.snapshot();
    },
    onUnexpected: note('unexpected'),
    onLocked: note('locked'),
    onPassed: note('passed'),
    onLog: ({ slotId }, text) => note('log')({ slotId, text }),
  });

  isMade = true;

  /** Lets everything go on that waits for nothing outside. */
  const settle = async () => {
    for (let each = 0; each < 20; each += 1) await turn();
  };
  const until = async (fits: () => boolean) => {
    const giveUp = performance.now() + 5000;
    while (!fits()) {
      assert.ok(performance.now() < giveUp, 'it never happens');
      await turn();
    }
  };
  const slot = (slotId = 1) => {
    const found = bench.snapshot().slots.find((one) => one.slotId === slotId);
    assert.ok(found);
    return found;
  };
  const calledOf = (what: string) => calls.filter((call) => call.what === what).map(({ of }) => of);
  /** So many outcomes were given to the records, and what follows from the last one has happened. */
  const ended = async (count: number) => {
    await until(() => calledOf('endAttempt').length >= count);
    await settle();
  };
  const answer = async (give: (one: Waiting) => void) => {
    await until(() => waiting.length > 0);
    const before = calledOf('endAttempt').length;
    give(waiting.shift()!);
    await ended(before + 1);
  };
  return {
    ...{ bench, facts, on, time, line, settle, slot, calledOf, ended },
    /** What the screens were told last is how it stands. */
    assertTold: () => assert.deepEqual(told, bench.snapshot()),
    async open() {
      await bench.refresh();
      calls.length = 0;
    },
    scan: (text: string, of: { promptId?: string; chosen?: boolean } = {}, actor = 'ola') =>
      bench.scan(text, of, { actor, engineer: false }),
    /** The device that was asked first answers, and its unit passes. */
    pass: () => answer(({ resolve }) => resolve(identity)),
    fail: (code: ErrorCode) => answer(({ reject }) => reject(new StationError(code, `it failed: ${code}`))),
  };
}
export type FakeBench = ReturnType<typeof fakeBench>;

const noFigures = { failed: 0, errors: 0, firstPassYield: null, unitsPerHour: null, taktSeconds: null };
