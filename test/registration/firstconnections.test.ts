/** What the registry says about a unit, the lists of new certificates, and the stream of messages. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { Aedes } from 'aedes';
import fc from 'fast-check';
import { StationError } from '../../app/contract/errors.ts';
import type { ConnectionWay } from '../../app/contract/model.ts';
import { askAbout, watchRates } from '../../app/registration/firstconnections/ask.ts';
import { type Awaited, type InAccount, judge } from '../../app/registration/firstconnections/judge.ts';
import { listen } from '../../app/registration/firstconnections/listen.ts';
import { lookThrough } from '../../app/registration/firstconnections/lists.ts';
import { type AwsMessage, readMessage } from '../../app/registration/firstconnections/message.ts';
import { type Cloud, certificateIdOf, createAwsCloud, createPace } from '../../app/registration/index.ts';
import { systemClock } from '../../main/clock.ts';
import { iotClient } from '../practice/support.ts';
import { bench, leapingClock } from './support.ts';
import { comes } from './watching.ts';

const now = new Date('2026-11-29T12:00:00Z');
const id = 'a'.repeat(64);
const unit = (way: ConnectionWay, over: Partial<Awaited> = {}): Awaited => ({
  ...{ unitSerial: 'U', way, thingName: 'U', certificateId: id, registeredAt: null, passedAt: '2026-11-28T12:00:00Z' },
  ...over,
});
const held = (over: Partial<NonNullable<InAccount>> = {}): InAccount => ({
  ...{ certificateId: id, status: 'ACTIVE', createdAt: new Date('2026-11-29T11:00:00Z'), things: ['U'] },
  ...{ hasPolicy: true, typeName: 'sensor', ...over },
});

suite('what the registry means', () => {
  const young = new Date(now.getTime() - 30_000);
  const cases: [what: string, unit: Awaited, found: InAccount, reason: string | null, came: boolean][] = [
    ['it has not come', unit('jitp'), undefined, null, false],
    ['AWS had it once', unit('jitp', { registeredAt: '2026-11-28T12:00:00Z' }), undefined, 'missing', false],
    ['it came just now', unit('jitp'), held({ status: 'PENDING_ACTIVATION', createdAt: young }), null, false],
    ['its template failed', unit('jitp'), held({ status: 'PENDING_ACTIVATION' }), 'templateFailed', false],
    ['no function took it', unit('jitr'), held({ status: 'PENDING_ACTIVATION' }), 'notActivated', false],
    ['made', unit('jitp'), held(), null, true],
    ['made for the station', unit('stationClaim'), held(), null, false],
    ['registered by the station', unit('bulk'), held(), null, false],
    ['without a thing', unit('jitr'), held({ things: [] }), 'noThing', false],
    ['its thing comes in a moment', unit('jitr'), held({ things: [], createdAt: young }), null, false],
    ['its batch is at work', unit('registerCertificate'), held({ things: [] }), null, false],
    ['without a policy', unit('jitp'), held({ hasPolicy: false }), 'noPolicy', false],
    ['another thing', unit('claim'), held({ things: ['X'] }), 'otherThing', true],
    ['its thing among others', unit('claim'), held({ things: ['X', 'U'] }), null, true],
    ['another type', unit('jitp'), held({ typeName: 'lamp' }), 'otherType', true],
    ['deactivated', unit('jitp'), held({ status: 'INACTIVE' }), 'inactive', false],
    ["AWS's own, not activated yet", unit('registerThing'), held({ status: 'INACTIVE', things: [] }), null, false],
    ['deactivated after its batch', unit('bulk'), held({ status: 'INACTIVE' }), 'inactive', false],
    ['revoked', unit('withoutCa'), held({ status: 'REVOKED' }), 'revoked', false],
  ];
  for (const [what, one, found, reason, came] of cases)
    test(`${one.way}: ${what}`, () => {
      const verdict = judge(one, found, now, 'sensor');
      assert.deepEqual([verdict.reason, verdict.cameAt !== null], [reason, came]);
      assert.ok(verdict.againMs >= 60_000, 'nothing is asked for without a pause');
    });

  test('the time of coming is that of the certificate; the name is the one that AWS gave', () => {
    const { made, cameAt } = judge(unit('claim', { certificateId: null }), held({ things: ['X'] }), now, undefined);
    assert.deepEqual(
      [made, cameAt?.toISOString()],
      [{ thingName: 'X', certificateId: id }, '2026-11-29T11:00:00.000Z'],
    );
  });

  test('one that may come with a claim is asked for ever more seldom, one of a list not at all', () => {
    const againOf = (way: ConnectionWay, passedAt: string) =>
      judge(unit(way, { passedAt }), undefined, now, undefined).againMs;
    assert.equal(againOf('claim', '2026-11-29T11:59:00Z'), 15 * 60_000);
    assert.equal(againOf('claim', '2026-11-29T04:00:00Z'), 60 * 60_000);
    assert.equal(againOf('claim', '2026-01-01T00:00:00Z'), 24 * 60 * 60_000);
    assert.equal(againOf('jitp', '2026-11-29T11:59:00Z'), Number.POSITIVE_INFINITY);
  });
});

suite('the registry of the practice AWS', () => {
  const portsOf = (cloud: Cloud, typeName?: string) => ({
    ...{ calls: cloud.connections, things: cloud.things, pace: createPace(leapingClock()), typeName },
    ...{ calm: <T>(act: () => Promise<T>) => act(), now: () => new Date(Date.now() + 120_000) },
  });

  test('a unit from before it comes until it is deactivated', async (t) => {
    const { aws, cloud, members } = await bench(t, 2);
    const iot = iotClient(t, aws);
    const [{ certificatePem, caCertificatePem, certificateId, thingName }, other] = [members[0]!, members[1]!];
    const device = { certificatePem, caCertificatePem: caCertificatePem!, thingName };
    const ask = (over: Partial<Awaited> = {}, typeName?: string) =>
      askAbout(unit('jitp', { certificateId, thingName, ...over }), portsOf(cloud, typeName));
    assert.deepEqual((await ask()).made, null);
    const principal = await comes(iot, device);
    assert.equal((await ask()).reason, 'noPolicy');
    await iot.send(new CreateThingGroupCommand({ thingGroupName: 'g' }));
    const { thingGroupArn } = await iot.send(new CreateThingGroupCommand({ thingGroupName: 'g' }));
    await iot.send(new AttachPolicyCommand({ policyName: aws.policyName, target: thingGroupArn! }));
    await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: 'g' }));
    assert.equal((await ask()).reason, null, 'the policy of its group counts');
    await iot.send(new AttachPolicyCommand({ policyName: aws.policyName, target: principal }));
    const { cameAt, made } = await ask();
    assert.deepEqual(made, { thingName, certificateId });
    assert.ok(Math.abs(Date.now() - cameAt!.getTime()) < 60_000);
    assert.equal((await ask({}, 'sensor')).reason, 'otherType');
    await iot.send(new CreateThingTypeCommand({ thingTypeName: 'sensor' }));
    await iot.send(new UpdateThingCommand({ thingName, thingTypeName: 'sensor' }));
    assert.equal((await ask({}, 'sensor')).reason, null, 'it has the type that is wanted');
    const byName = await ask({ certificateId: null, way: 'claim' });
    assert.deepEqual(byName.made, { thingName, certificateId }, 'by its thing, as its certificate is not known');
    const nobody = await ask({ certificateId: null, way: 'claim', thingName: 'nobody' });
    assert.deepEqual([nobody.made, nobody.reason], [null, null]);
    assert.equal((await ask({ certificateId: other.certificateId })).made, null);
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    assert.equal((await ask()).reason, 'inactive');
  });

  test('the lists tell the new certificates, and each look begins where the last one ended', async (t) => {
    const { aws, keys, cloud, members } = await bench(t, 3);
    const iot = iotClient(t, aws);
    const ca = certificateIdOf(members[0]!.caCertificatePem!);
    const look = async (since?: string) => {
      const told: string[] = [];
      const mark = await lookThrough(ca, since, { ...portsOf(cloud), onPage: async (ids) => void told.push(...ids) });
      return { told, mark };
    };
    assert.deepEqual(await look(), { told: [], mark: undefined });
    for (const { certificatePem, caCertificatePem, thingName } of members.slice(0, 2))
      await comes(iot, { certificatePem, caCertificatePem: caCertificatePem!, thingName });
    const first = await look();
    assert.deepEqual(new Set(first.told), new Set(members.slice(0, 2).map(({ certificateId }) => certificateId)));
    assert.deepEqual((await look('2099-01-01T00:00:00.000Z')).told, [], 'what is older than the mark is not told');
    const { certificatePem, caCertificatePem, thingName, certificateId } = members[2]!;
    await comes(iot, { certificatePem, caCertificatePem: caCertificatePem!, thingName });
    const second = await look(first.mark);
    assert.ok(second.told.includes(certificateId));
    assert.ok(second.mark! >= first.mark!);
    void keys;
  });

  test('a look ends at the first page that is old, however long the list is', async () => {
    const createdAt = (page: number) => new Date(now.getTime() - page * 3_600_000);
    const asked: (string | undefined)[] = [];
    const mark = await lookThrough('ca', '2026-11-29T09:30:00.000Z', {
      ...{ pace: createPace(leapingClock()), calm: (act) => act(), onPage: async () => {} },
      calls: {
        newestOf: async (_, marker = '0') => {
          asked.push(marker);
          const page = Number(marker);
          return {
            certificates: [{ certificateId: id, status: 'ACTIVE', createdAt: createdAt(page) }],
            next: `${page + 1}`,
          };
        },
      },
    });
    assert.deepEqual(asked, ['0', '1', '2', '3']);
    assert.equal(mark, now.toISOString());
  });

  test("the watch leaves the larger part of the account's rates to the line", () => {
    assert.deepEqual(watchRates({ DescribeCertificate: 100 }), {
      ...{ DescribeCertificate: 40, ListPrincipalThings: 4, ListAttachedPolicies: 6, DescribeThing: 140 },
    });
  });
});

/** A broker on loopback in place of the account's stream. `refuse`: it grants no topic. */
async function broker(t: TestContext, { refuse = false } = {}) {
  const aedes = await Aedes.createBroker();
  if (refuse) aedes.authorizeSubscribe = (_client, _topic, done) => done(null, null);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close();
        aedes.close(() => resolve());
      }),
  );
  const publish = (topic: string, payload: unknown) =>
    new Promise<void>((resolve) =>
      aedes.publish(
        { cmd: 'publish', qos: 0, retain: false, dup: false, topic, payload: Buffer.from(JSON.stringify(payload)) },
        () => resolve(),
      ),
    );
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { publish, url, cut };
}

