import type { Clock } from '../../contract/clock.ts';
import type { Faults } from './faults.ts';
import type { Identity } from './permissions/identities.ts';

/** The contents of one account in one Region. Times are epoch seconds with a fraction, as on the wire. */

/** The bytes of S3 objects, named by their SHA-256, so that a save of the state never rewrites them. */
export type Blobs = { put(bytes: Buffer): Promise<string>; get(name: string): Promise<Buffer> };

export type CertificateMode = 'DEFAULT' | 'SNI_ONLY';
export type RegistrationConfig = { templateBody?: string; roleArn?: string };

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

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED';
export type Certificate = {
  certificateId: string;
  arn: string;
  pem: string;
  /** The registered CA. Absent for a certificate that was registered without one. */
  caCertificateId?: string;
  status: CertificateStatus;
  mode: CertificateMode;
  /** Names of attached policies. */
  policies: string[];
  createdAt: number;
  modifiedAt: number;
  version: number;
  generationId: string;
};

export type Policy = { name: string; arn: string; document: string };
export type PrincipalType = 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';
export type Thing = {
  name: string;
  arn: string;
  id: string;
  typeName?: string;
  attributes: Record<string, string>;
  version: number;
  principals: { principal: string; type: PrincipalType }[];
  groups: string[];
};
export type ThingType = { name: string; arn: string; id: string; properties: string };
export type ThingGroup = {
  name: string;
  arn: string;
  id: string;
  parent?: string;
  properties: string;
  policies: string[];
};

export type TaskStatus = 'InProgress' | 'Completed' | 'Failed' | 'Cancelled' | 'Cancelling';
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
  /** Lines of the report, as finished JSON. */
  results: string[];
  errors: string[];
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
};
export type Bucket = { name: string; createdAt: number; objects: Map<string, StoredObject> };

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
  authorities: Map<string, Authority>;
  certificates: Map<string, Certificate>;
  policies: Map<string, Policy>;
  things: Map<string, Thing>;
  types: Map<string, ThingType>;
  groups: Map<string, ThingGroup>;
  tasks: Map<string, Task>;
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
  readonly blobs: Blobs;
  readonly state: State;
  /** Lines a second of a registration task. Undefined means full speed. */
  readonly rate: number | undefined;
  /** Every change calls this, so that it is saved. */
  changed(): void;
  /** Starts working on a task in the background. */
  run(task: Task): void;
  /** Resolves after `ms`, or as soon as `wake` is called. */
  rest(ms: number): Promise<void>;
  wake(): void;
  /** True once the server is closing. Background work then leaves its state as it is. */
  readonly closing: () => boolean;
};

export const iotArn = (account: Account, resource: string): string =>
  `arn:aws:iot:${account.region}:${account.id}:${resource}`;

export const nowSeconds = (account: Account): number => account.clock.now().getTime() / 1000;
