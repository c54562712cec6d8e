/** Claims of orders, with the practice AWS: made, written to devices that can take them, and ended. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import {
  CreateProvisioningTemplateCommand,
  DescribeCertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { pemOf } from '../../app/ca/index.ts';
import { createClient } from '../../app/contract/index.ts';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { invoke } from '../../app/practice/aws/lambda/run.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { deviceTable, hookTemplate } from '../../app/registration/account/cloudformation.ts';
import { gatewayOf } from '../../app/registration/claims/gateway.ts';
import { claimTalk } from '../../app/registration/claims/talk.ts';
import { type ClientIdentity, connectMqtt } from '../../app/registration/mqtt/client.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { createPki } from '../practice/pki.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';

const recipe = {
  ...{ name: 'by-claim', model: '*', profile: 'aws-iot-device', seal: false },
  provisioning: { way: 'claim', target: 'main', template: 'fleet' },
};
const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' } },
  Resources: {
    thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
  },
});
const place = { orderId: 'WO-C', target: 'main', template: 'fleet' };

async function bedOf(t: TestContext, quantity = 5, driver = 'nrf91') {
  const aws = await practice(t, { gateway: { port: 0 } });
  const iot = iotClient(t, aws);
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: aws.roleArn };
  await iot.send(new CreateProvisioningTemplateCommand(made));
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = aws;
  const { host, port, rootCaPem } = aws.gateway ?? assert.fail('no gateway');
  const target = { region, bucket, roleArn, policyNames: [], endpointUrl, gateway: { host, port, rootCaPem } };
  const bench = createPracticeBench({ slots: 1, driverOf: () => driver, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver }]);
  const open = async () => {
    const station = await openStation({
      ...{ dir, kind: 'host', threads: false, ports: bench },
      cloud: { target, credentials },
    } as const);
    const [engineer, operator] = [createClient(station.connect('test')), createClient(station.connect('test'))];
    await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    await operator.call('session.signIn', { badge: 'OP-1', pin: '1111' });
    return { station, engineer, operator };
  };
  let now = await open();
  t.after(() => now.station.close());
  await now.station.parts.authority.unlock(passphrase);
  const { engineer } = now;
  await engineer.call('station.configure', { ca: { autoLockMinutes: 0 } });
  const { name, version } = await engineer.call('recipes.save', {
    text: JSON.stringify({ ...recipe, driver, rootCa: await readFile(rootCaPem, 'utf8') }),
  });
  await engineer.call('recipes.approve', { name, version });
  await engineer.call('orders.make', { orderId: 'WO-C', model: '*', quantity, recipe: name, activate: true });
  return {
    ...{ aws, iot, engineer },
    station: () => now.station,
    client: () => now.engineer,
    gateway: () =>
      gatewayOf({ name: 'main', gateway: { host, port, rootCaPem } }, { describeEndpoint: async () => '' }, ''),
    make: () => now.engineer.call('claims.make', { ...place, passphrase }),
    async run() {
      const { label } = bench.plug(1);
      await slotWhen(now.operator, 1, 'SCAN');
      await now.operator.call('bench.scan', { text: label });
      const { state, error } = await slotWhen(now.operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
      const online = bench.online(1);
      bench.unplug(1);
      return { label, state, online, code: error?.code, detail: error?.detail };
    },
    /** The hook that the station writes, for the order's template. */
    async hook() {
      const stack = JSON.stringify(hookTemplate({ ...target, name: 'main' }));
      const { outputs } = await createStack(aws.account, 'hook', stack);
      const targetArn = outputs.find(({ key }) => key === 'HookArn')?.value ?? '';
      const preProvisioningHook = { targetArn };
      await iot.send(new UpdateProvisioningTemplateCommand({ templateName: 'fleet', preProvisioningHook }));
      // Its first event loads the SDK, which takes longer than AWS waits when the PC is busy.
      await invoke(aws.account, targetArn, { parameters: {} }, { timeoutMs: 60_000 });
    },
    rows: () =>
      [...(aws.account.state.tables.get(deviceTable('main'))?.items.values() ?? [])].map(({ id, maxUnits }) =>
        maxUnits ? `limit ${maxUnits.N}` : (id?.S ?? ''),
      ),
    scrap: (unitSerial: string) =>
      now.operator.call('units.scrap', { unitSerial, reason: 'cracked', second: { badge: 'EN-1', pin: '2222' } }),
    /** Everything is told that can be told now. */
    async told() {
      now.station.parts.allowLists.wake();
      await now.station.parts.allowLists.idle();
    },
    async restart() {
      await now.station.close();
      now = await open();
    },
    async look() {
      now.station.parts.crlJobs.look();
      await now.station.parts.crlJobs.idle();
    },
    async statusOf(certificateId: string | null) {
      const found = await iot.send(new DescribeCertificateCommand({ certificateId: certificateId ?? '' }));
      return found.certificateDescription?.status;
    },
  };
}
type Bed = Awaited<ReturnType<typeof bedOf>>;

