/** Units registered together. */
import { z } from 'zod';
import { hex, isoTime, wireError } from './base.ts';

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

export const batchRow = z.object({
  batchId: z.string(),
  state: batchState,
  count: z.int(),
  digest: hex,
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
  /** Units that passed and are in no batch yet. */
  readyUnits: z.int(),
});
export type BatchesSnapshot = z.infer<typeof batchesSnapshot>;
