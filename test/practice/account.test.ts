/** What an engineer looks at, changes and undoes: the nouns of the account beside certificates and tasks. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iot';
import type { PracticeAwsOptions } from '../../app/practice/aws/index.ts';
import { iotClient, pki, practice, refusal, wallClock } from './support.ts';

async function bench(t: TestContext, options: Partial<PracticeAwsOptions> = {}) {
  const aws = await practice(t, options);
  return { aws, iot: iotClient(t, aws) };
}
const document = (Action = 'iot:Connect', Resource = '*', Effect = 'Allow') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] });

suite('policies', () => {
  test('have five versions, of which one is the default, and go when nothing holds them', async (t) => {
    const { iot } = await bench(t);
    const policyName = 'p';
    await iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument: document() }));
    const add = (setAsDefault = false) =>
      iot.send(
        new sdk.CreatePolicyVersionCommand({ policyName, policyDocument: document('iot:Publish'), setAsDefault }),
      );
    assert.equal((await add(true)).policyVersionId, '2');
    for (let version = 3; version <= 5; version += 1) assert.equal((await add()).isDefaultVersion, false);
    assert.equal(await refusal(add()), 'VersionsLimitExceededException 409');
    const remove = (policyVersionId: string) =>
      refusal(iot.send(new sdk.DeletePolicyVersionCommand({ policyName, policyVersionId })));
    assert.equal(await remove('2'), 'DeleteConflictException 409', 'the default');
    assert.equal(await remove('9'), 'ResourceNotFoundException 404');
    await iot.send(new sdk.SetDefaultPolicyVersionCommand({ policyName, policyVersionId: '1' }));
    const { policyDocument, defaultVersionId } = await iot.send(new sdk.GetPolicyCommand({ policyName }));
    assert.deepEqual([policyDocument, defaultVersionId], [document(), '1']);
    assert.equal(
      await refusal(iot.send(new sdk.DeletePolicyCommand({ policyName }))),
      'DeleteConflictException 409',
      'versions are left',
    );
    for (const version of ['2', '3', '4', '5']) assert.equal(await remove(version), 'accepted');
    assert.equal((await add()).policyVersionId, '6', 'a number is not used again');
    assert.equal(await remove('6'), 'accepted');
    const { policyVersions } = await iot.send(new sdk.ListPolicyVersionsCommand({ policyName }));
    assert.deepEqual(
      policyVersions?.map(({ versionId }) => versionId),
      ['1'],
    );
    assert.equal(await refusal(iot.send(new sdk.DeletePolicyCommand({ policyName }))), 'accepted');
  });

  test('are found from both ends, on certificates and on groups, by the old calls and the new ones', async (t) => {
    const { iot, aws } = await bench(t);
    const { certificateArn = '', certificateId } = await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    const { thingGroupArn = '' } = await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName: 'g' }));
    for (const policyName of ['a', 'b']) {
      await iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument: document() }));
    }
    await iot.send(new sdk.AttachPolicyCommand({ policyName: 'a', target: certificateArn }));
    await iot.send(new sdk.AttachPrincipalPolicyCommand({ policyName: 'b', principal: certificateArn }));
    await iot.send(new sdk.AttachPolicyCommand({ policyName: 'a', target: thingGroupArn }));
    const targets = await iot.send(new sdk.ListTargetsForPolicyCommand({ policyName: 'a' }));
    assert.deepEqual(targets.targets, [certificateArn, thingGroupArn]);
    const { principals } = await iot.send(new sdk.ListPolicyPrincipalsCommand({ policyName: 'a' }));
    assert.deepEqual(principals, [certificateArn]);
    const names = async () => {
      const { policies } = await iot.send(
        new sdk.ListPrincipalPoliciesCommand({ principal: certificateArn, ascendingOrder: true }),
      );
      return policies?.map(({ policyName }) => policyName);
    };
    assert.deepEqual(await names(), ['a', 'b']);
    assert.equal(
      await refusal(iot.send(new sdk.DeletePolicyCommand({ policyName: 'a' }))),
      'DeleteConflictException 409',
    );
    await iot.send(new sdk.DetachPolicyCommand({ policyName: 'a', target: certificateArn }));
    await iot.send(new sdk.DetachPrincipalPolicyCommand({ policyName: 'b', principal: certificateArn }));
    assert.deepEqual(await names(), []);
    assert.equal(await refusal(iot.send(new sdk.DeleteCertificateCommand({ certificateId }))), 'accepted');
    await iot.send(new sdk.DeleteThingGroupCommand({ thingGroupName: 'g' }));
    assert.equal(await refusal(iot.send(new sdk.DeletePolicyCommand({ policyName: 'a' }))), 'accepted');
    const { policies } = await iot.send(new sdk.ListPoliciesCommand({ ascendingOrder: true }));
    assert.deepEqual(
      policies?.map(({ policyName }) => policyName),
      [aws.policyName, 'b'],
    );
  });

  test('decide what a device may do: those of the certificate, and of the groups of its thing', async (t) => {
    const { iot, aws } = await bench(t);
    const arn = (resource: string) => `arn:aws:iot:${aws.region}:${aws.accountId}:${resource}`;
    const { certificateArn: principal } = await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    const policy = (policyName: string, policyDocument: string) =>
      iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument }));
    await policy('connect', document('iot:Connect', arn(`client/\${iot:Connection.Thing.ThingName}`)));
    await policy('group', document('iot:Publish', arn('topic/in/*')));
    await policy('closed', document('iot:Publish', arn('topic/in/closed'), 'Deny'));
    await iot.send(new sdk.AttachPolicyCommand({ policyName: 'connect', target: principal }));
    await iot.send(new sdk.CreateThingCommand({ thingName: 'u' }));
    await iot.send(new sdk.AttachThingPrincipalCommand({ thingName: 'u', principal }));
    const { thingGroupArn } = await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName: 'g' }));
    await iot.send(new sdk.AddThingToThingGroupCommand({ thingName: 'u', thingGroupName: 'g' }));
    for (const policyName of ['group', 'closed']) {
      await iot.send(new sdk.AttachPolicyCommand({ policyName, target: thingGroupArn }));
    }
    const ask = async (clientId: string, more: object = {}) => {
      const authInfos: sdk.AuthInfo[] = [
        { actionType: 'CONNECT', resources: [arn(`client/${clientId}`)] },
        { actionType: 'PUBLISH', resources: [arn('topic/in/a')] },
        { actionType: 'PUBLISH', resources: [arn('topic/in/closed')] },
        { actionType: 'SUBSCRIBE', resources: [arn('topicfilter/in/a')] },
      ];
      const { authResults } = await iot.send(
        new sdk.TestAuthorizationCommand({ principal, clientId, authInfos, ...more }),
      );
      return authResults?.map(({ authDecision }) => authDecision);
    };
    assert.deepEqual(await ask('u'), ['ALLOWED', 'ALLOWED', 'EXPLICIT_DENY', 'IMPLICIT_DENY']);
    assert.deepEqual(await ask('stranger'), Array(4).fill('IMPLICIT_DENY'), 'no groups without the thing');
    assert.deepEqual(await ask('u', { policyNamesToSkip: ['closed'] }), [
      'ALLOWED',
      'ALLOWED',
      'ALLOWED',
      'IMPLICIT_DENY',
    ]);
    const { effectivePolicies } = await iot.send(new sdk.GetEffectivePoliciesCommand({ principal, thingName: 'u' }));
    assert.deepEqual(
      effectivePolicies?.map(({ policyName }) => policyName),
      ['connect', 'group', 'closed'],
    );
  });
});

suite('things, types and groups', () => {
  test('things are found by type and attribute, and deleted when nothing is attached', async (t) => {
    const { iot } = await bench(t);
    await iot.send(new sdk.CreateThingTypeCommand({ thingTypeName: 'sensor' }));
    const create = (thingName: string, colour: string, thingTypeName?: string) =>
      iot.send(new sdk.CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes: { colour } } }));
    await create('a', 'red', 'sensor');
    await create('b', 'reddish');
    await create('c', 'blue');
    const list = async (filter: object) =>
      (await iot.send(new sdk.ListThingsCommand(filter))).things?.map(({ thingName }) => thingName);
    assert.deepEqual(await list({ thingTypeName: 'sensor' }), ['a']);
    assert.deepEqual(await list({ attributeName: 'colour', attributeValue: 'red' }), ['a']);
    assert.deepEqual(await list({ attributeName: 'colour', attributeValue: 'red', usePrefixAttributeValue: true }), [
      'a',
      'b',
    ]);
    const first = await iot.send(new sdk.ListThingsCommand({ maxResults: 2 }));
    assert.deepEqual(await list({ maxResults: 2, nextToken: first.nextToken }), ['c']);
    assert.equal(await refusal(list({ nextToken: 'x' })), 'InvalidRequestException 400');

    const { certificateArn: principal } = await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    await iot.send(new sdk.AttachThingPrincipalCommand({ thingName: 'a', principal }));
    const things = await iot.send(new sdk.ListPrincipalThingsCommand({ principal }));
    assert.deepEqual(things.things, ['a']);
    const remove = () => refusal(iot.send(new sdk.DeleteThingCommand({ thingName: 'a' })));
    assert.equal(await remove(), 'InvalidRequestException 400');
    await iot.send(new sdk.DetachThingPrincipalCommand({ thingName: 'a', principal }));
    assert.deepEqual((await iot.send(new sdk.ListPrincipalThingsV2Command({ principal }))).principalThingObjects, []);
    assert.equal(await remove(), 'accepted');
    assert.equal(await remove(), 'accepted', 'a thing that is not there');
    assert.deepEqual(await list({}), ['b', 'c']);
  });

  test('a type is deprecated, and five minutes later deleted', async (t) => {
    let offMs = 0;
    const { aws, iot } = await bench(t, { clock: { ...wallClock(), now: () => new Date(Date.now() + offMs) } });
    const thingTypeName = 'sensor';
    await iot.send(new sdk.CreateThingTypeCommand({ thingTypeName }));
    // A signature is of the hour that the account's clock has.
    const remove = () => refusal(iotClient(t, aws, 1, offMs).send(new sdk.DeleteThingTypeCommand({ thingTypeName })));
    assert.equal(await remove(), 'InvalidRequestException 400');
    await iot.send(new sdk.CreateThingCommand({ thingName: 'a', thingTypeName }));
    await iot.send(new sdk.DeprecateThingTypeCommand({ thingTypeName }));
    assert.equal(
      await refusal(iot.send(new sdk.CreateThingCommand({ thingName: 'b', thingTypeName }))),
      'InvalidRequestException 400',
      'no new things of a deprecated type',
    );
    assert.equal(await remove(), 'InvalidRequestException 400');
    offMs = 301_000;
    assert.equal(await remove(), 'InvalidRequestException 400', 'a thing has the type');
    await iotClient(t, aws, 1, offMs).send(new sdk.UpdateThingCommand({ thingName: 'a', removeThingType: true }));
    assert.equal(await remove(), 'accepted');
  });

  test('groups are a tree, and things leave and join by one call', async (t) => {
    const { iot } = await bench(t);
    const group = (thingGroupName: string, parentGroupName?: string) =>
      iot.send(new sdk.CreateThingGroupCommand({ thingGroupName, parentGroupName }));
    await group('top');
    await group('mid', 'top');
    await group('leaf', 'mid');
    await group('other');
    await iot.send(new sdk.CreateThingCommand({ thingName: 'a' }));
    const update = (thingGroupsToAdd: string[], thingGroupsToRemove: string[] = []) =>
      iot.send(new sdk.UpdateThingGroupsForThingCommand({ thingName: 'a', thingGroupsToAdd, thingGroupsToRemove }));
    await update(['leaf', 'other']);
    await update(['mid'], ['leaf']);
    const names = (groups: { groupName?: string | undefined }[] | undefined) => groups?.map((one) => one.groupName);
    const of = await iot.send(new sdk.ListThingGroupsForThingCommand({ thingName: 'a' }));
    assert.deepEqual(names(of.thingGroups), ['other', 'mid']);
    const inTop = async (recursive: boolean) =>
      (await iot.send(new sdk.ListThingsInThingGroupCommand({ thingGroupName: 'top', recursive }))).things;
    assert.deepEqual([await inTop(false), await inTop(true)], [[], ['a']]);
    const below = async (input: object) => names((await iot.send(new sdk.ListThingGroupsCommand(input))).thingGroups);
    assert.deepEqual(await below({ parentGroup: 'top' }), ['mid']);
    assert.deepEqual(await below({ parentGroup: 'top', recursive: true }), ['mid', 'leaf']);
    assert.deepEqual(await below({ recursive: false }), ['top', 'other']);
    const leaf = await iot.send(new sdk.DescribeThingGroupCommand({ thingGroupName: 'leaf' }));
    assert.deepEqual(names(leaf.thingGroupMetadata?.rootToParentThingGroups), ['top', 'mid']);
    const change = (expectedVersion: number) =>
      iot.send(
        new sdk.UpdateThingGroupCommand({
          thingGroupName: 'leaf',
          thingGroupProperties: { thingGroupDescription: 'new' },
          expectedVersion,
        }),
      );
    assert.equal((await change(1)).version, 2);
    assert.equal(await refusal(change(1)), 'VersionConflictException 409');
    const remove = (thingGroupName: string) => refusal(iot.send(new sdk.DeleteThingGroupCommand({ thingGroupName })));
    assert.equal(await remove('mid'), 'InvalidRequestException 400', 'it has a child');
    assert.equal(await remove('leaf'), 'accepted');
    assert.equal(await remove('mid'), 'accepted');
    const left = await iot.send(new sdk.ListThingGroupsForThingCommand({ thingName: 'a' }));
    assert.deepEqual(names(left.thingGroups), ['other']);
  });

  test('a thing has one billing group, and tags are on what can have them', async (t) => {
    const { iot } = await bench(t);
    const tags = [{ Key: 'site', Value: 'Oslo' }];
    const make = (billingGroupName: string) => iot.send(new sdk.CreateBillingGroupCommand({ billingGroupName, tags }));
    const { billingGroupArn: resourceArn = '' } = await make('one');
    await make('two');
    await iot.send(new sdk.CreateThingCommand({ thingName: 'a', billingGroupName: 'one' }));
    await iot.send(new sdk.AddThingToBillingGroupCommand({ thingName: 'a', billingGroupName: 'two' }));
    const members = async (billingGroupName: string) =>
      (await iot.send(new sdk.ListThingsInBillingGroupCommand({ billingGroupName }))).things;
    assert.deepEqual([await members('one'), await members('two')], [[], ['a']]);
    assert.equal((await iot.send(new sdk.DescribeThingCommand({ thingName: 'a' }))).billingGroupName, 'two');
    await iot.send(new sdk.DeleteBillingGroupCommand({ billingGroupName: 'two' }));
    assert.equal((await iot.send(new sdk.DescribeThingCommand({ thingName: 'a' }))).billingGroupName, undefined);

    await iot.send(new sdk.TagResourceCommand({ resourceArn, tags: [{ Key: 'line', Value: '4' }] }));
    await iot.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys: ['site'] }));
    const held = await iot.send(new sdk.ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(held.tags, [{ Key: 'line', Value: '4' }]);
    const tag = (over: object) => refusal(iot.send(new sdk.TagResourceCommand({ resourceArn, tags, ...over })));
    assert.equal(await tag({ resourceArn: `${resourceArn}x` }), 'ResourceNotFoundException 404');
    assert.equal(await tag({ resourceArn: 'arn:aws:iot:eu:1:thing/a' }), 'InvalidRequestException 400');
    assert.equal(await tag({ tags: [{ Key: 'aws:x', Value: '' }] }), 'InvalidRequestException 400');
    const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
    assert.equal(await tag({ tags: many }), 'LimitExceededException 410');
  });
});

suite('provisioning templates, claims and rules', () => {
  const resources = (CertificateId: unknown) => ({
    certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId, Status: 'Active' } },
  });
  const fleet = JSON.stringify({ Resources: resources({ Ref: 'AWS::IoT::Certificate::Id' }) });
  const provisioningRoleArn = 'arn:aws:iam::123456789012:role/provisioning';
  const create = (iot: sdk.IoTClient, over: object = {}) =>
    iot.send(
      new sdk.CreateProvisioningTemplateCommand({
        templateName: 'fleet',
        templateBody: fleet,
        provisioningRoleArn,
        enabled: true,
        ...over,
      }),
    );

  test('a template has versions, a claim comes from an enabled one, and a hook is for fleets', async (t) => {
    const { iot } = await bench(t);
    const templateName = 'fleet';
    await create(iot);
    assert.equal(await refusal(create(iot)), 'ResourceAlreadyExistsException 409');
    assert.equal(await refusal(create(iot, { templateName: 'x', templateBody: '{' })), 'InvalidRequestException 400');
    const targetArn = 'arn:aws:lambda:us-east-1:123456789012:function:hook';
    const hook = (over: object) => refusal(create(iot, { preProvisioningHook: { targetArn }, ...over }));
    assert.equal(await hook({ templateName: 'j', type: 'JITP' }), 'InvalidRequestException 400');
    assert.equal(await hook({ templateName: 'h' }), 'accepted');
    const add = (setAsDefault: boolean) =>
      iot.send(new sdk.CreateProvisioningTemplateVersionCommand({ templateName, templateBody: fleet, setAsDefault }));
    assert.equal((await add(true)).versionId, 2);
    const remove = (versionId: number) =>
      refusal(iot.send(new sdk.DeleteProvisioningTemplateVersionCommand({ templateName, versionId })));
    assert.equal(await remove(2), 'DeleteConflictException 409');
    assert.equal(await remove(1), 'accepted');
    const described = await iot.send(new sdk.DescribeProvisioningTemplateCommand({ templateName }));
    assert.deepEqual([described.defaultVersionId, described.type], [2, 'FLEET_PROVISIONING']);

    const claim = await iot.send(new sdk.CreateProvisioningClaimCommand({ templateName }));
    assert.match(claim.certificatePem ?? '', /^-----BEGIN CERTIFICATE-----/);
    assert.ok(claim.expiration && claim.expiration.getTime() < Date.now() + 5 * 60_000, 'five minutes');
    const { certificates } = await iot.send(new sdk.ListCertificatesCommand({}));
    assert.deepEqual(certificates, [], 'a claim is in no list');
    await iot.send(new sdk.UpdateProvisioningTemplateCommand({ templateName, enabled: false }));
    assert.equal(
      await refusal(iot.send(new sdk.CreateProvisioningClaimCommand({ templateName }))),
      'InvalidRequestException 400',
    );
  });

  test('a CA takes a template of type JITP by its name, and holds it', async (t) => {
    const { iot } = await bench(t);
    const keys = pki(t);
    const parameters = { Parameters: { 'AWS::IoT::Certificate::Id': { Type: 'String' } } };
    const templateBody = JSON.stringify({ ...parameters, Resources: resources({ Ref: 'AWS::IoT::Certificate::Id' }) });
    await create(iot, { templateName: 'jitp', type: 'JITP', templateBody });
    await create(iot);
    const register = (templateName: string) =>
      iot.send(
        new sdk.RegisterCACertificateCommand({
          caCertificate: keys.ca(templateName),
          certificateMode: 'SNI_ONLY',
          registrationConfig: { templateName },
        }),
      );
    assert.equal(await refusal(register('missing')), 'ResourceNotFoundException 404');
    assert.equal(await refusal(register('fleet')), 'InvalidRequestException 400');
    const { certificateId } = await register('jitp');
    const { certificates } = await iot.send(new sdk.ListCACertificatesCommand({ templateName: 'jitp' }));
    assert.deepEqual(
      certificates?.map((one) => one.certificateId),
      [certificateId],
    );
    assert.equal(
      await refusal(iot.send(new sdk.DeleteProvisioningTemplateCommand({ templateName: 'jitp' }))),
      'DeleteConflictException 409',
    );
    await iot.send(new sdk.UpdateCACertificateCommand({ certificateId, removeAutoRegistration: true }));
    assert.equal(
      await refusal(iot.send(new sdk.DeleteProvisioningTemplateCommand({ templateName: 'jitp' }))),
      'accepted',
    );
  });

  test('a topic rule is kept, switched and replaced; one that is not there is one that may not be seen', async (t) => {
    const { iot } = await bench(t);
    const ruleName = 'jitr';
    const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:jitr';
    const payload = (sql: string) => ({ sql, actions: [{ lambda: { functionArn } }], description: 'first' });
    const make = (sql: string) =>
      refusal(iot.send(new sdk.CreateTopicRuleCommand({ ruleName, topicRulePayload: payload(sql), tags: 'a=b' })));
    const sql = "SELECT * FROM '$aws/events/certificates/registered/#'";
    assert.equal(await make('SELECT everything'), 'SqlParseException 400');
    assert.equal(await make(sql), 'accepted');
    assert.equal(await make(sql), 'ResourceAlreadyExistsException 409');
    await iot.send(new sdk.DisableTopicRuleCommand({ ruleName }));
    const { rules } = await iot.send(new sdk.ListTopicRulesCommand({ ruleDisabled: true }));
    assert.deepEqual(
      rules?.map((rule) => [rule.ruleName, rule.topicPattern]),
      [[ruleName, '$aws/events/certificates/registered/#']],
    );
    await iot.send(new sdk.EnableTopicRuleCommand({ ruleName }));
    const { rule, ruleArn = '' } = await iot.send(new sdk.GetTopicRuleCommand({ ruleName }));
    assert.deepEqual([rule?.ruleDisabled, rule?.actions?.[0]?.lambda?.functionArn], [false, functionArn]);
    const { tags } = await iot.send(new sdk.ListTagsForResourceCommand({ resourceArn: ruleArn }));
    assert.deepEqual(tags, [{ Key: 'a', Value: 'b' }]);
    await iot.send(new sdk.DeleteTopicRuleCommand({ ruleName }));
    assert.equal(await refusal(iot.send(new sdk.GetTopicRuleCommand({ ruleName }))), 'UnauthorizedException 401');
  });
});
