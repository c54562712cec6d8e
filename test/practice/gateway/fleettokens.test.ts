import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { decide, policyDocument, policyOf } from '../../../app/iot/index.ts';
import type { Account } from '../../../app/practice/aws/account.ts';
import { claimSeconds, findClaim } from '../../../app/practice/aws/gateway/claim.ts';
import { setStatus } from '../../../app/practice/aws/iot/holdings.ts';
import { tokenSeconds, watchTokens } from '../../../app/practice/aws/iot/ownership.ts';
import { templateHandlers } from '../../../app/practice/aws/iot/templates.ts';
import { newIdentity, setPolicy } from '../../../app/practice/aws/permissions/identities.ts';
import { removeAtEnd } from '../../folders.ts';
import { movableClock } from '../../support.ts';
import {
  certify,
  claimTemplate,
  connect,
  csrOf,
  csrTopic,
  type Device,
  makeTemplate,
  openAccount,
  provisionTopic,
} from './fleetbench.ts';

const hourMs = tokenSeconds * 1000;

async function furnished(t: TestContext, stateFile?: string) {
  const { clock, advance } = movableClock();
  const open = async () => {
    const account = await openAccount({ clock, ...(stateFile !== undefined && { stateFile }) });
    t.after(watchTokens(account));
    return account;
  };
  const account = await open();
  makeTemplate(account, 'fleet');
  return { account, clock, advance, open };
}

async function outcome(device: Device, token: string, serial = 'a', template = 'fleet'): Promise<string> {
  const request = { certificateOwnershipToken: token, parameters: { SerialNumber: serial } };
  const { value } = await device.ask(provisionTopic(template), request);
  return value.thingName ?? `${value.statusCode} ${value.errorCode}`;
}
const bad = '400 InvalidCertificateOwnershipToken';
const statusOf = (account: Account, id: string) => account.state.certificates.get(id)?.status;

async function folder(_t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'birthmark-fleet-'));
  removeAtEnd(made);
  return made;
}

describe('an ownership token', () => {
  test('is good once, for its own certificate, on any connection', async (t) => {
    const { account } = await furnished(t);
    const [one, other] = [connect(account, 'one'), connect(account, 'other')];
    const first = await certify(one);
    const second = await certify(other);
    assert.equal(await outcome(one, `${second.certificateId}.${first.token.split('.')[1]}`), bad);
    assert.equal(await outcome(other, first.token, 'first'), 'device-first');
    assert.deepEqual([...account.links.thingsOf.get(first.certificateId)], ['device-first']);
    assert.equal(await outcome(one, first.token, 'again'), bad);
    assert.equal(account.state.things.has('device-again'), false);
    assert.equal(statusOf(account, second.certificateId), 'PENDING_ACTIVATION');
  });

  test('survives a refusal', async (t) => {
    const { account } = await furnished(t);
    const device = connect(account);
    const { token } = await certify(device);
    assert.equal(await outcome(device, token, 'not a name'), '400 ResourceRegistrationFailure');
    assert.equal(await outcome(device, token, 'name'), 'device-name');
  });

  test('two requests at once: one is provisioned', async (t) => {
    const { account } = await furnished(t);
    const { token } = await certify(connect(account));
    const all = await Promise.all(['x', 'y', 'z'].map((serial) => outcome(connect(account, serial), token, serial)));
    assert.deepEqual(all.sort(), [bad, bad, 'device-x']);
    assert.equal(account.state.things.size, 1);
  });

  test('lives an hour, and its certificate no longer', async (t) => {
    const { account, advance } = await furnished(t);
    const device = connect(account);
    const early = await certify(device);
    advance(60_000);
    const late = await certify(device);
    advance(hourMs - 61_000);
    assert.equal(await outcome(device, early.token), 'device-a');
    advance(62_000);
    assert.equal(await outcome(device, late.token, 'late'), bad);
    advance(60_000);
    assert.equal(statusOf(account, late.certificateId), undefined);
    assert.equal(statusOf(account, early.certificateId), 'ACTIVE');
  });

  test('that lapses leaves a certificate that a person activated', async (t) => {
    const { account, advance } = await furnished(t);
    const { certificateId, token } = await certify(connect(account));
    const made = account.state.certificates.get(certificateId);
    assert.ok(made);
    setStatus(account, made, 'ACTIVE');
    advance(hourMs + 61_000);
    assert.equal(statusOf(account, certificateId), 'ACTIVE');
    assert.equal(await outcome(connect(account), token), bad);
  });

  test('is kept over a restart, and so is its hour', async (t) => {
    const { account, advance, open } = await furnished(t, join(await folder(t), 'aws.json'));
    const device = connect(account);
    const [used, kept, lapsed] = [await certify(device), await certify(device), await certify(device)];
    assert.equal(await outcome(device, used.token, 'used'), 'device-used');
    const next = await open();
    assert.equal(await outcome(connect(next), used.token, 'twice'), bad);
    assert.equal(await outcome(connect(next), kept.token, 'kept'), 'device-kept');
    advance(hourMs + 1000);
    const last = await open();
    assert.equal(statusOf(last, lapsed.certificateId), undefined, 'deleted at the start');
    assert.equal(statusOf(last, kept.certificateId), 'ACTIVE');
    assert.equal(await outcome(connect(last), lapsed.token, 'lapsed'), bad);
  });
});

