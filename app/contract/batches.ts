/** Units that are registered together. */
import { z } from 'zod';
import { hex, isoTime, wireError } from './base.ts';

/**
 * How a batch is registered: `bulk` is a task of AWS that reads a file. The other ways make calls for each unit:
 * RegisterThing with a template, RegisterCertificate under a registered CA, or RegisterCertificateWithoutCA.
 */
export const batchWay = z.enum(['bulk', 'registerThing', 'registerCertificate', 'withoutCa']);
export type BatchWay = z.infer<typeof batchWay>;

export const batchState = z.enum([
  'made',
  'uploading',
  'uploaded',
  'starting',
  'running',
  'reconciling',
  'done',
  'failed',
  'stopped',
]);
export type BatchState = z.infer<typeof batchState>;

type BatchRule = {
  /** The states that may follow. The list has the state itself if it may be recorded again with more data. */
  next: readonly BatchState[];
  /** Before AWS has a task for the batch, while AWS has one or the calls are made, and after it. */
  stage: 'before' | 'task' | 'end';
  /**
   * The condition for entering it from another state: no member's certificate is out of use, or every member has a
   * result.
   */
  needs: 'certificatesInUse' | 'everyResult' | null;
  /** A person moves the batch on, or the submission does. Null means that nothing is left to do. */
  movedBy: 'person' | 'submission' | null;
  /** Whether a revocation may fail the batch. No task reads its file yet, so AWS does not get it. */
  overtakable: boolean;
};

/**
 * The states of a batch: made → uploading → uploaded → starting → running → reconciling → done, or failed or stopped. A
 * failed or stopped batch may be submitted again. Each state is recorded before its act. A batch without a file goes
 * made → running → done.
 */
export const batchStates = {
  made: {
    next: ['made', 'uploading', 'failed', 'stopped'],
    stage: 'before',
    needs: null,
    movedBy: 'person',
    overtakable: true,
  },
  uploading: {
    next: ['uploading', 'uploaded', 'failed', 'stopped'],
    stage: 'before',
    needs: 'certificatesInUse',
    movedBy: 'submission',
    overtakable: true,
  },
  uploaded: {
    next: ['uploaded', 'starting', 'failed', 'stopped'],
    stage: 'before',
    needs: null,
    movedBy: 'submission',
    overtakable: true,
  },
  starting: {
    // AWS may have no room for the task after all.
    next: ['uploaded', 'starting', 'running', 'failed', 'stopped'],
    stage: 'before',
    needs: 'certificatesInUse',
    movedBy: 'submission',
    overtakable: false,
  },
  running: {
    next: ['running', 'reconciling', 'failed', 'stopped'],
    stage: 'task',
    needs: null,
    movedBy: 'submission',
    overtakable: false,
  },
  reconciling: {
    next: ['reconciling', 'done', 'failed', 'stopped'],
    stage: 'task',
    needs: null,
    movedBy: 'submission',
    overtakable: false,
  },
  done: { next: [], stage: 'end', needs: 'everyResult', movedBy: null, overtakable: false },
  failed: { next: ['uploading', 'failed'], stage: 'end', needs: null, movedBy: 'person', overtakable: true },
  stopped: { next: ['uploading', 'stopped'], stage: 'end', needs: null, movedBy: 'person', overtakable: true },
} as const satisfies Record<BatchState, BatchRule>;

/** States in which a submission still has work. */
export type ActiveBatchState = {
  [S in BatchState]: (typeof batchStates)[S]['stage'] extends 'end' ? never : S;
}[BatchState];

/**
 * The states of a batch whose way has no file: made → running → done. A stopped or failed one may run again. A member's
 * certificate that is out of use is refused by itself, so nothing withdraws the batch.
 */
const withoutFile: Partial<Record<BatchState, readonly BatchState[]>> = {
  made: ['made', 'running', 'failed', 'stopped'],
  running: ['running', 'done', 'failed', 'stopped'],
  failed: ['running', 'failed'],
  stopped: ['running', 'stopped'],
};

export const mayBecome = (from: BatchState, to: BatchState, way: BatchWay = 'bulk'): boolean => {
  const { next }: BatchRule = batchStates[from];
  return (way === 'bulk' ? next : (withoutFile[from] ?? [])).includes(to);
};

/** A way that makes its calls for each unit. */
export type UnitWay = Exclude<BatchWay, 'bulk'>;

export const batchRow = z.object({
  batchId: z.string(),
  state: batchState,
  target: z.string(),
  way: batchWay,
  /** The order whose units join as they pass. Null for a batch that was made whole. */
  lineOrder: z.string().nullable(),
  count: z.int(),
  /** SHA-256 of the batch's file. Null for a way without a file. */
  digest: hex.nullable(),
  createdAt: isoTime,
  createdBy: z.string(),
  taskId: z.string().nullable(),
  registered: z.int(),
  rejected: z.int(),
  unaccounted: z.int(),
  error: wireError.nullable(),
});
export type BatchRow = z.infer<typeof batchRow>;

export const memberState = z.enum(['waiting', 'registered', 'rejected', 'unaccounted']);
export type MemberState = z.infer<typeof memberState>;
export const batchMember = z.object({
  line: z.int(),
  unitSerial: z.string(),
  certificateId: z.string(),
  state: memberState,
  thingName: z.string().nullable(),
  reason: z.string().nullable(),
});
export type BatchMember = z.infer<typeof batchMember>;

export const batchProgress = z.object({
  batchId: z.string(),
  state: batchState,
  percent: z.number().min(0).max(100),
  /** The lines that AWS has processed by its own count, and those of them that it refused. */
  done: z.int(),
  failed: z.int(),
  total: z.int(),
  ratePerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** Why nothing moves, e.g. another task is running in the account. */
  waitingReason: z.enum(['otherTask', 'reports', 'throttled', 'unreachable']).optional(),
});
export type BatchProgress = z.infer<typeof batchProgress>;

export const batchesSnapshot = z.object({
  seq: z.int(),
  batches: z.array(batchRow),
  progress: z.array(batchProgress),
  /** Units that passed and are in no batch of the default target yet. */
  readyUnits: z.int(),
  /** The same for each target, the default one first. */
  ready: z.array(z.object({ target: z.string(), units: z.int() })),
});
export type BatchesSnapshot = z.infer<typeof batchesSnapshot>;
