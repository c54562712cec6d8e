/** Clients of other makers provision themselves over TLS: AWS's two device SDKs, npm mqtt with CBOR, mosquitto. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreateProvisioningClaimCommand,
  IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { iotidentity, mqtt_request_response as rr, iot as sdkIot, mqtt as sdkMqtt } from 'aws-iot-device-sdk-v2';
import { decode, encode } from 'cborg';
import { type PracticeAws, startPracticeAws } from '../../../app/practice/aws/index.ts';
import { createPki, type Pki } from '../pki.ts';
import { wallClock } from '../support.ts';
import { claimTemplate, csrOf, formatOf, makeTemplate, provisionTopic } from './fleetbench.ts';
import { attempt, connect, type Device } from './support.ts';

const account = 'arn:aws:iot:us-east-1:123456789012';
/** The policy for claims of AWS's guide ("Provisioning by claim"). */
const claimPolicy = (template: string) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['iot:Connect'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['iot:Publish', 'iot:Receive'],
      Resource: [
        `${account}:topic/$aws/certificates/*`,
        `${account}:topic/$aws/provisioning-templates/${template}/provision/*`,
      ],
    },
    {
      Effect: 'Allow',
      Action: ['iot:Subscribe'],
      Resource: [
        `${account}:topicfilter/$aws/certificates/*`,
        `${account}:topicfilter/$aws/provisioning-templates/${template}/provision/*`,
      ],
    },
  ],
});
/** What a provisioned device may do: connect, and publish below its name. */
const devicePolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: `${account}:client/\${iot:Connection.Thing.ThingName}` },
    { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: `${account}:topic/devices/*` },
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${account}:topicfilter/devices/*` },
  ],
};

let aws: PracticeAws;
let gateway: NonNullable<PracticeAws['gateway']>;
let iot: IoTClient;
let keys: Pki;
let claim: Device;
before(async () => {
  aws = await startPracticeAws({ clock: wallClock(), gateway: { port: 0 } });
  assert.ok(aws.gateway);
  gateway = aws.gateway;
  const { endpoint, region, credentials } = aws;
  iot = new IoTClient({ endpoint, region, credentials: { ...credentials } });
  keys = createPki();
  const policy = { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: devicePolicy } };
  const body = { ...claimTemplate, Resources: { ...claimTemplate.Resources, policy } };
  makeTemplate(aws.account, 'fleet', body, { provisioningRoleArn: aws.roleArn });
  makeTemplate(aws.account, 'other', body, { provisioningRoleArn: aws.roleArn });
  claim = await claimWith(claimPolicy('fleet'), 'claims');
});
after(async () => {
  iot.destroy();
  keys.remove();
  await aws.close();
});

/** A claim certificate as AWS's guide makes it, with a policy. */
async function claimWith(policy: object, policyName: string): Promise<Device> {
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument: JSON.stringify(policy) }));
  await iot.send(new AttachPolicyCommand({ policyName, target: made.certificateArn }));
  return { pem: made.certificatePem ?? '', id: made.certificateId ?? '', key: made.keyPair?.PrivateKey ?? '' };
}

async function sdkConnection(t: TestContext, who: Pick<Device, 'pem' | 'key'>, clientId: string) {
  const config = sdkIot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(who.pem, who.key)
    .with_certificate_authority(readFileSync(gateway.rootCaPem, 'utf8'))
    .with_clean_session(true)
    .with_client_id(clientId)
    .with_endpoint('localhost')
    .with_port(gateway.port)
    .build();
  const connection = new sdkMqtt.MqttClient().new_connection(config);
  await connection.connect();
  t.after(() => connection.disconnect().catch(() => {}));
  return connection;
}

async function identityClient(t: TestContext, clientId: string, who: Pick<Device, 'pem' | 'key'> = claim) {
  const connection = await sdkConnection(t, who, clientId);
  const client = iotidentity.IotIdentityClientv2.newFromMqtt311(connection, {
    maxRequestResponseSubscriptions: 4,
    maxStreamingSubscriptions: 2,
    operationTimeoutInSeconds: 30,
  });
  t.after(() => client.close());
  return client;
}

/** Connects with the new certificate by the same SDK, and publishes where others hear it. */
async function publishes(t: TestContext, who: Pick<Device, 'pem' | 'key'>, thingName: string): Promise<string> {
  const connection = await sdkConnection(t, who, thingName);
  const topic = `devices/${thingName}/data`;
  const heard = new Promise<string>((resolve) => {
    void connection.subscribe(topic, sdkMqtt.QoS.AtLeastOnce, (_, payload) => resolve(Buffer.from(payload).toString()));
  });
  await connection.publish(topic, 'hello', sdkMqtt.QoS.AtLeastOnce);
  return heard;
}

