/** `claim list|make|open|retire|revoke`, against a practice AWS. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateProvisioningTemplateCommand, IoTClient, ListAttachedPoliciesCommand } from '@aws-sdk/client-iot';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { wallClock } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { commandLine } from './commandline.ts';

const { json, run, giveCredentials } = commandLine();

let aws: PracticeAws;
let iot: IoTClient;
let data = '';
let rights: string[] = [];
const templateBody = JSON.stringify({
  Parameters: { SerialNumber: { Type: 'String' } },
  Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'SerialNumber' } } } },
});

before(async () => {
  aws = await startPracticeAws({ clock: wallClock() });
  giveCredentials(aws.credentials);
  iot = new IoTClient({ endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials });
  const made = { templateName: 'fleet', templateBody, enabled: true, provisioningRoleArn: aws.roleArn };
  await iot.send(new CreateProvisioningTemplateCommand(made));
  data = await makeStation();
  const secret = join(dirname(data), 'passphrase');
  await writeFile(secret, passphrase);
  rights = ['--data', data, '--passphrase-file', secret];
  const { region, bucket, roleArn, endpoint } = aws;
  const place = ['--region', region, '--bucket', bucket, '--role-arn', roleArn, '--endpoint-url', endpoint];
  assert.equal((await json('target', 'add', 'main', ...place, ...rights)).code, 0);
});
after(async () => {
  iot.destroy();
  await aws.close();
});

test('a claim is made for an order, listed, and its end is told to AWS before the command ends', async () => {
  const make = ['claim', 'make', '--order', 'default', '--template', 'fleet'];
  const unsure = await json(...make, '--data', data);
  assert.deepEqual([unsure.code, unsure.value.error.code], [1, 'session.forbidden']);
  const { code, value } = await json(...make, ...rights);
  assert.deepEqual([code, value.claimId, value.state, value.open], [0, 1, 'active', true]);
  const target = `arn:aws:iot:${aws.region}:${aws.accountId}:cert/${value.certificateId}`;
  const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
  assert.deepEqual(
    policies?.map(({ policyName }) => policyName),
    ['birthmark-claim-fleet'],
  );
  assert.deepEqual((await json(...make, ...rights)).value.error.code, 'claim.exists');

  assert.match(
    (await run('claim', 'list', '--data', data)).out,
    /1 {2}active {2}order default, template fleet in main/,
  );
  assert.deepEqual((await json('claim', 'list', '--order', 'other', '--data', data)).value, []);

  assert.deepEqual((await json('claim', 'open', ...rights)).value[0]?.claimId, 1);
  const other = join(dirname(data), 'other');
  await writeFile(other, 'another passphrase');
  const wrong = await json('claim', 'open', '--claim-passphrase-file', other, ...rights);
  assert.deepEqual([wrong.code, wrong.value.error.code], [1, 'ca.wrongPassphrase']);

  // No unit waits for it, so AWS is told at once.
  const retired = await json('claim', 'retire', '1', ...rights);
  assert.deepEqual([retired.code, retired.value.state], [0, 'revoked']);
  assert.equal((await json('claim', 'revoke', '1', ...rights)).value.error.code, 'claim.ended');
  assert.equal((await json('claim', 'retire', '7', ...rights)).value.error.code, 'claim.notFound');
});

test('AWS that cannot be reached is told later, and the command says so', async () => {
  const { value } = await json('claim', 'make', '--order', 'default', '--template', 'fleet', ...rights);
  aws.setOutage('drops');
  const asked = await json('claim', 'revoke', String(value.claimId), ...rights);
  assert.deepEqual([asked.code, asked.value.state, asked.value.revokeAsked], [3, 'retired', true]);
  aws.setOutage(null);
  const listed = await json('claim', 'list', '--data', data);
  assert.equal(listed.code, 0);
});

test('cloud allow-claim: without the hook in the account it says what is missing, and which claims there are not', async () => {
  const { value } = await json('claim', 'make', '--order', 'default', '--template', 'fleet', ...rights);
  const none = await json('cloud', 'allow-claim', String(value.claimId), ...rights);
  assert.equal(none.code, 3);
  assert.match(JSON.stringify(none.value.error), /table/i);
  assert.equal((await json('cloud', 'allow-claim', '99', ...rights)).value.error.code, 'claim.notFound');
});
