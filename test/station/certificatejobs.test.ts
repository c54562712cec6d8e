/** Many device certificates in AWS: each has its result, what rests goes on, and a restart does nothing twice. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DescribeCertificateCommand, RegisterCertificateCommand } from '@aws-sdk/client-iot';
import { createClient, type StationError } from '../../app/contract/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeCsr } from '../ca/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { snapshotOf } from './snapshotof.ts';

const perSecond = 1000;

/** Three units on record; the first two are registered in AWS. */
async function bedOf(t: TestContext, own = false) {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const dir = await makeStation(undefined, false, { own });
  const open = async (kind: 'host' | 'command' = 'host') => {
    const station = await openStation({
      ...{ dir, kind },
      cloud: { target: { region, bucket, roleArn, policyNames: [], endpointUrl }, credentials },
    });
    const client = createClient(station.connect('test'));
    await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    return { station, client };
  };
  const { station, client } = await open();
  t.after(() => station.close());
  await client.call('ca.unlock', { secret: passphrase });
  await client.call('cloud.registerCas', {});
  const iot = iotClient(t, aws);
  const certificates: { serialHex: string; certificateId: string }[] = [];
  for (const unitSerial of ['U-1', 'U-2', 'U-3']) {
    const job = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: undefined, actor: 'test' };
    const { serialHex } = await signCsr(job, station.parts.lineTools);
    const { pem, certificateId } = await client.call('certificates.show', { serialHex });
    if (unitSerial !== 'U-3')
      await iot.send(new RegisterCertificateCommand({ certificatePem: pem ?? '', status: 'ACTIVE' }));
    certificates.push({ serialHex, certificateId: certificateId ?? '' });
  }
  const statusOf = async (index: number) =>
    (await iot.send(new DescribeCertificateCommand({ certificateId: certificates[index]?.certificateId ?? '' })))
      .certificateDescription?.status;
  return { aws, dir, station, client, certificates, statusOf, open };
}

test('units are deactivated, activated and revoked, and each has its result', async (t) => {
  const { client, station, statusOf } = await bedOf(t);
  const unitSerials = ['U-1', 'U-2', 'U-3'];
  const { jobId, count } = await client.call('cloud.setCertificates', { act: 'deactivate', unitSerials, perSecond });
  assert.equal(count, 3);
  const ended = await station.parts.certificateJobs.idle(jobId);
  assert.deepEqual([ended.state, ended.done, ended.unknown, ended.refused], ['ended', 2, 1, 0]);
  const { rows } = await client.call('cloud.certificateResults', { jobId });
  assert.deepEqual(
    rows.map(({ unitSerial, outcome }) => [unitSerial, outcome]),
    [
      ...[
        ['U-1', 'done'],
        ['U-2', 'done'],
      ],
      ['U-3', 'unknown'],
    ],
  );
  assert.deepEqual([await statusOf(0), await statusOf(1)], ['INACTIVE', 'INACTIVE']);
  const again = await client.call('cloud.setCertificates', { act: 'activate', orderId: 'default', perSecond });
  await station.parts.certificateJobs.idle(again.jobId);
  assert.equal(await statusOf(0), 'ACTIVE');
  const revoke = { act: 'revoke', reason: 'keyCompromise', note: 'found in a river' } as const;
  await assert.rejects(
    client.call('cloud.setCertificates', { act: 'revoke', unitSerials: ['U-1'] }),
    refuses('call.badParams'),
  );
  const revoked = await client.call('cloud.setCertificates', { ...revoke, unitSerials: ['U-1'], perSecond });
  assert.equal((await station.parts.certificateJobs.idle(revoked.jobId)).done, 1);
  assert.equal(await statusOf(0), 'REVOKED');
  assert.equal((await client.call('crl.status', {})).last?.entries, 1, 'on record and in the CRL');
  await assert.rejects(
    client.call('cloud.setCertificates', { act: 'activate', unitSerials: ['U-1'] }),
    refuses('certificate.notFound'),
  );
});

test('a job rests while AWS denies it, and goes on where it rested; a stopped one does not', async (t) => {
  const { client, station, aws, statusOf } = await bedOf(t);
  const { certificateJobs } = station.parts;
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  const asked = { act: 'deactivate' as const, unitSerials: ['U-1', 'U-2'], perSecond };
  const { jobId } = await client.call('cloud.setCertificates', asked);
  const resting = await certificateJobs.idle(jobId);
  assert.deepEqual([resting.state, resting.done, resting.error?.code], ['resting', 0, 'cloud.denied']);
  aws.setFault(null);
  await client.call('cloud.resumeCertificates', { jobId });
  assert.deepEqual((await certificateJobs.idle(jobId)).done, 2);
  assert.equal(await statusOf(1), 'INACTIVE');
  await assert.rejects(client.call('cloud.resumeCertificates', { jobId }), refuses('batch.badState'));
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  const other = await client.call('cloud.setCertificates', { ...asked, act: 'activate' });
  await certificateJobs.idle(other.jobId);
  await client.call('cloud.stopCertificates', { jobId: other.jobId });
  assert.equal((await client.call('cloud.certificateJobs', {}))[0]?.state, 'stopped');
  const { rows } = await station.parts.ledger.listAudit({ limit: 60, offset: 0 });
  for (const entry of [
    'cloud.certificatesAsked',
    'cloud.certificatesResumed',
    'cloud.certificatesStopped',
    'cloud.certificateSet',
  ])
    assert.ok(
      rows.some((row) => row.entry === entry && row.actor === 'Erin (EN-1)'),
      entry,
    );
});

