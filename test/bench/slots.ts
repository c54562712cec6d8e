/** Thirty-two slots beside one, at 115200 baud: whether a slot feels its neighbours, the disk, or a slow token. */
import { availableParallelism, loadavg } from 'node:os';
import type { StationHandle } from '../../app/station/index.ts';
import { runShift, type ShiftOptions } from './line/shift.ts';
import { addedCommitMs } from './line/slow.ts';
import { type DriverName, driverNames } from './line/units.ts';
import { median, quantile } from './stats.ts';

const baud = 115_200;
/** A key pair takes fifty to sixty times as long on the modem and on FreeRTOS, as on hardware. */
const computeMs = 20;
const many = 32;
const unitsPerSlot = 4;
const signMs = 80;

/** Slots beside whose neighbours nothing good sits. */
const few = 8;

type Case = { name: string; driver: DriverName; extra?: Pick<ShiftOptions, 'open' | 'prepare'> };

const slowDisk = { open: { writer: new URL('./line/slowwriter.ts', import.meta.url) } };
const slowSigner = { prepare: slowDown };
const cases: Case[] = [
  ...driverNames.map((driver) => ({ name: driver, driver })),
  { name: `agent, commits +${addedCommitMs} ms`, driver: 'agent', extra: slowDisk },
  {
    name: `agent, commits +${addedCommitMs} ms, signatures ${signMs} ms`,
    driver: 'agent',
    extra: { ...slowDisk, ...slowSigner },
  },
];

/** A token signs one after the other. */
function slowDown(station: StationHandle): void {
  const signer = station.parts.authority.signer();
  const sign = signer.sign.bind(signer);
  let turn: Promise<unknown> = Promise.resolve();
  Object.assign(signer, {
    sign(reservation: Parameters<typeof sign>[0]) {
      const mine = turn.then(async () => {
        await new Promise((resolve) => setTimeout(resolve, signMs));
        return sign(reservation);
      });
      turn = mine.catch(() => {});
      return mine;
    },
  });
}

/** About three minutes. */
export async function benchSlots(): Promise<void> {
  const load = loadavg()[0]!.toFixed(1);
  console.log(
    `\nSlots: units at ${baud} baud in a process of their own; ${availableParallelism()} cores, load ${load}`,
  );
  console.log(
    '  case                                             unit, 1 slot   unit, 32 slots   of linear   units/s   loop p99   CPU',
  );
  for (const { name, driver, extra = {} } of cases) {
    const shift = (slots: number, units: number) =>
      runShift({ slots, units, driver: () => driver, baud, computeMs, ...extra });
    const one = await shift(1, 6);
    const all = await shift(many, many * unitsPerSlot);
    // The first of each slot warms the code up.
    const [alone, together] = [one.unitMs.slice(2), all.unitMs.slice(many)];
    const linear = median(alone) / median(together);
    const rate = (many * 1000) / median(together);
    const failed = one.failures.length + all.failures.length;
    console.log(
      [
        `  ${name.padEnd(48)}`,
        `${median(alone).toFixed(0)} ms`.padEnd(14),
        `${median(together).toFixed(0)} (p95 ${quantile(together, 0.95).toFixed(0)})`.padEnd(16),
        `${(100 * linear).toFixed(0)} %`.padEnd(11),
        rate.toFixed(1).padEnd(9),
        `${all.loop.p99.toFixed(1)} ms`.padEnd(10),
        `${(100 * all.cpuShare).toFixed(0)} %${failed > 0 ? `   ${failed} results were not a pass` : ''}`,
      ].join(' '),
    );
  }
  await besideBadOnes();
  console.log(`  one token makes at most ${(1000 / signMs).toFixed(1)} signatures a second, whatever the slots do`);
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
