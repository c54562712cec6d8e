/** AWS's own CA as a recipe's issuer, with the practice AWS: from the recipe to the story of the unit. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-iot';
import { createClient } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const recipe = { name: 'amazon', model: '*', driver: 'agent', profile: 'aws-iot-device', issuer: { aws: 'main' } };
const minute = 60_000;

async function bedOf(t: TestContext) {
  const aws = await practice(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, policyName, credentials } = aws;
  const target = { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
  const { clock, advance } = movableClock();
  const bench = createPracticeBench({ slots: 1, driverOf: () => 'agent', clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }]);
  const station = await openStation({
    ...{ dir, kind: 'host', threads: false, ports: bench, clock },
    cloud: { target, credentials },
  } as const);
  t.after(() => station.close());
  await station.parts.authority.unlock(passphrase);
  const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
  await engineer.call('station.configure', { ca: { autoLockMinutes: 0 } });
  const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify(recipe) });
  await engineer.call('recipes.approve', { name, version });
  const iot = iotClient(t, aws);
  return {
    ...{ aws, bench, station, engineer, advance, ledger: station.parts.ledger },
    async run(device?: ReturnType<typeof bench.plug>) {
      const plugged = device ? bench.plug(1, device) : bench.plug(1);
      await slotWhen(operator, 1, 'SCAN');
      await operator.call('bench.scan', { text: plugged.label });
      const { state, error } = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
      bench.unplug(1);
      return { device: plugged, label: plugged.label, state, code: error?.code };
    },
    show: (unitSerial: string) => engineer.call('units.show', { unitSerial }),
    /** All certificates of the account, by status. */
    async account() {
      const { certificates = [] } = await iot.send(new ListCertificatesCommand({}));
      return certificates.map(({ status }) => status).sort();
    },
    async statusOf(certificateId: string | null | undefined) {
      const found = await iot.send(new DescribeCertificateCommand({ certificateId: certificateId ?? '' }));
      return found.certificateDescription?.status;
    },
    async look() {
      station.parts.crlJobs.look();
      await station.parts.crlJobs.idle();
    },
    async audited(entry: string) {
      const { rows } = await station.parts.ledger.listAudit({ limit: 500, offset: 0 });
      return rows.filter((row) => row.entry === entry);
    },
  };
}

test('from the recipe to the registered unit, and to its revocation', async (t) => {
  const bed = await bedOf(t);
  const { engineer, station } = bed;
  const { label, state, code } = await bed.run();
  assert.equal(state, 'PASS', code);
  const unit = await bed.show(label);
  const [certificate] = unit.certificates;
  assert.deepEqual([unit.certificates.length, certificate?.state, certificate?.awsTarget], [1, 'issued', 'main']);
  assert.equal(await bed.statusOf(certificate?.certificateId), 'INACTIVE', 'before it is registered');
  const shown = await engineer.call('certificates.show', { serialHex: certificate?.serialHex ?? '' });
  assert.deepEqual([shown.awsTarget, shown.chainPem], ['main', shown.pem]);
  assert.equal((await bed.audited('aws.asked')).length, 1);
  assert.equal((await bed.audited('aws.issued'))[0]?.subject, certificate?.serialHex);

  await assert.rejects(engineer.call('batches.make', { way: 'bulk' }), { code: 'batch.empty' });
  const { batchId } = await engineer.call('batches.make', { way: 'registerThing' });
  const { problems } = await engineer.call('batches.check', { batchId });
  assert.deepEqual(problems, [], 'no CA is asked for');
  assert.equal((await (await station.parts.batchJobs.submit({ batchId, actor: 'test' })).done).state, 'done');
  assert.equal((await bed.show(label)).state, 'registered');
  assert.equal(await bed.statusOf(certificate?.certificateId), 'ACTIVE');
  assert.equal(bed.aws.snapshot().things, 1);

  const { serialHex = '' } = certificate ?? {};
  await engineer.call('certificates.revoke', { serialHex, reason: 'unspecified', note: 'lost' });
  await station.parts.crlJobs.idle();
  assert.equal(await bed.statusOf(certificate?.certificateId), 'REVOKED');
  assert.equal((await engineer.call('certificates.show', { serialHex })).revocation?.cloud, 'revoked');
  assert.notEqual((await engineer.call('crl.status', {})).due, 'revocation', 'no CRL of ours lists it');
});

test('offline the line says so, and the unit passes once the network is back', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setOutage('drops');
  const first = await bed.run();
  assert.deepEqual([first.state, first.code], ['CHECK_STATION', 'cloud.unreachable']);
  assert.equal((await bed.ledger.lostAwsRequests()).length, 1, 'AWS may have made one');
  bed.aws.setOutage(null);
  const second = await bed.run(first.device);
  assert.equal(second.state, 'PASS', second.code);
  assert.equal((await bed.show(first.label)).certificates.length, 1);
  await bed.look();
  assert.deepEqual(await bed.account(), ['INACTIVE'], 'the one on record is left alone');
  assert.equal((await bed.ledger.lostAwsRequests()).length, 1, 'a call may still be under way');
  bed.advance(11 * minute);
  await bed.look();
  assert.deepEqual(await bed.ledger.lostAwsRequests(), [], 'nothing was made');
});

test('a lost answer: the certificate that AWS made is found and revoked, and the unit gets another one', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setFault({ kind: 'hangup', when: 'after', times: 1, operation: 'CreateCertificateFromCsr' });
  const first = await bed.run();
  assert.equal(first.code, 'cloud.unreachable');
  assert.deepEqual(await bed.account(), ['INACTIVE'], 'nobody holds it');
  const second = await bed.run(first.device);
  assert.equal(second.state, 'PASS', second.code);
  await bed.look();
  assert.deepEqual(await bed.account(), ['INACTIVE', 'REVOKED']);
  const [{ certificateId } = { certificateId: null }] = (await bed.show(first.label)).certificates;
  assert.equal(await bed.statusOf(certificateId), 'INACTIVE', 'the one on record is left alone');
  const [orphan] = await bed.audited('aws.orphanRevoked');
  assert.deepEqual([orphan?.subject, orphan?.actor], [first.label, 'station']);
  await bed.look();
  assert.equal((await bed.audited('aws.orphanRevoked')).length, 1, 'once');
});

test('a refusal leaves nothing to look for', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setFault({ kind: 'deny', operation: 'CreateCertificateFromCsr' });
  const { label, code } = await bed.run();
  assert.equal(code, 'cloud.denied');
  assert.deepEqual(await bed.ledger.lostAwsRequests(), []);
  assert.ok((await bed.show(label)).journal.some(({ entry }) => entry === 'certificate.notMade'));
  assert.deepEqual(await bed.account(), []);
});

test('a page of a proxy is no answer: what AWS made is looked for', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setFault({ kind: 'html', times: 1, operation: 'CreateCertificateFromCsr' });
  assert.equal((await bed.run()).code, 'cloud.badAnswer');
  assert.equal((await bed.ledger.lostAwsRequests()).length, 1);
});

test('a recipe names a target that there is', async (t) => {
  const { engineer } = await bedOf(t);
  const text = JSON.stringify({ ...recipe, issuer: { aws: 'nowhere' } });
  await assert.rejects(engineer.call('recipes.save', { text }), {
    code: 'recipe.invalid',
    detail: /no AWS target nowhere/,
  });
});
