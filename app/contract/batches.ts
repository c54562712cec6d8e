/** Units that are registered together. */
import { z } from 'zod';
import { hex, isoTime, wireError } from './base.ts';
import { told } from './sentences.ts';

/**
 * How a batch is registered: `bulk` is a task of AWS that reads a file. The other ways make calls for each unit:
 * RegisterThing with a template, RegisterCertificate under a registered CA, or RegisterCertificateWithoutCA.
 */
export const batchWay = z.enum(['bulk', 'registerThing', 'registerCertificate', 'withoutCa']);
export type BatchWay = z.infer<typeof batchWay>;

export const batchState = z.enum([
  'making',
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
 * The states of a batch: making → made → uploading → uploaded → starting → running → reconciling → done, or failed or stopped. A
 * failed or stopped batch may be submitted again. Each state is recorded before its act. A batch without a file goes
 * made → running → done.
 */
export const batchStates = {
  making: {
    next: ['making', 'made', 'failed', 'stopped'],
    stage: 'before',
    needs: null,
    movedBy: 'submission',
    overtakable: true,
  },
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

/**
 * What a state means to people: its members are being gathered · it waits for its first submission · work is under way ·
 * it ended, and a person may submit it again · nothing is left to do.
 */
export type BatchPhase = 'gathering' | 'ready' | 'working' | 'unfinished' | 'complete';

export function phaseOf(state: BatchState): BatchPhase {
  const { movedBy, stage } = batchStates[state];
  if (state === 'making') return 'gathering';
  if (movedBy === null) return 'complete';
  if (movedBy === 'submission') return 'working';
  return stage === 'before' ? 'ready' : 'unfinished';
}

/** Whether AWS does its part: from here a registration is timed. */
export const isAtAws = (state: BatchState): boolean => state === 'running';

/** States in which a submission still has work. */
export type ActiveBatchState = Exclude<
  {
    [S in BatchState]: (typeof batchStates)[S]['stage'] extends 'end' ? never : S;
  }[BatchState],
  'making'
>;

/**
 * The states of a batch whose way has no file: made → running → done. A stopped or failed one may run again. A member's
 * certificate that is out of use is refused by itself, so nothing withdraws the batch.
 */
const withoutFile: Partial<Record<BatchState, readonly BatchState[]>> = {
  making: batchStates.making.next,
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

/** The version of a kept template that a batch uses. `hash` is SHA-256 of its text, lower-case hex. */
export const batchTemplate = z.object({ name: z.string(), version: z.int(), hash: hex });
export type BatchTemplate = z.infer<typeof batchTemplate>;

export const batchRow = z.object({
  batchId: z.string(),
  state: batchState,
  target: z.string(),
  way: batchWay,
  /** Null for the station's own template, and for a way without one. */
  template: batchTemplate.nullable(),
  /** The order whose units join as they pass. Null for a batch that was made whole. */
  lineOrder: z.string().nullable(),
  count: z.int(),
  /** SHA-256 of the batch's file. Null while the batch is being made, and for a way without a file. */
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
  waitingReason: z.enum(['otherTask', 'turn', 'reports', 'throttled', 'unreachable']).optional(),
  /** How many batches of this station go before, while it waits for its turn. */
  ahead: z.int().optional(),
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

/** A state of a batch, the time it began, and who moved the batch there. */
export const batchStep = z.object({ state: batchState, at: isoTime, actor: z.string() });
export type BatchStep = z.infer<typeof batchStep>;

/** A reason and how many units have it. What differs from unit to unit is an ellipsis; `example` is one of the units. */
export const batchReason = z.object({
  reason: z.string(),
  state: memberState,
  count: z.int(),
  example: z.string(),
});
export type BatchReason = z.infer<typeof batchReason>;

/** A file of a batch as the station keeps it. `digest` is SHA-256 of its bytes, lower-case hex. */
export const batchFileFacts = z.object({
  kind: z.enum(['file', 'results', 'errors']),
  name: z.string(),
  digest: hex,
  bytes: z.int(),
  lines: z.int(),
});
export type BatchFileFacts = z.infer<typeof batchFileFacts>;

/** A piece of a file of a batch. */
export const batchFilePart = z.object({
  /** Base64. */
  bytes: z.base64(),
  /** Where the next piece begins; null after the last one. */
  next: z.int().nullable(),
  /** Of the whole file: SHA-256, lower-case hex. */
  digest: hex,
});

/** Something that a batch needs in AWS. `name` is what was asked for, and `path` says where the batch names it. */
export const preflightFinding = z.object({
  code: z.enum([
    'bucket',
    'caUnknown',
    'caInactive',
    'policy',
    'thingType',
    'thingTypeDeprecated',
    'thingGroup',
    'billingGroup',
    'notAllowed',
    'role',
    'template',
    'outdated',
  ]),
  path: z.string(),
  name: z.string(),
  /** The message as a sentence, for screens in the language of the person. */
  said: told,
  message: z.string(),
  source: z.string().optional(),
});
export type PreflightFinding = z.infer<typeof preflightFinding>;

/** Everything that is missing before the batch can go, and what could not be asked. */
export const preflightReport = z.object({
  ok: z.boolean(),
  problems: z.array(preflightFinding),
  warnings: z.array(preflightFinding),
});
export type PreflightReport = z.infer<typeof preflightReport>;
