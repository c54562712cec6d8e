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

/** Each reads, or names what does not exist, or has content that AWS refuses. */
const iotTries: Record<string, (sdk: IotSdk, arn: string) => object> = {
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
  AttachPolicy: (sdk, arn) => new sdk.AttachPolicyCommand({ policyName: name, target: arn }),
  AttachThingPrincipal: (sdk, arn) => new sdk.AttachThingPrincipalCommand({ thingName: name, principal: arn }),
  GetPolicy: (sdk) => new sdk.GetPolicyCommand({ policyName: name }),
  DescribeThingType: (sdk) => new sdk.DescribeThingTypeCommand({ thingTypeName: name }),
  DescribeThingGroup: (sdk) => new sdk.DescribeThingGroupCommand({ thingGroupName: name }),
  DescribeBillingGroup: (sdk) => new sdk.DescribeBillingGroupCommand({ billingGroupName: name }),
  ListCertificatesByCA: (sdk) => new sdk.ListCertificatesByCACommand({ caCertificateId: certificateId }),
  ListThingPrincipals: (sdk) => new sdk.ListThingPrincipalsCommand({ thingName: name }),
  GetEffectivePolicies: (sdk, arn) => new sdk.GetEffectivePoliciesCommand({ principal: arn, thingName: name }),
  ListPrincipalThings: (sdk, arn) => new sdk.ListPrincipalThingsCommand({ principal: arn }),
  ListAttachedPolicies: (sdk, arn) => new sdk.ListAttachedPoliciesCommand({ target: arn }),
  UpdateThing: (sdk) => new sdk.UpdateThingCommand({ thingName: name }),
  AddThingToThingGroup: (sdk) => new sdk.AddThingToThingGroupCommand({ thingName: name, thingGroupName: name }),
  AddThingToBillingGroup: (sdk) => new sdk.AddThingToBillingGroupCommand({ thingName: name, billingGroupName: name }),
  ListPolicies: (sdk) => new sdk.ListPoliciesCommand({ pageSize: 1 }),
  ListPolicyVersions: (sdk) => new sdk.ListPolicyVersionsCommand({ policyName: name }),
  CreatePolicyVersion: (sdk) => new sdk.CreatePolicyVersionCommand({ policyName: name, policyDocument: '{' }),
  CreatePolicy: (sdk) => new sdk.CreatePolicyCommand({ policyName: name, policyDocument: '{' }),
  DeletePolicyVersion: (sdk) => new sdk.DeletePolicyVersionCommand({ policyName: name, policyVersionId: '1' }),
  GetPolicyVersion: (sdk) => new sdk.GetPolicyVersionCommand({ policyName: name, policyVersionId: '1' }),
  SetDefaultPolicyVersion: (sdk) => new sdk.SetDefaultPolicyVersionCommand({ policyName: name, policyVersionId: '1' }),
  ListProvisioningTemplates: (sdk) => new sdk.ListProvisioningTemplatesCommand({ maxResults: 1 }),
  DescribeProvisioningTemplate: (sdk) => new sdk.DescribeProvisioningTemplateCommand({ templateName: name }),
  DeleteProvisioningTemplate: (sdk) => new sdk.DeleteProvisioningTemplateCommand({ templateName: name }),
  CreateProvisioningTemplateVersion: (sdk) =>
    new sdk.CreateProvisioningTemplateVersionCommand({ templateName: name, templateBody: '{' }),
  ListProvisioningTemplateVersions: (sdk) => new sdk.ListProvisioningTemplateVersionsCommand({ templateName: name }),
  DescribeProvisioningTemplateVersion: (sdk) =>
    new sdk.DescribeProvisioningTemplateVersionCommand({ templateName: name, versionId: 1 }),
  UpdateProvisioningTemplate: (sdk) => new sdk.UpdateProvisioningTemplateCommand({ templateName: name }),
  DeleteProvisioningTemplateVersion: (sdk) =>
    new sdk.DeleteProvisioningTemplateVersionCommand({ templateName: name, versionId: 1 }),
  CreateCertificateFromCsr: (sdk) =>
    new sdk.CreateCertificateFromCsrCommand({ certificateSigningRequest: name, setAsActive: false }),
  CreateProvisioningClaim: (sdk) => new sdk.CreateProvisioningClaimCommand({ templateName: name }),
  ListCertificates: (sdk) => new sdk.ListCertificatesCommand({ pageSize: 1 }),
  ListThingRegistrationTasks: (sdk) => new sdk.ListThingRegistrationTasksCommand({ maxResults: 1 }),
  DescribeThingRegistrationTask: (sdk) => new sdk.DescribeThingRegistrationTaskCommand({ taskId }),
  ListThingRegistrationTaskReports: (sdk) =>
    new sdk.ListThingRegistrationTaskReportsCommand({ taskId, reportType: 'RESULTS' }),
  StopThingRegistrationTask: (sdk) => new sdk.StopThingRegistrationTaskCommand({ taskId }),
};

