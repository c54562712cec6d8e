/** What a unit is made for: with its own key and the certificate it was given it gets into a broker, until it is revoked. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient, type Person } from '../../../app/contract/index.ts';
import { driverNamed } from '../../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../../app/line/index.ts';
import { paths, type StationHandle } from '../../../app/station/index.ts';
import { openStation } from '../../../main/openstation.ts';
import { serialPorts } from '../../../native/serial.ts';
import { needTools, openssl, scratch } from '../../ca/support.ts';
import { makeStation, passphrase } from '../../support.ts';
import { startBroker } from './broker.ts';
import { builtBackends, startAgent } from './support.ts';

const engineer: Person = { personId: 2, name: 'Erin', badge: 'EN-1', role: 'engineer' };
type File = ReturnType<typeof scratch>;

/** The device connects and publishes; what it says about it. */
const publishBy =
  (program: string) =>
  (state: string, address: string, message: string, ...more: string[]) =>
    new Promise<{ code: number; out: string; reason: string }>((resolve) => {
      const args = ['--state', state, '--connect', address, '--message', message, ...more];
      execFile(program, args, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, out: stdout.trim(), reason: stderr.trim() }),
      );
    });

async function makeUnit(station: StationHandle, program: string, state: string, unitSerial: string): Promise<string> {
  const { lineTools, ledger } = station.parts;
  const agent = await startAgent(program, ['--state', state]);
  const driver = driverNamed('agent');
  const job = { unitSerial, orderId: 'default', slotId: null, actor: 'test' };
  const result = await runUnit({
    job,
    start: await startAttempt(job, await lineTools.recipeFor(job.orderId, { driver: driver.name }), lineTools),
    tools: lineTools,
    open: (line) => serialPorts.open(agent.path, line),
    onSteps: () => {},
    signal: new AbortController().signal,
  });
  await agent.stop();
  assert.equal(result.outcome, 'PASS', result.error?.message);
  const [certificate] = (await ledger.showUnit(unitSerial)).certificates;
  assert.ok(certificate);
  return certificate.serialHex;
}

/** A server certificate for `name` from the station's root: on a practice station that is the root its devices trust. */
function serverCertificate(file: File, dir: string, name: string) {
  const [key, request, certificate] = [file(`${name}.key`), file(`${name}.csr`), file(`${name}.pem`)];
  const where = paths(dir);
  const asked = openssl([
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/CN=${name}`, '-keyout', key, '-out', request],
  ]);
  assert.ok(asked.ok, asked.output);
  const signed = openssl([
    ...['x509', '-req', '-in', request, '-CA', where.rootCertificate, '-CAkey', where.rootKey, '-set_serial', '77'],
    ...['-passin', `file:${file('passphrase', passphrase)}`, '-days', '2', '-out', certificate],
    ...['-extfile', file('extensions', `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\n`)],
  ]);
  assert.ok(signed.ok, signed.output);
  return { key, certificate };
}

/** Two units made on a real station, which trust its root. */
async function bedOf(t: TestContext, program: string) {
  const file = scratch(t);
  // Its first CRL is number 1 of its CA, which a CA signs once in a process.
  const dir = await makeStation([], true, { own: true });
  const station = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => station.close());
  const client = createClient(station.connect('test', engineer));
  await client.call('ca.unlock', { secret: passphrase });
  const units = [file('unit-1'), file('unit-2')] as const;
  const serials = [
    await makeUnit(station, program, units[0], 'FIELD-1'),
    await makeUnit(station, program, units[1], 'FIELD-2'),
  ] as const;
  await station.parts.crlJobs.idle();
  const { rootCertificate, issuingCertificate, crlPem } = paths(dir);
  const bundle = openssl(['crl2pkcs7', '-nocrl', '-certfile', rootCertificate, '-certfile', issuingCertificate]);
  const ca = file('ca.pem', openssl(['pkcs7', '-print_certs'], bundle.output).output);
  const broker = (serverName: string) =>
    startBroker(t, { ca, ...serverCertificate(file, dir, serverName), crl: crlPem }, file);
  return { file, station, client, units, serials, broker };
}

for (const { name, program } of builtBackends('a unit in the field')) {
  const publish = publishBy(program);

  test(`${name}: a broker lets the units in by their names, and no longer the one that was revoked`, async (t) => {
    if (!needTools(t, 'openssl', 'mosquitto')) return;
    const { station, client, units, serials, broker } = await bedOf(t, program);
    const [first, second] = units;
    // The name the devices were given as their endpoint.
    const { address, said, published, reload } = await broker('devices.example');
    for (const [state, message] of [[first, 'one'] as const, [second, 'two'] as const])
      assert.deepEqual(await publish(state, address, message), { code: 0, out: 'published', reason: '' });
    assert.deepEqual(await published(2), ['birthmark/FIELD-1 one', 'birthmark/FIELD-2 two']);
    await said(/New client connected from 127\.0\.0\.1:\d+ as FIELD-1 \(.*u'FIELD-1'\)/);

    // Acknowledged (MQTT 3.1.1 has no other answer) but passed on to no client: its name is not in that topic.
    await publish(first, address, 'false', '--topic', 'birthmark/FIELD-2');
    await said(/Denied PUBLISH from FIELD-1/);

    await client.call('certificates.revoke', { serialHex: serials[0], reason: 'keyCompromise', note: 'stolen' });
    await station.parts.crlJobs.idle();
    await reload();
    const refused = await publish(first, address, 'three');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    // 44: certificate_revoked (RFC 5246, 7.2.2). The broker hangs up behind it, which may overtake it.
    assert.match(refused.reason, /^agent: refused: the server (sent TLS alert 44|closed the connection)$/);
    await said(/certificate verify failed/);
    assert.equal((await publish(second, address, 'four')).code, 0);
    assert.deepEqual((await published(3)).slice(2), ['birthmark/FIELD-2 four']);
  });

  test(`${name}: a certificate without its key opens nothing, and a server that is somebody else gets nothing`, async (t) => {
    if (!needTools(t, 'openssl', 'mosquitto')) return;
    const { file, units, broker } = await bedOf(t, program);
    const { address, published, log } = await broker('devices.example');
    const thief = file('thief');
    cpSync(units[1], thief, { recursive: true });
    // The device itself would refuse to store it.
    for (const item of ['cert', 'config']) copyFileSync(join(units[0], item), join(thief, item));
    const refused = await publish(thief, address, 'mine');
    assert.equal(refused.code, 1);
    assert.match(refused.reason, /^agent: refused: /);

    const impostor = await broker('devices.elsewhere');
    const wary = await publish(units[0], impostor.address, 'secret');
    assert.equal(wary.code, 1);
    assert.match(wary.reason, /^agent: server: .*does not match/);
    const bare = await publish(file('empty'), address, 'nobody');
    assert.deepEqual([bare.code, /^agent: store: /.test(bare.reason)], [1, true]);
    assert.ok(![...log, ...impostor.log].some((line) => /New client connected .*FIELD/.test(line)));
    assert.equal((await publish(units[0], address, 'me')).code, 0, 'the same certificate with its key');
    assert.deepEqual(await published(1), ['birthmark/FIELD-1 me']);
    assert.deepEqual(await impostor.published(0), []);
  });
}
