import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IoTClient } from '@aws-sdk/client-iot';
import { StationError } from '../contract/errors.ts';
import { createAwsAccount } from './account/awsaccount.ts';
import { awsClaims } from './account/awsclaims.ts';
import { awsConnections } from './account/awsconnections.ts';
import { awsIssued } from './account/awsissued.ts';
import { awsNouns } from './account/awsnouns.ts';
import { awsPolicies } from './account/awspolicies.ts';
import { putObject, signByChecksum } from './account/awsput.ts';
import { awsRegistry } from './account/awsregistry.ts';
import { templateCalls } from './account/awstemplates.ts';
import { endUploads } from './account/awsunfinished.ts';
import { inRightAccount } from './account/rightaccount.ts';
import { answerMs, awsCall, awsFind, clientOptions, shortCalls } from './awscall.ts';
import type { Cloud, CloudConnection, ReportKind, TaskStatus } from './cloud.ts';
import { checkedParts } from './digest.ts';
import { required } from './failure.ts';
import { reportLines } from './report.ts';
import { awsThingCalls } from './ways/awscalls.ts';

/** Only this file, the folder account and kms.ts import the AWS SDK. It is loaded when a cloud is first needed, because it is large. */

// S3 may carry megabytes over a slow line as long as bytes flow.
const uploadMs = 600_000;
const iotHandler = shortCalls;
const s3Handler = { ...iotHandler, socketTimeout: answerMs, requestTimeout: uploadMs };
const perPage = 250;
/** Over a long line one part after the other would wait for its answer most of the time. */
const partsAtOnce = 4;