suite('the stream of messages', () => {
  const presence = { clientId: 'U', timestamp: 1795953600123, eventType: 'connected', principalIdentifier: id };

  /** Listens; `next` waits for the next state or message. */
  function listening(t: TestContext, url: () => Promise<string>, clock = systemClock) {
    const stop = new AbortController();
    const told: string[] = [];
    const messages: AwsMessage[] = [];
    let wake = () => {};
    const ended = listen({
      ...{ url, clientId: 'watch-1', clock, signal: stop.signal },
      onState: (state, error) => {
        told.push(error ? `${state} ${error.code}` : state);
        wake();
      },
      onMessage: (message) => {
        messages.push(message);
        wake();
      },
    });
    t.after(async () => {
      stop.abort();
      await ended;
    });
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
    };
    return { told, messages, until };
  }

  test('a connection is told with its client and address, and after a cut the stream comes back', async (t) => {
    const { publish, url, cut } = await broker(t);
    const { told, messages, until } = listening(t, async () => url);
    await until(() => told.includes('on'));
    await publish('$aws/events/presence/connected/U', { ...presence, ipAddress: '192.0.2.7' });
    await publish('$aws/events/presence/disconnected/U', presence);
    const pending = { certificateId: id, timestamp: 1795953600, certificateStatus: 'PENDING_ACTIVATION' };
    await publish('$aws/events/certificates/registered/ca', pending);
    await until(() => messages.length === 2);
    assert.deepEqual(messages, [
      { kind: 'connected', at: new Date(1795953600123), certificateId: id, clientId: 'U', sourceIp: '192.0.2.7' },
      { kind: 'registered', at: new Date(1795953600000), certificateId: id },
    ]);
    cut();
    await until(() => told.filter((state) => state === 'on').length === 2);
    assert.deepEqual(told, ['connecting', 'on', 'unreachable cloud.unreachable', 'connecting', 'on']);
  });

  test('an identity that may not subscribe is said to be refused, and so is one without credentials', async (t) => {
    const { url } = await broker(t, { refuse: true });
    const refused = listening(t, async () => url);
    await refused.until(() => refused.told.length === 2);
    assert.deepEqual(refused.told, ['connecting', 'refused cloud.denied']);
    const without = listening(t, async () => {
      throw new StationError('cloud.credentials', 'there are none');
    });
    await without.until(() => without.told.length === 2);
    assert.deepEqual(without.told, ['connecting', 'unreachable cloud.credentials']);
  });

  test('no bytes on the topics break it, and what it tells has the form of a message', () => {
    const topic = fc.constantFrom('$aws/events/presence/connected/U', '$aws/events/certificates/registered/c', 'other');
    const field = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.constant(id), fc.constant(1795953600123));
    const keys = fc.constantFrom(
      'clientId',
      'timestamp',
      'principalIdentifier',
      'certificateId',
      'ipAddress',
      '__proto__',
    );
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.dictionary(keys, field).map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(topic, bytes, (name, payload) => {
        const message = readMessage(name, payload);
        if (!message) return;
        assert.match(message.certificateId, /^[0-9a-f]{64}$/);
        assert.match(message.at.toISOString(), /^\d{4}-/);
        assert.notEqual(name, 'other');
      }),
    );
    assert.ok(readMessage('$aws/events/presence/connected/U', Buffer.from(JSON.stringify(presence))));
  });

  /** RFC 2104 and "Create a signed AWS API request" (IAM user guide), written out. */
  test('the address is signed as AWS signs, the token comes after the signature', async (t) => {
    const credentials = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
      sessionToken: 'to+ken/=',
    };
    const account = { region: 'eu-central-1', bucket: 'b', roleArn: 'r', endpointUrl: 'https://gateway.example:8443' };
    const cloud = await createAwsCloud({ ...account, credentials });
    t.after(() => cloud.close());
    const url = new URL(await cloud.connections.eventsUrl());
    assert.equal(url.protocol + url.host + url.pathname, 'wss:gateway.example:8443/mqtt');
    const query = [...url.searchParams];
    assert.deepEqual(query.at(-1), ['X-Amz-Security-Token', credentials.sessionToken]);
    const signed = query.filter(([name]) => name !== 'X-Amz-Security-Token' && name !== 'X-Amz-Signature').sort();
    const canonical = signed.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const empty = createHash('sha256').update('').digest('hex');
    const request = `GET\n/mqtt\n${canonical}\nhost:${url.host}\n\nhost\n${empty}`;
    const time = url.searchParams.get('X-Amz-Date')!;
    const scope = [time.slice(0, 8), 'eu-central-1', 'iotdevicegateway', 'aws4_request'];
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const key = scope.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
    const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), createHash('sha256').update(request).digest('hex')];
    assert.equal(url.searchParams.get('X-Amz-Signature'), hmac(key, toSign.join('\n')).toString('hex'));
  });
});