describe('a temporary claim of a trusted user', () => {
  const make = async (account: Account) => {
    const made = await templateHandlers.CreateProvisioningClaim({ templateName: 'fleet' }, account);
    return made as { certificateId: string; expiration: number };
  };

  test('is found for five minutes, also after a restart, and is in no list', async (t) => {
    const { account, advance, open } = await furnished(t, join(await folder(t), 'aws.json'));
    const { certificateId } = await make(account);
    assert.equal(account.state.certificates.size, 0);
    const next = await open();
    const found = findClaim(next, certificateId);
    assert.deepEqual([found?.templateName, found?.certificate.status], ['fleet', 'ACTIVE']);
    advance(claimSeconds * 1000);
    assert.equal(findClaim(next, certificateId), undefined);
  });

  test('may do what its template needs, and nothing else', async (t) => {
    const { account } = await furnished(t);
    const { certificateId } = await make(account);
    const policy = policyOf(policyDocument.parse(JSON.parse(findClaim(account, certificateId)?.policyDocument ?? '')));
    const may = (action: string, resource: string) =>
      decide([policy], { action, resource: `arn:aws:iot:us-east-1:123456789012:${resource}`, context: {} }).decision ===
      'ALLOWED';
    assert.ok(may('iot:Connect', 'client/any'));
    for (const topic of [
      '$aws/certificates/create/json',
      csrTopic,
      provisionTopic('fleet'),
      provisionTopic('fleet', 'cbor'),
    ]) {
      assert.ok(may('iot:Publish', `topic/${topic}`), topic);
      for (const answer of ['accepted', 'rejected']) {
        assert.ok(may('iot:Subscribe', `topicfilter/${topic}/${answer}`));
        assert.ok(may('iot:Receive', `topic/${topic}/${answer}`));
      }
    }
    for (const topic of [
      provisionTopic('other'),
      provisionTopic('fleet2'),
      'devices/x/data',
      '$aws/things/x/shadow/update',
    ]) {
      assert.ok(!may('iot:Publish', `topic/${topic}`), topic);
      assert.ok(!may('iot:Subscribe', `topicfilter/${topic}`), topic);
    }
    for (const filter of ['#', '$aws/#', '$aws/certificates/#', '+/+'])
      assert.ok(!may('iot:Subscribe', `topicfilter/${filter}`), filter);
  });

  test('has five minutes from the connection to get a certificate', async (t) => {
    const { account, advance } = await furnished(t);
    const { certificateId, expiration } = await make(account);
    const certificate = findClaim(account, certificateId)?.certificate;
    assert.ok(certificate);
    const device = connect(account, 'slow', { certificate, connectedAt: expiration - 1 });
    advance(claimSeconds * 1000 + 250_000);
    const { token } = await certify(device);
    advance(60_000);
    const { value } = await device.ask(csrTopic, { certificateSigningRequest: csrOf('x') });
    assert.equal(`${value.statusCode} ${value.errorCode}`, '403 ACCESS_DENIED');
    assert.equal(await outcome(device, token), 'device-a', 'what it has it may register');
  });

  test('is made for enabled templates of fleets only', async (t) => {
    const { account } = await furnished(t);
    makeTemplate(account, 'off', claimTemplate, { enabled: false });
    for (const [templateName, name] of [
      ['off', 'InvalidRequestException'],
      ['none', 'ResourceNotFoundException'],
    ] as const)
      await assert.rejects(async () => templateHandlers.CreateProvisioningClaim({ templateName }, account), { name });
  });
});