/** What is on a device: the claim's certificate and its key. */
async function identityOf({ station }: Bed) {
  const { claimOf } = station().parts.lineTools;
  const { certificateDer, privateKeyDer } = await claimOf(place);
  return {
    certificatePem: pemOf('CERTIFICATE', certificateDer),
    privateKeyPem: pemOf('PRIVATE KEY', privateKeyDer),
  };
}

test('a unit passes with the claim of its order, and the claim makes it a thing, and nothing else', async (t) => {
  const bed = await bedOf(t);
  const none = await bed.run();
  assert.deepEqual([none.state, none.code], ['CHECK_STATION', 'claim.none']);
  const claim = await bed.make();
  assert.deepEqual([claim.state, claim.open, claim.units], ['active', true, 0]);
  assert.equal(await bed.statusOf(claim.certificateId), 'ACTIVE');
  await assert.rejects(bed.make(), { code: 'claim.exists' });

  const { label, state, detail } = await bed.run();
  assert.equal(state, 'PASS', detail);
  const unit = await bed.client().call('units.show', { unitSerial: label });
  assert.deepEqual([unit.state, unit.certificates], ['passed', []]);
  const given = unit.journal.find(({ entry }) => entry === 'claim.given');
  assert.equal(given?.data.certificateId, claim.certificateId);
  const done = unit.journal.find(({ step, entry }) => step === 'claim' && entry === 'step.done');
  assert.deepEqual(done?.data.compared, ['certificate', 'rootCa', 'privateKey']);
  assert.deepEqual(done?.data.notHeld, ['template', 'unitSerial']);
  assert.equal((await bed.client().call('claims.list', {}))[0]?.units, 1);

  // What the device does in the field.
  const [gateway, identity, pki] = [await bed.gateway(), await identityOf(bed), createPki()];
  t.after(() => pki.remove());
  const talk = claimTalk(await connectMqtt({ gateway, identity, clientId: `claim-${label}` }), 'fleet', systemClock);
  await talk.certify(pki.csr(label));
  assert.equal((await talk.provision({ SerialNumber: label })).thingName, label);
  await talk.close();
  await assert.rejects(connectMqtt({ gateway, identity, clientId: label }), 'not under the name of a device at work');
  const link = await connectMqtt({ gateway, identity, clientId: 'claim-x' });
  await assert.rejects(link.publish('devices/x/state', Buffer.from('{}')), { code: 'cloud.unreachable' });
});

/** What a device that has the claim does in the field. @returns the name of its thing */
async function provision(t: TestContext, bed: Bed, serial: string, own?: ClientIdentity): Promise<string> {
  const [gateway, identity, pki] = [await bed.gateway(), own ?? (await identityOf(bed)), createPki()];
  t.after(() => pki.remove());
  const talk = claimTalk(await connectMqtt({ gateway, identity, clientId: `claim-${serial}` }), 'fleet', systemClock);
  await talk.certify(pki.csr(serial));
  const { thingName } = await talk.provision({ SerialNumber: serial }).finally(() => talk.close());
  return thingName;
}

