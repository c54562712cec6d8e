/** AWS targets: an account and a Region under a name. A target holds no credentials. */
import { z } from 'zod';
import { isBucketName } from './buckets.ts';
import { documentName } from './documents.ts';
import { partitionOf } from './partitions.ts';
import { formSentences as said } from './schemasentences.ts';

/** The target of a station that knows only one. Stations of earlier releases had one target without a name. */
export const firstTargetName = 'main';
export const targetName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, said.targetNameForm);

/** The name of a thing type, a thing group or a billing group. */
const thingNoun = z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/, 'letters, digits, : _ and -, at most 128');

/** Operations with a rate of their own, where units are registered one by one. */
export const pacedOperation = z.enum([
  'RegisterThing',
  'RegisterCertificate',
  'RegisterCertificateWithoutCA',
  'DescribeCertificate',
  'UpdateCertificate',
  'ListPrincipalThings',
  'ListAttachedPolicies',
  'CreateThing',
  'DescribeThing',
  'UpdateThing',
  'AttachThingPrincipal',
  'AttachPolicy',
  'AddThingToThingGroup',
  'AddThingToBillingGroup',
]);
export type PacedOperation = z.infer<typeof pacedOperation>;

export const cloudTarget = z.object({
  name: targetName.default(firstTargetName),
  region: z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region such as eu-central-1'),
  /** The account that must answer. Without it, the account of the credentials is taken as it comes. */
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'the 12 digits of the account')
    .optional(),
  bucket: z.string().regex(/^[a-zA-Z0-9._-]{3,256}$/, 'letters, digits, . _ and -, 3 to 256 of them'),
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'an ARN such as arn:aws:iam::123456789012:role/NAME'),
  /** IoT policies (by name) to attach to each certificate; they must exist in the account. */
  policyNames: z
    .array(z.string().regex(/^[\w+=,.@-]{1,128}$/, 'letters, digits and + = , . @ _ -, at most 128'))
    .max(10),
  /** A profile of the PC's AWS settings. Without it the SDK's default chain finds the credentials. */
  profile: z
    .string()
    .regex(/^[\w.+@:/-]{1,64}$/, 'letters, digits and . + @ : / _ -, at most 64')
    .optional(),
  /** What each thing gets besides: they must exist in the account. */
  thingTypeName: thingNoun.optional(),
  thingGroups: z.array(thingNoun).max(10).optional(),
  billingGroup: thingNoun.optional(),
  /** A kept template for bulk tasks and RegisterThing. Without it, the station makes its own from the values above. */
  template: documentName.optional(),
  /** Calls a second that the account has instead of AWS's defaults, by the name of the operation. */
  rates: z.partialRecord(pacedOperation, z.number().min(0.1).max(10_000)).optional(),
  /** Set only for a loopback practice AWS or a private endpoint. */
  endpointUrl: z.url().optional(),
  /** Where devices connect, in place of the account's own endpoint: the gateway of a practice AWS. */
  gateway: z
    .strictObject({
      host: z.string().min(1).max(253),
      port: z.int().min(1).max(65_535),
      /** A file with the PEM of the root that the gateway's certificate is under. */
      rootCaPem: z.string().min(1).max(4096),
    })
    .optional(),
});
export type CloudTarget = z.infer<typeof cloudTarget>;
/** A target whose name may be left out; then it is `main`. */
export type GivenTarget = z.input<typeof cloudTarget>;

/** A path may stand before the name of a role ("IAM identifiers", IAM user guide). */
const roleResource = /:role\/([!-~]+\/)?[\w+=,.@-]{1,64}$/;

/**
 * A target as a person gives it: what no account of AWS could have is refused. One that is kept is read without this, so
 * that a station of an earlier release opens.
 */
export const savedTarget = cloudTarget.superRefine((target, context) => {
  const { region, accountId, bucket, roleArn, endpointUrl } = target;
  const refuse = (path: keyof CloudTarget, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const [, partition, service, , account] = roleArn.split(':');
  // What is no role at all is refused as that alone.
  const isRole = service === 'iam';
  if (isRole && partition !== partitionOf(region)) refuse('roleArn', said.rolePartition);
  else if (isRole && accountId !== undefined && account !== accountId) refuse('roleArn', said.roleAccount);
  else if (isRole && !roleResource.test(roleArn)) refuse('roleArn', said.roleName);
  for (const names of ['policyNames', 'thingGroups'] as const)
    if (new Set(target[names]).size !== (target[names]?.length ?? 0)) refuse(names, said.nameOnce);
  if (!isBucketName(bucket)) refuse('bucket', said.bucketNames);
  if (endpointUrl !== undefined && !/^https?:\/\//i.test(endpointUrl)) refuse('endpointUrl', said.webAddress);
});

/** The first one is the default. */
export const cloudTargets = z
  .array(cloudTarget)
  .max(20)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two targets have one name');
