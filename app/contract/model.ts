/** The nouns that cross a process boundary, as zod schemas; the types are inferred from them. */
import { z } from 'zod';
import { errorCodes } from './errors.ts';

export const isoTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);
export const hex = z.string().regex(/^[0-9a-f]+$/);

/** A unit serial as printed on a label. AWS thing names allow `[a-zA-Z0-9:_-]` up to 128; labels are shorter. */
export const unitSerial = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$/);
export const slotId = z.int().min(1).max(32);

export const role = z.enum(['operator', 'qa', 'engineer']);
export type Role = z.infer<typeof role>;

/** Badge numbers are what a scanner reads from a badge. */
export const badge = z.string().regex(/^[A-Za-z0-9-]{3,32}$/);
export const pin = z.string().regex(/^\d{4,12}$/);
export const passphrase = z.string().min(1).max(1024);

export const person = z.object({
  personId: z.int(),
  name: z.string(),
  badge,
  role,
});
export type Person = z.infer<typeof person>;

export const wireError = z.object({
  code: z.enum(errorCodes),
  detail: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export const outcome = z.enum(['PASS', 'FAIL', 'ERROR', 'ABORTED']);

/** The steps a unit goes through, in order; the recipe is this list for now. */
export const stepNames = ['identify', 'key', 'csr', 'decide', 'issue', 'install', 'verify', 'seal'] as const;
export const stepName = z.enum(stepNames);
export type StepName = z.infer<typeof stepName>;

export const stepProgress = z.object({
  name: stepName,
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  ms: z.number().optional(),
  /** 0..1 within the step, for steps that can say. */
  fraction: z.number().min(0).max(1).optional(),
});
export type StepProgress = z.infer<typeof stepProgress>;

/** A slot is always in exactly one of these. */
export const slotState = z.enum(['EMPTY', 'SCAN', 'WORKING', 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED']);
export type SlotState = z.infer<typeof slotState>;

/** What the operator does next; a key the renderer turns into a sentence. */
export const slotAsk = z.enum([
  'signIn',
  'plugIn',
  'scanLabel',
  'wait',
  'removePassed',
  'removeAborted',
  'removeOrRetry',
  'callEngineer',
  'unlockCa',
]);
export type SlotAsk = z.infer<typeof slotAsk>;

export const lockReason = z.enum(['caLocked', 'repeatedErrors', 'signedOut', 'noOrder']);
export type LockReason = z.infer<typeof lockReason>;

/** Prompts are data: an answer names the prompt's id, and an answer to another id is refused as stale. */
export const prompt = z.object({
  promptId: z.string(),
  kind: z.enum(['scanLabel', 'retry']),
});

export const slot = z.object({
  slotId,
  name: z.string(),
  port: z.string(),
  state: slotState,
  ask: slotAsk,
  lockReason: lockReason.optional(),
  prompt: prompt.optional(),
  unitSerial: z.string().optional(),
  steps: z.array(stepProgress),
  startedAt: isoTime.optional(),
  elapsedMs: z.number().optional(),
  error: wireError.optional(),
  /** Present while the unit in the slot is one that already passed, e.g. a re-plugged one. */
  certificateId: z.string().optional(),
});
export type Slot = z.infer<typeof slot>;

export const counters = z.object({
  since: isoTime,
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
  /** Passed at the first attempt / units that reached a result; null before the first result. */
  firstPassYield: z.number().nullable(),
  unitsPerHour: z.number().nullable(),
});

export const benchSnapshot = z.object({
  seq: z.int(),
  practice: z.boolean(),
  locked: lockReason.optional(),
  order: z
    .object({
      orderId: z.string(),
      model: z.string(),
      quantity: z.int(),
      passed: z.int(),
      left: z.int(),
    })
    .optional(),
  counters,
  slots: z.array(slot),
  /** Whose label is asked for: the slot that has waited longest. A scan names its prompt, so that it cannot go astray. */
  askedSlotId: slotId.optional(),
  /** The last scan and where it went, so that the operator sees it was taken. */
  lastScan: z
    .object({
      text: z.string(),
      at: isoTime,
      slotId: slotId.optional(),
      error: wireError.optional(),
    })
    .optional(),
});
export type BenchSnapshot = z.infer<typeof benchSnapshot>;

export const caState = z.enum(['missing', 'locked', 'unlocked', 'expired']);
export const cloudTarget = z.object({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  bucket: z.string().regex(/^[a-zA-Z0-9._-]{3,256}$/),
  roleArn: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/),
  /** IoT policies (by name) to attach to each certificate; they must exist in the account. */
  policyNames: z.array(z.string().regex(/^[\w+=,.@-]{1,128}$/)).max(10),
  /** Set only for a loopback practice AWS or a private endpoint. */
  endpointUrl: z.url().optional(),
});
export type CloudTarget = z.infer<typeof cloudTarget>;

export const slotConfig = z.object({
  slotId,
  name: z.string().min(1).max(40),
  port: z.string().min(1).max(300),
  driver: z.string().min(1).max(40),
});
export type SlotConfig = z.infer<typeof slotConfig>;

/** What a unit of this station is given; the recipe's data for now. */
export const deviceConfig = z.object({
  /** Host the device connects to; for AWS the account's iot:Data-ATS endpoint. */
  endpoint: z.string().max(253),
});

export const stationStatus = z.object({
  seq: z.int(),
  stationId: z.string(),
  name: z.string(),
  practice: z.boolean(),
  version: z.string(),
  startedAt: isoTime,
  ca: z.object({
    state: caState,
    rootSubject: z.string().optional(),
    issuingSubject: z.string().optional(),
    issuingNotAfterAt: isoTime.optional(),
    issuedToday: z.int(),
    /** Whether AWS knows the issuing CA: unknown until asked. */
    registration: z.enum(['unknown', 'notRegistered', 'inactive', 'active']),
  }),
  cloud: cloudTarget.optional(),
  slots: z.array(slotConfig),
  device: deviceConfig,
  /** What the practice line tells a newcomer; absent on a real station. */
  practiceBadges: z.array(z.object({ name: z.string(), role, badge, pin })).optional(),
  /** Whether this program also has a real station's folder, so that the other one can be opened. */
  otherStation: z.enum(['none', 'practice', 'real']),
});
export type StationStatus = z.infer<typeof stationStatus>;

export const session = z.object({ seq: z.int(), person: person.nullable() });
export type SessionState = z.infer<typeof session>;

/** Where a unit stands, computed from its journal. */
export const unitState = z.enum([
  'started',
  'issued',
  'passed',
  'failed',
  'error',
  'aborted',
  'registered',
  'rejected',
]);
export type UnitState = z.infer<typeof unitState>;

export const unitRow = z.object({
  unitSerial: z.string(),
  state: unitState,
  model: z.string(),
  orderId: z.string(),
  practice: z.boolean(),
  hardwareId: z.string().nullable(),
  certificateId: z.string().nullable(),
  attempts: z.int(),
  updatedAt: isoTime,
  errorCode: z.string().nullable(),
});
export type UnitRow = z.infer<typeof unitRow>;

export const journalEntry = z.object({
  entryId: z.int(),
  at: isoTime,
  attempt: z.int(),
  /** e.g. `attempt.started`, `step.started`, `step.done`, `attempt.ended`, `batch.member`, `registration.done`. */
  entry: z.string(),
  step: z.string().nullable(),
  actor: z.string(),
  ms: z.number().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type JournalEntry = z.infer<typeof journalEntry>;

export const certificateState = z.enum(['reserved', 'issued', 'void', 'revocationQueued', 'superseded']);
export const certificateRow = z.object({
  serialHex: hex,
  state: certificateState,
  certificateId: z.string().nullable(),
  subject: z.string(),
  notBeforeAt: isoTime,
  notAfterAt: isoTime,
  reservedAt: isoTime,
  issuedAt: isoTime.nullable(),
  pem: z.string().nullable(),
});

export const unitStory = unitRow.extend({
  createdAt: isoTime,
  journal: z.array(journalEntry),
  certificates: z.array(certificateRow),
  batches: z.array(
    z.object({
      batchId: z.string(),
      state: z.string(),
      thingName: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type UnitStory = z.infer<typeof unitStory>;

export const order = z.object({
  orderId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/),
  model: z.string().min(1).max(64),
  quantity: z.int().min(1).max(1_000_000),
  profile: z.string(),
  state: z.enum(['open', 'closed']),
  issued: z.int(),
  passed: z.int(),
  active: z.boolean(),
  createdAt: isoTime,
});
export type Order = z.infer<typeof order>;

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

export const practiceFault = z.string().regex(/^[a-zA-Z]{1,40}$/);
export const practiceSnapshot = z.object({
  seq: z.int(),
  faults: z.array(practiceFault),
  slots: z.array(
    z.object({
      slotId,
      deviceId: z.string().nullable(),
      /** The label of the unit on the bench, to be scanned. */
      label: z.string().nullable(),
      model: z.string().nullable(),
      /** The unit last pulled out here; plugging its deviceId in again goes on with it. */
      last: z.object({ deviceId: z.string(), label: z.string() }).nullable(),
      fault: practiceFault.nullable(),
    }),
  ),
});
export type PracticeSnapshot = z.infer<typeof practiceSnapshot>;

export const portInfo = z.object({ path: z.string(), label: z.string() });

export const doctorCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  remedy: z.string().optional(),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;
