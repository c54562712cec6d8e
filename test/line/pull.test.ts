/** The cable is pulled at every step, in turn: a clear state, and the unit passes on the next try with the same certificate. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { openStation } from '../../main/openstation.ts';
import { serialPorts } from '../../native/serial.ts';
import { type RunningAgent, startAgent } from '../native/agent/support.ts';
import { makeStation, passphrase } from '../support.ts';

/** Where the cable goes: at the beginning of a step, or once so much of it is done. */
type Pull = { step: string; fraction?: number };
const pulls: Pull[] = [
  { step: 'identify' },
  { step: 'key' },
  { step: 'csr' },
  { step: 'install' },
  { step: 'install', fraction: 0.3 },
  { step: 'install', fraction: 0.9 },
  { step: 'verify' },
  { step: 'seal' },
];

describe('a pulled cable', { concurrency: false }, () => {
  let station: StationHandle;
  let binary: string;

  before(async () => {
    binary = await buildAgent();
    station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
    await station.parts.authority.unlock(passphrase);
  });
  after(() => station?.close());

  const attempt = async (agent: RunningAgent, unitSerial: string, pull?: Pull) => {
    const { lineTools } = station.parts;
    const driver = driverNamed('agent');
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
    const start = await startAttempt(job, await lineTools.recipeFor(job.orderId, { driver: driver.name }), lineTools);
    return runUnit({
      job,
      start,
      tools: lineTools,
      open: () => serialPorts.open(agent.path, driver.line),
      onSteps: (steps) => {
        const now = steps.find((step) => step.state === 'running');
        if (pull && now?.name === pull.step && (now.fraction ?? 0) >= (pull.fraction ?? 0)) agent.child.kill('SIGKILL');
      },
      signal: new AbortController().signal,
    });
  };

  for (const [index, pull] of pulls.entries()) {
    const when = pull.fraction === undefined ? 'at the beginning of' : `${pull.fraction * 100} % into`;
    test(`${when} "${pull.step}"`, async () => {
      const unitSerial = `PULL-${index}`;
      // Paced, so that there is a middle to pull in.
      const args = ['--state', await mkdtemp(join(tmpdir(), 'birthmark-pull-')), '--baud', '115200'];
      const agent = await startAgent(binary, args);
      const pulled = await attempt(agent, unitSerial, pull);
      await agent.stop();
      assert.equal(pulled.outcome, 'FAIL');
      assert.equal(pulled.error?.code, 'link.lost');

      const before = await station.parts.ledger.showUnit(unitSerial);
      assert.equal(before.state, 'failed');
      const again = await startAgent(binary, args);
      const result = await attempt(again, unitSerial);
      await again.stop();
      assert.equal(result.outcome, 'PASS', result.error?.message);

      const story = await station.parts.ledger.showUnit(unitSerial);
      assert.equal(story.state, 'passed');
      assert.equal(story.certificates.length, 1, 'one certificate serial was ever used');
      const issuedBefore = before.certificates[0];
      if (issuedBefore) assert.equal(story.certificates[0]?.certificateId, issuedBefore.certificateId);
      assert.equal(before.certificates.length, ['install', 'verify', 'seal'].includes(pull.step) ? 1 : 0);
    });
  }
});
