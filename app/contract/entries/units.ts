/** Entries of the life of a unit: attempts, steps, its device, rework and scrap. */
import { z } from 'zod';
import { outcome, wireError } from '../base.ts';
import { stepName } from '../bench.ts';
import { errorCodes, type Outcome } from '../errors.ts';
import { homeCall } from '../homecall.ts';
import { plantKind } from '../plant.ts';
import { recipeMark } from '../recipe.ts';
import { line } from '../roles.ts';
import { scanned } from '../scanning.ts';
import type { UnitState } from '../units.ts';
import { type EntrySpec, nothing, station } from './entry.ts';
import { anyStepData } from './steps.ts';

const text = z.string();
const bench = { slotId: z.int().nullable(), driver: text };
/**
 * `recipe` is the recipe of the attempt, and `scanned` the scanned label, if there was one. Older records have neither.
 */
const started = { ...bench, recipe: recipeMark.optional(), scanned: scanned.optional() };
const attemptStarted = z.strictObject({ ...started, orderId: text });

const stateOfOutcome: Record<Outcome, UnitState> = {
  PASS: 'passed',
  FAIL: 'failed',
  ERROR: 'error',
  ABORTED: 'aborted',
};

/**
 * The person who had the bench when the work ended, as records name them. Only where the one who began it, the actor, had
 * handed the bench over.
 */
const handed = { handedTo: text.optional() };

/** `code` is the error; absent when the unit passed. */
const ended = z.strictObject({ attempt: z.int(), code: z.enum(errorCodes).optional(), ...handed });
const result = { audit: ended, subject: 'unit serial', by: [...line, 'recovery'] } as const;

const admitted = z.strictObject({ orderId: text });
const reworked = z.strictObject({ serialHex: text, reason: text, agreedBy: text });
/** `owner` is the name of the other station, `ownerUnit` its unit. */
const refused = z.strictObject({ kind: plantKind, value: text, owner: text, ownerUnit: text });
const scrapped = z.strictObject({ reason: text, agreedBy: text, revoked: z.array(text) });

export const unitEntries = {
  'unit.admitted': {
    journal: admitted,
    audit: admitted,
    subject: 'unit serial',
    by: line,
    state: 'started',
    /** A known unit stays in its state. */
    mayStay: true,
  },
  'attempt.started': {
    journal: attemptStarted,
    audit: attemptStarted.extend({ attempt: z.int() }),
    subject: 'unit serial',
    by: line,
    state: 'started',
  },
  'attempt.ended': {
    journal: z.strictObject({ outcome, error: wireError.optional(), ...handed }),
    by: [...line, 'recovery'],
    state: (data: { outcome: Outcome }) => stateOfOutcome[data.outcome],
  },
  'unit.passed': result,
  'unit.failed': result,
  'unit.error': result,
  'unit.aborted': result,
  'step.done': { journal: anyStepData, by: line },
  'device.identified': {
    journal: z.strictObject({ hardwareId: text, model: text, firmware: text, hardwareRevision: text }),
    by: line,
  },
  /** The device connected at the bench, or tried to: as a step of its recipe, or when a person asked. */
  'device.calledHome': { journal: homeCall, by: line },
  /** The plant says that another station has what the unit uses: it goes no further here. */
  'unit.refused': { journal: refused, audit: refused, subject: 'unit serial', by: station },
  'device.erased': { journal: nothing, by: line },
  'golden.started': { journal: z.strictObject(started), by: line },
  'golden.passed': { journal: z.strictObject(handed), audit: z.strictObject(handed), subject: 'unit serial', by: line },
  'golden.failed': {
    journal: z.strictObject({ error: wireError, step: stepName.optional(), ...handed }),
    audit: z.strictObject({ code: z.enum(errorCodes), ...handed }),
    subject: 'unit serial',
    by: line,
  },
  /** `serialHex` is the serial of the certificate that the unit gives up. */
  'unit.reworked': { journal: reworked, audit: reworked, subject: 'unit serial', by: line, state: 'started' },
  /** `revoked`: certificate serials. */
  'unit.scrapped': { journal: scrapped, audit: scrapped, subject: 'unit serial', by: line, state: 'scrapped' },
} as const satisfies Record<string, EntrySpec>;
