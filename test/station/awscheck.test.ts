/** What the check in AWS finds for each way, against a practice account that is furnished step by step. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreatePolicyCommand,
  CreateProvisioningTemplateCommand,
  DescribeEndpointCommand,
  DisableTopicRuleCommand,
  type IoTClient,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { createClient, type RecipeInAws, type Station, sentenceOf, type Told } from '../../app/contract/index.ts';
import { templateStarters } from '../../app/iot/index.ts';
import { createStack } from '../../app/practice/aws/cloudformation/stacks.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { jitrTemplate } from '../../app/registration/index.ts';
import { openStation } from '../../main/openstation.ts';
import { checkTables } from '../../renderer/words/checkwords.ts';
import { iotClient, wallClock } from '../practice/support.ts';
import { makeStation, passphrase } from '../support.ts';

let aws: PracticeAws;
let engineer: Station;
let iot: IoTClient;
let issuerId: string;
const ends: (() => unknown)[] = [];

before(async () => {
  aws = await startPracticeAws({ clock: wallClock() });
  ends.push(() => aws.close());
  iot = iotClient({ after: (end: () => void) => ends.push(end) } as never, aws);
  const station = await openStation({
    ...{ dir: await makeStation(), kind: 'host', threads: false },
    cloud: {
      target: {
        ...{ name: 'eu', region: aws.region, bucket: aws.bucket, roleArn: aws.roleArn, policyNames: [aws.policyName] },
        endpointUrl: aws.endpoint,
      },
      credentials: aws.credentials,
    },
  });
  ends.unshift(() => station.close());
  engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  await engineer.call('ca.unlock', { secret: passphrase });
  issuerId = station.parts.authority.issuer.issuerId;
});
after(async () => {
  for (const end of ends) await end();
});

const starter = (name: string) =>
  (templateStarters().find((one) => one.name === name)?.text ?? '').replaceAll('DevicePolicy', 'units');
const recipe = (provisioning: object, more: object = {}) =>
  JSON.stringify({
    ...{ name: 'acme', model: 'BM-1', driver: 'agent', profile: 'aws-iot-device' },
    provisioning,
    ...more,
  });
const ask = (text: string) => engineer.call('recipes.checkInAws', { text, target: 'eu' });
const problems = async (text: string) =>
  (await ask(text)).problems.map(({ message, remedy }) => `${message} → ${remedy.message}`);
const every = ({ problems: refused, warnings }: RecipeInAws) => [...refused, ...warnings];

const jitp = recipe({ way: 'jitp', targets: ['eu'] }, { template: 'jit' });
const template = (templateName: string, type: 'JITP' | 'FLEET_PROVISIONING', templateBody: string) =>
  iot.send(
    new CreateProvisioningTemplateCommand({
      templateName,
      templateBody,
      type,
      enabled: true,
      provisioningRoleArn: aws.roleArn,
    }),
  );

test('the endpoint that a recipe gives its units is held against that of the account; none is the device’s own matter', async () => {
  const said = async (more: object) => {
    const { warnings } = await ask(recipe({ way: 'bulk', targets: ['eu'] }, more));
    return warnings
      .filter(({ path }) => path === 'config.endpoint')
      .map(({ message, remedy }) => `${message} → ${remedy.message}`);
  };
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
  assert.deepEqual(await said({}), []);
  assert.deepEqual(await said({ config: { endpoint: endpointAddress } }), []);
  const [other, ...more] = await said({ config: { endpoint: 'localhost' } });
  assert.deepEqual(more, []);
  assert.ok(
    other?.startsWith(
      `units get the endpoint "localhost", the account has ${endpointAddress} → set config.endpoint to `,
    ),
    other,
  );
});

test('a CA that AWS does not know is the first thing that is missing; each finding has its remedy and its line', async () => {
  const text = recipe({ way: 'registerThing', targets: ['eu'] });
  const report = await ask(text);
  assert.deepEqual(await problems(text), [
    'the CA of the station is not registered in eu → birthmark cloud ca register --target eu',
  ]);
  assert.ok(every(report).every(({ remedy, line }) => remedy.message.length > 10 && line === 1));
  assert.deepEqual(await problems(recipe({ way: 'withoutCa', targets: ['eu'] })), []);
});

test('JITP: the CA with auto-registration and template, the policy there, the topics allowed', async () => {
  const registered = (await problems(jitp))[0] ?? '';
  assert.match(registered, /not registered in eu → birthmark cloud ca register --target eu --auto --template jit$/);
  await engineer.call('cloud.registerCas', {});
  assert.match((await problems(jitp)).join('\n'), /does not register certificates by itself.*\n.*has no template/);
  await template('jit', 'JITP', starter('jitp').replaceAll('SerialNumber', 'Organization'));
  await engineer.call('cloud.changeCa', { issuerId, act: 'setTemplate', template: { templateName: 'jit' } });
  assert.deepEqual(await problems(jitp), ['there is no policy units in eu → birthmark policy push units --target eu']);
  const Statement = [
    { Effect: 'Allow', Action: 'iot:Connect', Resource: '*' },
    { Effect: 'Allow', Action: 'iot:Publish', Resource: `arn:aws:iot:${aws.region}:${aws.accountId}:topic/devices/*` },
  ];
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iot.send(new CreatePolicyCommand({ policyName: 'units', policyDocument }));
  assert.deepEqual(await problems(jitp), []);
  const topics = { publish: ['devices/{thingName}/state', 'state/{thingName}'], subscribe: ['devices/{thingName}/do'] };
  const refused = await ask(recipe({ way: 'jitp', targets: ['eu'] }, { template: 'jit', config: { topics } }));
  assert.deepEqual(
    refused.problems.map(({ path, message }) => `${path} ${/iot:\w+ on \S+/.exec(message)?.[0]}`),
    [
      'config.topics.publish[1] iot:Publish on topic/state/SN-000123',
      'config.topics.subscribe[0] iot:Subscribe on topicfilter/devices/SN-000123/do',
      'config.topics.subscribe[0] iot:Receive on topic/devices/SN-000123/do',
    ],
  );
  assert.match(refused.found.map(({ message }) => message).join('\n'), /auto-registration on/);
});

test('JITR: a CA with a template never asks the function', async () => {
  const jitr = recipe({ way: 'jitr', targets: ['eu'] });
  assert.match((await problems(jitr)).join('\n'), /the CA has a template, so that AWS provisions devices by it/);
  await engineer.call('cloud.changeCa', { issuerId, act: 'removeTemplate' });
  await engineer.call('cloud.changeCa', { issuerId, act: 'autoOn' });
});

test('JITR: rule, function and table that are missing are named one by one, each with its remedy; a set-up ends it', async () => {
  const jitr = recipe({ way: 'jitr', targets: ['eu'] });
  const missing = await problems(jitr);
  const remedy = / → bring in the set-up of the target: birthmark target cloudformation eu --way jitr$/;
  assert.deepEqual(
    missing.map((one) => one.replace(remedy, '')),
    [
      'there is no rule birthmark_jitr_eu in eu, so that no function hears of a new device',
      'there is no function birthmark-jitr-eu in eu',
      'there is no table birthmark-devices-eu in eu: the function finds no allow-list and refuses each device',
    ],
  );
  const target = { name: 'eu', region: aws.region, bucket: aws.bucket, roleArn: aws.roleArn, policyNames: [] };
  await createStack(aws.account, 'jitr', JSON.stringify(jitrTemplate(target)));
  const whole = await ask(jitr);
  assert.deepEqual([whole.problems, whole.warnings.filter(({ code }) => code === 'notSeen')], [[], []]);
  assert.deepEqual(
    whole.found
      .filter(({ code }) => /Found$/.test(code))
      .map(({ message }) => message)
      .slice(0, 3),
    ['rule birthmark_jitr_eu is enabled', 'function birthmark-jitr-eu is there', 'table birthmark-devices-eu is there'],
  );
  await iot.send(new DisableTopicRuleCommand({ ruleName: 'birthmark_jitr_eu' }));
  assert.match((await problems(jitr)).join(), /is disabled in eu.* → aws iot enable-topic-rule/);
});

test('a finding is said in German, too, with its remedy', async () => {
  const [ca] = (await ask(recipe({ way: 'jitr', targets: ['eu'] }))).problems;
  const german = (one: Told | undefined) => one && sentenceOf(one, checkTables.de, 'de');
  assert.match(german(ca) ?? '', /die Regel birthmark_jitr_eu ist in eu ausgeschaltet/);
  assert.match(german(ca?.remedy) ?? '', /^aws iot enable-topic-rule/);
});

test('an inactive CA', async () => {
  await iot.send(new UpdateCACertificateCommand({ certificateId: issuerId, newStatus: 'INACTIVE' }));
  assert.match((await problems(recipe({ way: 'bulk', targets: ['eu'] })))[0] ?? '', /the CA is INACTIVE in eu/);
});

for (const way of ['claim', 'trustedUser'] as const) {
  test(`${way}: the template is there, enabled, of its type`, async () => {
    const of = (name: string) => recipe({ way, target: 'eu', template: name });
    assert.match(
      (await problems(of(`no-${way}`)))[0] ?? '',
      /there is no template no-.* → birthmark template push no-/,
    );
    assert.match((await problems(of('jit')))[0] ?? '', /jit is of the type JITP in AWS; .* needs FLEET_PROVISIONING/);
    await template(way, 'FLEET_PROVISIONING', starter(way));
    const whole = await ask(of(way));
    assert.deepEqual(whole.problems, []);
    assert.equal(
      whole.warnings.some(({ message }) => /has no hook/.test(message)),
      way === 'claim',
    );
    await iot.send(new UpdateProvisioningTemplateCommand({ templateName: way, enabled: false }));
    assert.match((await problems(of(way)))[0] ?? '', /is disabled in AWS/);
  });
}

test('a template that differs from the kept one is a warning', async () => {
  await engineer.call('documents.save', {
    kind: 'template',
    name: 'trustedUser',
    form: 'fleet',
    text: starter('claim'),
  });
  const { warnings } = await ask(recipe({ way: 'trustedUser', target: 'eu', template: 'trustedUser' }));
  assert.match(warnings[0]?.message ?? '', /trustedUser, version 1 in AWS, differs from the kept version 1/);
});

test('rights that the station lacks are named', async () => {
  const document = (Action: string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  aws.act({
    act: 'policy',
    identity: aws.act({ act: 'status' }).identities[0]!.name,
    policy: document(['iot:Describe*', 'iot:Get*', 'iot:List*', 'iam:*', 'sts:*', 's3:*']),
  });
  const text = recipe({ way: 'withoutCa', targets: ['eu'] });
  assert.match(
    (await problems(text)).join('\n'),
    /the station may not .*iot:RegisterCertificateWithoutCA, .* in eu → birthmark target test eu --way withoutCa prints/,
  );
});

test('a text that is no recipe, or that does not go there, is refused', async () => {
  await assert.rejects(ask('{}'), { code: 'recipe.invalid' });
  await assert.rejects(ask(recipe({ way: 'jitp', targets: ['us'] })), { code: 'recipe.invalid' });
});