describe("AWS's device SDK v2", () => {
  test('has keys and a certificate made, registers, and publishes as the thing', async (t) => {
    const client = await identityClient(t, 'sdk-keys');
    const made = await client.createKeysAndCertificate({});
    const { certificatePem: pem = '', privateKey: key = '', certificateOwnershipToken = '' } = made;
    assert.ok(new X509Certificate(pem).checkPrivateKey(createPrivateKey(key)));
    const registered = await client.registerThing({
      ...{ templateName: 'fleet', certificateOwnershipToken },
      parameters: { SerialNumber: 'sdk-keys', Model: 'large' },
    });
    assert.equal(registered.thingName, 'device-sdk-keys');
    assert.deepEqual(registered.deviceConfiguration, { site: 'hall', room: '5' });
    assert.equal(await publishes(t, { pem, key }, 'device-sdk-keys'), 'hello');
  });

  test('has a certificate for its own key, and reads a refusal as the model has it', async (t) => {
    const client = await identityClient(t, 'sdk-csr');
    const made = await client.createCertificateFromCsr({ certificateSigningRequest: keys.csr('sdk-csr') });
    const { certificatePem: pem = '', certificateOwnershipToken = '' } = made;
    const request = { templateName: 'fleet', certificateOwnershipToken };
    const refusalOf = async (asked: Promise<unknown>) => {
      const error = await asked.then(
        () => assert.fail('was accepted'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof rr.ServiceError, String(error));
      return error.modeledError as iotidentity.model.V2ErrorResponse;
    };
    assert.deepEqual(await refusalOf(client.registerThing(request)), {
      statusCode: 400,
      errorCode: 'InvalidParameters',
      errorMessage: 'Missing: SerialNumber.',
    });
    const parameters = { SerialNumber: 'sdk-csr' };
    assert.equal((await client.registerThing({ ...request, parameters })).thingName, 'device-sdk-csr');
    const spent = await refusalOf(client.registerThing({ ...request, parameters }));
    assert.equal(spent.errorCode, 'InvalidCertificateOwnershipToken');
    const bad = await refusalOf(client.createCertificateFromCsr({ certificateSigningRequest: 'none' }));
    assert.equal(bad.errorCode, 'InvalidCertificateSigningRequest');
    assert.equal(await publishes(t, { pem, key: keys.deviceKey() }, 'device-sdk-csr'), 'hello');
  });

  test('with its first identity client, by subscriptions', async (t) => {
    const connection = await sdkConnection(t, claim, 'sdk-first');
    const client = new iotidentity.IotIdentityClient(connection);
    const qos = sdkMqtt.QoS.AtLeastOnce;
    type Answer<T> = (error: iotidentity.IotIdentityError | undefined, response?: T) => void;
    const heard = <T>(subscribe: (answer: Answer<T>) => Promise<unknown>) =>
      new Promise<T>((resolve, reject) => {
        subscribe((error, response) => (error || !response ? reject(error) : resolve(response))).catch(reject);
      });
    const created = heard<iotidentity.model.CreateCertificateFromCsrResponse>((answer) =>
      client.subscribeToCreateCertificateFromCsrAccepted({}, qos, answer),
    );
    const templateName = 'fleet';
    const registered = heard<iotidentity.model.RegisterThingResponse>((answer) =>
      client.subscribeToRegisterThingAccepted({ templateName }, qos, answer),
    );
    await client.publishCreateCertificateFromCsr({ certificateSigningRequest: csrOf('first') }, qos);
    const { certificateOwnershipToken = '' } = await created;
    const parameters = { SerialNumber: 'first' };
    await client.publishRegisterThing({ templateName, certificateOwnershipToken, parameters }, qos);
    assert.equal((await registered).thingName, 'device-first');
  });

  test('with the claim of a trusted user', async (t) => {
    const made = await iot.send(new CreateProvisioningClaimCommand({ templateName: 'fleet' }));
    const temporary = { pem: made.certificatePem ?? '', key: made.keyPair?.PrivateKey ?? '' };
    const client = await identityClient(t, 'trusted', temporary);
    const { certificateOwnershipToken = '' } = await client.createKeysAndCertificate({});
    const parameters = { SerialNumber: 'trusted' };
    const { thingName } = await client.registerThing({ templateName: 'fleet', certificateOwnershipToken, parameters });
    assert.equal(thingName, 'device-trusted');
  });
});

/** The log has one message of this thing, which was taken. */
const assertPublished = (thingName: string) =>
  assert.deepEqual(
    aws
      .log()
      .filter(({ topicName }) => topicName === `devices/${thingName}/data`)
      .map(({ eventType, status }) => `${eventType} ${status}`),
    ['Publish-In Success'],
  );

test("AWS's first device SDK has keys and a certificate made, registers, and publishes as the thing", async (t) => {
  type AwsDevice = {
    on(event: 'connect' | 'error', listener: (error?: Error) => void): void;
    on(event: 'message', listener: (topic: string, payload: Buffer) => void): void;
    subscribe(topics: string[], done: (error?: Error) => void): void;
    publish(topic: string, payload: string, options?: object, done?: (error?: Error) => void): void;
    end(force: boolean): void;
  };
  const { device } = createRequire(import.meta.url)('aws-iot-device-sdk') as { device: (options: object) => AwsDevice };
  const comes = async (clientId: string, pem: string, key: string) => {
    const one = device({
      ...{ privateKey: Buffer.from(key), clientCert: Buffer.from(pem), caPath: gateway.rootCaPem },
      ...{ clientId, host: 'localhost', port: gateway.port },
    });
    t.after(() => one.end(true));
    await new Promise<void>((resolve, reject) => {
      one.on('connect', () => resolve());
      one.on('error', reject);
    });
    return one;
  };
  const one = await comes('sdk-1', claim.pem, claim.key);
  const ask = (topic: string, request: object) =>
    new Promise<Record<string, string>>((resolve) => {
      one.on('message', (on, payload) => on.startsWith(`${topic}/`) && resolve(JSON.parse(payload.toString())));
      one.subscribe([`${topic}/accepted`, `${topic}/rejected`], () => one.publish(topic, JSON.stringify(request)));
    });
  const made = await ask('$aws/certificates/create/json', {});
  const { certificateOwnershipToken, certificatePem = '', privateKey = '' } = made;
  const parameters = { SerialNumber: 'sdk-1' };
  const { thingName } = await ask(provisionTopic('fleet'), { certificateOwnershipToken, parameters });
  assert.equal(thingName, 'device-sdk-1');
  const own = await comes(thingName, certificatePem, privateKey);
  await new Promise<void>((resolve, reject) =>
    own.publish(`devices/${thingName}/data`, 'hello', { qos: 1 }, (error) => (error ? reject(error) : resolve())),
  );
  assertPublished(thingName);
});

test('npm mqtt in CBOR publishes as the thing; answers come on the asking connection only', async (t) => {
  const [one, other] = [await connect(t, { gateway }, claim, 'cbor-1'), await connect(t, { gateway }, claim, 'cbor-2')];
  const create = '$aws/certificates/create-from-csr/cbor';
  const provision = provisionTopic('fleet', 'cbor');
  const filters = [create, provision].flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  const overheard: string[] = [];
  other.on('message', (topic) => overheard.push(topic));
  for (const client of [one, other]) await client.subscribeAsync(filters, { qos: 1 });
  const ask = async (topic: string, request: object): Promise<Record<string, string>> => {
    const answer = new Promise<Buffer>((resolve) => one.once('message', (_, payload) => resolve(payload)));
    await one.publishAsync(topic, Buffer.from(encode(request)), { qos: 1 });
    return decode(await answer) as Record<string, string>;
  };
  assert.equal(formatOf(create), 'cbor');
  const made = await ask(create, { certificateSigningRequest: keys.csr('cbor') });
  const { certificateOwnershipToken, certificatePem = '' } = made;
  const rejected = await ask(provision, { certificateOwnershipToken, parameters: {} });
  assert.deepEqual(rejected, {
    statusCode: 400,
    errorCode: 'InvalidParameters',
    errorMessage: 'Missing: SerialNumber.',
  });
  const { thingName } = await ask(provision, { certificateOwnershipToken, parameters: { SerialNumber: 'cbor' } });
  assert.equal(thingName, 'device-cbor');
  const self = await connect(t, { gateway }, { pem: certificatePem, id: '', key: keys.deviceKey() }, thingName);
  await self.publishAsync(`devices/${thingName}/data`, 'hello', { qos: 1 });
  assertPublished(thingName);
  // The same request on the other connection is answered there, after all that it might have overheard.
  const own = new Promise<void>((resolve) => other.once('message', () => resolve()));
  await other.publishAsync(create, Buffer.from(encode({ certificateSigningRequest: csrOf('cbor') })), { qos: 1 });
  await own;
  assert.deepEqual(overheard, [`${create}/accepted`]);
});

/** Whether the program of another maker is there; where not, the test is skipped aloud, and fails in CI. */
function needs(t: TestContext, file: string, debian: string): boolean {
  if (existsSync(file)) return true;
  if (process.env.CI) throw new Error(`${file} is missing: apt-get install ${debian}`);
  t.skip(`SKIPPED: ${file} IS MISSING (apt-get install ${debian})`);
  return false;
}
const fileOf = (name: string, text: string) => {
  const path = `${keys.folder}/${name}`;
  writeFileSync(path, text);
  return path;
};

test("Debian's mosquitto has its certificate made, registers, and publishes as the thing", async (t) => {
  if (!needs(t, '/usr/bin/mosquitto_rr', 'mosquitto-clients')) return;
  const run = promisify(execFile);
  const at = [
    '-h',
    'localhost',
    '-p',
    String(gateway.port),
    '--cafile',
    gateway.rootCaPem,
    '-V',
    'mqttv311',
    '-q',
    '1',
  ];
  const shown = ['--cert', fileOf('claim.pem', claim.pem), '--key', fileOf('claim.key', claim.key)];
  const ask = async (topic: string, request: object): Promise<Record<string, string>> => {
    const asked = ['-t', topic, '-e', `${topic}/accepted`, '-m', JSON.stringify(request), '-W', '20'];
    return JSON.parse((await run('/usr/bin/mosquitto_rr', [...at, ...shown, '-i', 'mosquitto', ...asked])).stdout);
  };
  const made = await ask('$aws/certificates/create-from-csr/json', {
    certificateSigningRequest: keys.csr('mosquitto'),
  });
  const { certificatePem = '', certificateOwnershipToken } = made;
  assert.match(new X509Certificate(certificatePem).subject, /mosquitto/);
  const parameters = { SerialNumber: 'mosquitto' };
  const { thingName } = await ask(provisionTopic('fleet'), { certificateOwnershipToken, parameters });
  assert.equal(thingName, 'device-mosquitto');
  const own = ['--cert', fileOf('mosquitto.pem', certificatePem), '--key', fileOf('mosquitto.key', keys.deviceKey())];
  const topic = `devices/${thingName}/data`;
  await run('/usr/bin/mosquitto_pub', [...at, ...own, '-i', thingName, '-t', topic, '-m', 'hello']);
  assertPublished(thingName);
});

/** Provisions with the claim, then connects as the thing and publishes. Prints the name of the thing. */
const paho = `
import json, sys
import paho.mqtt.client as mqtt
port, root, claim, claim_key, csr, key, cert = sys.argv[1:]
create, provision = '$aws/certificates/create-from-csr/json', '$aws/provisioning-templates/fleet/provision/json'
def client(name, cert, key):
    made = dict(client_id=name, protocol=mqtt.MQTTv311)
    if hasattr(mqtt, 'CallbackAPIVersion'): made['callback_api_version'] = mqtt.CallbackAPIVersion.VERSION1
    one = mqtt.Client(**made)
    one.tls_set(root, cert, key)
    return one
thing = None
def answered(c, u, message):
    global thing
    said = json.loads(message.payload)
    if not message.topic.endswith('/accepted'): sys.exit(message.topic + ' ' + str(said))
    if message.topic.startswith(create):
        open(cert, 'w').write(said['certificatePem'])
        ask = dict(certificateOwnershipToken=said['certificateOwnershipToken'], parameters=dict(SerialNumber='paho'))
        c.publish(provision, json.dumps(ask), 1)
    else:
        thing = said['thingName']
        c.disconnect()
asking = client('paho', claim, claim_key)
answers = [(topic + end, 1) for topic in (create, provision) for end in ('/accepted', '/rejected')]
asking.on_connect = lambda c, u, f, code: c.subscribe(answers) if code == 0 else sys.exit(code)
asking.on_subscribe = lambda c, u, m, granted: c.publish(create, json.dumps(dict(certificateSigningRequest=open(csr).read())), 1)
asking.on_message = answered
asking.connect('localhost', int(port))
asking.loop_forever()
own = client(thing, cert, key)
own.on_connect = lambda c, u, f, code: c.publish('devices/' + thing + '/data', 'hello', 1) if code == 0 else sys.exit(code)
own.on_publish = lambda c, u, m: c.disconnect()
own.connect('localhost', int(port))
own.loop_forever()
print(thing)
`;
test('paho, in Python, has its certificate made, registers, and publishes as the thing', async (t) => {
  if (!needs(t, '/usr/lib/python3/dist-packages/paho/mqtt/client.py', 'python3-paho-mqtt')) return;
  const files = [
    fileOf('claim.pem', claim.pem),
    fileOf('claim.key', claim.key),
    fileOf('paho.csr', keys.csr('paho')),
    fileOf('paho.key', keys.deviceKey()),
    `${keys.folder}/paho.pem`,
  ];
  const args = ['-c', paho, String(gateway.port), gateway.rootCaPem, ...files];
  const { stdout } = await promisify(execFile)('/usr/bin/python3', args, { timeout: 60_000 });
  assert.equal(stdout, 'device-paho\n');
  assertPublished('device-paho');
});

describe('a claim', () => {
  /** Whether the gateway lets a claim do this. What it may not do ends the connection. */
  const tries = async (t: TestContext, act: (client: Awaited<ReturnType<typeof connect>>) => Promise<unknown>) => {
    const client = await connect(t, { gateway }, claim, `try-${Math.random()}`);
    const gone = new Promise<'refused'>((resolve) => client.once('close', () => resolve('refused')));
    const done = act(client).then(
      async () => {
        // What was refused ends the connection before this is answered.
        await client.subscribeAsync('$aws/certificates/create/json/accepted', { qos: 1 });
        return 'allowed' as const;
      },
      () => 'refused' as const,
    );
    const outcome = await Promise.race([gone, done]);
    client.end(true);
    return outcome;
  };

  test('may do nothing but provision by its template', async (t) => {
    const publish = (topic: string) => tries(t, (client) => client.publishAsync(topic, '{}', { qos: 1 }));
    const subscribe = (topic: string) =>
      tries(t, async (client) => {
        const [granted] = await client.subscribeAsync(topic, { qos: 1 });
        if (granted?.qos === 128) throw new Error('refused');
      });
    assert.equal(await publish('$aws/certificates/create-from-csr/json'), 'allowed');
    assert.equal(await subscribe(`${provisionTopic('fleet')}/accepted`), 'allowed');
    for (const topic of [
      provisionTopic('other'),
      'devices/device-1/data',
      '$aws/things/device-1/shadow/update',
      '$aws/provisioning-templates/fleet/provision',
      // Its policy would allow these: AWS knows no such topic.
      '$aws/certificates/create/xml',
      '$aws/certificates/create/json/more',
      `${provisionTopic('fleet')}/accepted`,
    ])
      assert.equal(await publish(topic), 'refused', topic);
    for (const filter of ['#', '$aws/#', 'devices/#', `${provisionTopic('other')}/accepted`])
      assert.equal(await subscribe(filter), 'refused', filter);
  });

  test('that is INACTIVE provisions nobody more; those that were provisioned go on', async (t) => {
    const own = await claimWith(claimPolicy('fleet'), 'ended');
    const client = await identityClient(t, 'before-the-end', own);
    const made = await client.createCertificateFromCsr({ certificateSigningRequest: keys.csr('before') });
    const { certificatePem: pem = '', certificateOwnershipToken = '' } = made;
    const parameters = { SerialNumber: 'before' };
    await client.registerThing({ templateName: 'fleet', certificateOwnershipToken, parameters });
    await iot.send(new UpdateCertificateCommand({ certificateId: own.id, newStatus: 'INACTIVE' }));
    assert.notEqual(await attempt(t, { gateway }, own, 'after-the-end'), 'connected');
    assert.equal(await attempt(t, { gateway }, { pem, id: '', key: keys.deviceKey() }, 'device-before'), 'connected');
  });

  test('is not in the list of certificates when it is of a trusted user, and its certificate waits until it is registered', async (t) => {
    const made = await iot.send(new CreateProvisioningClaimCommand({ templateName: 'fleet' }));
    assert.equal(aws.account.state.certificates.has(made.certificateId ?? ''), false);
    const temporary = { pem: made.certificatePem ?? '', id: '', key: made.keyPair?.PrivateKey ?? '' };
    const client = await identityClient(t, 'waits', temporary);
    const { certificatePem: pem = '' } = await client.createCertificateFromCsr({
      certificateSigningRequest: keys.csr('waits'),
    });
    assert.notEqual(await attempt(t, { gateway }, { pem, id: '', key: keys.deviceKey() }, 'device-waits'), 'connected');
  });
});
