/** The watch of a target against the practice AWS's gateway: devices come, and AWS's own messages tell it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CloudTarget } from '../../app/contract/model.ts';
import { userName } from '../../app/practice/aws/index.ts';
import { createTargetWatch } from '../../app/station/firstconnections/targetwatch.ts';
import { systemClock } from '../../main/clock.ts';
import { attempt, type Bed, bed, connect, device, registerCa } from '../practice/gateway/support.ts';
import { makeBed, passUnit } from '../records/support.ts';
import { cloudOf } from '../registration/support.ts';

/** Names the thing after the common name. Without a policy the device is let in by none. */
const templateOf = (policyName: string | undefined) =>
  JSON.stringify({
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
      ...(policyName !== undefined && { policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } } }),
    },
  });

/** Units that wait to come to the account of `at`, and the watch of it. `changed` resolves at the next change. */
async function watching(t: TestContext, at: Bed, serials: readonly string[], may?: object) {
  const records = await makeBed(t);
  const { ledger } = records;
  const devices = new Map(serials.map((serial) => [serial, device(at, serial)]));
  for (const serial of serials) await passUnit(records, serial);
  for (;;) {
    const { passes, upTo } = await ledger.newPasses();
    if (upTo === null) break;
    const expected = passes.map((pass) => ({
      ...{ ...pass, certificateId: devices.get(pass.unitSerial)!.id, target: 'eu', way: 'jitp' as const },
      ...{ thingName: pass.unitSerial, askAt: null, isRegistered: false, dueAt: '2099-01-01T00:00:00.000Z' },
    }));
    await ledger.expectConnections({ expected, upTo });
  }
  // The CA of the devices is openssl's, so the watch is told that it is the station's.
  const issuerId = await registerCa(at, {
    auto: true,
    config: (roleArn) => ({ templateBody: templateOf(at.aws.policyName), roleArn }),
  });
  const authorities = async () =>
    [{ kind: 'issuing' as const, issuerId }] as Awaited<ReturnType<typeof ledger.authorities>>;
  const { endpoint: endpointUrl, region, bucket, roleArn } = at.aws;
  const rates = { DescribeCertificate: 1000, ListPrincipalThings: 1000, ListAttachedPolicies: 1000 };
  const target: CloudTarget = { name: 'eu', region, bucket, roleArn, policyNames: [], endpointUrl, rates };
  if (may) {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [may] });
    at.aws.act({ act: 'policy', identity: userName, policy });
  }
  let wake = () => {};
  const watch = createTargetWatch({
    ...{ ledger: { ...ledger, authorities }, clock: systemClock, target, cloud: await cloudOf(t, at.aws) },
    log: { info: () => {}, warn: (fact: object) => assert.fail(JSON.stringify(fact)) } as never,
    onChange: () => wake(),
  });
  t.after(() => watch.close());
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    while (!(await isSo())) await new Promise<void>((resolve) => (wake = resolve));
  };
  const row = async (serial: string) => (await ledger.showConnections(serial))[0]!;
  return { devices, watch, until, row, ledger };
}

test('a device that comes by just-in-time provisioning is told within a second, with its client and its thing', async (t) => {
  const at = await bed(t);
  const { devices, watch, until, row, ledger } = await watching(t, at, ['U1', 'U2']);
  await until(() => watch.view().events === 'on');
  const one = devices.get('U1')!;
  assert.notEqual(await attempt(t, at, one, 'U1'), 'connected', 'AWS drops the first connection');
  await connect(t, at, one, 'U1');
  const began = performance.now();
  await until(async () => (await row('U1')).source === 'presence');
  assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
  const { state, clientId, sourceIp } = await row('U1');
  assert.deepEqual([state, clientId, sourceIp], ['connected', 'U1', '127.0.0.1']);
  await until(async () => (await row('U1')).registeredAt !== null);
  assert.equal((await row('U1')).madeName, 'U1');
  assert.equal((await ledger.showUnit('U1')).journal.filter(({ entry }) => entry === 'connection.seen').length, 1);
  assert.equal((await row('U2')).state, 'waiting');
});

test('an identity that may not listen is told so, and the registry shows what came and what failed', async (t) => {
  const at = await bed(t);
  const { devices, watch, until, row } = await watching(t, at, ['U1', 'U 2'], {
    Effect: 'Allow',
    Action: ['iot:Describe*', 'iot:List*', 'iot:GetEffectivePolicies'],
    Resource: '*',
  });
  await until(() => watch.view().events === 'refused');
  for (const serial of ['U1', 'U 2'])
    assert.notEqual(await attempt(t, at, devices.get(serial), serial), 'connected', 'the first connection');
  watch.look();
  await until(async () => (await row('U1')).state === 'connected');
  const { source, clientId } = await row('U1');
  assert.deepEqual([source, clientId], ['registry', null]);
  const other = await row('U 2');
  assert.deepEqual([other.state, other.reason], ['waiting', null], 'its template may need another moment');
  assert.equal(watch.view().error, null);
});
