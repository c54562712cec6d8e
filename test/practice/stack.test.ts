/** The practice AWS takes a CloudFormation template: what its conditions say is made, once, and what it has not is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetTopicRuleCommand, ListTopicRulesCommand } from '@aws-sdk/client-iot';
import { cloudFormation } from '../../app/registration/index.ts';
import { iotClient, practice } from './support.ts';

const target = {
  ...{ name: 'main', region: 'us-east-1', bucket: 'units', policyNames: ['devices'] },
  roleArn: 'arn:aws:iam::123456789012:role/registration',
};

test('the template of a target, with what its parameters ask for; a second time changes nothing', async (t) => {
  const aws = await practice(t);
  const iot = iotClient(t, aws);
  const text = JSON.stringify(cloudFormation(target, ['jitr']));
  const without = await aws.install(text, { MakeJitr: 'no', MakePolicies: 'yes' });
  assert.deepEqual((await iot.send(new ListTopicRulesCommand({}))).rules, []);
  assert.equal(without.DevicePolicy1, 'devices');
  const made = await aws.install(text, { MakeJitr: 'yes', MakePolicies: 'no' });
  assert.ok(!('DevicePolicy1' in made) && !('HookFunction' in made));
  const { rule } = await iot.send(new GetTopicRuleCommand({ ruleName: made.JitrRule }));
  assert.match(rule?.sql ?? '', /registered/);
  assert.match(rule?.actions?.[0]?.lambda?.functionArn ?? '', new RegExp(`:function:${made.JitrFunction}$`));
  assert.deepEqual(await aws.install(text, { MakeJitr: 'yes', MakePolicies: 'no' }), made);
  const roles = aws.act({ act: 'status' }).identities.filter(({ name }) => name === made.JitrRole);
  assert.equal(roles.length, 1);
  assert.match(roles[0]?.policy ?? '', /arn:aws:iot:us-east-1:123456789012:cert\/\*/, 'names are filled in');
});

test('a kind of resource, or a condition, that the practice AWS does not have is named', async (t) => {
  const aws = await practice(t);
  const stack = (more: object) => JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } }, ...more });
  await assert.rejects(aws.install(stack({})), /makes no AWS::SQS::Queue \(Queue\)/);
  const conditional = {
    Conditions: { C: { 'Fn::If': [] } },
    Resources: { R: { Type: 'AWS::IAM::Role', Condition: 'C' } },
  };
  await assert.rejects(aws.install(stack(conditional)), /reads no condition Fn::If/);
});
