/** One unit of each driver, paced at 115200 baud: what it took against its wire time and the device's own compute. */

import { mkdtemp } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepNames } from '../../app/contract/model.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt, type UnitResult } from '../../app/line/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { serialPorts } from '../../native/serial.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { driverNames, makeUnit } from './line/units.ts';
import { spread } from './stats.ts';

const baud = 115_200;
const computeMs = 20;
const rounds = 15;
/** 8N1: ten bits a byte. */
const wireMs = (link: { bytesSent: number; bytesReceived: number }) =>
  ((link.bytesSent + link.bytesReceived) * 10_000) / baud;

type Timed = UnitResult & { totalMs: number };
/** A fresh unit, and the way to its end. */
type Fresh = { open: () => Promise<ByteChannel>; stop: () => Promise<unknown> };

export async function benchUnit(): Promise<void> {
  const dir = await makeStation();
  const binary = await buildAgent();
  const station = await openStation({ dir, kind: 'command' });
  await station.parts.authority.unlock(passphrase);
  const loads = loadavg()[0]!.toFixed(1);
  try {
    const onPty = async (): Promise<Fresh> => {
      const state = await mkdtemp(join(tmpdir(), 'birthmark-bench-'));
      const agent = await startAgent(binary, ['--state', state, '--baud', String(baud)]);
      return { open: () => serialPorts.open(agent.path, driverNamed('agent').line), stop: () => agent.stop() };
    };
    tellSteps(await measure(station, 'agent', onPty, 'PTY'), loads);
    console.log(
      `\nOne unit of each driver, simulated, ${baud} baud, compute ${computeMs} ms; ${rounds} units; load ${loads}`,
    );
    console.log('  driver      took                   limit: wire + device    station added       bytes on the wire');
    for (const [index, driver] of driverNames.entries()) {
      let seed = 1000 * index;
      const simulated = async (): Promise<Fresh> => {
        seed += 1;
        const unit = makeUnit(driver, { clock: systemClock, seed, baud, computeMs });
        return { open: async () => unit.connect(), stop: async () => unit.powerOff() };
      };
      const results = await measure(station, driver, simulated, driver.toUpperCase());
      console.log(row(driver, results.map(wholeOf), 10, bytesOf(results)));
    }
    console.log('  aim: at most 100 ms added; of a text console, device time is what the link took beyond the wire');
  } finally {
    await station.close();
  }
}

async function measure(
  station: StationHandle,
  driver: string,
  fresh: () => Promise<Fresh>,
  name: string,
): Promise<Timed[]> {
  const { lineTools } = station.parts;
  const results: Timed[] = [];
  // The first round warms the code up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const { open, stop } = await fresh();
    const job = { unitSerial: `BENCH-${name}-${round}`, orderId: 'default', slotId: null, actor: 'bench' };
    const began = performance.now();
    const start = await startAttempt(job, await lineTools.recipeFor(job.orderId, { driver }), lineTools);
    const signal = new AbortController().signal;
    const result = await runUnit({ job, start, tools: lineTools, open, onSteps: () => {}, signal });
    const totalMs = performance.now() - began;
    await stop();
    if (result.outcome !== 'PASS') throw new Error(`bench unit ${job.unitSerial}: ${result.error?.message}`);
    if (round > 0) results.push({ ...result, totalMs });
  }
  return results;
}

type Span = { ms: number; link: UnitResult['link'] };
const wholeOf = ({ totalMs, link }: Timed): Span => ({ ms: totalMs, link });
const bytesOf = (results: readonly Timed[]): string =>
  spread(
    results.map(({ link }) => link.bytesSent + link.bytesReceived),
    0,
  );

function row(name: string, spans: readonly Span[], width = 10, more = ''): string {
  const limit = spans.map(({ link }) => wireMs(link) + link.deviceMs);
  const added = spans.map(({ ms }, index) => ms - limit[index]!);
  const took = spread(spans.map(({ ms }) => ms)).padEnd(21);
  return `  ${name.padEnd(width)}  ${took}  ${spread(limit).padEnd(22)}  ${spread(added).padEnd(18)}  ${more}`.trimEnd();
}

function tellSteps(results: readonly Timed[], loads: string): void {
  console.log(`\nOne unit on the C agent at ${baud} baud, ${rounds} units, load ${loads}; ms, median (p5–p95)`);
  console.log('  step        took                   limit: wire + device    station added');
  for (const name of stepNames)
    console.log(
      row(
        name,
        results.map(({ steps }) => steps.find((step) => step.name === name)!),
      ),
    );
  console.log(row('whole unit', results.map(wholeOf)));
  console.log(`  bytes on the wire ${bytesOf(results)}; aim: at most 100 ms added`);
}
