/** Just-in-time registration: the event, and the function that the station generates, run as it is. */
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DescribeCertificateCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import type { Account } from '../../../app/practice/aws/account.ts';
import { createStack } from '../../../app/practice/aws/cloudformation/stacks.ts';
import { deviceTable, jitrTemplate } from '../../../app/registration/account/cloudformation.ts';
import { allowListRow } from '../../../app/registration/account/jitr.ts';
import { removeAtEnd } from '../../folders.ts';
import { cli, needsAwsCli } from '../awscli.ts';
import { createPki } from '../pki.ts';
import { practice } from '../support.ts';
import { accountWith, connects, idOf, issueOdd } from './support.ts';

const pki = createPki();
after(() => pki.remove());
const target = {
  name: 'practice',
  region: 'us-east-1',
  bucket: 'birthmark-practice',
  roleArn: 'arn:aws:iam::123456789012:role/birthmark-practice-registration',
  policyNames: ['birthmark-practice-device'],
  thingTypeName: 'sensor',
  thingGroups: ['hall-1', 'line-2'],
};

async function registration(t: TestContext) {
  const bed = await accountWith(t, pki);
  const stack = await createStack(bed.account, 'jitr', JSON.stringify(jitrTemplate(target)));
  assert.equal(stack.status, 'CREATE_COMPLETE', stack.reason);
  await bed.iot.send(new CreateThingTypeCommand({ thingTypeName: 'sensor' }));
  for (const thingGroupName of target.thingGroups) await bed.iot.send(new CreateThingGroupCommand({ thingGroupName }));
  const table = bed.account.state.tables.get(deviceTable('practice'));
  if (!table) throw new Error('the table is not there');
  const put = (id: string, more: Record<string, string> = {}) => {
    const item = Object.fromEntries(Object.entries({ id, ...more }).map(([name, S]) => [name, { S }]));
    table.items.set(JSON.stringify([id]), item);
  };
  const result = (pem: string) => {
    const item = table.items.get(JSON.stringify([allowListRow.result(idOf(pem))]));
    return item && Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, String(S)]));
  };
  return { ...bed, put, result, table };
}

/** Waits for the functions that run. */
async function settled(account: Account, count: number): Promise<void> {
  const done = () => account.log.entries().filter(({ eventType }) => eventType === 'FunctionExecution').length;
  for (let turn = 0; turn < 20_000 && done() < count; turn += 1) await pause(5);
}
const keyOf = (pem: string) =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

test('the event has the documented members, at registration and whenever a pending certificate comes', async (t) => {
  const { account, authority, iot } = await accountWith(t, pki);
  const pem = pki.issue('event-1');
  const events: [string, Record<string, unknown>][] = [];
  account.bus.listen(({ topic, payload }) => events.push([topic, JSON.parse(Buffer.from(payload).toString())]));
  for (let times = 0; times < 3; times += 1)
    assert.match((await connects(account, authority, pem)).reason ?? '', /PENDING_ACTIVATION/);
  assert.equal(events.length, 3);
  for (const [topic, { timestamp, certificateRegistrationTimestamp, ...event }] of events) {
    assert.equal(topic, `$aws/events/certificates/registered/${authority.certificateId}`);
    assert.deepEqual(event, {
      certificateId: idOf(pem),
      caCertificateId: authority.certificateId,
      certificateStatus: 'PENDING_ACTIVATION',
      awsAccountId: '123456789012',
    });
    assert.ok(typeof timestamp === 'number' && Math.abs(timestamp - Date.now()) < 60_000);
    assert.match(String(certificateRegistrationTimestamp), /^\d{13}$/);
    assert.equal(typeof certificateRegistrationTimestamp, 'string');
  }
  const { certificateDescription } = await iot.send(new DescribeCertificateCommand({ certificateId: idOf(pem) }));
  assert.equal(certificateDescription?.status, 'PENDING_ACTIVATION');
  assert.equal(certificateDescription?.caCertificateId, authority.certificateId);
  await iot.send(new UpdateCertificateCommand({ certificateId: idOf(pem), newStatus: 'ACTIVE' }));
  assert.deepEqual(await connects(account, authority, pem), {});
  assert.equal(events.length, 3, 'an active certificate is no event');
});

