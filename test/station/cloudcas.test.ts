/** CAs in AWS: one act in every target, each with its own answer, repeatable; and the endpoint that units get. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DescribeCACertificateCommand } from '@aws-sdk/client-iot';
import { createClient } from '../../app/contract/index.ts';
import { openStation } from '../../main/openstation.ts';
import { iotClient, practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

/** A station with two targets. Their accounts are practice accounts with the same credentials. */
async function bedOf(t: TestContext) {
  const [first, other] = await Promise.all([practice(t), practice(t)]);
  const targetOf = (aws: typeof first, name: string) => ({
    ...{ name, region: aws.region, bucket: aws.bucket, roleArn: aws.roleArn, policyNames: [] },
    endpointUrl: aws.endpoint,
  });
  const before = [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY];
  process.env.AWS_ACCESS_KEY_ID = other.credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = other.credentials.secretAccessKey;
  t.after(() => {
    const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
    for (const [index, name] of names.entries())
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
  });
  const dir = await makeStation();
  const station = await openStation({
    ...{ dir, kind: 'host' },
    cloud: { target: targetOf(first, 'fra'), credentials: first.credentials },
  });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await client.call('ca.unlock', { secret: passphrase });
  await client.call('targets.save', { target: targetOf(other, 'dub') });
  const { issuerId } = station.parts.authority.issuer;
  const states = async () => {
    const { cas } = await client.call('cloud.cas', {});
    return cas[0]?.at.map(({ target, ca, error }) => [
      target,
      ca?.status ?? error?.code ?? null,
      ca?.mode,
      ca?.autoRegistration,
    ]);
  };
  return { station, client, first, other, issuerId, states };
}

test('a new CA is registered in every target at once; a target that was down gets it by a second press', async (t) => {
  const { client, station, first, other, issuerId, states } = await bedOf(t);
  assert.deepEqual(await states(), [
    ['fra', null, undefined, undefined],
    ['dub', null, undefined, undefined],
  ]);
  other.setFault({ kind: 'deny', operation: 'RegisterCACertificate' });
  const half = await client.call('cloud.registerCas', {});
  assert.deepEqual(
    half.results.map(({ target, outcome, error }) => [target, outcome, error?.code]),
    [
      ['fra', 'registered', undefined],
      ['dub', null, 'cloud.denied'],
    ],
  );
  other.setFault(null);
  const whole = await client.call('cloud.registerCas', {});
  assert.deepEqual(
    whole.results.map(({ outcome }) => outcome),
    ['alreadyActive', 'registered'],
  );
  assert.deepEqual(await states(), [
    ['fra', 'ACTIVE', 'DEFAULT', false],
    ['dub', 'ACTIVE', 'DEFAULT', false],
  ]);
  for (const aws of [first, other]) {
    const said = await iotClient(t, aws).send(new DescribeCACertificateCommand({ certificateId: issuerId }));
    assert.equal(said.certificateDescription?.status, 'ACTIVE');
  }
  assert.equal(station.parts.cloudLink.registration(issuerId, 'dub'), 'active');
  await assert.rejects(client.call('cloud.registerCas', { targets: ['nowhere'] }), refuses('cloud.noTarget'));
});

test('SNI_ONLY takes no proof: the CA stays locked; another mode than the registered one is refused with the way out', async (t) => {
  const { client, states, issuerId } = await bedOf(t);
  await client.call('ca.lock', {});
  const done = await client.call('cloud.registerCas', { mode: 'SNI_ONLY', autoRegistration: true });
  assert.deepEqual(
    done.results.map(({ outcome }) => outcome),
    ['registered', 'registered'],
  );
  assert.deepEqual(await states(), [
    ['fra', 'ACTIVE', 'SNI_ONLY', true],
    ['dub', 'ACTIVE', 'SNI_ONLY', true],
  ]);
  await assert.rejects(client.call('cloud.registerCas', { targets: ['fra'] }), refuses('cloud.refused'));
  const none = await client.call('cloud.registerCas', {});
  assert.deepEqual(
    none.results.map(({ target, error }) => [target, error?.code]),
    [
      ['fra', 'cloud.refused'],
      ['dub', 'cloud.refused'],
    ],
    'each target has its own trouble',
  );
  await client.call('cloud.changeCa', { issuerId, act: 'autoOff', targets: ['dub'] });
  assert.deepEqual(
    (await states())?.map((row) => row[3]),
    [true, false],
  );
});

