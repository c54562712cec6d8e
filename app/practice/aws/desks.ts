import type { Account } from './account.ts';
import { callCloudFormation, cloudFormationOperation } from './cloudformation/router.ts';
import { callDynamodb, dynamodbFailure, dynamodbOperation } from './dynamodb/router.ts';
import type { ServiceError } from './errors.ts';
import type { Call, Reply } from './http.ts';
import { callIam, iamOperation } from './iam/router.ts';
import { callIot, iotFailure, iotInternal, iotOperation } from './iot/router.ts';
import { callKms, kmsFailure, kmsInternal, kmsOperation } from './kms/router.ts';
import { callLambda, lambdaFailure, lambdaOperation } from './lambda/router.ts';
import type { Identity } from './permissions/identities.ts';
import { queryFailure, queryInternal } from './query.ts';
import { callS3, s3Failure, s3Internal } from './s3/router.ts';
import { s3Operation } from './s3/routes.ts';
import type { Uploads } from './s3/uploads.ts';
import type { Service } from './service.ts';
import { callSts, stsOperation } from './sts/router.ts';
import { troubles } from './troubles.ts';

/** How one service handles a call and an error. */
export type Desk = {
  /** @throws ServiceError – the operation is not offered */
  operation(call: Call): string;
  call(operation: string, call: Call, caller: Identity, requestId: string): Promise<Reply>;
  failure(error: ServiceError, requestId: string): Reply;
  internal(): ServiceError;
};

export function createDesks(account: Account): Record<Service, Desk> {
  const uploads: Uploads = new Map();
  return {
    iot: {
      operation: iotOperation,
      call: (operation, call) => callIot(operation, call, account),
      failure: iotFailure,
      internal: iotInternal,
    },
    s3: {
      operation: s3Operation,
      call: (operation, call, caller) => callS3(operation, call, account, uploads, caller),
      failure: s3Failure,
      internal: s3Internal,
    },
    kms: {
      operation: kmsOperation,
      call: (operation, call) => callKms(operation, call, account),
      failure: kmsFailure,
      internal: kmsInternal,
    },
    sts: {
      operation: stsOperation,
      call: async (operation, _, caller, requestId) => callSts(operation, account, caller, requestId),
      failure: queryFailure('sts'),
      internal: queryInternal,
    },
    lambda: {
      operation: lambdaOperation,
      call: (operation, call) => callLambda(operation, call, account),
      failure: lambdaFailure,
      internal: troubles.lambda.internal,
    },
    dynamodb: {
      operation: dynamodbOperation,
      call: (operation, call) => callDynamodb(operation, call, account),
      failure: dynamodbFailure,
      internal: troubles.dynamodb.internal,
    },
    cloudformation: {
      operation: cloudFormationOperation,
      call: (operation, call, _, requestId) => callCloudFormation(operation, call, account, requestId),
      failure: queryFailure('cloudformation'),
      internal: queryInternal,
    },
    iam: {
      operation: iamOperation,
      call: async (operation, call, _, requestId) => callIam(operation, call, account, requestId),
      failure: queryFailure('iam'),
      internal: queryInternal,
    },
  };
}

/** Whether an unsigned call has the path of an IoT operation, and not of a bucket that exists. */
export function looksLikeIot(call: Call, account: Account): boolean {
  if (account.state.buckets.has(call.segments[0] ?? '')) return false;
  try {
    iotOperation(call);
    return true;
  } catch {
    return false;
  }
}
