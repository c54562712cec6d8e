/** The table of attempts, each with a TLS client of its own. */
import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreatePolicyCommand,
  CreateProvisioningTemplateCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  RegisterCertificateCommand,
  RegisterCertificateWithoutCACommand,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { wallClock } from '../support.ts';
import { type Attempt, attempts, type Ca, type Outcome, policies } from './attempts.ts';
import { attempt, type Bed, bed, type Device, device, logged, policyText, registerCa, setStatus } from './support.ts';

let at: Bed;
let daysAhead = 0;
before(async (t) => {
  const clock = { ...wallClock(), now: () => new Date(Date.now() + daysAhead * 86_400_000) };
  at = await bed(t as TestContext, { clock });
  const { iot, keys, aws } = at;
  for (const [policyName, statements] of Object.entries(policies)) {
    if (statements.length === 0) continue;
    await iot.send(new CreatePolicyCommand({ policyName, policyDocument: policyText(statements) }));
  }
  await iot.send(new CreateThingGroupCommand({ thingGroupName: 'fleet' }));
  await iot.send(
    new AttachPolicyCommand({ policyName: 'any', target: 'arn:aws:iot:us-east-1:123456789012:thinggroup/fleet' }),
  );
  await iot.send(
    new CreateProvisioningTemplateCommand({
      ...{
        templateName: 'jitp',
        type: 'JITP',
        enabled: true,
        templateBody: template(),
        provisioningRoleArn: aws.roleArn,
      },
    }),
  );
  for (const name of Object.keys(cas)) if (name !== 'ca') keys.ca(name);
});

const template = (country = false, group = false): string =>
  JSON.stringify({
    Parameters: {
      'AWS::IoT::Certificate::CommonName': { Type: 'String' },
      'AWS::IoT::Certificate::Id': { Type: 'String' },
      ...(country && { 'AWS::IoT::Certificate::Country': { Type: 'String' } }),
    },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' },
          ...(group && { ThingGroups: ['no-such-group'] }),
        },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'ACTIVE' },
      },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'any' } },
    },
  });

/** How each CA is registered. */
const cas: Record<Exclude<Ca, 'without' | 'stranger'>, Parameters<typeof registerCa>[1]> = {
  manual: {},
  jitr: { auto: true },
  jitp: { auto: true, config: (roleArn) => ({ templateBody: template(), roleArn }) },
  byName: { auto: true, config: () => ({ templateName: 'jitp' }) },
  needsCountry: { auto: true, config: (roleArn) => ({ templateBody: template(true), roleArn }) },
  needsGroup: { auto: true, config: (roleArn) => ({ templateBody: template(false, true), roleArn }) },
  sniOnly: { auto: true, mode: 'SNI_ONLY' },
  inactive: { auto: true, active: false },
};
const registeredCas = new Map<string, Promise<string>>();

/** The CA of an attempt. One whose state changes is made for it. */
async function caOf({ ca = 'manual', caThen }: Attempt, name: string): Promise<{ name: string; id?: string }> {
  if (ca === 'without') return { name: 'ca' };
  if (ca === 'stranger') {
    at.keys.ca('stranger');
    return { name: 'stranger' };
  }
  const file = caThen === undefined ? ca : `ca-of-${name}`;
  if (caThen !== undefined) at.keys.ca(file);
  const id = registeredCas.get(file) ?? registerCa(at, { name: file, ...cas[ca] });
  registeredCas.set(file, id);
  return { name: file, id: await id };
}

async function makeDevice(one: Attempt, name: string): Promise<Device | undefined> {
  const { certificate, policy = 'any', thing, ca } = one;
  if (certificate === 'none') return undefined;
  const { name: by, id: caId } = await caOf(one, name);
  const made = device(at, name, { by, ...(certificate === 'sha1' && { digest: 'sha1' }) });
  const { iot } = at;
  const arn = `arn:aws:iot:us-east-1:123456789012:cert/${made.id}`;
  if (certificate === 'PENDING_ACTIVATION') {
    await reach(one, made, name);
    const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: made.id }));
    assert.equal(certificateDescription?.status, 'PENDING_ACTIVATION');
  } else if (certificate !== 'unknown' && certificate !== 'sha1') {
    const Register = ca === 'without' ? RegisterCertificateWithoutCACommand : RegisterCertificateCommand;
    await iot.send(new Register({ certificatePem: made.pem, status: 'ACTIVE' }));
    if (policy !== 'none') await iot.send(new AttachPolicyCommand({ policyName: policy, target: arn }));
    if (thing) await iot.send(new CreateThingCommand({ thingName: name }));
    if (thing === 'grouped') {
      await iot.send(new AddThingToThingGroupCommand({ thingName: name, thingGroupName: 'fleet' }));
    }
    if (thing && thing !== 'loose') {
      const thingPrincipalType = thing === 'exclusive' ? 'EXCLUSIVE_THING' : 'NON_EXCLUSIVE_THING';
      await iot.send(new AttachThingPrincipalCommand({ thingName: name, principal: arn, thingPrincipalType }));
    }
  }
  if (certificate === 'INACTIVE' || certificate === 'REVOKED') await setStatus(iot, made.id, certificate);
  if (certificate === 'deleted') {
    await setStatus(iot, made.id, 'INACTIVE');
    await iot.send(new DeleteCertificateCommand({ certificateId: made.id, forceDelete: true }));
  }
  if (one.caThen === 'INACTIVE') {
    await iot.send(new UpdateCACertificateCommand({ certificateId: caId, newStatus: 'INACTIVE' }));
  } else if (one.caThen) {
    await iot.send(new UpdateCACertificateCommand({ certificateId: caId, newAutoRegistrationStatus: 'DISABLE' }));
  }
  return made;
}

const context: { t?: TestContext } = {};
async function reach(
  { sni = 'localhost', clientId, connect = {} }: Attempt,
  who: Device | undefined,
  name: string,
): Promise<Outcome> {
  const { t } = context;
  assert.ok(t);
  const said = await attempt(t, at, who, clientId ?? name, {
    ...{ servername: sni, checkServerIdentity: () => undefined, host: '127.0.0.1', ...connect },
  });
  if (said === 'connected') return said;
  return /alert handshake failure/.test(said) ? 'no handshake' : 'dropped';
}

describe('an attempt with a certificate', () => {
  for (const [index, one] of attempts.entries()) {
    const { what, days = 0, ends, says, next, source } = one;
    test(`${what}: ${ends}${next ? `, then ${next}` : ''} (${source})`, async (t) => {
      context.t = t;
      const name = `unit-${index}`;
      const who = await makeDevice(one, name);
      daysAhead = days;
      t.after(() => {
        daysAhead = 0;
      });
      const before = at.aws.log().at(-1)?.seq ?? 0;
      assert.equal(await reach(one, who, name), ends);
      if (says) await logged(at.aws, says, before);
      if (next) assert.equal(await reach(one, who, name), next);
    });
  }
});

test('there are sixty attempts or more, and each has a source', () => {
  assert.ok(attempts.length >= 60, `${attempts.length}`);
  assert.ok(attempts.every(({ source }) => /^(DG|GR|RFC|MQTT|choice)/.test(source)));
  assert.equal(new Set(attempts.map(({ what, certificate }) => `${certificate} ${what}`)).size, attempts.length);
});
