/** An issuing CA is given up: the root's CRL says so, the line stands, AWS is told, and openssl and certtool agree. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { DescribeCACertificateCommand } from '@aws-sdk/client-iot';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { pemOf } from '../../app/ca/index.ts';
import { createClient } from '../../app/contract/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { rootCrlDueAt } from '../../app/station/crls/jobs.ts';
import { crlKey, paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { certtool, makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice, s3Client } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const access = { kind: 'secret', secret: passphrase } as const;
const custody = { kind: 'file', passphrase } as const;
const why = { reason: 'cACompromise', note: 'the PC was stolen' } as const;

async function bedOf(t: TestContext, options: Partial<OpenOptions> & { dir?: string } = {}) {
  const dir = options.dir ?? (await makeStation([], false, { own: true }));
  const station = await openStation({ kind: 'host', threads: false, ...options, dir });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await client.call('ca.unlock', { secret: passphrase });
  const { crlJobs } = station.parts;
  const issue = async (unitSerial: string) => {
    const job = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: undefined, actor: 'test' };
    const { serialHex } = await signCsr(job, station.parts.lineTools);
    return client.call('certificates.show', { serialHex });
  };
  const caNamed = async (commonName: string) => {
    const { authorities } = await client.call('ca.hierarchy', {});
    const found = authorities.find((ca) => ca.commonName === commonName);
    assert.ok(found, `${commonName} is in the hierarchy`);
    return found;
  };
  const root = await caNamed('Test station Root CA');
  const first = await caNamed('Test station Issuing CA');
  const makeNext = (commonName = 'Issuing CA 2') =>
    client.call('ca.makeIssuing', { commonName, keyType: 'P-256', years: 5, custody, parentId: root.issuerId, access });
  const revoke = (issuerId = first.issuerId) => client.call('ca.revoke', { issuerId, ...why, access });
  return { dir, station, client, crlJobs, issue, caNamed, root, first, makeNext, revoke };
}

test('the root says that the CA is revoked: openssl and certtool turn away what it issued, and take what the next one did', async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const { dir, client, crlJobs, issue, root, first, makeNext, revoke, caNamed } = await bedOf(t);
  const old = await issue('UNIT-1');
  const { issuerId } = await makeNext();
  const fresh = await issue('UNIT-2');
  const empty = await client.call('ca.rootCrl', { issuerId: root.issuerId, access });
  assert.deepEqual([empty.entries, (await caNamed(root.commonName)).rootCrl?.due], [0, null]);
  await crlJobs.idle();
  const at = scratch(t);
  const chain = at('issuing.pem', first.certificatePem + (await caNamed('Issuing CA 2')).certificatePem);
  const judge = (pem: string | null) =>
    openssl([
      ...['verify', '-x509_strict', '-crl_check_all', '-CAfile', paths(dir).rootCertificate, '-untrusted', chain],
      ...['-CRLfile', paths(dir).crlPem, at('leaf.pem', pem ?? '')],
    ]);
  for (const { pem } of [old, fresh]) assert.ok(judge(pem).ok, judge(pem).output);

  const revoked = await revoke();
  assert.deepEqual([revoked.certificates, revoked.rootCrl?.entries, revoked.trouble], [1, 1, null]);
  assert.ok((revoked.rootCrl?.number ?? 0) > empty.number, 'CRL numbers grow');
  await crlJobs.idle();
  assert.match(judge(old.pem).output, /certificate revoked/);
  assert.ok(judge(fresh.pem).ok, judge(fresh.pem).output);

  const file = paths(dir).crlOf(root.issuerId);
  const read = openssl([
    'crl',
    '-inform',
    'DER',
    '-in',
    file,
    '-text',
    '-noout',
    '-CAfile',
    paths(dir).rootCertificate,
  ]);
  assert.match(read.output, /CA Compromise/);
  assert.doesNotMatch(read.output, /Issuing Distribution Point|Delta CRL/i, 'a full CRL');
  const years = Date.parse(revoked.rootCrl?.nextUpdateAt ?? '') - Date.parse(revoked.rootCrl?.thisUpdateAt ?? '');
  assert.equal(years, 365 * 86_400_000, 'good for a year: somebody opens the key of the root for it');
  const pem = at('root.crl.pem', pemOf('X509 CRL', await readFile(file)));
  const judged = certtool(['--verify-crl', '--load-ca-certificate', paths(dir).rootCertificate, '--infile', pem]);
  assert.match(judged.output, /Verified/);
  const leaf = openssl(['x509', '-in', at('first.pem', first.certificatePem), '-serial', '-noout']).output;
  const serial = /serial=(?:0x)?([0-9A-F]+)/i.exec(leaf)?.[1] ?? 'none';
  assert.ok(read.output.includes(serial.toUpperCase()), "the entry is the CA certificate's serial");
  assert.equal((await caNamed('Issuing CA 2')).active, true, issuerId);
});

test('a revoked CA issues nothing more, is not made active, and still signs its own CRL', async (t) => {
  const { client, station, issue, first, makeNext, revoke, caNamed } = await bedOf(t);
  const { serialHex } = await issue('UNIT-1');
  await revoke();
  assert.equal((await client.call('station.status', {})).ca.state, 'revoked');
  const { interlocks } = await client.call('bench.snapshot', {});
  assert.ok(
    interlocks.some(({ reason }) => reason === 'caRevoked'),
    'the bench says why it stands still',
  );
  await assert.rejects(issue('UNIT-2'), refuses('ca.revoked'));
  await assert.rejects(revoke(), refuses('ca.revoked'));
  await assert.rejects(client.call('cloud.registerCa', {}), { name: 'StationError' });
  await client.call('ca.lock', {});
  await client.call('ca.unlock', { issuerId: first.issuerId, secret: passphrase });
  await client.call('certificates.revoke', { serialHex, reason: 'keyCompromise', note: 'with its CA' });
  const status = await client.call('crl.status', {});
  assert.deepEqual([status.last?.entries, status.due], [1, null], 'its own CRL goes on, for whoever reads no other');
  await makeNext();
  assert.equal((await client.call('station.status', {})).ca.state, 'unlocked');
  await issue('UNIT-3');
  await assert.rejects(client.call('ca.activate', { issuerId: first.issuerId }), refuses('ca.revoked'));
  const { revocation, live, issued } = await caNamed(first.commonName);
  assert.deepEqual([live, issued], [0, 1]);
  const { reason, note, actor, agreedBy } = revocation ?? {};
  assert.deepEqual({ reason, note, actor, agreedBy }, { ...why, actor: 'Erin (EN-1)', agreedBy: null });
  const { rows } = await station.parts.ledger.listAudit({ limit: 100, offset: 0 });
  const entry = rows.find((row) => row.entry === 'issuer.revoked');
  assert.deepEqual([entry?.subject, entry?.data.certificates, entry?.data.alone], [first.issuerId, 1, true]);
  assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
});

test('a wrong passphrase of the root changes nothing; a file that is lost is written again', async (t) => {
  const { dir, client, crlJobs, root, first, revoke, caNamed } = await bedOf(t);
  const wrong = { kind: 'secret', secret: 'not the passphrase' } as const;
  const call = client.call('ca.revoke', { issuerId: first.issuerId, ...why, access: wrong });
  await assert.rejects(call, refuses('ca.wrongPassphrase'));
  assert.equal((await caNamed(first.commonName)).revocation, null);
  assert.equal((await client.call('station.status', {})).ca.state, 'unlocked');
  await assert.rejects(client.call('ca.revoke', { issuerId: root.issuerId, ...why, access }), {
    code: 'ca.unfit',
    data: { reason: 'notIssuing' },
  });
  await revoke();
  const file = paths(dir).crlOf(root.issuerId);
  const before = await readFile(file);
  await rm(file);
  crlJobs.look();
  await crlJobs.idle();
  assert.ok(before.equals(await readFile(file)), 'the same CRL, from the records');
});

test('a root that is offline comes back for the one signature, from its shares', async (t) => {
  const { dir, client, root, first, revoke } = await bedOf(t);
  const { issuerId, commonName: confirm } = root;
  const { shares } = await client.call('ca.splitKey', { issuerId, access, shares: 3, threshold: 2 });
  const given = { kind: 'shares', shares: shares.slice(1) } as const;
  await client.call('ca.proveBackup', { issuerId, access: given });
  await client.call('ca.takeOffline', { issuerId, confirm });
  await assert.rejects(revoke(), refuses('ca.missing'));
  const revoked = await client.call('ca.revoke', { issuerId: first.issuerId, ...why, access: given });
  assert.equal(revoked.rootCrl?.entries, 1);
  assert.ok(!existsSync(paths(dir).rootKey), 'it was here for one act only');
  assert.equal((await client.call('ca.rootCrl', { issuerId, access: given })).entries, 1, 'and again, to renew it');
});

test('a CA under a root elsewhere is revoked by those who run that root, and the refusal names them', async (t) => {
  const other = await bedOf(t);
  const { client } = await bedOf(t);
  const file = await other.client.call('ca.exportKey', {
    issuerId: other.first.issuerId,
    access,
    format: 'p12',
    passphrase,
  });
  const { content } = file;
  const { issuerId } = await client.call('ca.import', { content, filePassphrase: passphrase, passphrase });
  await assert.rejects(client.call('ca.revoke', { issuerId, ...why, access }), {
    code: 'ca.unfit',
    detail: /ask the people who run CN=.*Root CA/,
  });
});

test('AWS: the CA becomes inactive from the queue, its batch stays here, and its certificates are listed', async (t) => {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl };
  const ports = createPracticeBench({ slots: 1, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }], false, {
    own: true,
  });
  const bed = await bedOf(t, { dir, ports, cloud: { target, credentials } });
  const { client, crlJobs, station, issue, root, first, makeNext, revoke, caNamed } = bed;
  await client.call('cloud.registerCa', {});
  const iot = iotClient(t, aws);
  const atAws = async () => {
    const { certificateDescription } = await iot.send(
      new DescribeCACertificateCommand({ certificateId: first.issuerId }),
    );
    return [certificateDescription?.status, certificateDescription?.autoRegistrationStatus];
  };
  assert.equal((await atAws())[0], 'ACTIVE');
  const { label: unitSerial } = ports.plug(1);
  await slotWhen(client, 1, 'SCAN');
  await client.call('bench.scan', { text: unitSerial });
  assert.equal((await slotWhen(client, 1, 'PASS', 'FAIL', 'CHECK_STATION')).state, 'PASS');
  const { batchId } = await client.call('batches.make', {});
  aws.setFault({ kind: 'deny', operation: 'UpdateCACertificate' });
  await revoke();
  await crlJobs.idle();
  assert.equal((await caNamed(first.commonName)).revocation?.cloud, 'waiting', 'told later, where AWS says no');
  assert.ok((await client.call('crl.status', {})).cloudWaiting > 0);
  aws.setFault(null);
  crlJobs.look();
  await crlJobs.idle();
  assert.deepEqual(await atAws(), ['INACTIVE', 'DISABLE']);
  const after = await caNamed(first.commonName);
  assert.deepEqual([after.revocation?.cloud, after.registration], ['inactive', 'inactive']);
  await assert.rejects(client.call('cloud.registerCa', { issuerId: first.issuerId }), refuses('ca.revoked'));
  assert.deepEqual(await atAws(), ['INACTIVE', 'DISABLE'], 'not activated again');
  await assert.rejects(client.call('batches.submit', { batchId }), refuses('batch.outdated', { batchId, unitSerial }));
  await assert.rejects(client.call('batches.make', {}), refuses('batch.empty'));
  await assert.rejects(client.call('batches.make', { unitSerials: [unitSerial] }), refuses('ca.revoked'));
  await makeNext();
  await issue('UNIT-2');
  const under = await client.call('certificates.list', { issuerId: first.issuerId, state: 'issued' });
  const units = under.rows.flatMap((row) => row.unitSerial ?? []);
  assert.deepEqual(units, [unitSerial], 'what lives under it is listed, beside the certificate that AWS asked for');
  const object = await s3Client(t, aws).send(new GetObjectCommand({ Bucket: bucket, Key: crlKey(root.issuerId) }));
  const body = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
  assert.ok((await readFile(paths(dir).crlOf(root.issuerId))).equals(body), 'S3 holds the CRL of the root');
  const { rows } = await station.parts.ledger.listAudit({ limit: 200, offset: 0 });
  assert.ok(rows.some(({ entry, subject }) => entry === 'cloud.caDeactivated' && subject === first.issuerId));
});

test('a unit whose certificate was not on it yet when the CA was revoked does not pass with it', async (t) => {
  const ports = createPracticeBench({ slots: 1, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }], false, {
    own: true,
  });
  const { client, station, makeNext, revoke } = await bedOf(t, { dir, ports });
  const device = ports.plug(1);
  await slotWhen(client, 1, 'SCAN');
  ports.setFault(1, 'storageFull');
  await client.call('bench.scan', { text: device.label });
  await slotWhen(client, 1, 'FAIL', 'CHECK_STATION');
  await revoke();
  await makeNext();
  ports.setFault(1, null);
  ports.unplug(1);
  await slotWhen(client, 1, 'EMPTY');
  const again = async () => {
    ports.plug(1, device);
    await slotWhen(client, 1, 'SCAN');
    await client.call('bench.scan', { text: device.label });
    const { state, error } = await slotWhen(client, 1, 'PASS', 'FAIL', 'CHECK_STATION');
    ports.unplug(1);
    await slotWhen(client, 1, 'EMPTY');
    return state === 'PASS' ? state : error?.code;
  };
  assert.equal(await again(), 'ca.revoked');
  const { rows } = await client.call('certificates.list', { query: device.label });
  const { serialHex = '' } = rows.find(({ state }) => state === 'issued') ?? {};
  await client.call('certificates.revoke', { serialHex, reason: 'superseded', note: 'its CA was revoked' });
  assert.equal(await again(), 'PASS', 'with a certificate of the next CA');
  assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
});

test('the CRL of a root is due after a revocation, and in the last quarter of its year; not before there is one', () => {
  const now = new Date('2026-11-28T08:00:00Z');
  const last = (entries: number, leftDays: number) => ({
    number: 3,
    entries,
    thisUpdateAt: '2026-01-01T00:00:00Z',
    nextUpdateAt: new Date(now.getTime() + leftDays * 86_400_000).toISOString(),
  });
  const due = (standing: { last: ReturnType<typeof last> | null; revoked: number }) =>
    rootCrlDueAt({ ...standing, cloudWaiting: 0 }, 365, now);
  assert.equal(due({ last: null, revoked: 0 }), null);
  assert.equal(due({ last: null, revoked: 1 }), 'revocation');
  assert.equal(due({ last: last(0, 300), revoked: 1 }), 'revocation');
  assert.equal(due({ last: last(1, 300), revoked: 1 }), null);
  assert.equal(due({ last: last(1, 90), revoked: 1 }), 'nextUpdate');
});
