/** The progress of a batch, as the contract shows it. */
import type { BatchProgress, BatchState } from '../../contract/model.ts';
import type { SubmissionProgress } from '../../registration/index.ts';

/** The progress of a batch of which nothing is known yet. */
export const idle = (batchId: string, state: BatchState): BatchProgress => ({
  batchId,
  state,
  percent: 0,
  done: 0,
  failed: 0,
  total: 0,
  ratePerSecond: null,
  etaSeconds: null,
});

const waitingReasons = {
  waitingForTask: 'otherTask',
  waitingForTurn: 'turn',
  waitingForReports: 'reports',
  throttled: 'throttled',
  unreachable: 'unreachable',
} as const;

/** A submission's progress. */
export const progressOf = (batchId: string, progress: SubmissionProgress): BatchProgress => ({
  batchId,
  state: progress.state,
  percent: progress.percent,
  done: progress.done,
  failed: progress.failed,
  total: progress.total,
  ratePerSecond: progress.ratePerSecond ?? null,
  etaSeconds: progress.etaSeconds ?? null,
  ...(progress.ahead === undefined ? {} : { ahead: progress.ahead }),
  ...(progress.waitingReason ? { waitingReason: waitingReasons[progress.waitingReason] } : {}),
});
