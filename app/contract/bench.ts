/** The bench for its screens. */
import { z } from 'zod';
import { isoTime, slotId, wireError } from './base.ts';
import { finding } from './health.ts';
import { homeCallView } from './homecall.ts';
import { recipeMark } from './recipe.ts';

/** The steps of a unit, in order. Each recipe leaves some of them out. */
export const stepNames = [
  ...(['identify', 'key', 'csr', 'decide', 'issue', 'claim', 'install', 'verify', 'connect', 'seal'] as const),
] as const;
export const stepName = z.enum(stepNames);
export type StepName = z.infer<typeof stepName>;

export const stepProgress = z.object({
  name: stepName,
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  ms: z.number().optional(),
  /** Progress within the step, 0..1, for steps that can tell it. */
  fraction: z.number().min(0).max(1).optional(),
});
export type StepProgress = z.infer<typeof stepProgress>;

/** A slot is always in exactly one of these. */
export const slotState = z.enum(['EMPTY', 'SCAN', 'WORKING', 'PASS', 'FAIL', 'CHECK_STATION', 'LOCKED']);
export type SlotState = z.infer<typeof slotState>;

/** The operator's next act, as a key that the renderer turns into a sentence. */
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
  'plugInToken',
  /** The golden unit is due. No other unit is made before it passes. */
  'scanGolden',
]);
export type SlotAsk = z.infer<typeof slotAsk>;

/**
 * Interlocks: the reasons why nothing is issued now. The bench shows the first that holds; `interlocks` lists all of
 * them.
 */
export const lockReason = z.enum([
  'repeatedErrors',
  'records',
  'disk',
  'clock',
  'caLocked',
  'caAbsent',
  'caMissing',
  'caExpired',
  'caRevoked',
  'caEnding',
  'signedOut',
  'noOrder',
  'orderFull',
  'orderPaused',
  'noRecipe',
  'recipeOutdated',
]);
export type LockReason = z.infer<typeof lockReason>;

/** Prompts are data. An answer names the prompt's id, and an answer to another id is refused as stale. */
export const prompt = z.object({
  promptId: z.string(),
  kind: z.enum(['scanLabel', 'retry']),
  /** The station failed, not the unit, so only an engineer may answer. Other screens do not get the prompt. */
  engineerOnly: z.literal(true).optional(),
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
  /** Set while the golden unit is being checked, and on its result. */
  golden: z.boolean().optional(),
  /** How often the station retried this unit by itself, if the recipe allows that. */
  retried: z.int().optional(),
  /** Present while the slot holds a unit that passed before, e.g. a re-plugged one. */
  certificateId: z.string().optional(),
  /**
   * The device of this unit passed and is still here, and it may be told to connect. Absent where its firmware has no
   * such command.
   */
  mayConnect: z.literal(true).optional(),
  /** The last connection of this unit at the bench: "Connect now", or the step of its recipe. */
  homeCall: homeCallView.optional(),
});
export type Slot = z.infer<typeof slot>;

/** The figures of the present shift, or of the time between two shifts. */
export const counters = z.object({
  since: isoTime,
  /** Absent outside the shifts. An empty name means that people know the shift by its start. */
  shift: z.object({ name: z.string() }).optional(),
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
  /** Units that passed at the first attempt, divided by units with a result. Null before the first result. */
  firstPassYield: z.number().nullable(),
  unitsPerHour: z.number().nullable(),
  /** The recent time between two passes, in seconds. Null before the second pass. */
  taktSeconds: z.number().nullable(),
});

export const benchSnapshot = z.object({
  seq: z.int(),
  practice: z.boolean(),
  locked: lockReason.optional(),
  interlocks: z.array(
    z.object({
      reason: lockReason,
      detail: z.string(),
      /** The same facts for screens. Absent when the reason says everything, or when only the detail knows. */
      finding: finding.optional(),
      /** An engineer may release this lock after a look: `bench.release`. */
      releasable: z.literal(true).optional(),
    }),
  ),
  /** The recipe of the units. Absent while there is none for the order. */
  recipe: recipeMark.optional(),
  /** `due` means that no other unit is made before it passes again. */
  golden: z.object({ unitSerial: z.string(), passedAt: isoTime.nullable(), due: z.boolean() }).optional(),
  continuous: z.boolean(),
  /** A label that was scanned ahead, for the next device. */
  heldLabel: z.string().optional(),
  order: z
    .object({
      orderId: z.string(),
      model: z.string(),
      quantity: z.int(),
      passed: z.int(),
      left: z.int(),
      /** It takes no new units; those that were begun are finished. */
      paused: z.boolean().default(false),
    })
    .optional(),
  counters,
  slots: z.array(slot),
  /**
   * The slot whose label is asked for: it has waited longest. A scan names its prompt, so that it reaches the right
   * slot.
   */
  askedSlotId: slotId.optional(),
  /** The last scan and its target, so that the operator sees it was taken. */
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
