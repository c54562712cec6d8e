import type { Clock } from '../../contract/clock.ts';
import type { Links } from './attached.ts';
import type { Faults } from './faults.ts';
import type { Bus } from './gateway/bus.ts';
import type { GatewayLog } from './gateway/log.ts';
import type { Root } from './gateway/root.ts';
import type { Blobs, Spool } from './keep/blobs.ts';
import type { LambdaFunction, Stack, Table } from './nouns.ts';
import type { Identity } from './permissions/identities.ts';

/** The contents of one account in one Region. Times are epoch seconds with a fraction, as on the wire. */

/** The account of a practice AWS that is not told another one. */
export const firstAccountId = '123456789012';

export type CertificateMode = 'DEFAULT' | 'SNI_ONLY';
export type RegistrationConfig = { templateBody?: string; roleArn?: string; templateName?: string };
export type Authority = {
  certificateId: string;
  arn: string;
  pem: string;
  /** The subject with one line per attribute, for the "same subject" rules. */
  subject: string;
  status: 'ACTIVE' | 'INACTIVE';
  autoRegistration: 'ENABLE' | 'DISABLE';
  mode: CertificateMode;
  registrationConfig?: RegistrationConfig;
  createdAt: number;
  modifiedAt: number;
  version: number;
  generationId: string;
};

/** PENDING_ACTIVATION is AWS's own: a certificate that a device registered by connecting. No call sets it. */
export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION';
export type Certificate = {
  certificateId: string;
  /** The DER in base64. There can be a million of them, so nothing is kept that this says. */
  der: string;
  /** The registered CA. Absent for a certificate that was registered without one. */
  caCertificateId?: string;
  status: CertificateStatus;
  mode: CertificateMode;
  /** Names of attached policies. */
  policies: string[];
  createdAt: number;
  modifiedAt: number;
  version: number;
  /** Of the token that its device can still provision itself with. `until` in epoch seconds. */
  ownership?: { digest: string; until: number };
};

/** A temporary certificate of CreateProvisioningClaim. It is in no list. */
export type Claim = {
  certificateId: string;
  /** The DER in base64. */
  der: string;
  templateName: string;
  createdAt: number;
  expiresAt: number;
};

export type PolicyVersion = { id: string; document: string; createdAt: number };
export type Policy = {
  name: string;
  arn: string;
  versions: PolicyVersion[];
  defaultVersion: string;
  /** The number that the next version gets. */
  next: number;
  createdAt: number;
  modifiedAt: number;
};

export type PrincipalType = 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';
export type Attributes = Record<string, string>;
export type Thing = {
  name: string;
  id: string;
  typeName?: string;
  attributes: Attributes;
  version: number;
  /** Ids of attached certificates. */
  principals: { id: string; type: PrincipalType }[];
  groups: string[];
  billingGroup?: string;
};
export type ThingType = {
  name: string;
  arn: string;
  id: string;
  properties: object;
  createdAt: number;
  deprecatedAt?: number;
};
export type ThingGroup = {
  name: string;
  arn: string;
  id: string;
  parent?: string;
  description?: string;
  attributes: Attributes;
  policies: string[];
  createdAt: number;
  version: number;
};
export type BillingGroup = {
  name: string;
  arn: string;
  id: string;
  description?: string;
  createdAt: number;
  version: number;
};

export type ProvisioningTemplate = {
  name: string;
  arn: string;
  type: 'FLEET_PROVISIONING' | 'JITP';
  description?: string;
  enabled: boolean;
  roleArn: string;
  hook?: { payloadVersion?: string; targetArn: string };
  versions: { id: number; body: string; createdAt: number }[];
  defaultVersion: number;
  /** The number that the next version gets. */
  next: number;
  createdAt: number;
  modifiedAt: number;
};

export type TopicRule = { name: string; arn: string; payload: Record<string, unknown>; createdAt: number };

export type TaskStatus = 'InProgress' | 'Completed' | 'Failed' | 'Cancelled' | 'Cancelling';
/** A report as it grows in the spool. `marks` has the offset at which each file of the report begins. */
export type Report = { lines: number; bytes: number; marks: number[] };
export type Task = {
  taskId: string;
  templateBody: string;
  inputFileBucket: string;
  inputFileKey: string;
  roleArn: string;
  status: TaskStatus;
  message?: string;
  createdAt: number;
  modifiedAt: number;
  /** Lines of the input file. It is 0 until they are counted. */
  total: number;
  results: Report;
  errors: Report;
  /** Part of the report links, so that they cannot be guessed. */
  token: string;
};

