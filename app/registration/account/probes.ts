import type { IoTClient } from '@aws-sdk/client-iot';
import type { S3Client } from '@aws-sdk/client-s3';
import { StationError } from '../../contract/errors.ts';
import { awsCall } from '../awscall.ts';
import type { CloudConnection } from '../cloud.ts';
import type { Ask } from './account.ts';

type ProbeParts = {
  connection: CloudConnection;
  options: object;
  iot: () => Promise<IoTClient>;
  keep: <C extends { destroy(): void }>(client: C) => C;
};
type IotSdk = typeof import('@aws-sdk/client-iot');
type S3Sdk = typeof import('@aws-sdk/client-s3');

/** Names that no one uses, so that AWS finds nothing to change. */
const certificateId = '0'.repeat(64);
const name = 'birthmark-asks-whether-it-may';
const taskId = '00000000-0000-0000-0000-000000000000';
const arn = `arn:aws:iot:us-east-1:000000000000:cert/${certificateId}`;

/** Each reads, or names what does not exist, or has content that AWS refuses. */
const iotTries: Record<string, (sdk: IotSdk) => object> = {
  DescribeEndpoint: (sdk) => new sdk.DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
  ListCACertificates: (sdk) => new sdk.ListCACertificatesCommand({}),
  DescribeCACertificate: (sdk) => new sdk.DescribeCACertificateCommand({ certificateId }),
  UpdateCACertificate: (sdk) => new sdk.UpdateCACertificateCommand({ certificateId, newStatus: 'INACTIVE' }),
  DeleteCACertificate: (sdk) => new sdk.DeleteCACertificateCommand({ certificateId }),
  RegisterCACertificate: (sdk) =>
    new sdk.RegisterCACertificateCommand({ caCertificate: name, certificateMode: 'SNI_ONLY' }),
  DescribeCertificate: (sdk) => new sdk.DescribeCertificateCommand({ certificateId }),
  UpdateCertificate: (sdk) => new sdk.UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }),
  RegisterCertificate: (sdk) => new sdk.RegisterCertificateCommand({ certificatePem: name }),
  RegisterCertificateWithoutCA: (sdk) => new sdk.RegisterCertificateWithoutCACommand({ certificatePem: name }),
  RegisterThing: (sdk) => new sdk.RegisterThingCommand({ templateBody: '{' }),
  DescribeThing: (sdk) => new sdk.DescribeThingCommand({ thingName: name }),
  CreateThing: (sdk) => new sdk.CreateThingCommand({ thingName: name, thingTypeName: name }),
  AttachPolicy: (sdk) => new sdk.AttachPolicyCommand({ policyName: name, target: arn }),
  AttachThingPrincipal: (sdk) => new sdk.AttachThingPrincipalCommand({ thingName: name, principal: arn }),
  GetPolicy: (sdk) => new sdk.GetPolicyCommand({ policyName: name }),
  DescribeThingType: (sdk) => new sdk.DescribeThingTypeCommand({ thingTypeName: name }),
  DescribeThingGroup: (sdk) => new sdk.DescribeThingGroupCommand({ thingGroupName: name }),
  DescribeBillingGroup: (sdk) => new sdk.DescribeBillingGroupCommand({ billingGroupName: name }),
  ListCertificatesByCA: (sdk) => new sdk.ListCertificatesByCACommand({ caCertificateId: certificateId }),
  ListPrincipalThings: (sdk) => new sdk.ListPrincipalThingsCommand({ principal: arn }),
  ListAttachedPolicies: (sdk) => new sdk.ListAttachedPoliciesCommand({ target: arn }),
  UpdateThing: (sdk) => new sdk.UpdateThingCommand({ thingName: name }),
  AddThingToThingGroup: (sdk) => new sdk.AddThingToThingGroupCommand({ thingName: name, thingGroupName: name }),
  AddThingToBillingGroup: (sdk) => new sdk.AddThingToBillingGroupCommand({ thingName: name, billingGroupName: name }),
  ListPolicies: (sdk) => new sdk.ListPoliciesCommand({ pageSize: 1 }),
  ListPolicyVersions: (sdk) => new sdk.ListPolicyVersionsCommand({ policyName: name }),
  CreatePolicyVersion: (sdk) => new sdk.CreatePolicyVersionCommand({ policyName: name, policyDocument: '{' }),
  CreatePolicy: (sdk) => new sdk.CreatePolicyCommand({ policyName: name, policyDocument: '{' }),
  DeletePolicyVersion: (sdk) => new sdk.DeletePolicyVersionCommand({ policyName: name, policyVersionId: '1' }),
  ListThingRegistrationTasks: (sdk) => new sdk.ListThingRegistrationTasksCommand({ maxResults: 1 }),
  DescribeThingRegistrationTask: (sdk) => new sdk.DescribeThingRegistrationTaskCommand({ taskId }),
  ListThingRegistrationTaskReports: (sdk) =>
    new sdk.ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'RESULTS' }),
  StopThingRegistrationTask: (sdk) => new sdk.StopThingRegistrationTaskCommand({ taskId }),
};

/** Writing a part of an upload that was never begun needs the right to write, and writes nothing. */
const s3Tries: Record<string, (sdk: S3Sdk, at: { Bucket: string; Key: string }) => object> = {
  ListBucket: (sdk, { Bucket }) => new sdk.HeadBucketCommand({ Bucket }),
  PutObject: (sdk, at) => new sdk.UploadPartCommand({ ...at, UploadId: taskId, PartNumber: 1, Body: 'x' }),
  GetObject: (sdk, at) => new sdk.HeadObjectCommand(at),
  AbortMultipartUpload: (sdk, at) => new sdk.AbortMultipartUploadCommand({ ...at, UploadId: taskId }),
};

/**
 * Tries actions so that nothing changes. AWS looks at the rights first, so any answer but "denied" means that the action
 * is allowed. An action that could change something in this way is not tried.
 */
export function createProbes({ connection, options, iot, keep }: ProbeParts) {
  let s3: Promise<S3Client> | undefined;
  const s3Sdk = () => import('@aws-sdk/client-s3');
  const s3Client = () => {
    const forcePathStyle = connection.endpointUrl !== undefined;
    s3 ??= s3Sdk().then((sdk) => keep(new sdk.S3Client({ ...options, forcePathStyle })));
    return s3;
  };
  const tryOf = ({ action, resource }: Ask): ((o: object) => Promise<unknown>) | undefined => {
    const [service, operation = ''] = action.split(':');
    // A right to write may be for some keys only, so the key is one of them.
    const at = { Bucket: connection.bucket, Key: `${/^[^/]+\/(.*)\*$/.exec(resource)?.[1] ?? ''}${name}` };
    if (service === 'iot' && Object.hasOwn(iotTries, operation))
      return async (o) => (await iot()).send(iotTries[operation]?.(await import('@aws-sdk/client-iot')) as never, o);
    if (service === 's3' && Object.hasOwn(s3Tries, operation))
      return async (o) => (await s3Client()).send(s3Tries[operation]?.(await s3Sdk(), at) as never, o);
    return undefined;
  };

  return async (ask: Ask, signal?: AbortSignal): Promise<boolean | undefined> => {
    const attempt = tryOf(ask);
    if (!attempt) return undefined;
    try {
      await awsCall(ask.action, signal, attempt);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof StationError)) throw thrown;
      if (thrown.code === 'cloud.denied') return false;
      if (thrown.code === 'cloud.refused' || thrown.code === 'cloud.bucket') return true;
      throw thrown;
    }
  };
}
