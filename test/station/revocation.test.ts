/** A whole station: what is revoked reaches the CRL, the file, S3 and AWS IoT. */
import assert from 'node:assert/strict';
import { readFile, rm, truncate } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { DescribeCertificateCommand, RegisterCertificateWithoutCACommand } from '@aws-sdk/client-iot';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createClient, type Person, StationError } from '../../app/contract/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { crlDueAt } from '../../app/station/crls/jobs.ts';
import { crlKey, issueCrl, paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { iotClient, practice, s3Client } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';

const engineer: Person = { personId: 2, name: 'Erin', badge: 'EN-1', role: 'engineer' };
const note = 'returned with a broken seal';

async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl };
  const dir = await makeStation([], false, { own: true });
  const station = await openStation({ dir, kind: 'host', threads: false, cloud: { target, credentials } });
  t.after(() => station.close());
  const client = createClient(station.connect('test', engineer));
  const { lineTools, crlJobs } = station.parts;
  const issue = async (unitSerial: string) => {
    const { csrDer } = makeCsr(unitSerial);
    const request = { csr: csrDer, unitSerial, orderId: undefined, actor: 'test' };
    return signCsr(request, lineTools);
  };
  return { aws, dir, station, client, issue, crlJobs };
}

const withCode = (code: string) => (error: unknown) => error instanceof StationError && error.code === code;

test('a revocation reaches the CRL at once, its file, S3 and AWS', async (t) => {
  const { aws, dir, station, client, issue, crlJobs } = await bedOf(t);
  await client.call('ca.unlock', { secret: passphrase });
  await crlJobs.idle();
  assert.equal((await client.call('crl.status', {})).last?.number, 1, 'the first one is made when the CA is unlocked');
  const registered = await issue('UNIT-1');
  const stranger = await issue('UNIT-2');
  const iot = iotClient(t, aws);
  const shown = await client.call('certificates.show', { serialHex: registered.serialHex });
  await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: shown.pem ?? '', status: 'ACTIVE' }));
  for (const { serialHex } of [registered, stranger]) {
    const revoked = await client.call('certificates.revoke', { serialHex, reason: 'keyCompromise', note });
    assert.equal(revoked.state, 'revoked');
  }
  const status = await client.call('crl.status', {});
  assert.deepEqual([status.last?.entries, status.due], [2, null]);
  await crlJobs.idle();
  const described = await iot.send(new DescribeCertificateCommand({ certificateId: registered.certificateId }));
  assert.equal(described.certificateDescription?.status, 'REVOKED');
  const clouds = await Promise.all(
    [registered, stranger].map(
      async ({ serialHex }) => (await client.call('certificates.show', { serialHex })).revocation?.cloud,
    ),
  );
  assert.deepEqual(clouds, ['revoked', 'unknown']);
  const last = await station.parts.ledger.lastCrl(station.parts.authority.issuer.issuerId);
  const file = await readFile(paths(dir).crl);
  assert.ok(last && file.equals(last.der), 'the file is the last CRL on record');
  const key = crlKey(station.parts.authority.issuer.issuerId);
  const object = await s3Client(t, aws).send(new GetObjectCommand({ Bucket: aws.bucket, Key: key }));
  assert.ok(file.equals((await object.Body?.transformToByteArray()) ?? new Uint8Array()), 'S3 holds the same bytes');
  assert.equal((await client.call('crl.status', {})).cloudWaiting, 0);
});

test('a CRL that could not be signed takes no number', async (t) => {
  const { station, client } = await bedOf(t);
  const { authority, ledger, clock, crlJobs } = station.parts;
  await client.call('ca.unlock', { secret: passphrase });
  await crlJobs.idle();
  const { issuer } = authority;
  const signer = authority.crlSigner(issuer.issuerId);
  // Locked after the signer was taken: from inside, so that nothing can come too late.
  const lockedMeanwhile = {
    ...ledger,
    crlSource: async (issuerId: string) => {
      const source = await ledger.crlSource(issuerId);
      authority.lock();
      return source;
    },
  };
  const making = issueCrl({ validMs: 3_600_000, actor: 'test' }, { ledger: lockedMeanwhile, clock, issuer, signer });
  await assert.rejects(making, withCode('ca.locked'));
  const { rows } = await ledger.listAudit({ limit: 100, offset: 0 });
  assert.equal(rows.filter(({ entry }) => entry === 'crl.intent').length, 1, 'only the first one was ever reserved');
});

test('openssl believes the file the station wrote', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { dir, client, issue } = await bedOf(t);
  await client.call('ca.unlock', { secret: passphrase });
  const [out, kept] = [await issue('UNIT-1'), await issue('UNIT-2')];
  await client.call('certificates.revoke', { serialHex: out.serialHex, reason: 'superseded', note });
  const file = scratch(t);
  const where = paths(dir);
  const judge = async (serialHex: string) => {
    const { pem } = await client.call('certificates.show', { serialHex });
    const chain = ['-CAfile', where.rootCertificate, '-untrusted', where.issuingCertificate];
    return openssl(['verify', '-crl_check', ...chain, '-CRLfile', where.crlPem, file(serialHex, pem ?? '')]);
  };
  assert.match((await judge(out.serialHex)).output, /certificate revoked/);
  assert.ok((await judge(kept.serialHex)).ok);
});

