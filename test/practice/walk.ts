/** A walk through every operation of the practice AWS: what an engineer makes, looks at, changes and undoes, and what is refused. */
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import type { Pki } from './pki.ts';

export type Input = Record<string, unknown>;
/** Calls an operation. Rejects with an error whose `name` is that of the refusal. */
export type CallOne = (operation: string, input: Input) => Promise<Record<string, unknown>>;
export type Step = {
  operation: string;
  input: Input;
  /** The refusal that is wanted. */
  refused?: string;
  /** Also by aws-cli, which takes most of a second for each call. */
  cli?: boolean;
};

const document = (Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const ref = (Ref: string) => ({ Ref });
const certificateId = 'AWS::IoT::Certificate::Id';
const resources = {
  certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: ref(certificateId), Status: 'ACTIVE' } },
};
const jitp = JSON.stringify({ Parameters: { [certificateId]: { Type: 'String' } }, Resources: resources });
const fleet = JSON.stringify({ Resources: resources });
const single = JSON.stringify({
  Parameters: { Name: { Type: 'String' } },
  Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: ref('Name') } } },
});

const bad = 'InvalidRequestException';
const missing = 'ResourceNotFoundException';
const conflict = 'DeleteConflictException';

/** The steps in their order. What an earlier step has made comes from `made`. */
export async function* steps(aws: PracticeAws, keys: Pki, made: (operation: string) => Input): AsyncGenerator<Step> {
  const role = 'arn:aws:iam::123456789012:role/provisioning';
  const arn = (resource: string) => `arn:aws:iot:${aws.region}:${aws.accountId}:${resource}`;
  const step = (operation: string, input: Input = {}, more: Partial<Step> = {}): Step => ({
    operation,
    input,
    ...more,
  });
  const cli = { cli: true };

  // A CA and its certificates.
  yield step('DescribeEndpoint', { endpointType: 'iot:Data-ATS' }, cli);
  yield step('GetRegistrationCode', {}, cli);
  yield step('DeleteRegistrationCode');
  yield step('DeleteRegistrationCode', {}, { refused: missing });
  yield step('GetRegistrationCode');
  const caCertificate = keys.ca('ca');
  const verificationCertificate = keys.issue(String(made('GetRegistrationCode').registrationCode));
  const tags = [{ Key: 'site', Value: 'Oslo' }];
  const request = { caCertificate, verificationCertificate, setAsActive: true, tags };
  yield step('RegisterCACertificate', { caCertificate }, { refused: bad, cli: true });
  yield step('RegisterCACertificate', request, cli);
  yield step('RegisterCACertificate', request, { refused: 'ResourceAlreadyExistsException' });
  const ca = String(made('RegisterCACertificate').certificateId);
  yield step('DescribeCACertificate', { certificateId: ca });
  yield step('ListCACertificates', { pageSize: 1 }, cli);
  const device = { certificatePem: keys.issue('one'), caCertificatePem: caCertificate, status: 'ACTIVE' };
  yield step('RegisterCertificate', device, cli);
  yield step('RegisterCertificate', device, { refused: 'ResourceAlreadyExistsException', cli: true });
  const { certificateId: one, certificateArn: principal } = made('RegisterCertificate');
  yield step('RegisterCertificateWithoutCA', { certificatePem: keys.issue('two') });
  yield step('CreateCertificateFromCsr', { certificateSigningRequest: keys.csr('three') }, cli);
  yield step('CreateCertificateFromCsr', { certificateSigningRequest: 'x' }, { refused: bad });
  yield step('CreateKeysAndCertificate', { setAsActive: true });
  yield step('DescribeCertificate', { certificateId: one }, cli);
  yield step('DescribeCertificate', { certificateId: 'a'.repeat(64) }, { refused: missing });
  yield step('ListCertificates', { ascendingOrder: true, pageSize: 2 }, cli);
  yield step('ListCertificatesByCA', { caCertificateId: ca });
  yield step('UpdateCertificate', { certificateId: one, newStatus: 'PENDING_TRANSFER' }, { refused: bad });
  yield step('UpdateCertificate', { certificateId: one, newStatus: 'ACTIVE' });

  // Policies.
  const policyName = 'p';
  yield step('CreatePolicy', { policyName, policyDocument: document('iot:Connect'), tags }, cli);
  yield step('CreatePolicy', { policyName: 'q', policyDocument: '{' }, { refused: 'MalformedPolicyException' });
  yield step('GetPolicy', { policyName });
  yield step('ListPolicies', {}, cli);
  yield step('CreatePolicyVersion', { policyName, policyDocument: document('iot:Publish'), setAsDefault: true });
  yield step('GetPolicyVersion', { policyName, policyVersionId: '2' });
  yield step('ListPolicyVersions', { policyName });
  yield step('DeletePolicyVersion', { policyName, policyVersionId: '2' }, { refused: conflict });
  yield step('SetDefaultPolicyVersion', { policyName, policyVersionId: '1' });
  yield step('DeletePolicyVersion', { policyName, policyVersionId: '2' });
  yield step('AttachPolicy', { policyName, target: principal }, cli);
  yield step('AttachPolicy', { policyName, target: 'arn:aws:iot:x' }, { refused: bad });
  yield step('ListAttachedPolicies', { target: principal }, cli);
  yield step('ListTargetsForPolicy', { policyName });
  yield step('ListPolicyPrincipals', { policyName });
  yield step('ListPrincipalPolicies', { principal });
  yield step('DeletePolicy', { policyName }, { refused: conflict });
  const authInfos = [{ actionType: 'CONNECT', resources: [arn('client/a')] }];
  yield step('TestAuthorization', { principal, clientId: 'a', authInfos }, cli);

  // Things, types, groups, billing groups, tags.
  yield step('CreateThingType', { thingTypeName: 't', thingTypeProperties: { thingTypeDescription: 'a type' } });
  yield step('UpdateThingType', { thingTypeName: 't', thingTypeProperties: {} });
  yield step('DescribeThingType', { thingTypeName: 't' });
  yield step('ListThingTypes');
  yield step('CreateBillingGroup', { billingGroupName: 'b', tags });
  yield step('UpdateBillingGroup', { billingGroupName: 'b', billingGroupProperties: { billingGroupDescription: 'x' } });
  yield step('DescribeBillingGroup', { billingGroupName: 'b' });
  yield step('ListBillingGroups', { namePrefixFilter: 'b' });
  yield step('CreateThingGroup', { thingGroupName: 'top' });
  yield step('CreateThingGroup', { thingGroupName: 'g', parentGroupName: 'top' }, cli);
  yield step('CreateThingGroup', { thingGroupName: 'g' }, { refused: 'ResourceAlreadyExistsException' });
  yield step('UpdateThingGroup', { thingGroupName: 'g', thingGroupProperties: { thingGroupDescription: 'x' } });
  yield step('DescribeThingGroup', { thingGroupName: 'g' });
  yield step('ListThingGroups', { parentGroup: 'top' });
  const thing = { thingName: 'a:b', thingTypeName: 't', attributePayload: { attributes: { colour: 'red' } } };
  yield step('CreateThing', thing, cli);
  yield step('CreateThing', { thingName: 'a b' }, { refused: bad, cli: true });
  const thingName = 'a:b';
  const attributePayload = { attributes: { size: 'big' }, merge: true };
  yield step('UpdateThing', { thingName, attributePayload, expectedVersion: 1 });
  yield step('UpdateThing', { thingName, expectedVersion: 1 }, { refused: 'VersionConflictException' });
  yield step('DescribeThing', { thingName }, cli);
  yield step('ListThings', { attributeName: 'size', attributeValue: 'big' });
  yield step('AttachThingPrincipal', { thingName, principal, thingPrincipalType: 'EXCLUSIVE_THING' });
  yield step('ListThingPrincipals', { thingName }, cli);
  yield step('ListThingPrincipalsV2', { thingName });
  yield step('ListPrincipalThings', { principal });
  yield step('ListPrincipalThingsV2', { principal });
  yield step('AddThingToThingGroup', { thingName, thingGroupName: 'g' });
  yield step('ListThingsInThingGroup', { thingGroupName: 'top', recursive: true });
  yield step('ListThingGroupsForThing', { thingName });
  yield step('GetEffectivePolicies', { principal, thingName });
  yield step('RemoveThingFromThingGroup', { thingName, thingGroupName: 'g' });
  yield step('UpdateThingGroupsForThing', { thingName, thingGroupsToAdd: ['g'] });
  yield step('AddThingToBillingGroup', { thingName, billingGroupName: 'b' });
  yield step('ListThingsInBillingGroup', { billingGroupName: 'b' });
  yield step('RemoveThingFromBillingGroup', { thingName, billingGroupName: 'b' });
  yield step('TagResource', { resourceArn: arn('thinggroup/g'), tags });
  yield step('ListTagsForResource', { resourceArn: arn('thinggroup/g') }, cli);
  yield step('UntagResource', { resourceArn: arn('thinggroup/g'), tagKeys: ['site'] });
  yield step('RegisterThing', { templateBody: single, parameters: { Name: 'c' } }, cli);
  yield step('RegisterThing', { templateBody: '{}' }, { refused: bad });

  // Templates and claims.
  const templateName = 'f';
  const template = { templateName, templateBody: fleet, provisioningRoleArn: role, enabled: true };
  yield step('CreateProvisioningTemplate', template, cli);
  yield step('CreateProvisioningTemplate', { ...template, templateName: 'j', templateBody: jitp, type: 'JITP' });
  yield step('ListProvisioningTemplates');
  yield step('CreateProvisioningTemplateVersion', { templateName, templateBody: fleet });
  yield step('ListProvisioningTemplateVersions', { templateName });
  yield step('DescribeProvisioningTemplateVersion', { templateName, versionId: 2 });
  yield step('DeleteProvisioningTemplateVersion', { templateName, versionId: 1 }, { refused: conflict });
  yield step('UpdateProvisioningTemplate', { templateName, defaultVersionId: 2 });
  yield step('DeleteProvisioningTemplateVersion', { templateName, versionId: 1 });
  yield step('DescribeProvisioningTemplate', { templateName }, cli);
  yield step('CreateProvisioningClaim', { templateName });
  const registrationConfig = { templateName: 'j' };
  const auto = { certificateId: ca, newAutoRegistrationStatus: 'ENABLE', registrationConfig };
  yield step('UpdateCACertificate', auto);
  yield step('DeleteProvisioningTemplate', { templateName: 'j' }, { refused: conflict });

  // A topic rule.
  const sql = "SELECT * FROM '$aws/events/certificates/registered/#'";
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:jitr';
  const topicRulePayload = { sql, actions: [{ lambda: { functionArn } }] };
  yield step('CreateTopicRule', { ruleName: 'r', topicRulePayload }, cli);
  yield step(
    'CreateTopicRule',
    { ruleName: 's', topicRulePayload: { sql: 'x', actions: [] } },
    { refused: 'SqlParseException' },
  );
  yield step('DisableTopicRule', { ruleName: 'r' });
  yield step('EnableTopicRule', { ruleName: 'r' });
  yield step('ReplaceTopicRule', { ruleName: 'r', topicRulePayload });
  yield step('GetTopicRule', { ruleName: 'r' });
  yield step('ListTopicRules');
  yield step('DeleteTopicRule', { ruleName: 'r' });

  // A task without its input file.
  const input = { inputFileBucket: aws.bucket, inputFileKey: 'none.json', roleArn: aws.roleArn };
  yield step('StartThingRegistrationTask', { templateBody: '{}', ...input }, { refused: bad });
  yield step('StartThingRegistrationTask', { templateBody: single, ...input });
  const { taskId } = made('StartThingRegistrationTask');
  yield step('DescribeThingRegistrationTask', { taskId });
  yield step('ListThingRegistrationTasks', { status: 'Failed' });
  yield step('ListThingRegistrationTaskReports', { taskId, reportType: 'ERRORS' });

  // And all of it undone.
  yield step('DetachThingPrincipal', { thingName, principal });
  yield step('DeleteThing', { thingName });
  yield step('DetachPolicy', { policyName, target: principal });
  yield step('AttachPrincipalPolicy', { policyName, principal });
  yield step('DetachPrincipalPolicy', { policyName, principal });
  yield step('DeletePolicy', { policyName });
  yield step('DeleteCertificate', { certificateId: one }, { refused: 'CertificateStateException' });
  yield step('UpdateCertificate', { certificateId: one, newStatus: 'INACTIVE' }, cli);
  yield step('DeleteCertificate', { certificateId: one });
  yield step('DeleteThingGroup', { thingGroupName: 'top' }, { refused: bad });
  yield step('DeleteThingGroup', { thingGroupName: 'g' });
  yield step('DeleteBillingGroup', { billingGroupName: 'b' });
  yield step('DeprecateThingType', { thingTypeName: 't' });
  yield step('DeleteThingType', { thingTypeName: 't' }, { refused: bad });
  yield step('DeleteCACertificate', { certificateId: ca }, { refused: 'CertificateStateException' });
  yield step('UpdateCACertificate', { certificateId: ca, newStatus: 'INACTIVE', removeAutoRegistration: true });
  yield step('DeleteCACertificate', { certificateId: ca });
  yield step('DeleteProvisioningTemplate', { templateName });
}
