/** The station's needs from AWS, and nothing more. The practice line and real AWS use the same implementation. */
import type { GivenTarget } from '../contract/model.ts';
import type { Account } from './account/account.ts';
import type { AwsClaims } from './account/awsclaims.ts';
import type { AwsIssued } from './account/awsissued.ts';
import type { RegistryInAws } from './drift.ts';
import type { ConnectionCalls } from './firstconnections/calls.ts';
import type { PoliciesInAws } from './policies.ts';
import type { ThingCalls } from './ways/calls.ts';

/** The part of the target that a connection needs. */
export type CloudConnection = Omit<GivenTarget, 'name' | 'policyNames'> & {
  /** If absent, the SDK's default chain applies (environment, profile, SSO, instance role…). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined } | undefined;
};

/** What a connection to one bucket needs. */
export type BucketConnection = Omit<CloudConnection, 'roleArn' | 'template'>;

export type PublishedObject = {
  key: string;
  body: Uint8Array;
  contentType: string;
  bucket?: string;
  lock?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; until: Date };
};

export type CaStatus = 'ACTIVE' | 'INACTIVE';
export type TaskStatus = 'InProgress' | 'Completed' | 'Failed' | 'Cancelled' | 'Cancelling';
export type ReportKind = 'RESULTS' | 'ERRORS';

export type TaskView = {
  taskId: string;
  status: TaskStatus;
  inputFileBucket: string;
  inputFileKey: string;
  /** The number of registered lines, and of refused lines. */
  succeeded: number;
  failed: number;
  /** 0…100. */
  percent: number;
  createdAt?: Date | undefined;
  message?: string | undefined;
};

export type TemplateType = 'FLEET_PROVISIONING' | 'JITP';
export type TemplateInAws = {
  type: TemplateType;
  enabled: boolean;
  version: number;
  body: string;
  /** ARN of the function that is asked before a device is provisioned. */
  hook?: string;
};

/** Provisioning templates of the account. The methods throw as those of `Cloud`. */
export type CloudTemplates = {
  listTemplates(signal?: AbortSignal): Promise<string[]>;
  /** With its default version; undefined when the account has none of this name. */
  describeTemplate(name: string, signal?: AbortSignal): Promise<TemplateInAws | undefined>;
  /** Makes an enabled template; resolves to its version. */
  createTemplate(
    template: { name: string; body: string; type: TemplateType; roleArn: string; hookArn?: string | undefined },
    signal?: AbortSignal,
  ): Promise<number>;
  /** Makes the version and makes it the default. */
  addTemplateVersion(version: { name: string; body: string }, signal?: AbortSignal): Promise<number>;
  listTemplateVersions(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ version: number; isDefault: boolean; madeAt: string | null }[]>;
  removeTemplateVersion(version: { name: string; version: number }, signal?: AbortSignal): Promise<void>;
  /** The text of a version; undefined when the template or the version is not there. */
  templateVersion(version: { name: string; version: number }, signal?: AbortSignal): Promise<string | undefined>;
  setDefaultVersion(version: { name: string; version: number }, signal?: AbortSignal): Promise<void>;
  /** Null takes the hook away. */
  setHook(hook: { name: string; hookArn: string | null }, signal?: AbortSignal): Promise<void>;
  /** `false` when the account has none of this name. */
  removeTemplate(name: string, signal?: AbortSignal): Promise<boolean>;
};

/**
 * The data of these errors: operation, awsError, httpStatus.
 * @throws from every method: `cloud.unreachable`, `cloud.throttled`, `cloud.credentials`, `cloud.denied`,
 * `cloud.refused`, `cloud.badAnswer`; `call.cancelled` – when the signal fires
 */
export interface Cloud {
  readonly target: { readonly region: string; readonly bucket: string };
  /** The role that AWS IoT takes for a task. */
  readonly roleArn: string;
  /** Device certificates and their things, as they are in AWS. */
  readonly registry: RegistryInAws;
  /** What shows whether devices have connected. */
  readonly connections: ConnectionCalls;
  /** IoT policies of the account. */
  readonly policies: PoliciesInAws;
  /** What an engineer sees and changes in the account. */
  readonly account: Account;
  /** What AWS's own CA makes in the account. */
  readonly issued: AwsIssued;
  /** Claims, with which devices ask for their own identity. */
  readonly claims: AwsClaims;
  /** Provisioning templates of the account. */
  readonly templates: CloudTemplates;

  /** 64 hex digits: the common name of the verification certificate. */
  registrationCode(signal?: AbortSignal): Promise<string>;
  /**
   * Registers and activates the CA.
   * @throws `cloud.refused` – with awsError ResourceAlreadyExistsException when it is registered
   */
  registerCa(ca: { caCertificatePem: string; verificationCertificatePem: string }, signal?: AbortSignal): Promise<void>;
  activateCa(certificateId: string, signal?: AbortSignal): Promise<void>;
  /**
   * AWS then accepts no certificate of this CA and registers none by itself. `false` when the account does not know the
   * CA.
   */
  deactivateCa(certificateId: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * The status of a CA; undefined when it is not registered.
   *
   * @param certificateId SHA-256 of the CA certificate's DER, hex
   */
  describeCa(certificateId: string, signal?: AbortSignal): Promise<CaStatus | undefined>;

  /** Sets a device certificate to REVOKED. `false` when the account does not know it. */
  revokeCertificate(certificateId: string, signal?: AbortSignal): Promise<boolean>;

  /** Whether the account has a policy, a type or a group of this name. */
  find(
    kind: 'policy' | 'thingType' | 'thingGroup' | 'billingGroup',
    name: string,
    signal?: AbortSignal,
  ): Promise<'found' | 'missing' | 'deprecated'>;

  /** @throws `cloud.bucket` – when the bucket does not exist or is in another Region */
  checkBucket(signal?: AbortSignal): Promise<void>;
  /**
   * Uploads once. An existing object with this key and this digest is left as it is.
   * @throws `records.damaged` – when the file no longer has the digest
   */
  uploadBatch(batch: { file: string; key: string; digest: string }, signal?: AbortSignal): Promise<void>;
  /** Ends what `uploadBatch` left unfinished, as far as AWS is reached: nothing comes of this batch. */
  abandonBatch(batch: { key: string }): Promise<void>;

  /**
   * Puts a small file under its key and replaces an existing one.
   *
   * @param object `bucket`: another one than the target's. `lock`: no one removes it until then (S3 Object Lock)
   */
  publish(object: PublishedObject, signal?: AbortSignal): Promise<void>;

  /** This is never retried here: after `cloud.unreachable` the task may still be running. */
  startTask(task: { templateBody: string; key: string }, signal?: AbortSignal): Promise<string>;
  /** Undefined when AWS does not know the task, or no longer knows it. */
  describeTask(taskId: string, signal?: AbortSignal): Promise<TaskView | undefined>;
  stopTask(taskId: string, signal?: AbortSignal): Promise<void>;
  /** The ids of all tasks that the account remembers (30 days). */
  listTasks(signal?: AbortSignal): Promise<string[]>;
  /** Ids of the tasks that occupy the account: InProgress and Cancelling. */
  listRunningTasks(signal?: AbortSignal): Promise<string[]>;
  /** The lines of a report. A line longer than a mebibyte is cut. Empty while the task runs. */
  reports(taskId: string, kind: ReportKind, signal?: AbortSignal): AsyncIterable<string>;

  /** The calls that register one unit. */
  readonly things: ThingCalls;

  /** The host name that devices connect to (iot:Data-ATS). */
  describeEndpoint(signal?: AbortSignal): Promise<string>;
  close(): void;
}