test('the generated function: who is on the list, by key or by name, and no other', async (t) => {
  const { account, authority, put, result } = await registration(t);
  // Each with a key of its own.
  const issued = (name: string) => issueOdd(pki, 'ca', [`CN=${name}`]);
  const units = {
    listed: issued('listed'),
    byName: issued('by-name'),
    named: issued('named'),
    otherKey: issued('other-key'),
    stranger: issued('stranger'),
    revoked: issued('revoked'),
    spaced: pki.issue('x', { subject: '/CN=two words' }),
    nameless: pki.issue('x', { subject: '/O=Example' }),
  };
  put(allowListRow.key(keyOf(units.listed)));
  put(allowListRow.unit('by-name'));
  put(allowListRow.key(keyOf(units.named)), { thingName: 'Thing:7' });
  put(allowListRow.key('ab'.repeat(32)), { thingName: 'other-key' });
  put(allowListRow.key(keyOf(units.revoked)));
  put(allowListRow.revoked(new X509Certificate(units.revoked).serialNumber));
  put(allowListRow.unit('two words'));
  const all = Object.values(units);
  const contact = async () => {
    const before = account.log.entries().filter(({ eventType }) => eventType === 'FunctionExecution').length;
    const outcomes = await Promise.all(all.map((pem) => connects(account, authority, pem)));
    await settled(account, before + outcomes.filter(({ reason }) => reason?.includes('tells the account')).length);
  };
  await contact();
  const said = (pem: string) => [account.state.certificates.get(idOf(pem))?.status, result(pem)?.result];
  const wanted = {
    listed: ['ACTIVE', 'ACTIVE'],
    byName: ['ACTIVE', 'ACTIVE'],
    named: ['ACTIVE', 'ACTIVE'],
    otherKey: ['PENDING_ACTIVATION', 'notListed'],
    stranger: ['PENDING_ACTIVATION', 'notListed'],
    revoked: ['REVOKED', 'revoked'],
    spaced: ['PENDING_ACTIVATION', 'badName'],
    nameless: ['PENDING_ACTIVATION', 'notListed'],
  };
  const now = () => Object.fromEntries(Object.entries(units).map(([name, pem]) => [name, said(pem)]));
  assert.deepEqual(now(), wanted);
  const thing = account.state.things.get('Thing:7');
  assert.deepEqual([thing?.typeName, thing?.groups], ['sensor', ['hall-1', 'line-2']]);
  assert.deepEqual(account.state.certificates.get(idOf(units.named))?.policies, ['birthmark-practice-device']);
  assert.deepEqual([...account.state.things.keys()].sort(), ['Thing:7', 'by-name', 'listed']);
  assert.equal(result(units.stranger)?.commonName, 'stranger', 'a person sees who knocked');
  await contact();
  assert.deepEqual(now(), wanted, 'a second contact changes nothing');
  put(allowListRow.key(keyOf(units.stranger)));
  await contact();
  assert.deepEqual(said(units.stranger), ['ACTIVE', 'ACTIVE'], 'once it is listed, the next contact lets it in');
});

test('a step that fails leaves the certificate pending with its reason, and the next contact finishes', async (t) => {
  const { account, authority, put, result, aws } = await registration(t);
  const pem = issueOdd(pki, 'ca', ['CN=halfway']);
  put(allowListRow.key(keyOf(pem)));
  aws.setFault({
    kind: 'refuse',
    service: 'iot',
    operation: 'AttachPolicy',
    name: 'UnauthorizedException',
    times: 1,
  } as never);
  await connects(account, authority, pem);
  await settled(account, 1);
  assert.equal(account.state.certificates.get(idOf(pem))?.status, 'PENDING_ACTIVATION');
  assert.deepEqual([result(pem)?.result, result(pem)?.reason?.split(':')[0]], ['failed', 'UnauthorizedException']);
  aws.setFault(null);
  await connects(account, authority, pem);
  await settled(account, 2);
  assert.equal(account.state.certificates.get(idOf(pem))?.status, 'ACTIVE');
  assert.equal(result(pem)?.result, 'ACTIVE');
});

test("the function's role may do what the function does, and no more", async (t) => {
  const { account } = await registration(t);
  const { policy = '' } = account.state.identities.get('birthmark-jitr-practice') ?? {};
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string }[] };
  const rows = Statement.flatMap(({ Action, Resource }) => Action.map((action) => `${action} ${Resource}`));
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;
  assert.deepEqual(rows.sort(), [
    `dynamodb:GetItem ${arn('dynamodb', 'table/birthmark-devices-practice')}`,
    `dynamodb:PutItem ${arn('dynamodb', 'table/birthmark-devices-practice')}`,
    `iot:AddThingToThingGroup ${arn('iot', 'thing/*')}`,
    `iot:AddThingToThingGroup ${arn('iot', 'thinggroup/*')}`,
    `iot:AttachPolicy ${arn('iot', 'cert/*')}`,
    'iot:AttachThingPrincipal *',
    `iot:CreateThing ${arn('iot', 'thing/*')}`,
    `iot:DescribeCertificate ${arn('iot', 'cert/*')}`,
    `iot:UpdateCertificate ${arn('iot', 'cert/*')}`,
  ]);
});

test('aws-cli brings the template into the account, and a stack that cannot be made says why', async (t) => {
  if (!needsAwsCli(t)) return;
  const aws = await practice(t);
  const run = cli(aws);
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-stack-'));
  removeAtEnd(folder);
  await writeFile(join(folder, 'stack.json'), JSON.stringify(jitrTemplate(target)));
  const create = (name: string) =>
    run(
      'cloudformation',
      'create-stack',
      '--stack-name',
      name,
      '--template-body',
      `file://${folder}/stack.json`,
      '--capabilities',
      'CAPABILITY_NAMED_IAM',
    );
  assert.match(((await create('one')) as { StackId: string }).StackId, /:stack\/one\//);
  await create('two');
  const { Stacks } = (await run('cloudformation', 'describe-stacks')) as {
    Stacks: { StackStatus: string; StackStatusReason?: string }[];
  };
  assert.deepEqual(
    Stacks.map(({ StackStatus }) => StackStatus),
    ['CREATE_COMPLETE', 'CREATE_FAILED'],
  );
  assert.match(Stacks[1]?.StackStatusReason ?? '', /^JitrTable: Table already exists/);
  assert.equal(aws.account.state.rules.get('birthmark_jitr_practice')?.payload.ruleDisabled, false);
});
