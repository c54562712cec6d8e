/**
 * The permissions that each way needs: the one table from which the check, the policies, the CloudFormation template and
 * the engineer's page are made. Sources: the calls of this part; "Actions, resources, and condition keys for AWS IoT",
 * "… for Amazon S3" (Service Authorization Reference).
 */
import type { CloudTarget, RegistrationWay } from '../../contract/model.ts';

/** What the resources of a permission are named by. */
export type Place = Pick<CloudTarget, 'region' | 'bucket' | 'roleArn'> & { accountId: string; partition?: string };

export type Permission = { action: string; resource: (place: Place) => string; why: string };

/** `aws`, `aws-cn` or `aws-us-gov`: that of the role. */
const partitionOf = ({ partition, roleArn }: Place): string => partition ?? roleArn.split(':')[1] ?? 'aws';
export const iotArn = (resource: string) => (place: Place) =>
  `arn:${partitionOf(place)}:iot:${place.region}:${place.accountId}:${resource}`;
export const bucketArn = (place: Place) => `arn:${partitionOf(place)}:s3:::${place.bucket}`;
const objects = (key: string) => (place: Place) => `${bucketArn(place)}/${key}`;
const anything = () => '*';
const tableArn = (table: string) => (place: Place) =>
  `arn:${partitionOf(place)}:dynamodb:${place.region}:${place.accountId}:table/${table}`;
/** The tables of just-in-time registration of this account's targets. */
const deviceTables = tableArn('birthmark-devices-*');

const [ca, certificate, thing] = [iotArn('cacert/*'), iotArn('cert/*'), iotArn('thing/*')];
const [policy, group, template] = [iotArn('policy/*'), iotArn('thinggroup/*'), iotArn('provisioningtemplate/*')];
const billingGroup = iotArn('billinggroup/*');

/** One row for each action on a resource. */
export const needs = (resource: Permission['resource'], ...rows: [action: string, why: string][]): Permission[] =>
  rows.map(([action, why]) => ({ action, resource, why }));

