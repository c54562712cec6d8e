/** The hook that the station writes for an account, put there by its own commands, and run as it is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { cloudFormation } from '../../app/registration/account/cloudformation.ts';
import { hookFunction, hookItem } from '../../app/registration/account/hook.ts';
import { plainSetUp } from '../../app/registration/account/plain.ts';
import { unsignedDesk } from '../practice/functions.ts';
import { wallClock } from '../practice/support.ts';

const target = {
  name: 'fra',
  region: 'us-east-1',
  bucket: 'units',
  roleArn: 'arn:aws:iam::123456789012:role/registration',
  policyNames: [],
};
const table = 'birthmark-jitr-fra';
const plain = plainSetUp(target, ['fleet']);
const documentNamed = (name: string) =>
  JSON.parse(plain.documents.find((one) => one.name === name)?.text ?? '') as Record<string, object | string>;

let aws: PracticeAws;
let call: ReturnType<typeof unsignedDesk>;
before(async () => {
  aws = await startPracticeAws({ clock: wallClock(), anyClient: true });
  call = unsignedDesk(aws);
  await dynamodb('CreateTable', {
    TableName: table,
    AttributeDefinitions: [{ AttributeName: 'certificateId', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'certificateId', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
});
after(() => aws.close());

async function dynamodb(operation: string, body: object) {
  const target = { 'x-amz-target': `DynamoDB_20120810.${operation}`, 'content-type': 'application/x-amz-json-1.0' };
  const { status, answer } = await call('dynamodb', 'POST', '/', body, target);
  assert.equal(status, 200, JSON.stringify(answer));
  return answer as { Item?: Record<string, { S?: string; N?: string }> };
}
const put = (certificateId: string, more: object = {}) =>
  dynamodb('PutItem', { TableName: table, Item: { certificateId: { S: certificateId }, ...more } });
const item = async (certificateId: string) =>
  (await dynamodb('GetItem', { TableName: table, Key: { certificateId: { S: certificateId } } })).Item;
const claimOf = (maxUnits: number) => ({ maxUnits: { N: String(maxUnits) }, used: { N: '0' } });

/** Puts the function there under a name of its own, and returns how AWS IoT asks it. */
async function asked(name: string, env: object = {}, document = documentNamed('hook-function.json')) {
  const { Environment, ...rest } = document as { Environment: { Variables: object } };
  const Variables = { ...Environment.Variables, ...env };
  const { status, answer } = await call('lambda', 'POST', '/2015-03-31/functions', {
    ...rest,
    FunctionName: name,
    Environment: { Variables },
  });
  assert.equal(status, 201, JSON.stringify(answer));
  return async (serial: string | undefined, certificateId: string, claimCertificateId = 'claim'): Promise<boolean> => {
    const parameters = serial === undefined ? {} : { SerialNumber: serial };
    const event = { claimCertificateId, certificateId, certificatePem: '', templateArn: '', clientId: '', parameters };
    const reply = await call('lambda', 'POST', `/2015-03-31/functions/${name}/invocations`, event);
    assert.equal(reply.headers.get('x-amz-function-error'), null, JSON.stringify(reply.answer));
    assert.deepEqual(Object.keys(reply.answer as object), ['allowProvisioning', 'parameterOverrides']);
    return (reply.answer as { allowProvisioning: boolean }).allowProvisioning;
  };
}

test('a serial number of the list passes once, with one certificate, as often as that asks', async () => {
  const ask = await asked('serials');
  await put(hookItem.claim('claim'), claimOf(10));
  await put(hookItem.unit('SN-1'));
  assert.equal(await ask('SN-1', 'a'), true);
  assert.equal(await ask('SN-1', 'a'), true, 'the same certificate asks again');
  assert.equal(await ask('SN-1', 'b'), false, 'another device of this serial number');
  assert.equal(await ask('SN-2', 'c'), false, 'not in the list');
  assert.equal(await ask(undefined, 'd'), false, 'no serial number');
  const unit = await item(hookItem.unit('SN-1'));
  assert.deepEqual([unit?.provisionedWith?.S, unit?.provisionedBy?.S], ['a', 'claim']);
  assert.equal((await item(hookItem.claim('claim')))?.used?.N, '1');
});

test('a claim has as many units as it was given, also when all ask at once', async () => {
  const ask = await asked('limit');
  await put(hookItem.claim('ten'), claimOf(10));
  const serials = Array.from({ length: 25 }, (_, index) => `L-${index}`);
  for (const serial of serials) await put(hookItem.unit(serial));
  const answers = await Promise.all(serials.map((serial) => ask(serial, `cert-${serial}`, 'ten')));
  assert.equal(answers.filter(Boolean).length, 10);
  assert.equal((await item(hookItem.claim('ten')))?.used?.N, '10');
  // Who was refused may come with another claim.
  await put(hookItem.claim('more'), claimOf(15));
  const refused = serials.filter((_, index) => !answers[index]);
  const again = await Promise.all(refused.map((serial) => ask(serial, `cert-${serial}`, 'more')));
  assert.deepEqual(
    again,
    refused.map(() => true),
  );
});

test('one serial number that many devices send at once passes for one', async () => {
  const ask = await asked('clones');
  await put(hookItem.claim('clones'), claimOf(100));
  await put(hookItem.unit('C-1'));
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => ask('C-1', `clone-${index}`, 'clones')));
  assert.equal(answers.filter(Boolean).length, 1);
  assert.equal((await item(hookItem.claim('clones')))?.used?.N, '1');
});

test('a claim that the table does not know is refused, unless claims are new for each unit', async () => {
  const ask = await asked('unknown');
  await put(hookItem.unit('U-1'));
  assert.equal(await ask('U-1', 'u', 'stranger'), false);
  assert.equal((await item(hookItem.unit('U-1')))?.provisionedWith, undefined, 'and the serial number is free again');
  const any = await asked('any', { CLAIMS: 'any' });
  assert.equal(await any('U-1', 'u', 'temporary'), true);
});

test('the CloudFormation template has the same function, with its permission, for AWS IoT alone', () => {
  type Resource = { Condition: string; Properties: Record<string, unknown> };
  const { Resources } = cloudFormation(target, ['fleet']) as { Resources: Record<string, Resource> };
  const { HookFunction, HookCall, HookRole } = Resources;
  assert.deepEqual(HookFunction?.Properties.Code, { ZipFile: hookFunction });
  assert.equal(HookCall?.Properties.Principal, 'iot.amazonaws.com');
  assert.ok(JSON.stringify(HookRole).includes('"Action":["dynamodb:UpdateItem"]'));
  assert.match(plain.commands, /lambda add-permission .*--principal iot\.amazonaws\.com .*provisioningtemplate\/\*/);
  assert.doesNotMatch(plainSetUp(target, ['bulk']).commands, /lambda/);
});
