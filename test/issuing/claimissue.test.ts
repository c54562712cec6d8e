/** The station speaks for a device without a network, with the practice AWS: from the recipe to the registered unit. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  CreateProvisioningTemplateCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  ListCertificatesCommand,
  ListThingPrincipalsCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { createClient } from '../../app/contract/index.ts';
import { driverNames } from '../../app/device/drivers/index.ts';
import { type PracticeAws, roleName } from '../../app/practice/aws/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { iotClient, practice } from '../practice/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const minute = 60_000;

/** `agent-SN`: not the name that the recipe has for the thing. */
export const fleetTemplate = (policyName: string) =>
  JSON.stringify({
    Parameters: { SerialNumber: { Type: 'String' }, Order: { Type: 'String', Default: '' } },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { 'Fn::Join': ['-', ['agent', { Ref: 'SerialNumber' }]] },
          AttributePayload: { order: { Ref: 'Order' } },
        },
        OverrideSettings: { AttributePayload: 'REPLACE' },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
    },
    DeviceConfiguration: { site: 'hall-3' },
  });

const recipe = (driver: string) => ({
  ...{ name: `claims-${driver}`, model: '*', driver, profile: 'aws-iot-device', seal: driver === 'agent' },
  provisioning: {
    ...{ way: 'trustedUser', target: 'main', template: 'fleet' },
    parameters: { SerialNumber: '{unitSerial}', Order: 'order:{orderId}' },
  },
});

async function accountOf(t: TestContext): Promise<PracticeAws> {
  const aws = await practice(t, { gateway: { port: 0 } });
  const templateBody = fleetTemplate(aws.policyName);
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: aws.roleArn };
  await iotClient(t, aws).send(new CreateProvisioningTemplateCommand(made));
  return aws;
}

async function bedOf(t: TestContext, driver = 'agent') {
  const aws = await accountOf(t);
  const { endpoint: endpointUrl, region, bucket, roleArn, policyName, credentials, gateway } = aws;
  assert.ok(gateway);
  const { host, port, rootCaPem } = gateway;
  const target = {
    region,
    bucket,
    roleArn,
    policyNames: [policyName],
    endpointUrl,
    gateway: { host, port, rootCaPem },
  };
  const { clock, advance } = movableClock();
  const bench = createPracticeBench({ slots: 1, driverOf: () => driver, clock: systemClock, baud: 0, computeMs: 0 });
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver }]);
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
  const { name, version } = await engineer.call('recipes.save', { text: JSON.stringify(recipe(driver)) });
  await engineer.call('recipes.approve', { name, version });
  const iot = iotClient(t, aws);
  return {
    ...{ aws, bench, station, engineer, advance, iot, ledger: station.parts.ledger },
    async run(device?: ReturnType<typeof bench.plug>) {
      const plugged = device ? bench.plug(1, device) : bench.plug(1);
      await slotWhen(operator, 1, 'SCAN');
      await operator.call('bench.scan', { text: plugged.label });
      const { state, error } = await slotWhen(operator, 1, 'PASS', 'FAIL', 'CHECK_STATION');
      bench.unplug(1);
      return { device: plugged, label: plugged.label, state, code: error?.code, detail: error?.detail };
    },
    show: (unitSerial: string) => engineer.call('units.show', { unitSerial }),
    /** The certificates of the account, by status. */
    async account() {
      const { certificates = [] } = await iot.send(new ListCertificatesCommand({}));
      return certificates.map(({ status }) => status).sort();
    },
    async look() {
      station.parts.crlJobs.look();
      await station.parts.crlJobs.idle();
    },
  };
}