/** The parts of the station's work, each with what it asks of AWS. */
export const uses = {
  look: needs(anything, ['iot:DescribeEndpoint', 'compares the endpoint of the units with that of the account']),
  cas: [
    ...needs(
      anything,
      ['iot:GetRegistrationCode', 'makes the proof that the CA key is ours'],
      ['iot:RegisterCACertificate', 'registers a CA'],
      ['iot:ListCACertificates', 'lists the CAs of the account'],
    ),
    ...needs(
      ca,
      ['iot:DescribeCACertificate', 'shows the state of a CA, and looks before a batch leaves'],
      ['iot:UpdateCACertificate', 'activates and deactivates a CA'],
      ['iot:DeleteCACertificate', 'deletes an inactive CA'],
    ),
  ],
  certificates: needs(certificate, ['iot:UpdateCertificate', 'activates, deactivates and revokes device certificates']),
  drift: [
    ...needs(
      anything,
      ['iot:ListCertificatesByCA', 'holds the certificates of the account against the records'],
      ['iot:ListPrincipalThings', 'looks at the things of a certificate'],
    ),
    ...needs(certificate, [
      'iot:DescribeCertificate',
      'finds the name of a certificate, by which its things are asked for',
    ]),
  ],
  /** Whether devices have connected: by messages where this is allowed, else by asking. */
  connections: [
    ...needs(iotArn('client/birthmark-watch-*'), ['iot:Connect', 'listens to the messages of the account']),
    ...needs(iotArn('topicfilter/$aws/events/presence/connected/+'), ['iot:Subscribe', 'asks for connections']),
    ...needs(iotArn('topicfilter/$aws/events/certificates/registered/+'), ['iot:Subscribe', 'asks for first contacts']),
    ...needs(iotArn('topic/$aws/events/presence/connected/*'), ['iot:Receive', 'hears of connections']),
    ...needs(iotArn('topic/$aws/events/certificates/registered/*'), ['iot:Receive', 'hears of first contacts']),
    ...needs(
      anything,
      ['iot:ListThingPrincipals', 'finds the certificate that AWS made for a thing'],
      ['iot:ListAttachedPolicies', 'looks whether a certificate has its policies'],
      ['iot:GetEffectivePolicies', 'looks whether it has them by a group'],
    ),
    ...needs(thing, ['iot:DescribeThing', 'looks at the type of a thing']),
  ],
  crls: needs(objects('crl/*'), ['s3:PutObject', 'publishes the CRL of each CA']),
  policies: [
    ...needs(anything, ['iot:ListPolicies', 'lists the policies']),
    ...needs(
      policy,
      ['iot:GetPolicy', 'compares a policy with ours'],
      ['iot:CreatePolicy', 'puts a policy in place'],
      ['iot:CreatePolicyVersion', 'puts a new version in place'],
      ['iot:ListPolicyVersions', 'shows the versions'],
      ['iot:GetPolicyVersion', 'shows what a version says'],
      ['iot:SetDefaultPolicyVersion', 'makes an older version the default again'],
      ['iot:DeletePolicyVersion', 'makes room for another version'],
    ),
  ],
  /** What must be there before anything leaves. */
  preflight: [
    ...needs(policy, ['iot:GetPolicy', 'looks whether the policies of the units are there']),
    ...needs(iotArn('thingtype/*'), ['iot:DescribeThingType', 'looks whether the thing types are there']),
    ...needs(group, ['iot:DescribeThingGroup', 'looks whether the thing groups are there']),
    ...needs(billingGroup, ['iot:DescribeBillingGroup', 'looks whether the billing groups are there']),
  ],
  bulk: [
    ...needs(
      bucketArn,
      ['s3:ListBucket', 'looks whether the bucket is there, and in this Region'],
      ['s3:ListBucketMultipartUploads', 'finds the upload of a batch that broke off'],
    ),
    ...needs(
      objects('batches/*'),
      ['s3:PutObject', 'uploads the file of a batch'],
      ['s3:GetObject', 'compares the file in the bucket with that of the records'],
      ['s3:ListMultipartUploadParts', 'goes on with an upload that broke off'],
      ['s3:AbortMultipartUpload', 'removes the parts of an upload that was given up'],
    ),
    ...needs(
      anything,
      ['iot:StartThingRegistrationTask', 'starts the task'],
      ['iot:DescribeThingRegistrationTask', 'follows the task'],
      ['iot:ListThingRegistrationTasks', 'finds its own task again, and waits for those of others'],
      ['iot:ListThingRegistrationTaskReports', 'fetches the reports'],
      ['iot:StopThingRegistrationTask', 'stops the task when a person asks'],
    ),
    ...needs(({ roleArn }) => roleArn, ['iam:PassRole', 'hands the role to AWS IoT, which reads the file with it']),
  ],
  things: [
    ...needs(
      thing,
      ['iot:CreateThing', 'makes the thing of a unit'],
      ['iot:DescribeThing', 'looks whether the thing is there'],
      ['iot:UpdateThing', 'changes the attributes of the thing'],
      ['iot:AddThingToThingGroup', 'puts the thing into its groups'],
      ['iot:AddThingToBillingGroup', 'puts the thing into its billing group'],
    ),
    ...needs(group, ['iot:AddThingToThingGroup', 'puts things into the group']),
    ...needs(billingGroup, ['iot:AddThingToBillingGroup', 'puts things into the billing group']),
    ...needs(anything, ['iot:AttachThingPrincipal', 'ties the certificate to the thing']),
    ...needs(
      certificate,
      ['iot:AttachPolicy', 'gives the certificate its policies'],
      ['iot:DescribeCertificate', 'looks whether the certificate is there'],
    ),
  ],
  registerThing: needs(
    anything,
    ['iot:RegisterThing', 'registers one unit by a template'],
    ['iot:ListAttachedPolicies', 'looks whether a try that was cut short has done all'],
  ),
  registerCertificate: needs(anything, ['iot:RegisterCertificate', 'registers the certificate under its CA']),
  withoutCa: needs(anything, ['iot:RegisterCertificateWithoutCA', 'registers the certificate without a CA']),
  awsIssued: needs(
    anything,
    ['iot:CreateCertificateFromCsr', "lets AWS's own CA certify the key of a device"],
    ['iot:ListCertificates', 'looks for certificates whose answer was lost'],
  ),
  claims: [
    ...needs(template, ['iot:CreateProvisioningClaim', 'makes the claim with which the station speaks for a device']),
    ...needs(
      anything,
      ['iot:CreateCertificateFromCsr', 'makes the claim that the devices of an order share'],
      ['iot:ListCertificates', 'looks for certificates whose answer was lost'],
    ),
    ...needs(
      certificate,
      ['iot:AttachPolicy', 'limits such a claim to its template'],
      ['iot:DescribeCertificate', 'looks whether a certificate whose answer was lost is there'],
    ),
  ],
  templates: [
    ...needs(
      anything,
      ['iot:ListProvisioningTemplates', 'lists the templates'],
      ['iot:CreateProvisioningTemplate', 'puts a template in place'],
    ),
    ...needs(
      template,
      ['iot:DescribeProvisioningTemplate', 'compares the template with ours'],
      ['iot:DeleteProvisioningTemplate', 'deletes a template'],
      ['iot:CreateProvisioningTemplateVersion', 'puts a new version in place'],
      ['iot:ListProvisioningTemplateVersions', 'lists the versions'],
      ['iot:DescribeProvisioningTemplateVersion', 'looks for the version with a text of ours'],
      ['iot:UpdateProvisioningTemplate', 'makes an older version the default, and sets the hook'],
      ['iot:DeleteProvisioningTemplateVersion', 'makes room for another version'],
    ),
    ...needs(({ roleArn }) => roleArn, ['iam:PassRole', 'hands the role to AWS IoT, which registers with it']),
  ],
  hookRows: needs(
    deviceTables,
    ['dynamodb:UpdateItem', 'tells the hook which units may be provisioned'],
    ['dynamodb:DeleteItem', 'tells it which may be so no longer'],
  ),
  allowList: needs(
    deviceTables,
    ['dynamodb:BatchWriteItem', 'puts units on the allow-list, and takes them off'],
    ['dynamodb:BatchGetItem', 'looks what became of them'],
  ),
} as const satisfies Record<string, readonly Permission[]>;
export type Use = keyof typeof uses;