test('the hook that the station wrote learns by itself which units may come, whatever is lost in between', async (t) => {
  const bed = await bedOf(t, 3);
  await bed.hook();
  await bed.make();
  await bed.told();
  assert.deepEqual(bed.rows(), ['limit 3']);
  await assert.rejects(provision(t, bed, 'STRANGER-1'), { code: 'cloud.denied' });
  const first = await bed.run();
  await bed.told();
  assert.equal(await provision(t, bed, first.label), first.label);

  bed.aws.setFault({ kind: 'deny', operation: 'UpdateItem' });
  const second = await bed.run();
  assert.equal(second.state, 'PASS', 'a PASS does not wait for AWS');
  await bed.told();
  assert.equal(bed.rows().length, 2);
  bed.aws.setFault(null);
  bed.aws.setFault({ kind: 'hangup', when: 'after', operation: 'UpdateItem', times: 1 });
  await bed.restart();
  await bed.station().parts.authority.unlock(passphrase);
  await bed.told();
  assert.equal(await provision(t, bed, second.label), second.label);

  const hookError = async () => (await bed.client().call('claims.list', {}))[0]?.hookError?.code;
  bed.aws.setFault({ kind: 'deny', operation: 'UpdateItem' });
  await assert.rejects(bed.client().call('claims.allow', { claimId: 1, maxUnits: 2 }), { code: 'cloud.denied' });
  await bed.told();
  assert.equal(await hookError(), 'cloud.denied', 'the engineer sees why devices would be refused');
  bed.aws.setFault(null);
  await bed.told();
  assert.equal(await hookError(), undefined);
  assert.deepEqual(bed.rows(), ['limit 2', `serial:${first.label}`, `serial:${second.label}`]);
  await bed.client().call('claims.allow', { claimId: 1, maxUnits: null });
  await bed.client().call('claims.retire', { claimId: 1 });
  await bed.told();
  assert.deepEqual(bed.rows()[0], 'limit 2', 'as many as have it');
  await bed.scrap(first.label);
  await bed.told();
  assert.deepEqual(bed.rows(), ['limit 2', `serial:${second.label}`]);
  await bed.client().call('claims.revoke', { claimId: 1 });
  await bed.told();
  assert.deepEqual(bed.rows(), []);
});

test('a template without our hook is told nothing, unless a person asks', async (t) => {
  const bed = await bedOf(t);
  await bed.make();
  await bed.told();
  const { state } = bed.aws.account;
  assert.deepEqual([state.tables.size, (await bed.station().parts.ledger.hookWork()).length], [0, 1]);
  await assert.rejects(bed.client().call('claims.allow', { claimId: 1 }), { code: 'cloud.noTable' });
});

/** A unit passes, its conversation is kept, and the key of the claim is not in it. */
async function assertKeptOut(bed: Bed, written: string) {
  await bed.make();
  const key = Buffer.from((await bed.station().parts.lineTools.claimOf(place)).privateKeyDer).toString('base64');
  const { label, state, online } = await bed.run();
  assert.equal(state, 'PASS');
  const { lines } = await bed.client().call('units.transcript', { unitSerial: label, attempt: 1 });
  const kept = lines.map(({ text }) => text).join('');
  assert.ok(kept.includes(written) && kept.includes('[redacted]'), 'the conversation is there');
  for (const part of key.match(/.{16}/g) ?? []) assert.ok(!kept.includes(part), part);
  return { label, online: online ?? assert.fail('it cannot connect') };
}

test('a Zephyr device becomes a thing by what the line wrote to it, and the key is in no transcript', async (t) => {
  const bed = await bedOf(t, 1, 'zephyr');
  const { label, online } = await assertKeptOut(bed, 'cred add 16842753 PK DEFAULT BIN [redacted]');
  const { certificatePem, key } = online.identity;
  const privateKeyPem = typeof key === 'string' ? key : key.export({ format: 'pem', type: 'pkcs8' }).toString();
  assert.equal(await provision(t, bed, label, { certificatePem, privateKeyPem }), label);
});