/** Makes the clients; touches no network. */
export async function createAwsCloud(target: CloudConnection): Promise<Cloud> {
  const [iotSdk, s3Sdk] = await Promise.all([import('@aws-sdk/client-iot'), import('@aws-sdk/client-s3')]);
  const { region, bucket, roleArn, endpointUrl } = target;
  const common = clientOptions(target);
  const { guarded, assertRight } = inRightAccount(target);
  const account = createAwsAccount(target, guarded);
  const iot: IoTClient = guarded(new iotSdk.IoTClient({ ...common, requestHandler: iotHandler }));
  // Starting a task is not idempotent, so the SDK must not retry a lost answer by itself.
  const once: IoTClient = guarded(new iotSdk.IoTClient({ ...common, requestHandler: iotHandler, maxAttempts: 1 }));
  const s3 = signByChecksum(
    guarded(new s3Sdk.S3Client({ ...common, requestHandler: s3Handler, forcePathStyle: endpointUrl !== undefined })),
  );

  let dynamodb: DynamoDBClient | undefined;
  const tables = async () => {
    const sdk = await import('@aws-sdk/client-dynamodb');
    dynamodb ??= guarded(new sdk.DynamoDBClient(common));
    return { sdk, client: dynamodb };
  };
  const [call, find] = [awsCall, awsFind];
  const listTasks = (signal?: AbortSignal, status?: TaskStatus) =>
    call('ListThingRegistrationTasks', signal, async (options) => {
      const input = { maxResults: perPage, ...(status && { status }) };
      const ids: string[] = [];
      let nextToken: string | undefined;
      do {
        const command = new iotSdk.ListThingRegistrationTasksCommand({
          ...input,
          ...(nextToken !== undefined && { nextToken }),
        });
        const page = await iot.send(command, options);
        ids.push(...(page.taskIds ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return ids;
    });

  const describeEndpoint = (signal?: AbortSignal) =>
    call('DescribeEndpoint', signal, async (options) => {
      const command = new iotSdk.DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' });
      return required((await iot.send(command, options)).endpointAddress, 'DescribeEndpoint', 'endpointAddress');
    });

  return {
    target: { region, bucket },
    roleArn,
    account,
    policies: awsPolicies({ iot, sdk: iotSdk, call, find }),
    issued: awsIssued({ sdk: iotSdk, iot, once, call, find }),
    claims: awsClaims({ sdk: iotSdk, once, call, tables }),
    templates: templateCalls({ sdk: iotSdk, iot, call, find }),

    registrationCode: (signal) =>
      call('GetRegistrationCode', signal, async (options) => {
        const { registrationCode } = await iot.send(new iotSdk.GetRegistrationCodeCommand({}), options);
        return required(registrationCode, 'GetRegistrationCode', 'registrationCode');
      }),

    registerCa: ({ caCertificatePem, verificationCertificatePem }, signal) =>
      call('RegisterCACertificate', signal, async (options) => {
        const input = { caCertificate: caCertificatePem, verificationCertificate: verificationCertificatePem };
        await iot.send(new iotSdk.RegisterCACertificateCommand({ ...input, setAsActive: true }), options);
      }),

    activateCa: (certificateId, signal) =>
      call('UpdateCACertificate', signal, async (options) => {
        await iot.send(new iotSdk.UpdateCACertificateCommand({ certificateId, newStatus: 'ACTIVE' }), options);
      }),

    deactivateCa: async (certificateId, signal) => {
      const change = { certificateId, newStatus: 'INACTIVE', newAutoRegistrationStatus: 'DISABLE' } as const;
      const done = await find('UpdateCACertificate', signal, (options) =>
        iot.send(new iotSdk.UpdateCACertificateCommand(change), options),
      );
      return done !== undefined;
    },

    describeCa: (certificateId, signal) =>
      find('DescribeCACertificate', signal, async (options) => {
        const { certificateDescription } = await iot.send(
          new iotSdk.DescribeCACertificateCommand({ certificateId }),
          options,
        );
        return required(certificateDescription?.status, 'DescribeCACertificate', 'status');
      }),

    revokeCertificate: async (certificateId, signal) => {
      const done = await find('UpdateCertificate', signal, (options) =>
        iot.send(new iotSdk.UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }), options),
      );
      return done !== undefined;
    },

    find: awsNouns({ iot, sdk: iotSdk, find }),
    registry: awsRegistry({ iot, sdk: iotSdk, call, find }),
    connections: awsConnections({
      iot,
      sdk: iotSdk,
      call,
      find,
      endpointUrl,
      assertRight,
      dataEndpoint: describeEndpoint,
    }),

    checkBucket: async (signal) => {
      const found = await call('HeadBucket', signal, (options) =>
        s3.send(new s3Sdk.HeadBucketCommand({ Bucket: bucket }), options),
      ).catch(
        // A HEAD answer has no body, so the SDK knows only the status.
        (error: StationError) => {
          const gone = error.data?.httpStatus === 404 || error.data?.httpStatus === 301;
          throw gone
            ? new StationError('cloud.bucket', `the bucket ${bucket} does not exist in ${region}`, {
                data: { bucket, region },
                cause: error,
              })
            : error;
        },
      );
      if (found.BucketRegion !== undefined && found.BucketRegion !== region) {
        throw new StationError(
          'cloud.bucket',
          `the bucket ${bucket} is in ${found.BucketRegion}, the things go to ${region}`,
          {
            data: { bucket, region },
          },
        );
      }
    },

    uploadBatch: async ({ file, key, digest }, signal) => {
      const object = {
        ...{ Bucket: bucket, Key: key, ContentType: 'application/x-ndjson' },
        Metadata: { sha256: digest },
        IfNoneMatch: '*' as const,
      };
      const { next, close } = checkedParts(file, digest);
      try {
        await putObject({ sdk: s3Sdk, s3, object, signal }, next, partsAtOnce);
      } catch (error) {
        if (!(error instanceof StationError && error.data?.awsError === 'PreconditionFailed')) throw error;
        const head = await call('HeadObject', signal, (options) =>
          s3.send(new s3Sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), options),
        );
        if (head.Metadata?.sha256 !== digest) {
          throw new StationError('cloud.refused', `another object holds the key ${key}`, {
            data: { bucket, key },
            cause: error,
          });
        }
      } finally {
        await close();
      }
    },

    abandonBatch: ({ key }) => endUploads({ sdk: s3Sdk, s3, object: { Bucket: bucket, Key: key }, signal: undefined }),

    publish: ({ key, body, contentType, bucket: other, lock }, signal) =>
      call('PutObject', signal, async (options) => {
        const object = { Bucket: other ?? bucket, Key: key, Body: body, ContentType: contentType };
        const locked = lock && { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: lock.until };
        await s3.send(new s3Sdk.PutObjectCommand({ ...object, ...locked }), options);
      }),

    startTask: ({ templateBody, key }, signal) =>
      call('StartThingRegistrationTask', signal, async (options) => {
        const input = { templateBody, inputFileBucket: bucket, inputFileKey: key, roleArn };
        const { taskId } = await once.send(new iotSdk.StartThingRegistrationTaskCommand(input), options);
        return required(taskId, 'StartThingRegistrationTask', 'taskId');
      }),

    describeTask: (taskId, signal) =>
      find('DescribeThingRegistrationTask', signal, async (options) => {
        const task = await iot.send(new iotSdk.DescribeThingRegistrationTaskCommand({ taskId }), options);
        return {
          taskId,
          status: required(task.status, 'DescribeThingRegistrationTask', 'status'),
          inputFileBucket: task.inputFileBucket ?? '',
          inputFileKey: task.inputFileKey ?? '',
          succeeded: task.successCount ?? 0,
          failed: task.failureCount ?? 0,
          percent: task.percentageProgress ?? 0,
          createdAt: task.creationDate,
          message: task.message,
        };
      }),

    stopTask: (taskId, signal) =>
      call('StopThingRegistrationTask', signal, async (options) => {
        await iot.send(new iotSdk.StopThingRegistrationTaskCommand({ taskId }), options);
      }),

    listTasks: (signal) => listTasks(signal),

    listRunningTasks: async (signal) => [
      ...(await listTasks(signal, 'InProgress')),
      ...(await listTasks(signal, 'Cancelling')),
    ],

    reports: (taskId, kind, signal) => {
      const links = () =>
        call('ListThingRegistrationTaskReports', signal, async (options) => {
          const input = { taskId, reportType: kind satisfies ReportKind, maxResults: perPage };
          const found: string[] = [];
          let nextToken: string | undefined;
          do {
            const command = new iotSdk.ListThingRegistrationTaskReportsCommand({
              ...input,
              ...(nextToken !== undefined && { nextToken }),
            });
            const page = await iot.send(command, options);
            found.push(...(page.resourceLinks ?? []));
            nextToken = page.nextToken;
          } while (nextToken !== undefined);
          return found;
        });
      return reportLines(links, endpointUrl, signal);
    },

    things: awsThingCalls(iotSdk, once, call),

    describeEndpoint,
    close: () => {
      account.close();
      iot.destroy();
      once.destroy();
      dynamodb?.destroy();
      s3.destroy();
    },
  };
}
