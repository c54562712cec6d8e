/** `line connect` with the C agent on the line and the gateway of the practice AWS: in, refused, and not even begun. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import type { PhaseResult } from '../../app/contract/model.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { openStation } from '../../main/openstation.ts';
import { startAgent } from '../native/agent/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { comes } from '../registration/watching.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

test('line connect: phases of a device that is in, of one that AWS refuses, and of one that is not this unit', {
  timeout: 300_000,
}, async (t) => {
  const aws = await practice(t, { gateway: { port: 0 }, anyClient: true });
  process.env.AWS_ACCESS_KEY_ID = 'practice';
  process.env.AWS_SECRET_ACCESS_KEY = 'practice';
  const { host, port, rootCaPem } = aws.gateway ?? assert.fail('no gateway');
  const dir = await makeStation();
  const file = (name: string) => join(dirname(dir), name);
  await writeFile(file('passphrase'), passphrase);
  const station = await openStation({ dir, kind: 'host', threads: false });
  const engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const { region, bucket, roleArn, policyName, endpoint: endpointUrl } = aws;
  const gateway = { host, port, rootCaPem };
  const target = { name: 'eu', region, bucket, roleArn, policyNames: [policyName], endpointUrl, gateway };
  await engineer.call('targets.save', { target });
  const text = JSON.stringify({
    ...{ name: 'field', model: '*', driver: 'agent', profile: 'aws-iot-device', seal: false },
    ...{
      provisioning: { way: 'registerThing', targets: ['eu'] },
      config: { endpoint: 'localhost', topics: { publish: ['devices/{thingName}/hello'] } },
    },
    rootCa: await readFile(rootCaPem, 'utf8'),
  });
  await engineer.call('recipes.save', { text });
  await engineer.call('recipes.approve', { name: 'field', version: 1 });
  await station.close();

  const binary = await buildAgent();
  const agentOf = async (name: string) => {
    const agent = await startAgent(binary, ['--state', file(name)]);
    t.after(() => agent.stop().catch(() => {}));
    return agent;
  };
  const [agent, other] = [await agentOf('one'), await agentOf('other')];
  const withCa = ['--data', dir, '--passphrase-file', file('passphrase')];
  for (const [serial, { path }] of [['CALL-1', agent] as const, ['CALL-2', other] as const]) {
    const made = await json('line', 'run', ...withCa, '--port', path, '--unit-serial', serial);
    assert.equal(made.value.outcome, 'PASS', JSON.stringify(made.value));
  }
  const ask = (...args: string[]) => ['line', 'connect', '--unit-serial', 'CALL-1', ...args, ...withCa];
  const connect = (...args: string[]) => json(...ask('--port', agent.path, ...args));
  const failedIn = (phases: PhaseResult[]) => phases.find(({ state }) => state === 'failed');

  // AWS does not know it yet. TLS 1.3 tells a client of success before AWS has looked at its certificate.
  const early = await connect();
  assert.deepEqual([early.code, early.value.connected, early.value.tries], [1, false, 1], JSON.stringify(early.value));
  assert.match(`${failedIn(early.value.phases)?.phase}`, /^(tls|connect)$/);
  assert.match((await run(...ask('--port', agent.path))).out, /FAILED: (lost|refused).*\nNOT CONNECTED {2}CALL-1 /s);

  assert.equal((await json('cloud', 'ca', 'register', '--target', 'eu', ...withCa)).code, 0);
  const { value: unit } = await json('units', 'show', 'CALL-1', '--data', dir);
  const came = { certificatePem: unit.certificates[0].pem, thingName: 'CALL-1', policyName };
  await comes(iotClient(t, aws), came);
  const done = await connect();
  assert.equal(done.code, 0, JSON.stringify(done.value));
  const { connected, clientId, topic, phases } = done.value;
  assert.deepEqual(
    [connected, done.value.unitSerial, clientId, done.value.host, done.value.port, topic],
    [true, 'CALL-1', 'CALL-1', host, port, topic],
  );
  assert.deepEqual(
    phases.map(({ phase, state }: PhaseResult) => `${phase} ${state}`),
    ['dns ok', 'tcp ok', 'tls ok', 'connect ok', 'publish ok', 'policy ok'],
  );
  const { out, code } = await run(...ask('--port', agent.path));
  assert.equal(code, 0);
  assert.match(out, new RegExp(`policy +ok +\\d+ ms\\nCONNECTED {2}CALL-1 {2}as CALL-1 to ${host}:${port}\\n`));
  // The journal has each, and the log of AWS's side has the connections that got in.
  const calls = (await json('units', 'show', 'CALL-1', '--data', dir)).value.journal.filter(
    ({ entry }: { entry: string }) => entry === 'device.calledHome',
  );
  assert.deepEqual(
    calls.map(({ data }: { data: { connected: boolean } }) => data.connected),
    [false, false, true, true],
  );

  const refused = async (...args: string[]) => {
    const { code: end, value } = await json(...args);
    return [end, value.error?.code];
  };
  const unitCalled = (serial: string, ...args: string[]) =>
    refused('line', 'connect', '--unit-serial', serial, ...args, ...withCa);
  assert.deepEqual(await unitCalled('CALL-2', '--port', agent.path), [1, 'unit.labelMismatch']);
  assert.deepEqual(await unitCalled('NOBODY', '--port', agent.path), [1, 'unit.notFound']);
  assert.deepEqual(await refused(...ask()), [2, 'call.badParams']);
  assert.deepEqual(await refused(...ask('--port', agent.path, '--slot', '1')), [2, 'call.badParams']);
  assert.deepEqual(await refused(...ask('--port', agent.path, '--target', 'mars')), [1, 'cloud.noTarget']);
  assert.deepEqual(await refused(...ask('--port', file('no-such-port'))), [3, 'link.noPort']);
  await aws.close();
  const alone = await connect();
  assert.deepEqual([alone.code, alone.value.connected], [1, false]);
  assert.deepEqual([failedIn(alone.value.phases)?.phase, failedIn(alone.value.phases)?.fault], ['tcp', 'unreachable']);
});