test('the key of a claim is in no transcript, is locked with the CA, and opens with it after a restart', async (t) => {
  const bed = await bedOf(t);
  await assertKeptOut(bed, 'CMNG=0');
  bed.station().parts.authority.lock();
  assert.equal((await bed.client().call('claims.list', {}))[0]?.open, false);
  await bed.restart();
  await bed.station().parts.authority.unlock(passphrase);
  assert.equal((await bed.client().call('claims.list', {}))[0]?.open, true);
  assert.equal((await bed.run()).state, 'PASS');
  await assert.rejects(bed.client().call('claims.open', { passphrase: 'another passphrase' }), {
    code: 'ca.wrongPassphrase',
  });
});

test('units with a claim take places in the order; its end retires the claim, a person revokes it', async (t) => {
  const bed = await bedOf(t, 1);
  const { claimId, certificateId } = await bed.make();
  assert.equal((await bed.run()).state, 'PASS');
  const [order] = (await bed.client().call('orders.list', {})).filter(({ orderId }) => orderId === 'WO-C');
  assert.deepEqual([order?.issued, order?.passed], [1, 1]);
  const next = { unitSerial: 'NEXT-1', orderId: 'WO-C', driver: 'nrf91', slotId: null, actor: 'x', practice: false };
  const ledger = bed.station().parts.ledger;
  const start = ledger.startAttempt({ ...next, recipe: { name: 'by-claim', version: 1, hash: 'x' } });
  await assert.rejects(start, { code: 'order.full' });
  await bed.look();
  const [retired] = await bed.client().call('claims.list', {});
  assert.deepEqual([retired?.state, retired?.units, retired?.open], ['retired', 1, false]);
  assert.equal(await bed.statusOf(certificateId), 'ACTIVE', 'the unit has not used it yet');

  await bed.client().call('claims.revoke', { claimId });
  await bed.look();
  assert.equal(await bed.statusOf(certificateId), 'REVOKED');
  assert.equal((await bed.client().call('claims.list', {}))[0]?.state, 'revoked');
  await assert.rejects(bed.client().call('claims.retire', { claimId }), { code: 'claim.ended' });
});

test('a claim that was begun goes on: each act of AWS may fail first', async (t) => {
  const bed = await bedOf(t);
  for (const operation of ['CreateCertificateFromCsr', 'CreatePolicy', 'AttachPolicy', 'UpdateCertificate']) {
    bed.aws.setFault({ kind: 'deny', operation });
    await assert.rejects(bed.make(), { code: 'cloud.denied' }, operation);
    bed.aws.setFault(null);
    const [begun] = await bed.client().call('claims.list', {});
    assert.notEqual(begun?.state, 'active', operation);
  }
  await assert.rejects(bed.client().call('claims.make', { ...place, passphrase: 'another passphrase' }), {
    code: 'ca.wrongPassphrase',
  });
  const { claimId, state } = await bed.make();
  assert.deepEqual([claimId, state], [1, 'active']);
});

test('the certificate of a claim whose answer was lost is found by its key, and revoked', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setFault({ kind: 'hangup', when: 'after', operation: 'CreateCertificateFromCsr', times: 1 });
  await assert.rejects(bed.make(), { code: 'cloud.unreachable' });
  await bed.look();
  const statuses = () => [...bed.aws.account.state.certificates.values()].map(({ status }) => status);
  assert.deepEqual(statuses(), ['INACTIVE'], 'while the claim is begun, its answer may be on its way');
  await bed.make();
  await bed.look();
  assert.deepEqual(statuses(), ['REVOKED', 'ACTIVE']);
  await bed.look();
  const audits = (await bed.station().parts.ledger.listAudit({ limit: 50, offset: 0 })).rows;
  assert.equal(audits.filter(({ entry }) => entry === 'claim.orphanRevoked').length, 1);
});

test('a template that is not there makes no claim, and a driver without a place for a key is refused', async (t) => {
  const bed = await bedOf(t);
  const other = { ...place, template: 'nothing', passphrase };
  await assert.rejects(bed.client().call('claims.make', other), { code: 'template.unfit' });
  assert.deepEqual(await bed.client().call('claims.list', {}), []);
  await assert.rejects(
    bed.client().call('recipes.save', { text: JSON.stringify({ ...recipe, name: 'shells', driver: 'freertos' }) }),
    { code: 'recipe.invalid', detail: /no way to write a private key.*nrf91/ },
  );
});
