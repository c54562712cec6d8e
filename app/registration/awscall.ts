import { StationError } from '../contract/errors.ts';
import type { BucketConnection } from './cloud.ts';
import { cloudError } from './failure.ts';

/** What the clients of every AWS service have in common. Here is the only place that hands over credentials. */
export function clientOptions({ region, endpointUrl, profile, credentials }: Omit<BucketConnection, 'bucket'>) {
  return {
    region,
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(profile !== undefined && { profile }),
    ...(credentials && {
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
      },
    }),
  };
}

// No call may hang without end. Calls of the control plane are short.
const connectMs = 5_000;
export const answerMs = 30_000;
export const shortCalls = { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true };

export type CallOptions = { abortSignal?: AbortSignal };

/** Runs one AWS call. Every thrown error leaves as a StationError. */
export async function awsCall<T>(
  operation: string,
  signal: AbortSignal | undefined,
  run: (options: CallOptions) => Promise<T>,
): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await run(signal ? { abortSignal: signal } : {});
  } catch (error) {
    throw cloudError(error, operation, signal);
  }
}

/** As `awsCall`, with undefined for ResourceNotFoundException. */
export async function awsFind<T>(
  operation: string,
  signal: AbortSignal | undefined,
  run: (options: CallOptions) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await awsCall(operation, signal, run);
  } catch (error) {
    if (error instanceof StationError && error.data?.awsError === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