const always: readonly Use[] = ['look', 'cas', 'certificates', 'drift', 'crls', 'policies'];

/** What each way does beside what every station does. */
export const usesOfWay: Record<RegistrationWay, readonly Use[]> = {
  bulk: ['bulk', 'preflight'],
  registerThing: ['registerThing', 'things', 'preflight'],
  registerCertificate: ['registerCertificate', 'things', 'preflight'],
  withoutCa: ['withoutCa', 'things', 'preflight'],
  awsIssued: ['awsIssued', 'things'],
  jitp: ['templates', 'connections'],
  jitr: ['allowList', 'connections'],
  fleet: ['templates', 'claims', 'hookRows', 'connections'],
};

/** The permissions of the station's own credentials for these ways, and for what its settings name besides. Each action and resource comes once. */
export function permissionsFor(ways: readonly RegistrationWay[], place: Place, also: readonly Permission[] = []) {
  const chosen = new Set<Use>([...always, ...ways.flatMap((way) => usesOfWay[way])]);
  const rows = new Map<string, { action: string; resource: string; why: string }>();
  const all = [...[...chosen].flatMap((use): readonly Permission[] => uses[use]), ...also];
  for (const { action, resource, why } of all) {
    const row = { action, resource: resource(place), why };
    rows.set(`${row.action} ${row.resource}`, rows.get(`${row.action} ${row.resource}`) ?? row);
  }
  return [...rows.values()];
}

/** What the role may do that AWS IoT takes on: the AWS managed policy AWSIoTThingsRegistration, and reading the file. */
export const rolePermissions: readonly Permission[] = [
  ...needs(objects('batches/*'), ['s3:GetObject', 'reads the file of a batch']),
  ...needs(
    anything,
    ['iot:RegisterThing', 'registers the units of the file'],
    ['iot:RegisterCertificate', 'registers the certificate of a unit'],
    ['iot:DescribeCertificate', 'looks at the certificate'],
    ['iot:UpdateCertificate', 'activates it'],
    ['iot:CreateThing', 'makes the thing'],
    ['iot:DescribeThing', 'looks at the thing'],
    ['iot:UpdateThing', 'changes its attributes'],
    ['iot:DescribeThingType', 'looks at its type'],
    ['iot:AttachThingPrincipal', 'ties the certificate to the thing'],
    ['iot:ListThingPrincipals', 'looks at what is tied to it'],
    ['iot:ListPrincipalThings', 'looks at what it is tied to'],
    ['iot:AttachPolicy', 'attaches the policies'],
    ['iot:GetPolicy', 'looks at them'],
    ['iot:ListAttachedPolicies', 'looks at what is attached'],
  ),
  ...needs(policy, ['iot:CreatePolicy', 'makes the policy that a template holds as a document']),
  // AWS wants both resources of these: the thing, and the group.
  ...needs(
    thing,
    ['iot:AddThingToThingGroup', 'puts the thing into its groups'],
    ['iot:AddThingToBillingGroup', 'puts the thing into its billing group'],
  ),
  ...needs(
    group,
    ['iot:DescribeThingGroup', 'looks at a group'],
    ['iot:AddThingToThingGroup', 'puts the thing into its groups'],
    ['iot:ListThingGroupsForThing', 'looks at the groups of the thing'],
  ),
  ...needs(
    billingGroup,
    ['iot:DescribeBillingGroup', 'looks at a billing group'],
    ['iot:AddThingToBillingGroup', 'puts the thing into its billing group'],
  ),
];

/** What the function of just-in-time registration may do, beside writing its log. */
export const jitrPermissions = (table: string): readonly Permission[] => [
  ...needs(
    certificate,
    ['iot:DescribeCertificate', 'reads the certificate of the device'],
    ['iot:UpdateCertificate', 'activates it, or revokes it'],
    ['iot:AttachPolicy', 'gives it its policies'],
  ),
  ...needs(
    thing,
    ['iot:CreateThing', 'makes the thing of the unit'],
    ['iot:AddThingToThingGroup', 'puts the thing into its groups'],
  ),
  ...needs(group, ['iot:AddThingToThingGroup', 'puts things into the group']),
  ...needs(anything, ['iot:AttachThingPrincipal', 'ties the certificate to the thing']),
  ...needs(
    tableArn(table),
    ['dynamodb:GetItem', 'looks whether the unit is on the allow-list'],
    ['dynamodb:PutItem', 'writes what came of it'],
  ),
];
