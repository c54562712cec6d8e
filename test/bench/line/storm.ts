/** One unit through a whole station while something breaks, then on a good line until it is settled; judged at each turn. */
import assert from 'node:assert/strict';
import type { ByteChannel } from '../../../app/device/channel.ts';
import { runUnit, startAttempt, type UnitResult } from '../../../app/line/index.ts';
import type { StationHandle } from '../../../app/station/index.ts';
import { openStation } from '../../../main/openstation.ts';
import { makeStation, passphrase } from '../../support.ts';
import { createHeldClock, holding } from './clock.ts';
import { type Boundaries, damageFor, observed, tampered } from './damage.ts';
import { judgeRecords } from './judge.ts';
import { type DriverName, driverNames, lookInto, makeUnit, type SimulatedUnit } from './units.ts';

export type StormResult = {
  seed: number;
  driver: DriverName;
  damage: string;
  /** The outcome of the damaged attempt, then of those on a good line: PASS or an error code. */
  outcomes: string[];
  ms: number;
};

export type StormBed = {
  dir: string;
  /** Rejects, naming the seed, where something is not as it must be. */
  run(seed: number): Promise<StormResult>;
  close(): Promise<void>;
};

/** After the damage is gone, a unit that can be completed is complete after so many attempts. */
const patience = 3;

/** One station for many units: real records on a disk, a real CA, the line's own steps; time is each unit's own. */
export async function openStormBed(): Promise<StormBed> {
  const dir = await makeStation();
  const station = await openStation({ dir, kind: 'host' });
  await station.parts.authority.unlock(passphrase);
  const boundaries = {} as Record<DriverName, Boundaries>;
  try {
    for (const driver of driverNames) boundaries[driver] = await rehearse(station, driver);
  } catch (thrown) {
    await station.close();
    throw thrown;
  }
  return {
    dir,
    run: (seed) =>
      storm(station, boundaries, seed).catch((thrown: unknown) => {
        throw new Error(`seed ${seed} (${nameOf(seed)}): ${thrown instanceof Error ? thrown.message : thrown}`, {
          cause: thrown,
        });
      }),
    async close() {
      await station.close();
      assert.deepEqual(judgeRecords(dir).problems, []);
    },
  };
}

const driverOf = (seed: number): DriverName => driverNames[seed % driverNames.length]!;
const turnOf = (seed: number): number => Math.floor(seed / driverNames.length);
const nameOf = (seed: number): string =>
  `${driverOf(seed)}, ${damageFor(driverOf(seed), turnOf(seed), seed, noBoundaries).name}`;
const noBoundaries: Boundaries = { sent: [], received: [] };

/** Numbers of units that no seed has. */
let rehearsals = 900_000;

async function rehearse(station: StationHandle, driver: DriverName): Promise<Boundaries> {
  const clock = createHeldClock();
  rehearsals += 1;
  const unit = makeUnit(driver, { clock, seed: rehearsals });
  let seen: { boundaries: Boundaries } | undefined;
  const result = await attempt(station, driver, clock, `REHEARSAL-${driver}-${rehearsals}`, () => {
    const both = observed(unit.connect());
    seen = both;
    return both.channel;
  });
  assert.equal(result.outcome, 'PASS', `${driver}: ${result.error?.message}`);
  return seen!.boundaries;
}

async function attempt(
  station: StationHandle,
  driver: DriverName,
  clock: ReturnType<typeof createHeldClock>,
  unitSerial: string,
  open: () => ByteChannel,
): Promise<UnitResult> {
  const { lineTools } = station.parts;
  const ledger = holding(lineTools.ledger, clock);
  const tools = { ...lineTools, clock, ledger, assertSound: () => clock.during(lineTools.assertSound) };
  const job = { unitSerial, orderId: 'default', slotId: null, actor: 'storm' };
  const recipe = await tools.recipeFor(job.orderId, { driver });
  const start = await startAttempt(job, recipe, tools);
  // As a slot limits it: nothing may hang.
  const stop = new AbortController();
  const cancel = clock.after(recipe.timeLimitMs, () => stop.abort(new Error('the time limit of the recipe')));
  return runUnit({ job, start, tools, open: async () => open(), onSteps: () => {}, signal: stop.signal }).finally(
    cancel,
  );
}

async function storm(
  station: StationHandle,
  boundaries: Record<DriverName, Boundaries>,
  seed: number,
): Promise<StormResult> {
  const began = performance.now();
  const driver = driverOf(seed);
  const clock = createHeldClock();
  const unit = makeUnit(driver, { clock, seed });
  const unitSerial = `STORM-${String(seed).padStart(6, '0')}`;
  const { name, fault, wire } = damageFor(driver, turnOf(seed), seed, boundaries[driver]);
  const outcomes: string[] = [];
  let result: UnitResult;
  do {
    const isFirst = outcomes.length === 0;
    unit.fault = isFirst ? fault : {};
    result = await attempt(station, driver, clock, unitSerial, () =>
      isFirst ? tampered(unit.connect(), wire, seed) : unit.connect(),
    );
    outcomes.push(result.error?.code ?? result.outcome);
    assert.notEqual(result.outcome, 'ERROR', `the unit's trouble is called the station's: ${result.error?.message}`);
    assert.notEqual(result.error?.code, 'call.cancelled', 'it hung until the time limit');
    await agree(station, driver, unit, unitSerial, result);
  } while (result.outcome !== 'PASS' && outcomes.length <= patience);
  unit.powerOff();
  assert.equal(result.outcome, 'PASS', `not settled: ${outcomes.join(', ')}: ${result.error?.message}`);
  return { seed, driver, damage: name, outcomes, ms: performance.now() - began };
}

/** Records and device: the same certificate or none, for the key that is really there. */
async function agree(
  station: StationHandle,
  driver: DriverName,
  unit: SimulatedUnit,
  unitSerial: string,
  result: UnitResult,
): Promise<void> {
  const { certificates, state } = await station.parts.ledger.showUnit(unitSerial);
  const [caDer] = station.parts.authority.current().chainDer;
  const { signedIds, certificateId, keySha256 } = lookInto(driver, unit, caDer!);
  const live = certificates.filter((one) => one.state === 'issued' || one.state === 'reserved');
  assert.ok(live.length <= 1, `${live.length} live certificates`);
  for (const id of signedIds) {
    const known = certificates.some((one) => one.certificateId === id);
    assert.ok(known, 'the device holds a certificate that the records lack');
  }
  assert.equal(state, result.outcome === 'PASS' ? 'passed' : 'failed');
  if (result.outcome !== 'PASS') return;
  assert.equal(live[0]?.certificateId, certificateId, 'the device holds what the records say');
  assert.equal(result.certificateId, certificateId);
  const standing = await station.parts.ledger.standing(unitSerial);
  assert.equal(standing.certificate?.spkiSha256, keySha256, 'the certificate is for the key on the device');
}
