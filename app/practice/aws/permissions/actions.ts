/**
 * The IAM actions and resources of each call ("Actions, resources, and condition keys" of AWS IoT, Amazon S3 and AWS
 * KMS, service authorization reference). An operation that is not listed has the action of its own name on `*`.
 */
import type { Account } from '../account.ts';
import type { Call } from '../http.ts';
import type { Service } from '../service.ts';

export type Need = { action: string; resource: string };

/** The resource type of the IoT operations whose first path label names the resource. */
const iotKinds: Record<string, readonly string[]> = {
  cacert: ['DescribeCACertificate', 'UpdateCACertificate', 'DeleteCACertificate'],
  cert: ['DescribeCertificate', 'UpdateCertificate', 'DeleteCertificate', 'TransferCertificate'],
  policy: [
    'CreatePolicy',
    'GetPolicy',
    'DeletePolicy',
    'CreatePolicyVersion',
    'GetPolicyVersion',
    'DeletePolicyVersion',
    'ListPolicyVersions',
    'SetDefaultPolicyVersion',
    'ListTargetsForPolicy',
  ],
  thing: [
    'CreateThing',
    'DescribeThing',
    'UpdateThing',
    'DeleteThing',
    'ListThingPrincipals',
    'ListThingPrincipalsV2',
    'ListThingGroupsForThing',
  ],
  thingtype: ['CreateThingType', 'DescribeThingType', 'UpdateThingType', 'DeleteThingType', 'DeprecateThingType'],
  thinggroup: [
    'CreateThingGroup',
    'DescribeThingGroup',
    'UpdateThingGroup',
    'DeleteThingGroup',
    'ListThingsInThingGroup',
  ],
  billinggroup: [
    'CreateBillingGroup',
    'DescribeBillingGroup',
    'UpdateBillingGroup',
    'DeleteBillingGroup',
    'ListThingsInBillingGroup',
  ],
  provisioningtemplate: [
    'DescribeProvisioningTemplate',
    'UpdateProvisioningTemplate',
    'DeleteProvisioningTemplate',
    'CreateProvisioningTemplateVersion',
    'DescribeProvisioningTemplateVersion',
    'DeleteProvisioningTemplateVersion',
    'ListProvisioningTemplateVersions',
    'CreateProvisioningClaim',
  ],
  rule: [
    'CreateTopicRule',
    'GetTopicRule',
    'ReplaceTopicRule',
    'DeleteTopicRule',
    'EnableTopicRule',
    'DisableTopicRule',
  ],
};
const kindOf = new Map(Object.entries(iotKinds).flatMap(([kind, names]) => names.map((name) => [name, kind])));

/** IoT operations whose resources stand in the body, by member and resource type. */
const iotMembers: Record<string, readonly [member: string, kind: string][]> = {
  AddThingToThingGroup: [
    ['thingName', 'thing'],
    ['thingGroupName', 'thinggroup'],
  ],
  RemoveThingFromThingGroup: [
    ['thingName', 'thing'],
    ['thingGroupName', 'thinggroup'],
  ],
  UpdateThingGroupsForThing: [['thingName', 'thing']],
  AddThingToBillingGroup: [
    ['thingName', 'thing'],
    ['billingGroupName', 'billinggroup'],
  ],
  RemoveThingFromBillingGroup: [
    ['thingName', 'thing'],
    ['billingGroupName', 'billinggroup'],
  ],
  CreateProvisioningTemplate: [['templateName', 'provisioningtemplate']],
};
/** The target of these is an ARN of a certificate or a thing group. */
const iotTargets: Record<string, (call: Call, body: Record<string, unknown>) => unknown> = {
  AttachPolicy: (_, { target }) => target,
  DetachPolicy: (_, { target }) => target,
  ListAttachedPolicies: ({ segments }) => segments[1],
  TagResource: (_, { resourceArn }) => resourceArn,
  UntagResource: (_, { resourceArn }) => resourceArn,
  ListTagsForResource: ({ query }) => query.get('resourceArn'),
};

function iotNeeds(operation: string, call: Call, account: Account): Need[] {
  const action = `iot:${operation}`;
  const arn = (kind: string, name: unknown) =>
    typeof name === 'string' ? `arn:aws:iot:${account.region}:${account.id}:${kind}/${name}` : '*';
  const body = bodyOf(call);
  const kind = kindOf.get(operation);
  const target = iotTargets[operation]?.(call, body);
  const own = kind !== undefined ? [arn(kind, call.segments[1])] : typeof target === 'string' ? [target] : [];
  const members = iotMembers[operation]?.map(([member, type]) => arn(type, body[member])) ?? [];
  const resources = [...own, ...members];
  return [
    ...(resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource })),
    // A role that is handed to AWS IoT must be one that the caller may pass.
    ...rolesIn(body).map((resource) => ({ action: 'iam:PassRole', resource })),
  ];
}

/** Each `roleArn` or `provisioningRoleArn`, however deep, and those in a JSON text such as `registrationConfig`. */
function rolesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && /^(provisioningRoleArn|roleArn)$/.test(name) ? [inner] : rolesIn(inner),
  );
}

function bodyOf(call: Call): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(call.body.toString('utf8'));
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    // The operation itself refuses a malformed body.
    return {};
  }
}

const s3Actions: Record<string, string> = {
  ListBuckets: 's3:ListAllMyBuckets',
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  HeadObject: 's3:GetObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  CopyObject: 's3:PutObject',
  ListParts: 's3:ListMultipartUploadParts',
};

function s3Needs(operation: string, { segments: [bucket = '', ...key], headers }: Call): Need[] {
  // Each key of this one is decided by itself, in the operation.
  if (operation === 'DeleteObjects') return [];
  const place = [bucket, ...key].join('/').replace(/\/$/, '');
  const resource = `arn:aws:s3:::${bucket === '' ? '*' : key.join('/') === '' ? bucket : place}`;
  const source = headers['x-amz-copy-source'];
  return [
    ...(operation === 'CopyObject' && source !== undefined
      ? [{ action: 's3:GetObject', resource: `arn:aws:s3:::${decodeURIComponent(source).replace(/^\//, '')}` }]
      : []),
    { action: s3Actions[operation] ?? `s3:${operation}`, resource },
  ];
}

function kmsNeeds(operation: string, call: Call, account: Account): Need[] {
  const { KeyId } = bodyOf(call);
  const arn = `arn:aws:kms:${account.region}:${account.id}:key/`;
  const named = typeof KeyId === 'string' ? (KeyId.startsWith('arn:') ? KeyId : `${arn}${KeyId}`) : '*';
  return [{ action: `kms:${operation}`, resource: named }];
}

/** What a caller must be allowed to do for this call. */
export function needsOf(service: Service, operation: string, call: Call, account: Account): Need[] {
  switch (service) {
    case 'iot':
      return iotNeeds(operation, call, account);
    case 's3':
      return s3Needs(operation, call);
    case 'kms':
      return kmsNeeds(operation, call, account);
    case 'iam': {
      const source = new URLSearchParams(call.body.toString('utf8')).get('PolicySourceArn');
      return [{ action: `iam:${operation}`, resource: source ?? '*' }];
    }
    case 'sts':
      // GetCallerIdentity needs no permission ("GetCallerIdentity", STS API reference).
      return [];
  }
}