test('registering again keeps what lets devices in, and says what it changed; a target that is named twice acts once', async (t) => {
  const { client, first, issuerId, states, station } = await bedOf(t);
  await client.call('cloud.registerCas', { autoRegistration: true, targets: ['fra'] });
  const again = (asked: object) =>
    client.call('cloud.registerCas', asked).then(({ results }) => results.map(({ outcome }) => outcome));
  assert.deepEqual(await again({}), ['alreadyActive', 'registered']);
  assert.deepEqual(
    (await states())?.map((row) => row[3]),
    [true, false],
    'the devices of fra still come in',
  );
  assert.deepEqual(await again({ autoRegistration: true }), ['alreadyActive', 'changed']);
  assert.deepEqual(await again({ targets: ['dub', 'dub'] }), ['alreadyActive']);

  // The act is done, whatever a look at it would say.
  first.setFault({ kind: 'deny', operation: 'DescribeCACertificate' });
  const off = await client.call('cloud.changeCa', { issuerId, act: 'deactivate', targets: ['fra'] });
  assert.deepEqual(
    off.results.map(({ outcome }) => outcome),
    ['changed'],
  );
  assert.equal(station.parts.cloudLink.registration(issuerId, 'fra'), 'inactive');
});

test('a CA is deactivated, deleted only then, and a target that does not know it says so', async (t) => {
  const { client, states, issuerId, station } = await bedOf(t);
  await client.call('cloud.registerCas', { autoRegistration: true, targets: ['fra'] });
  const act = (name: 'deactivate' | 'activate' | 'delete') => client.call('cloud.changeCa', { issuerId, act: name });
  const outcomes = async (name: Parameters<typeof act>[0]) =>
    (await act(name)).results.map(({ outcome, error }) => outcome ?? error?.data?.awsError);
  assert.deepEqual(await outcomes('delete'), ['CertificateStateException', 'unknown']);
  assert.deepEqual(await outcomes('deactivate'), ['changed', 'unknown']);
  assert.deepEqual((await states())?.[0], ['fra', 'INACTIVE', 'DEFAULT', false]);
  assert.equal(station.parts.cloudLink.registration(issuerId), 'inactive');
  assert.deepEqual(await outcomes('activate'), ['changed', 'unknown']);
  assert.deepEqual((await states())?.[0], ['fra', 'ACTIVE', 'DEFAULT', false], 'and registers nothing by itself');
  await act('deactivate');
  assert.deepEqual(await outcomes('delete'), ['deleted', 'unknown']);
  assert.deepEqual(await states(), [
    ['fra', null, undefined, undefined],
    ['dub', null, undefined, undefined],
  ]);
});

test('a template of first connections is attached and taken away, with auto-registration', async (t) => {
  const { client, first, issuerId } = await bedOf(t);
  const targets = ['fra'];
  await client.call('cloud.registerCas', { targets });
  const template = {
    templateBody: JSON.stringify({
      Parameters: {
        'AWS::IoT::Certificate::CommonName': { Type: 'String' },
        'AWS::IoT::Certificate::Id': { Type: 'String' },
      },
      Resources: {
        thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } } },
        certificate: {
          Type: 'AWS::IoT::Certificate',
          Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'ACTIVE' },
        },
      },
    }),
    roleArn: first.roleArn,
  };
  const ca = async () => (await client.call('cloud.cas', {})).cas[0]?.at[0]?.ca;
  await assert.rejects(
    client.call('cloud.changeCa', { issuerId, targets, act: 'setTemplate' }),
    refuses('call.badParams'),
  );
  await client.call('cloud.changeCa', { issuerId, targets, act: 'setTemplate', template });
  assert.deepEqual(await ca(), { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: true, template: '' });
  await client.call('cloud.changeCa', { issuerId, targets, act: 'removeTemplate' });
  assert.deepEqual(await ca(), { status: 'ACTIVE', mode: 'DEFAULT', autoRegistration: false, template: null });
});

test("the endpoint of the units is held against AWS's at the start, and AWS's is taken by a press", async (t) => {
  const { client, station } = await bedOf(t);
  await station.parts.endpoints.look();
  const { endpoint } = await client.call('station.status', {});
  assert.ok(endpoint);
  assert.deepEqual([endpoint.target, endpoint.sealed, endpoint.same], ['fra', 'devices.example', false]);
  const ill = (await client.call('station.doctor', {})).find(({ name }) => name === 'endpoint');
  assert.deepEqual([ill?.ok, ill?.finding.remedy], [false, 'takeEndpoint']);
  await client.call('targets.takeEndpoint', { name: 'fra' });
  const after = await client.call('station.status', {});
  assert.deepEqual([after.endpoint?.same, after.device.endpoint], [true, endpoint.aws]);
  assert.equal((await client.call('station.doctor', {})).find(({ name }) => name === 'endpoint')?.ok, true);
});