/** A right may be for the certificates of one account only, so the certificate that does not exist is one of them. */
const arnIn = (resource: string): string =>
  `${resource.endsWith(':cert/*') ? resource.slice(0, -1) : 'arn:aws:iot:us-east-1:000000000000:cert/'}${certificateId}`;

/** Writing a part of an upload that was never begun needs the right to write, and writes nothing. */
const s3Tries: Record<string, (sdk: S3Sdk, at: { Bucket: string; Key: string }) => object> = {
  GetBucketAcl: (sdk, { Bucket }) => new sdk.GetBucketAclCommand({ Bucket }),
  GetBucketPublicAccessBlock: (sdk, { Bucket }) => new sdk.GetPublicAccessBlockCommand({ Bucket }),
  GetBucketPolicyStatus: (sdk, { Bucket }) => new sdk.GetBucketPolicyStatusCommand({ Bucket }),
  ListBucketMultipartUploads: (sdk, { Bucket }) => new sdk.ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }),
  ListBucket: (sdk, { Bucket }) => new sdk.HeadBucketCommand({ Bucket }),
  PutObject: (sdk, at) => new sdk.UploadPartCommand({ ...at, UploadId: taskId, PartNumber: 1, Body: 'x' }),
  GetObject: (sdk, at) => new sdk.HeadObjectCommand(at),
  ListMultipartUploadParts: (sdk, at) => new sdk.ListPartsCommand({ ...at, UploadId: taskId }),
  AbortMultipartUpload: (sdk, at) => new sdk.AbortMultipartUploadCommand({ ...at, UploadId: taskId }),
};

/**
 * Refusals that AWS gives only when it has looked at the rights: they are about what the call names, or holds. Names:
 * service model iot/2015-05-28; "Error responses" (Amazon S3 API reference).
 */
const afterRights: readonly string[] = [
  'CertificateStateException',
  'CertificateValidationException',
  'InvalidRequestException',
  'MalformedPolicyException',
  'NoSuchBucketPolicy',
  'NoSuchKey',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchUpload',
  'ResourceNotFoundException',
  'ResourceRegistrationFailureException',
];

/** `cloud.badAnswer`: other servers answer with a page of HTML to what they do not offer. */
const sayNothing: readonly string[] = ['cloud.refused', 'cloud.bucket', 'cloud.badAnswer'];

/**
 * Tries actions so that nothing changes. True: AWS did it, or refused it after it had looked at the rights. False: it
 * denied it. Undefined: any other answer says nothing about rights, as that of an endpoint that does not offer the
 * operation; and an action that could change something in this way is not tried.
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
    const [, Bucket = connection.bucket] = /:s3:::([^/*]+)/.exec(resource) ?? [];
    const at = { Bucket, Key: `${/^[^/]+\/(.*)\*$/.exec(resource)?.[1] ?? ''}${name}` };
    if (service === 'iot' && Object.hasOwn(iotTries, operation))
      return async (o) =>
        (await iot()).send(iotTries[operation]?.(await import('@aws-sdk/client-iot'), arnIn(resource)) as never, o);
    if (service === 's3' && Object.hasOwn(s3Tries, operation))
      return async (o) => (await s3Client()).send(s3Tries[operation]?.(await s3Sdk(), at) as never, o);
    return undefined;
  };

  return async function probe(ask: Ask, signal?: AbortSignal): Promise<boolean | undefined> {
    const attempt = tryOf(ask);
    if (!attempt) return undefined;
    try {
      await awsCall(ask.action, signal, attempt);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof StationError)) throw thrown;
      const said = String(thrown.data?.awsError);
      // An answer to HEAD has no name of its own, and 404 is also that of an object that is not there.
      if (afterRights.includes(said) || (said === 'NotFound' && ask.action === 's3:GetObject')) return true;
      // Who may not list a bucket is denied what is not in it ("HeadObject", Amazon S3 API reference).
      if (thrown.code === 'cloud.denied' && ask.action === 's3:GetObject')
        return (await probe({ action: 's3:ListBucket', resource: '*' }, signal)) === false ? undefined : false;
      if (thrown.code === 'cloud.denied') return false;
      if (sayNothing.includes(thrown.code) || said === 'NotImplemented') return undefined;
      throw thrown;
    }
  };
}
