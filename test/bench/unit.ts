/** One unit on the C agent, its output paced at 115200 baud: each step against its wire time and the device's own compute. */

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepNames } from '../../app/contract/model.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt, type UnitResult } from '../../app/line/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { openStation } from '../../main/open.ts';
import { serialPorts } from '../../native/serial.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { spread } from './stats.ts';

const baud = 115_200;
const rounds = 15;
/** 8N1: ten bits a byte. */
const wireMs = (link: { bytesSent: number; bytesReceived: number }) =>
  ((link.bytesSent + link.bytesReceived) * 10_000) / baud;

export async function benchUnit(): Promise<void> {
  const dir = await makeStation();
  const binary = await buildAgent();
  const station = await openStation({ dir, kind: 'command' });
  const { parts } = station;
  await parts.authority.unlock(passphrase);
  const results: (UnitResult & { totalMs: number })[] = [];
  try {
    // The first round warms the code up and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const agent = await startAgent(binary, [
        '--state',
        await mkdtemp(join(tmpdir(), 'birthmark-bench-')),
        '--baud',
        String(baud),
      ]);
      const driver = driverNamed('agent');
      const job = { unitSerial: `BENCH-${round}`, orderId: 'default', slotId: null, actor: 'bench' };
      const began = performance.now();
      const start = await startAttempt(
        job,
        await parts.lineTools.recipeFor(job.orderId, { driver: driver.name }),
        parts.lineTools,
      );
      const result = await runUnit({
        job,
        start,
        tools: parts.lineTools,
        open: () => serialPorts.open(agent.path, driver.line),
        onSteps: () => {},
        signal: new AbortController().signal,
      });
      const totalMs = performance.now() - began;
      await agent.stop();
      if (result.outcome !== 'PASS') throw new Error(`bench unit ${round}: ${result.error?.message}`);
      if (round > 0) results.push({ ...result, totalMs });
    }
  } finally {
    await station.close();
  }
  console.log(`\nOne unit on the C agent at ${baud} baud, ${rounds} units; ms, median (p5–p95)`);
  console.log('  step        took                   limit: wire + device    station added');
  for (const name of stepNames) {
    const steps = results.map((result) => result.steps.find((step) => step.name === name)!);
    const limit = steps.map((step) => wireMs(step.link) + step.link.deviceMs);
    const added = steps.map((step, index) => step.ms - limit[index]!);
    console.log(
      `  ${name.padEnd(10)}  ${spread(steps.map((step) => step.ms)).padEnd(21)}  ${spread(limit).padEnd(22)}  ${spread(added)}`,
    );
  }
  const limit = results.map((result) => wireMs(result.link) + result.link.deviceMs);
  const added = results.map((result, index) => result.totalMs - limit[index]!);
  console.log(
    `  ${'whole unit'.padEnd(10)}  ${spread(results.map((result) => result.totalMs)).padEnd(21)}  ${spread(limit).padEnd(22)}  ${spread(added)}`,
  );
  const bytes = results.map((result) => result.link.bytesSent + result.link.bytesReceived);
  console.log(`  bytes on the wire ${spread(bytes, 0)}; aim: at most 100 ms added`);
}
