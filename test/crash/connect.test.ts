/** SIGKILL around the connection of a real device before its seal: it connects again, with the same certificate, and passes. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLedger } from '../../app/records/index.ts';
import { paths } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { serverPki, startGateway } from '../device/gatewaybed.ts';
import { startAgent } from '../native/agent/support.ts';
import { makeStation } from '../support.ts';
import { runKilled } from './killed.ts';
import { liveUnit, type UnitLife } from './unitlife.ts';

async function storyOf(dir: string, unitSerial: string) {
  const database = openDatabaseHere(paths(dir).records);
  try {
    return await createLedger(database, systemClock).showUnit(unitSerial);
  } finally {
    await database.close();
  }
}

test('a station killed while a unit connects', { timeout: 120_000 }, async (t) => {
  const binary = await buildAgent();
  const pki = serverPki();
  t.after(() => pki.remove());
  // Which CA signed a client is not this gateway's matter.
  const gateway = await startGateway(t, pki, { tls: { rejectUnauthorized: false } });
  const dir = await makeStation();
  const lifeOf = async (unitSerial: string): Promise<UnitLife & { stop: () => Promise<unknown> }> => {
    const agent = await startAgent(binary, ['--state', await mkdtemp(join(tmpdir(), 'birthmark-agent-'))]);
    const connects = { port: gateway.port, rootPem: pki.root };
    return { dir, port: agent.path, unitSerial, connects, stop: () => agent.stop() };
  };
  const whole = await lifeOf('CONNECT-0');
  const { acts } = await runKilled('unitchild.ts', [JSON.stringify(whole), 'none']);
  await whole.stop();
  const call = acts.findIndex((act) => act.endsWith('device.callHome')) + 1;
  assert.ok(call > 0, acts.join());
  assert.ok(acts[call]?.endsWith('device.seal'), 'the unit is sealed after it has connected');

  for (const [index, where] of [`before:${call}`, `after:${call}`, `after:${call + 1}`].entries()) {
    const unitSerial = `CONNECT-${index + 1}`;
    const life = await lifeOf(unitSerial);
    const killed = await runKilled('unitchild.ts', [JSON.stringify(life), where]);
    assert.equal(killed.signal, 'SIGKILL', where);
    const before = await storyOf(dir, unitSerial);
    assert.notEqual(before.state, 'passed', `${where}: no PASS on record`);
    const { outcome, error } = await liveUnit(life);
    await life.stop();
    assert.equal(outcome, 'PASS', `${where}: ${error?.code}`);
    const story = await storyOf(dir, unitSerial);
    assert.deepEqual(
      story.certificates.map(({ serialHex, state }) => [serialHex, state]),
      before.certificates.map(({ serialHex }) => [serialHex, 'issued']),
      `${where}: one certificate`,
    );
    const calls = story.journal.filter(({ entry }) => entry === 'device.calledHome');
    assert.equal(calls.at(-1)?.data.connected, true, where);
    // A connection that is not on record was made again; the device says so at the gateway.
    const made = gateway.said.filter((line) => line.startsWith(unitSerial)).length;
    assert.equal(made, where.startsWith('before') ? 1 : 2, where);
  }
});
