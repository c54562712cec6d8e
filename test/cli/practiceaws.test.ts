/** The commands that change a practice AWS while it runs. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateThingCommand,
  GetRegistrationCodeCommand,
} from '@aws-sdk/client-iot';
import type { PracticeAwsOptions } from '../../app/practice/aws/index.ts';
import { writeControl } from '../../main/practicecontrol.ts';
import { removeAtEnd } from '../folders.ts';
import { iotClient, practice, refusal } from '../practice/support.ts';
import { run } from './commandline.ts';

async function bench(t: TestContext, options: Partial<PracticeAwsOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'practice-control-'));
  removeAtEnd(folder);
  const aws = await practice(t, options);
  const control = join(folder, 'control.json');
  const forget = await writeControl(control, aws);
  const act = async (...args: string[]) => {
    const { code, out } = await run('practice', 'aws', ...args, '--control', control, '--json');
    return { code, value: JSON.parse(out) };
  };
  const code = () => refusal(iotClient(t, aws).send(new GetRegistrationCodeCommand({})));
  return { aws, folder, control, forget, act, code };
}

test('a fault by command meets the calls it names, so many times, and "none" clears all', async (t) => {
  const { act, code } = await bench(t);
  const { value } = await act('fault', 'error', '--operation', 'GetRegistrationCode', '--times', '2');
  assert.deepEqual(value.faults, [{ kind: 'error', status: 503, times: 2, operation: 'GetRegistrationCode' }]);
  assert.equal(await code(), 'ServiceUnavailableException 503');
  assert.equal((await act('status')).value.faults[0].times, 1);
  assert.deepEqual((await act('fault', 'none')).value.faults, []);
  assert.equal(await code(), 'accepted');
  assert.deepEqual((await act('fault', 'reportLacks')).value.faults, [{ kind: 'reportLacks', times: 1, line: 1 }]);
});

test('a fault that does not exist, or an option that it does not have, is refused with what there is', async (t) => {
  const { act } = await bench(t);
  const refused = async (...args: string[]) => {
    const { code, value } = await act(...args);
    return [code, value.error?.detail ?? value.error?.message ?? JSON.stringify(value)] as const;
  };
  for (const [args, reason] of [
    [['fault', 'flood'], /there is no fault "flood"; there are: none, throttle/],
    [['fault', 'throttle', '--line', '3'], /line is not known here; there are: times, operation/],
    [['fault', 'throttle', '--times', 'many'], /--times: "many" is not a whole number/],
    [['outage', 'rain'], /outage must be one of unavailable/],
    [['rates', 'maybe'], /"on" or "off"/],
    [['policy', 'nobody'], /no identity nobody. There are: birthmark/],
  ] as const) {
    const [code, said] = await refused(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(said, reason);
  }
});

test('outage, rates and a policy hold until they are ended', async (t) => {
  const { aws, act, code, folder } = await bench(t);
  await act('outage', 'expired');
  assert.equal(await code(), 'ExpiredTokenException 403');
  assert.equal((await act('outage', 'none')).value.outage, null);
  assert.equal((await act('rates', 'on')).value.rates, true);
  const file = join(folder, 'policy.json');
  const Statement = [{ Effect: 'Allow', Action: 'iot:Get*', Resource: '*' }];
  await writeFile(file, JSON.stringify({ Version: '2012-10-17', Statement }));
  await act('policy', 'birthmark', file);
  const make = () => refusal(iotClient(t, aws).send(new CreateThingCommand({ thingName: 'lamp' })));
  assert.deepEqual([await code(), await make()], ['accepted', 'AccessDeniedException 403']);
  await act('policy', 'birthmark');
  assert.equal(await make(), 'accepted');
});

test('the log of the gateway is shown, whole or what failed, as text and as JSON', async (t) => {
  const { aws, act, control } = await bench(t, { gateway: { port: 0 } });
  assert.deepEqual((await act('log')).value, []);
  const { host = '', port = 0, rootCaPem = '' } = aws.gateway ?? {};
  const socket = connect({ host, port, servername: host, ca: await readFile(rootCaPem) });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve).resume());
  const [entry] = (await act('log', '--failures')).value;
  assert.deepEqual([entry.eventType, entry.status, entry.seq], ['Connect', 'Failure', 1]);
  const { out } = await run('practice', 'aws', 'log', '--control', control);
  assert.match(out, /^[\d:.TZ-]+ FAILED Connect - The client showed no certificate\.$/m);
});

test('a trouble of the gateway is a fault with a kind, and not any word', async (t) => {
  const { act } = await bench(t);
  const { value } = await act('fault', 'gateway', '--trouble', 'drops', '--times', '2');
  assert.deepEqual(value.faults, [{ kind: 'gateway', trouble: 'drops', times: 2 }]);
  const { code, value: refused } = await act('fault', 'gateway', '--trouble', 'rain');
  assert.equal(code, 2);
  assert.match(refused.error.detail, /trouble must be one of refuses, drops, slow, certificate/);
});

test('accounts of a command need a gateway, ids of 12 digits, and differ', async () => {
  for (const [args, reason] of [
    [['--accounts', '210987654321'], /give --gateway as well/],
    [['--gateway', '0', '--accounts', '21'], /not another account id of 12 digits/],
    [['--gateway', '0', '--accounts', '210987654321,210987654321'], /not another account id/],
    [['--gateway', '0', '--accounts', '123456789012'], /There is an account with the endpoint/],
    [['--gateway', 'tls'], /--gateway: "tls" is not a port/],
  ] as const) {
    const { code, out } = await run('practice', 'aws', ...args, '--json');
    assert.equal(code, 2, args.join(' '));
    assert.match(JSON.parse(out).error.detail, reason);
  }
});

test('a new identity comes with credentials that work', async (t) => {
  const { aws, act } = await bench(t);
  const { value } = await act('identity', 'site', '--role');
  const site = iotClient(t, { ...aws, credentials: value.credentials });
  assert.ok((await site.send(new GetRegistrationCodeCommand({}))).registrationCode);
  const { value: left } = await act('identity', 'site', '--remove');
  assert.deepEqual(
    left.identities.map(({ name }: { name: string }) => name),
    ['birthmark', 'birthmark-practice-registration'],
  );
});

test('only its user can read the control file; without one the command says how to get it', async (t) => {
  const { control, forget, act } = await bench(t);
  if (process.platform !== 'win32') assert.equal((await stat(control)).mode & 0o077, 0);
  await forget();
  const { code, value } = await act('status');
  assert.equal(code, 2);
  assert.match(JSON.stringify(value), /no practice AWS runs by .*start one with --control/);
  await writeFile(control, '{"endpoint":"http://evil.example","token":"x"}');
  assert.match(JSON.stringify((await act('status')).value), /is not the control file of a practice AWS/);
});

test('with --gateway one line says where both ports are, and a client of others publishes there', async (t) => {
  const mosquitto = '/usr/bin/mosquitto_pub';
  if (!existsSync(mosquitto)) return t.skip(`SKIPPED: ${mosquitto} IS MISSING (apt-get install mosquitto-clients)`);
  const program = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));
  const args = ['practice', 'aws', '--listen', '0', '--gateway', '0', '--json'];
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  const said = text(child.stdout);
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  const { endpoint, gateway, region } = JSON.parse(first.toString());
  const iot = iotClient(t, { endpoint, region, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const Statement = [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }];
  const policyName = 'all';
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName, target: made.certificateArn }));
  const folder = await mkdtemp(join(tmpdir(), 'practice-gateway-'));
  removeAtEnd(folder);
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(cert, made.certificatePem ?? '');
  await writeFile(key, made.keyPair?.PrivateKey ?? '');
  const to = [
    '-h',
    gateway.host,
    '-p',
    String(gateway.port),
    '--cafile',
    gateway.rootCaPem,
    '--cert',
    cert,
    '--key',
    key,
  ];
  await promisify(execFile)(mosquitto, [...to, '-i', 'lamp', '-q', '1', '-t', 'devices/lamp/hello', '-m', 'hello']);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
  assert.equal((await said).trimEnd().split('\n').length, 1, 'nothing else is on stdout');
});
