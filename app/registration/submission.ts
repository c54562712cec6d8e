/** The data of a submission, and the ports that it uses. */
import type { BatchState } from '../contract/batches.ts';
import type { Clock } from '../contract/clock.ts';
import type { WireError } from '../contract/errors.ts';
import type { Cloud, TaskStatus } from './cloud.ts';
import type { KeptReports } from './collect.ts';
import type { Waiting } from './patience.ts';
import type { MemberResult, ReconcileMember } from './reconcile.ts';

/** Data that comes up on the way. `advance` merges it into the record. */
export type SubmissionData = {
  taskId?: string | undefined;
  /** Tasks that the account knew before ours. A task that is not among them and reads our file is ours. */
  earlierTaskIds?: string[] | undefined;
  taskStatus?: TaskStatus | 'Forgotten' | undefined;
  failure?: WireError | undefined;
  /** AWS's reports, kept beside the batch's file. */
  reports?: KeptReports | undefined;
  counts?: { registered: number; rejected: number; unaccounted: number; strays: number } | undefined;
};

export type Submission = SubmissionData & {
  batchId: string;
  state: BatchState;
  /** The path from `writeBatchFile`. */
  file: string;
  key: string;
  digest: string;
  count: number;
  /** SHA-256 of the DER of each CA that signed a member. These CAs must be registered and active. */
  caCertificateIds: readonly string[];
};

export interface BatchStore {
  load(batchId: string): Promise<Submission>;
  /** Resolves once the state and the data are durable. */
  advance(batchId: string, state: BatchState, data: SubmissionData): Promise<void>;
  /** Members in the order of the file's lines, from line 1. */
  members(batchId: string): AsyncIterable<ReconcileMember>;
  /** Records part of the results. After a crash it is called again with the same results. */
  recordResults(batchId: string, results: readonly MemberResult[]): Promise<void>;
}

export type SubmissionProgress = {
  state: BatchState;
  percent: number;
  /** The number of lines that AWS has processed, registered or not. */
  done: number;
  failed: number;
  total: number;
  ratePerSecond?: number | undefined;
  etaSeconds?: number | undefined;
  waitingReason?: Waiting | undefined;
  /** How many batches of this station go before, while it waits for its turn. */
  ahead?: number | undefined;
};

export type SubmitPorts = {
  store: BatchStore;
  cloud: Cloud;
  clock: Clock;
  /** The template body from `bulkTemplate`. */
  templateBody: string;
  onProgress?: ((progress: SubmissionProgress) => void) | undefined;
  /** How many batches of this station were made earlier and want the account's one task; none by default. */
  ahead?: (() => number) | undefined;
  /** Stops watching and ends with `call.cancelled`. The task continues, and `submit` can be called again. */
  signal?: AbortSignal | undefined;
  /** Stops the task itself (StopThingRegistrationTask). Units that were registered by then are still reconciled. */
  cancel?: AbortSignal | undefined;
};
