/** Thirty-two slots beside one, at 115200 baud: whether a slot feels its neighbours, the disk, or a slow token. */
import { availableParallelism, loadavg } from 'node:os';
import type { StationHandle } from '../../app/station/index.ts';
import { runShift, type ShiftOptions, type ShiftResult } from './line/shift.ts';
import { addedCommitMs } from './line/slow.ts';
import { total } from './line/threads.ts';
import { type DriverName, driverNames } from './line/units.ts';
import { median, quantile } from './stats.ts';

const baud = 115_200;
/** A key pair takes fifty to sixty times as long on the modem and on FreeRTOS, as on hardware. */
const computeMs = 20;
const many = 32;
const unitsPerSlot = 4;
const unitsAlone = 8;
const signMs = 80;

/** Slots beside whose neighbours nothing good sits. */
const few = 8;

type Case = {
  name: string;
  driver: DriverName;
  extra?: Pick<ShiftOptions, 'open' | 'prepare'>;
  /** All slots get their first unit in the same moment, and keep step. */
  together?: boolean;
  /** Signatures a second, where there is a most. */
  signaturesPerSecond?: number;
};

const slowDisk = { open: { writer: new URL('./line/slowwriter.ts', import.meta.url) } };
const commits = `commits +${addedCommitMs} ms`;
/** One signature after the other. */
const token = {
  extra: { ...slowDisk, prepare: (station: StationHandle) => slowDown(station, oneByOne()) },
  signaturesPerSecond: 1000 / signMs,
};
const kms = { extra: { ...slowDisk, prepare: (station: StationHandle) => slowDown(station, (sign) => sign()) } };
const cases: Case[] = [
  ...driverNames.map((driver) => ({ name: driver, driver })),
  { name: 'agent, all at once', driver: 'agent', together: true },
  { name: `agent, ${commits}`, driver: 'agent', extra: slowDisk },
  { name: `agent, ${commits}, KMS ${signMs} ms`, driver: 'agent', ...kms },
  { name: `agent, ${commits}, token ${signMs} ms`, driver: 'agent', ...token },
  { name: `freertos, ${commits}, token ${signMs} ms`, driver: 'freertos', ...token },
];

type Turn = <T>(sign: () => Promise<T>) => Promise<T>;

function oneByOne(): Turn {
  let last: Promise<unknown> = Promise.resolve();
  return (sign) => {
    const mine = last.then(sign);
    last = mine.catch(() => {});
    return mine;
  };
}

function slowDown(station: StationHandle, turn: Turn): void {
  const signer = station.parts.authority.signer();
  const sign = signer.sign.bind(signer);
  Object.assign(signer, {
    sign: (reservation: Parameters<typeof sign>[0]) =>
      turn(async () => {
        await new Promise((resolve) => setTimeout(resolve, signMs));
        return sign(reservation);
      }),
  });
}

const widths = [38, 8, 17, 8, 8, 8, 10, 26, 12];
const row = (cells: readonly string[]) => `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' ')}`;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** About four minutes. `only`: this row, from 1. */
export async function benchSlots(only?: number): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  console.log(
    `\nSlots: units at ${baud} baud in a process of their own; ${availableParallelism()} cores, load ${load}`,
  );
  console.log('  CPU: ms a unit of the main thread + writer + the rest of the station + the simulated units');
  const [unit, rate] = ['32 slots, a unit', 'units/s'];
  console.log('  no core: of its time the main thread of the station + of the units was ready to run and had no core');
  console.log(row(['case', '1 slot', unit, 'linear', rate, 'of most', 'loop p99', 'CPU', 'no core', 'at most']));
  if (only !== undefined) return benchCase(cases[only - 1] ?? cases[0]!);
  for (const each of cases) await benchCase(each);
  await besideBadOnes();
}

async function benchCase({ name, driver, extra = {}, together = false, signaturesPerSecond }: Case): Promise<void> {
  const shift = (slots: number, units: number, spreadMs = 0) =>
    runShift({ slots, units, driver: () => driver, baud, computeMs, spreadMs, ...extra });
  const one = await shift(1, unitsAlone);
  // The first of each slot warms the code up.
  const aloneMs = median(one.unitMs.slice(2));
  const all = await shift(many, many * unitsPerSlot, together ? 0 : aloneMs);
  const amongMs = all.unitMs.slice(many);
  const cpu = cpuOf(all);
  const failed = one.failures.length + all.failures.length;
  const limits: [name: string, unitsPerSecond: number][] = [
    ['32 × one slot', many * one.unitsPerSecond],
    ...(signaturesPerSecond ? [['token', signaturesPerSecond] as [string, number]] : []),
    ...(cpu ? [['cores', (1000 * availableParallelism()) / cpu.ms] as [string, number]] : []),
  ];
  const most = Math.min(...limits.map(([, unitsPerSecond]) => unitsPerSecond));
  const cells = [
    name,
    `${aloneMs.toFixed(0)} ms`,
    `${median(amongMs).toFixed(0)} (p95 ${quantile(amongMs, 0.95).toFixed(0)})`,
    percent(aloneMs / median(amongMs)),
    // In step they end in bunches, of which a rate says nothing.
    together ? '–' : all.unitsPerSecond.toFixed(1),
    together ? '–' : percent(all.unitsPerSecond / most),
    `${all.loop.p99.toFixed(1)} ms`,
    cpu?.text ?? '–',
    cpu?.noCore ?? '–',
    limits.map(([limit, unitsPerSecond]) => `${limit} ${unitsPerSecond.toFixed(1)}`).join(', '),
  ];
  console.log(row(cells) + (failed > 0 ? `   ${failed} results were not a pass` : ''));
}

/** CPU time of a unit, and the share of the time for which the two main threads waited for a core. */
function cpuOf({ threads: { station, devices }, unitMs, wallMs }: ShiftResult) {
  if (station.size === 0) return undefined;
  const units = unitMs.length;
  const of = (name: string) => station.get(name)?.cpuMs ?? 0;
  const [ours, theirs] = [total(station), total(devices)];
  const parts = [of('main'), of('writer'), ours.cpuMs - of('main') - of('writer'), theirs.cpuMs];
  return {
    text: parts.map((ms) => (ms / units).toFixed(1)).join(' + '),
    ms: (ours.cpuMs + theirs.cpuMs) / units,
    noCore: [station, devices].map((times) => percent((times.get('main')?.waitMs ?? 0) / wallMs)).join(' + '),
  };
}

/** A port that pours and one that says nothing, at work again and again for as long as the six good slots are. */
async function besideBadOnes(): Promise<void> {
  const shift = (bad?: ShiftOptions['bad']) =>
    runShift({
      ...{ slots: few, units: (few - 2) * 8, baud, computeMs },
      driver: () => 'agent' as const,
      ...(bad ? { bad } : {}),
    });
  const quiet = await shift();
  const beside = await shift((slotId) => ({ 3: 'torrent' as const, 6: 'silent' as const })[slotId]);
  const told = ({ unitMs, loop }: typeof quiet) =>
    `a unit ${median(unitMs.slice(few)).toFixed(0)} ms (p95 ${quantile(unitMs.slice(few), 0.95).toFixed(0)}), loop p99 ${loop.p99.toFixed(1)} ms`;
  const floods = beside.badEnds.filter(({ end }) => end === 'link.flooded').length;
  console.log(`  agent, ${few} slots, all good: ${told(quiet)}`);
  console.log(`  agent, ${few} slots, one pours (${floods} floods cut off), one is silent: ${told(beside)}`);
}
