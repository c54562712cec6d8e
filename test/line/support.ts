import { randomInt } from 'node:crypto';
import type { BenchSnapshot, Slot, Station } from '../../app/contract/index.ts';
import { createClient } from '../../app/contract/index.ts';
import type { Ports } from '../../app/device/channel.ts';
import { createPracticeBench, type PracticeBench } from '../../app/practice/devices/index.ts';
import { paths, type StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { assertKnownEntries } from '../entries.ts';
import { makeStation, passphrase } from '../support.ts';

export type Bed = {
  station: StationHandle;
  bench: PracticeBench;
  /** Signed in as an operator. */
  operator: Station;
  engineer: Station;
  close: () => Promise<void>;
};

export type BedOptions = Pick<Partial<OpenOptions>, 'clock' | 'freeBytes' | 'uptimeMs'> & {
  /** An existing station. */
  dir?: string;
  /** The bench of a bed before. */
  bench?: PracticeBench;
  driverOf?: (slot: number) => string;
  /** Of the units' names and of what befalls them by chance; another one each time where none is given. */
  seed?: number;
  /** As the station sees the ports. */
  portsOf?: (bench: PracticeBench) => Ports;
};

/** A station whose slots are the practice line's, unlocked, with an operator and an engineer signed in. */
export async function makeBed(slots: number, options: BedOptions = {}): Promise<Bed> {
  const { dir, clock = systemClock, driverOf = () => 'agent', portsOf = (bench) => bench } = options;
  // Another bed on the same records has other units.
  const { seed = randomInt(1_000_000) } = options;
  const labelPrefix = `T${seed}-`;
  const bench =
    options.bench ??
    createPracticeBench({ slots, driverOf, clock: systemClock, baud: 0, computeMs: 0, seed, labelPrefix });
  const config = Array.from({ length: slots }, (_, index) => ({
    slotId: index + 1,
    name: `Slot ${index + 1}`,
    port: `practice:${index + 1}`,
    driver: driverOf(index + 1),
  }));
  const station = await openStation({
    dir: dir ?? (await makeStation(config)),
    kind: 'host',
    threads: false,
    ports: portsOf(bench),
    clock,
    ...(options.freeBytes ? { freeBytes: options.freeBytes } : {}),
    ...(options.uptimeMs ? { uptimeMs: options.uptimeMs } : {}),
  });
  await station.parts.authority.unlock(passphrase);
  const operator = createClient(station.connect('test'));
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  const engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const close = async () => {
    await station.close();
    assertKnownEntries(paths(station.parts.dir).records);
  };
  return { station, bench, operator, engineer, close };
}

/** Resolves with the first snapshot that fits. */
export const benchWhen = (client: Station, fits: (snapshot: BenchSnapshot) => boolean): Promise<BenchSnapshot> =>
  new Promise((resolve) => {
    const stop = client.on('bench.changed', (snapshot) => {
      if (!fits(snapshot)) return;
      queueMicrotask(() => stop());
      resolve(snapshot);
    });
  });

export const slotWhen = async (client: Station, slotId: number, ...states: Slot['state'][]): Promise<Slot> => {
  const of = (snapshot: BenchSnapshot) => snapshot.slots.find((slot) => slot.slotId === slotId)!;
  return of(await benchWhen(client, (snapshot) => states.includes(of(snapshot).state)));
};