describe('the template', () => {
  const roleArn = 'arn:aws:iam::123456789012:role/station';
  const named = async (t: TestContext, Action: string[]) => {
    const { account } = await furnished(t);
    const role = newIdentity('station', 'role');
    setPolicy(role, JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }));
    account.state.identities.set('station', role);
    makeTemplate(account, 'role', claimTemplate, { provisioningRoleArn: roleArn });
    const device = connect(account);
    const { token } = await certify(device);
    const request = { certificateOwnershipToken: token, parameters: { SerialNumber: 'r' } };
    return { account, value: (await device.ask(provisionTopic('role'), request)).value };
  };

  test('provisions in the name of its role', async (t) => {
    const all = [
      'RegisterThing',
      'UpdateCertificate',
      'CreateThing',
      'CreatePolicy',
      'AttachPolicy',
      'AttachThingPrincipal',
    ];
    const allowed = await named(
      t,
      all.map((one) => `iot:${one}`),
    );
    assert.equal(allowed.value.thingName, 'device-r', allowed.value.errorMessage);
    for (const missing of all) {
      const { account, value } = await named(
        t,
        all.filter((one) => one !== missing).map((one) => `iot:${one}`),
      );
      assert.equal(`${value.statusCode} ${value.errorCode}`, '400 ResourceRegistrationFailure', missing);
      assert.match(String(value.errorMessage), new RegExp(`not authorized to perform: iot:${missing}`));
      assert.equal(account.state.things.size, 0, missing);
    }
  });

  test('is used in its default version', async (t) => {
    const { account } = await furnished(t);
    const other = { ...claimTemplate, DeviceConfiguration: { site: 'two' } };
    const version = { templateName: 'fleet', templateBody: JSON.stringify(other), setAsDefault: false };
    templateHandlers.CreateProvisioningTemplateVersion(version, account);
    const configuration = async (serial: string) => {
      const device = connect(account);
      const { token } = await certify(device);
      const request = { certificateOwnershipToken: token, parameters: { SerialNumber: serial } };
      return (await device.ask(provisionTopic('fleet'), request)).value.deviceConfiguration;
    };
    assert.deepEqual(await configuration('v1'), { site: 'main', room: '5' });
    const change = { description: undefined, enabled: undefined, provisioningRoleArn: undefined };
    const hook = { preProvisioningHook: undefined, removePreProvisioningHook: undefined };
    templateHandlers.UpdateProvisioningTemplate(
      { templateName: 'fleet', defaultVersionId: 2, ...change, ...hook },
      account,
    );
    assert.deepEqual(await configuration('v2'), { site: 'two' });
    templateHandlers.UpdateProvisioningTemplate(
      { templateName: 'fleet', defaultVersionId: undefined, ...change, ...hook, enabled: false },
      account,
    );
    assert.equal(await configuration('v3'), undefined);
  });
});