export type StoredObject = {
  key: string;
  /** Name of the bytes in the blob store. */
  blob: string;
  size: number;
  etag: string;
  modifiedAt: number;
  contentType: string;
  metadata: Record<string, string>;
  /** Maps a header name to the base64 value of the checksum that the uploader sent. */
  checksum?: { header: string; value: string };
  /** No one removes or replaces it until then. */
  lock?: ObjectLock;
};
export type ObjectLock = { mode: 'GOVERNANCE' | 'COMPLIANCE'; until: number };
/** `lockable`: it was made with Object Lock. */
export type Bucket = { name: string; createdAt: number; objects: Map<string, StoredObject>; lockable?: true };

export type KmsKeySpec = 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'ECC_NIST_P521' | 'RSA_2048' | 'RSA_3072' | 'RSA_4096';
export type KmsKey = {
  keyId: string;
  arn: string;
  spec: KmsKeySpec;
  /** PKCS#8. Practice keys protect nothing, so this is stored in the clear. */
  privateKeyPem: string;
  description: string;
  tags: { TagKey: string; TagValue: string }[];
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  createdAt: number;
  /** Present while the key is pending deletion. */
  deletionAt?: number;
};

export type State = {
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Users and roles, by name. */
  identities: Map<string, Identity>;
  registrationCode?: string;
  /** The key of AWS IoT's own CA (PKCS#8), made when it is first needed. */
  ownKeyPem?: string;
  /** The root above the gateway's certificate, and its key (PKCS#8), made when a gateway first starts. */
  gatewayRoot?: Root;
  authorities: Map<string, Authority>;
  certificates: Map<string, Certificate>;
  /** By certificate id. */
  claims: Map<string, Claim>;
  policies: Map<string, Policy>;
  things: Map<string, Thing>;
  types: Map<string, ThingType>;
  groups: Map<string, ThingGroup>;
  billingGroups: Map<string, BillingGroup>;
  templates: Map<string, ProvisioningTemplate>;
  rules: Map<string, TopicRule>;
  /** By ARN of the resource. */
  tags: Map<string, Map<string, string>>;
  tasks: Map<string, Task>;
  functions: Map<string, LambdaFunction>;
  tables: Map<string, Table>;
  stacks: Map<string, Stack>;
  buckets: Map<string, Bucket>;
  /** By key id. */
  keys: Map<string, KmsKey>;
};

/** Everything that an operation may use. */
export type Account = {
  readonly id: string;
  readonly region: string;
  /** The one role that AWS IoT may assume. Undefined means any role. */
  readonly roleArn: string | undefined;
  readonly endpoint: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly bus: Bus;
  readonly log: GatewayLog;
  readonly blobs: Blobs;
  /** The program of the threads in which functions run (`lambda/thread.ts`). */
  readonly functionProgram: URL;
  /** The reports of tasks. */
  readonly spool: Spool;
  readonly state: State;
  /** Who is attached to whom, from the other end. */
  readonly links: Links;
  /** Lines a second of a registration task. Undefined means full speed. */
  readonly rate: number | undefined;
  /** Every change calls this, so that it is saved. Things and certificates are many: their changes name the one. */
  changed(noun?: 'things' | 'certificates', key?: string): void;
  /** Resolves when all changes so far are on the disk. */
  saved(): Promise<void>;
  /** Resolves when this certificate is on the disk as it is now. */
  kept(certificateId: string): Promise<void>;
  /** Starts working on a task in the background. */
  run(task: Task): void;
  /** Resolves after `ms`, or as soon as `wake` is called. */
  rest(ms: number): Promise<void>;
  wake(): void;
  /** The other accounts of the Region that this machine knows: those at the same gateway. */
  neighbours(): readonly Account[];
  /** True once the server is closing. Background work then leaves its state as it is. */
  readonly closing: () => boolean;
};

export const iotArn = (account: Account, resource: string): string =>
  `arn:aws:iot:${account.region}:${account.id}:${resource}`;

export const nowSeconds = (account: Account): number => account.clock.now().getTime() / 1000;
