/** The station's conversation with AWS in the name of a device: what comes back, and what each failure is called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StationError } from '../../app/contract/errors.ts';
import { gatewayOf } from '../../app/registration/claims/gateway.ts';
import { claimTalk } from '../../app/registration/claims/talk.ts';
import { connectMqtt, type MqttLink } from '../../app/registration/mqtt/client.ts';
import { systemClock } from '../../main/clock.ts';
import { movableClock } from '../support.ts';
import { certifyTopic, claimGateway, provisionTopic, selfSigned } from './claimgateway.ts';

const token = 'the token is worth a certificate';
const made = { certificateId: 'ab'.repeat(32), certificatePem: 'PEM', certificateOwnershipToken: token };
const code = (wanted: string) => (error: unknown) => {
  assert.ok(error instanceof StationError, String(error));
  assert.equal(error.code, wanted, error.detail);
  assert.ok(!JSON.stringify(error.toJSON()).includes(token), 'the token is in no error');
  return true;
};

test('from the claim to the thing, over TLS with the claim', async (t) => {
  const { gateway, identity, behaviour, heard } = await claimGateway(t);
  const seen: Record<string, unknown>[] = [];
  behaviour.answers = (topic, payload) => {
    seen.push(payload);
    if (topic === certifyTopic) return { accepted: made };
    return { accepted: { thingName: 'thing-1', deviceConfiguration: { site: 'main', port: 8883 } } };
  };
  const talk = claimTalk(await connectMqtt({ gateway, identity, clientId: 'SN-1' }), 'fleet', systemClock);
  const { certificateId, certificatePem } = await talk.certify('the CSR');
  assert.deepEqual([certificateId, certificatePem], [made.certificateId, 'PEM']);
  const provisioned = await talk.provision({ SerialNumber: 'SN-1' });
  assert.deepEqual(provisioned, { thingName: 'thing-1', deviceConfiguration: { site: 'main', port: '8883' } });
  await talk.close();
  assert.deepEqual(heard, { clients: ['SN-1'], topics: [certifyTopic, provisionTopic] });
  assert.deepEqual(seen, [
    { certificateSigningRequest: 'the CSR' },
    { certificateOwnershipToken: token, parameters: { SerialNumber: 'SN-1' } },
  ]);
});

test('each failure has its name, and says nothing secret', async (t) => {
  const { gateway, identity, behaviour } = await claimGateway(t);
  const { clock, advance } = movableClock();
  const open = async () => claimTalk(await connectMqtt({ gateway, identity, clientId: 'SN-1' }), 'fleet', clock);
  const accepted = { accepted: made };

  const refused = { statusCode: 400, errorCode: 'InvalidParameters', errorMessage: 'no SerialNumber' };
  const denied = { statusCode: 403, errorCode: 'ACCESS_DENIED', errorMessage: 'the hook says no' };
  const table = [
    { answer: { rejected: refused }, code: 'cloud.refused', detail: /InvalidParameters: no SerialNumber/ },
    { answer: { rejected: denied }, code: 'cloud.denied', detail: /the hook says no/ },
    { answer: { rejected: { statusCode: 500, errorCode: 'Internal' } }, code: 'cloud.unreachable', detail: /Internal/ },
    { answer: { rejected: {} }, code: 'cloud.refused', detail: /rejected/ },
    { answer: { raw: `{"certificateOwnershipToken":"${token}` }, code: 'cloud.badAnswer', detail: /JSON/ },
    { answer: { accepted: { ...made, certificateId: 7 } }, code: 'cloud.badAnswer', detail: /certificateId/ },
    { answer: 'hangup', code: 'cloud.unreachable', detail: /closed/ },
  ] as const;
  for (const { answer, code: wanted, detail } of table) {
    behaviour.answers = () => answer;
    const talk = await open();
    await assert.rejects(
      talk.certify('CSR'),
      (error: StationError) => code(wanted)(error) && detail.test(error.detail),
    );
    behaviour.answers = (topic) => (topic === certifyTopic ? accepted : answer);
    const other = await open();
    await other.certify('CSR');
    await assert.rejects(other.provision({}), code(wanted), `provision: ${wanted}`);
    await Promise.all([talk.close(), other.close()]);
  }

  behaviour.answers = () => 'silence';
  const talk = await open();
  const silent = assert.rejects(talk.certify('CSR'), code('cloud.unreachable'));
  const tick = setInterval(() => advance(60_000), 20);
  await silent;
  clearInterval(tick);
  await talk.close();
});

test('a connection that cannot be made', async (t) => {
  const { gateway, identity, behaviour } = await claimGateway(t);
  const connect = (change: Partial<Parameters<typeof connectMqtt>[0]>) =>
    connectMqtt({ gateway, identity, clientId: 'SN-1', ...change });
  const stranger = selfSigned('stranger');
  await assert.rejects(
    connect({ identity: stranger }),
    code('cloud.unreachable'),
    'a certificate that it does not know',
  );
  const untrusted = { ...gateway, rootPem: stranger.certificatePem };
  await assert.rejects(connect({ gateway: untrusted }), code('cloud.unreachable'), 'another root');
  await assert.rejects(
    connect({ gateway: { ...gateway, host: '127.0.0.1' } }),
    code('cloud.badAnswer'),
    'another name',
  );
  await assert.rejects(connect({ gateway: { ...gateway, port: 1 } }), code('cloud.unreachable'));
  behaviour.atConnect = 'drops';
  await assert.rejects(connect({}), code('cloud.unreachable'));
  behaviour.atConnect = 5;
  await assert.rejects(connect({}), code('cloud.denied'), 'the policy does not let it in');
  behaviour.atConnect = 2;
  await assert.rejects(connect({}), code('cloud.refused'));
  await assert.rejects(connect({ signal: AbortSignal.abort() }), code('call.cancelled'));
});

test('whatever comes as an answer, the conversation ends with a result or an error of the catalogue', async () => {
  const answer = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ thingName: fc.anything(), deviceConfiguration: fc.anything() }),
  );
  await fc.assert(
    fc.asyncProperty(answer, fc.constantFrom('accepted', 'rejected'), async (body, end) => {
      let hear: Parameters<MqttLink['onMessage']>[0] = () => {};
      const say = (topic: string, value: unknown) =>
        hear(topic, Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')));
      const link: MqttLink = {
        subscribe: async () => {},
        publish: async (topic) =>
          say(
            ...((topic === certifyTopic ? [`${topic}/accepted`, made] : [`${topic}/${end}`, body]) as [
              string,
              unknown,
            ]),
          ),
        onMessage: (listener) => {
          hear = listener;
          return () => {};
        },
        ended: new Promise(() => {}),
        close: async () => {},
      };
      const talk = claimTalk(link, 'fleet', { after: () => () => {} });
      await talk.certify('CSR');
      const result = await talk.provision({}).catch((thrown: unknown) => {
        assert.ok(thrown instanceof StationError, String(thrown));
      });
      if (!result) return;
      assert.equal(end, 'accepted');
      assert.ok(result.thingName.length > 0);
      for (const value of Object.values(result.deviceConfiguration)) assert.equal(typeof value, 'string');
    }),
  );
});

test('the gateway of a target: its own, or the endpoint of the account', async () => {
  const cloud = { describeEndpoint: async () => 'a1-ats.iot.eu-central-1.amazonaws.com' };
  const real = await gatewayOf({ name: 'eu' }, cloud, 'AMAZON');
  assert.deepEqual(real, { host: 'a1-ats.iot.eu-central-1.amazonaws.com', port: 8883, rootPem: 'AMAZON' });
  await assert.rejects(gatewayOf({ name: 'eu' }, cloud, undefined), code('cloud.notConfigured'));
  const gateway = { host: 'localhost', port: 1, rootCaPem: '/nowhere/root.pem' };
  await assert.rejects(gatewayOf({ name: 'eu', gateway }, cloud, 'AMAZON'), (error: StationError) => {
    assert.ok(!error.detail.includes('/nowhere'), 'no path');
    return error.code === 'cloud.notConfigured';
  });
});
