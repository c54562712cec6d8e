/** A submission under way. */
import type { BatchProgress, BatchRow } from '../../contract/model.ts';
import type { BatchHead } from '../../records/index.ts';

/** A running submission of this process. */
export type BatchSubmission = {
  /** Resolves when the batch has reached a final state. It rejects with the reason when the submission rests. */
  done: Promise<BatchRow>;
  /** Resolves when AWS has the task, or when the batch ended before that. */
  started: Promise<void>;
  /** Asks AWS to stop the task. Things that were registered by then are still reconciled. */
  stop: () => void;
  /** Watches no longer. What AWS has goes on there, and the next submission goes on with it. */
  leave: () => void;
};

/** A submission with what other batches and the screens need of it. */
export type Job = BatchSubmission & { progress: BatchProgress; rest: AbortController } & Pick<
    BatchHead,
    'target' | 'way' | 'createdAt'
  >;
