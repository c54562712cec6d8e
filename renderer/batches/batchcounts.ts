import { type BatchProgress, type BatchRow, batchStates } from '../../app/contract/index.ts';

export type BatchCounts = { registered: number; rejected: number; unaccounted: number; waiting: number };

/**
 * The results of a batch. While AWS works on it, they are AWS's own count, which says nothing about single units. Afterwards
 * they are those of the reports, which are on record.
 */
export function batchCounts(batch: BatchRow, progress: BatchProgress | undefined): BatchCounts {
  const { registered, rejected, unaccounted, count } = batch;
  const live = progress !== undefined && batchStates[progress.state].stage === 'task';
  const found = live
    ? { registered: Math.max(0, progress.done - progress.failed), rejected: progress.failed, unaccounted: 0 }
    : { registered, rejected, unaccounted };
  const waiting = Math.max(0, count - found.registered - found.rejected - found.unaccounted);
  return { ...found, waiting };
}