test('a crash between the CRL and its PEM is made good at the next look, while the CA is still locked', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const first = await bedOf(t);
  await first.client.call('ca.unlock', { secret: passphrase });
  const { serialHex } = await first.issue('UNIT-1');
  await first.client.call('certificates.revoke', { serialHex, reason: 'superseded', note });
  const { pem } = await first.client.call('certificates.show', { serialHex });
  await first.station.close();
  const where = paths(first.dir);
  const file = scratch(t);
  const judge = () => {
    const chain = ['-CAfile', where.rootCertificate, '-untrusted', where.issuingCertificate];
    return openssl(['verify', '-crl_check', ...chain, '-CRLfile', where.crlPem, file('unit.pem', pem ?? '')]).output;
  };
  for (const damage of [() => rm(where.crlPem), () => truncate(where.crlPem, 200)]) {
    await damage();
    assert.doesNotMatch(judge(), /certificate revoked/);
    const again = await openStation({ dir: first.dir, kind: 'host', threads: false });
    again.parts.crlJobs.look();
    await again.parts.crlJobs.idle();
    await again.close();
    assert.match(judge(), /certificate revoked/);
  }
});

test('while the CA is locked a revocation stands, and the status says that a CRL is due', async (t) => {
  const { dir, client, issue, crlJobs } = await bedOf(t);
  await client.call('ca.unlock', { secret: passphrase });
  const { serialHex } = await issue('UNIT-1');
  await crlJobs.idle();
  await client.call('ca.lock', {});
  await client.call('certificates.revoke', { serialHex, reason: 'unspecified', note });
  await crlJobs.idle();
  const locked = await client.call('crl.status', {});
  assert.deepEqual([locked.last?.entries, locked.due], [0, 'revocation']);
  await assert.rejects(client.call('crl.make', {}), withCode('ca.locked'));
  await rm(paths(dir).crl);
  await client.call('ca.unlock', { secret: passphrase });
  await crlJobs.idle();
  const unlocked = await client.call('crl.status', {});
  assert.deepEqual([unlocked.last?.entries, unlocked.due], [1, null]);
  assert.ok((await readFile(paths(dir).crl)).length > 0);
});

test('AWS that cannot be reached is told later', async (t) => {
  const { aws, client, issue, crlJobs } = await bedOf(t);
  await client.call('ca.unlock', { secret: passphrase });
  const { serialHex } = await issue('UNIT-1');
  await crlJobs.idle();
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  await client.call('certificates.revoke', { serialHex, reason: 'unspecified', note });
  await crlJobs.idle();
  const waiting = await client.call('crl.status', {});
  assert.deepEqual([waiting.cloudWaiting, waiting.trouble, waiting.due], [1, 'cloud.denied', null]);
  aws.setFault(null);
  crlJobs.look();
  await crlJobs.idle();
  const told = await client.call('crl.status', {});
  assert.deepEqual([told.cloudWaiting, told.trouble], [0, null]);
});

test('only an engineer revokes, and says why', async (t) => {
  const { station, client, issue } = await bedOf(t);
  await client.call('ca.unlock', { secret: passphrase });
  const { serialHex } = await issue('UNIT-1');
  const quinn = { badge: 'QA-1', pin: '480627' };
  await client.call('people.add', { ...quinn, name: 'Quinn', role: 'qa' });
  const qa = createClient(station.connect('test'));
  await qa.call('session.signIn', quinn);
  const refused = qa.call('certificates.revoke', { serialHex, reason: 'unspecified', note });
  await assert.rejects(refused, withCode('session.forbidden'));
  const silent = client.call('certificates.revoke', { serialHex, reason: 'unspecified', note: '  ' });
  await assert.rejects(silent, withCode('call.badParams'));
  assert.equal((await qa.call('certificates.list', { state: 'issued' })).total, 1);
});

test('a CRL is due at first, after a revocation, by the schedule and before the last one ends', () => {
  const schedule = { everyHours: 24, validDays: 28 };
  const last = {
    number: 1,
    entries: 0,
    thisUpdateAt: '2026-11-01T00:00:00.000Z',
    nextUpdateAt: '2026-11-29T00:00:00.000Z',
  };
  const due = (standing: Partial<Parameters<typeof crlDueAt>[0]>, now: string) =>
    crlDueAt({ last, revoked: 0, cloudWaiting: 0, ...standing }, schedule, new Date(now));
  assert.equal(due({ last: null }, '2026-11-01T01:00:00Z'), 'first');
  assert.equal(due({}, '2026-11-01T23:59:59Z'), null);
  assert.equal(due({ revoked: 1 }, '2026-11-01T01:00:00Z'), 'revocation');
  assert.equal(due({}, '2026-11-02T00:00:00Z'), 'schedule');
  assert.equal(due({}, '2026-11-22T00:00:01Z'), 'nextUpdate');
});