for (const driver of driverNames) {
  test(`${driver}: AWS makes certificate and thing, and the device gets them`, async (t) => {
    const bed = await bedOf(t, driver);
    const { label, state, code, detail } = await bed.run();
    assert.equal(state, 'PASS', `${code} ${detail}`);
    const { state: standing, certificates, journal } = await bed.show(label);
    const [certificate] = certificates;
    assert.equal(standing, 'registered');
    assert.deepEqual([certificates.length, certificate?.awsTarget], [1, 'main']);
    const story = journal.map(({ entry, step }) => (entry === 'step.done' ? step : entry));
    const acts = story.filter((one) => /^(certificate|registration)\.|^install$|^verify$/.test(String(one)));
    assert.deepEqual(acts, [
      ...['certificate.asked', 'certificate.made', 'certificate.issued', 'install', 'verify'],
      'registration.provisioned',
    ]);
    const thingName = `agent-${label}`;
    const thing = await bed.iot.send(new DescribeThingCommand({ thingName }));
    assert.equal(thing.attributes?.order, 'order:default');
    const { principals } = await bed.iot.send(new ListThingPrincipalsCommand({ thingName }));
    assert.ok(principals?.[0]?.endsWith(certificate?.certificateId ?? 'none'), 'its certificate is that on record');
    const { certificateDescription } = await bed.iot.send(
      new DescribeCertificateCommand({ certificateId: certificate?.certificateId ?? '' }),
    );
    assert.equal(certificateDescription?.status, 'ACTIVE');
    const installed = journal.find(({ step, entry }) => step === 'install' && entry === 'step.done');
    assert.equal(installed?.data.thingName, thingName, 'the device is told the name that AWS gave');
    assert.equal(await bed.ledger.readyUnits('main'), 0, 'there is nothing left to register');
    await bed.look();
    assert.deepEqual(await bed.account(), ['ACTIVE']);
  });
}

test('the agent keeps what the template tells the device', async (t) => {
  const bed = await bedOf(t);
  const { label } = await bed.run();
  const { journal } = await bed.show(label);
  const verified = journal.find(({ step, entry }) => step === 'verify' && entry === 'step.done');
  assert.ok(verified);
  const { compared } = verified.data as { compared: string[] };
  assert.ok(compared.includes('site'), compared.join());
});

test('what AWS refuses before it makes a certificate leaves nothing to look for', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setFault({ kind: 'deny', operation: 'CreateProvisioningClaim' });
  const { label, state, code } = await bed.run();
  assert.deepEqual([state, code], ['CHECK_STATION', 'cloud.denied']);
  assert.ok((await bed.show(label)).journal.some(({ entry }) => entry === 'certificate.notMade'));
  assert.deepEqual(await bed.ledger.lostAwsRequests(), []);
  assert.deepEqual(await bed.account(), []);
});

test('what AWS refuses after it made the certificate is revoked, and the unit gets another one', async (t) => {
  const bed = await bedOf(t);
  const { iot } = bed;
  // The role may do nothing, so that no unit can be provisioned.
  bed.aws.act({
    ...{ act: 'policy', identity: roleName },
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }),
  });
  const first = await bed.run();
  assert.equal(first.state, 'CHECK_STATION', first.detail);
  const [lost] = await bed.ledger.lostAwsRequests();
  assert.ok(lost?.certificateId, 'AWS is known to have made one');
  assert.equal((await bed.show(first.label)).certificates.length, 0, 'no certificate of the unit');
  bed.aws.act({ act: 'policy', identity: roleName, policy: null });
  const second = await bed.run(first.device);
  assert.equal(second.state, 'PASS', second.detail);
  await bed.look();
  assert.deepEqual(await bed.account(), ['ACTIVE', 'REVOKED']);
  assert.deepEqual(await bed.ledger.lostAwsRequests(), []);
  const { journal } = await bed.show(first.label);
  const told = journal.find(({ entry }) => entry === 'certificate.withdrawn');
  assert.deepEqual(told?.data, { certificateId: lost?.certificateId, target: 'main', how: 'revoked' });

  const update = { templateName: 'fleet', enabled: false };
  await iot.send(new UpdateProvisioningTemplateCommand(update));
  const third = await bed.run();
  assert.equal(third.state, 'CHECK_STATION');
});

test('offline the line says so, and the unit passes once the network is back', async (t) => {
  const bed = await bedOf(t);
  bed.aws.setOutage('drops');
  const first = await bed.run();
  assert.deepEqual([first.state, first.code], ['CHECK_STATION', 'cloud.unreachable']);
  assert.deepEqual(await bed.ledger.lostAwsRequests(), [], 'a claim alone is no certificate');
  bed.aws.setOutage(null);
  assert.equal((await bed.run(first.device)).state, 'PASS');
  bed.advance(11 * minute);
  await bed.look();
  assert.deepEqual(await bed.account(), ['ACTIVE']);
});

test('parameters are held against the kept template before the recipe is approved', async (t) => {
  const { engineer } = await bedOf(t);
  const text = fleetTemplate('policy').replace('"SerialNumber":{"Type":"String"}', '"Serial":{"Type":"String"}');
  await engineer.call('documents.save', { kind: 'template', name: 'fleet', form: 'fleet', text });
  await assert.rejects(engineer.call('recipes.save', { text: JSON.stringify(recipe('agent')) }), {
    code: 'recipe.invalid',
    detail: /needs Serial/,
  });
});