test('what a restart finds under way goes on after its last result', async (t) => {
  const { client, station, aws, dir, certificates, statusOf, open } = await bedOf(t);
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  const asked = { act: 'deactivate' as const, unitSerials: ['U-1', 'U-2'], perSecond };
  const { jobId } = await client.call('cloud.setCertificates', asked);
  await station.parts.certificateJobs.idle(jobId);
  const { appendFile } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const done = { serialHex: certificates[0]?.serialHex, unitSerial: 'U-1', outcome: 'done' };
  // The first line is whole; the power went during the second.
  await appendFile(join(dir, 'certificatejobs', `${jobId}.results.jsonl`), `${JSON.stringify(done)}\n{"serialHex":"12`);
  aws.setFault(null);
  await station.close();
  const next = await open();
  t.after(() => next.station.close());
  await snapshotOf(next.client, 'cloud.changed', ({ jobs }) => jobs[0]?.state === 'ended');
  const ended = await next.station.parts.certificateJobs.idle(jobId);
  assert.equal(ended.done, 2);
  assert.deepEqual([await statusOf(0), await statusOf(1)], ['ACTIVE', 'INACTIVE'], 'the first was not done again');
});

test('a command does not go on by itself, shows what rests, and a certificate is in one job at a time', async (t) => {
  const { client, station, aws, statusOf, open } = await bedOf(t);
  aws.setFault({ kind: 'deny', operation: 'UpdateCertificate' });
  const asked = { act: 'deactivate' as const, unitSerials: ['U-1', 'U-2'], perSecond };
  const { jobId } = await client.call('cloud.setCertificates', asked);
  await station.parts.certificateJobs.idle(jobId);
  aws.setFault(null);
  await station.close();

  const command = await open('command');
  t.after(() => command.station.close());
  const jobs = () => command.client.call('cloud.certificateJobs', {});
  assert.deepEqual(
    (await jobs()).map((one) => [one.jobId, one.state]),
    [[jobId, 'resting']],
  );
  const other = { act: 'activate' as const, unitSerials: ['U-2', 'U-3'], perSecond };
  await assert.rejects(command.client.call('cloud.setCertificates', other), (thrown: StationError) => {
    assert.deepEqual([thrown.code, thrown.data?.jobId], ['certificate.inJob', jobId]);
    return true;
  });
  assert.deepEqual([await statusOf(0), await statusOf(1)], ['ACTIVE', 'ACTIVE'], 'nothing went on');
  await command.client.call('cloud.stopCertificates', { jobId });
  const { certificateJobs } = command.station.parts;
  const again = await command.client.call('cloud.setCertificates', other);
  assert.equal((await certificateJobs.idle(again.jobId)).state, 'ended');
  assert.equal((await jobs()).length, 2);
});

test('a job that waits for AWS says why, and a stopped revocation is in the CRL as far as it is on record', async (t) => {
  const { client, station, aws } = await bedOf(t, true);
  const revoke = { act: 'revoke', reason: 'keyCompromise', note: 'lost' } as const;
  aws.setOutage('drops');
  const { jobId } = await client.call('cloud.setCertificates', { ...revoke, unitSerials: ['U-1', 'U-2'], perSecond });
  await snapshotOf(client, 'cloud.changed', ({ jobs }) => jobs[0]?.waitingReason === 'unreachable');
  await client.call('cloud.stopCertificates', { jobId });
  aws.setOutage(null);
  assert.equal((await station.parts.certificateJobs.idle(jobId)).state, 'stopped');
  assert.equal((await client.call('crl.status', {})).last?.entries, 1);
});

test('jobs that could not be read are named, and read again when they can be', async (t) => {
  const { client, station, dir, open } = await bedOf(t);
  const { jobId } = await client.call('cloud.setCertificates', {
    act: 'deactivate',
    unitSerials: ['U-1', 'U-2'],
    perSecond,
  });
  await station.parts.certificateJobs.idle(jobId);
  await station.close();
  const results = join(dir, 'certificatejobs', `${jobId}.results.jsonl`);
  const [aside, kept] = [`${results}.aside`, readFileSync(results, 'utf8')];
  renameSync(results, aside);
  // A folder in its place: a file that is there and cannot be read is not an empty one.
  mkdirSync(results);
  const next = await open();
  t.after(() => next.station.close());
  await assert.rejects(next.client.call('cloud.certificateJobs', {}), refuses('records.failed'));
  rmdirSync(results);
  writeFileSync(results, `${kept}{}\n`);
  await assert.rejects(next.client.call('cloud.certificateJobs', {}), (thrown: StationError) => {
    assert.match(thrown.detail, /certificatejobs.*move it out of the folder/);
    return thrown.code === 'records.damaged';
  });
  renameSync(aside, results);
  const [job] = await next.client.call('cloud.certificateJobs', {});
  assert.deepEqual([job?.jobId, job?.done], [jobId, 2]);
});
