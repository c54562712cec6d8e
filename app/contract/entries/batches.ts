/** Entries about batches and about AWS's results for their units. */
import { z } from 'zod';
import { wireError } from '../base.ts';
import { batchState, batchTemplate, batchWay } from '../batches.ts';
import { engineer, line } from '../roles.ts';
import type { UnitState } from '../units.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

const text = z.string();
const place = { batchId: text, line: z.int() };
const result = z.enum(['registered', 'rejected', 'unaccounted']);
type Result = z.output<typeof result>;

/** A unit without a result from AWS stays in its state. */
const stateOfResult: Record<Result, UnitState | undefined> = {
  registered: 'registered',
  rejected: 'rejected',
  unaccounted: undefined,
};

/**
 * `details` are facts that the submission needs after a restart. `error` is the reason why the batch rests or failed.
 */
const progress = {
  objectKey: text.optional(),
  bucket: text.optional(),
  region: text.optional(),
  taskId: text.optional(),
  details: z.record(text, z.unknown()).optional(),
  error: wireError.optional(),
  /** The template of the target's batches has changed since this one was made. Null for the station's own. */
  template: batchTemplate.nullable().optional(),
};

export const batchEntries = {
  'batch.made': {
    audit: z.strictObject({
      count: z.int(),
      /** Absent for a way without a file. */
      digest: text.optional(),
      objectKey: text.optional(),
      target: text.optional(),
      way: batchWay.optional(),
      /** Absent for the station's own template. */
      template: batchTemplate.optional(),
      /** The order whose units join as they pass. */
      lineOrder: text.optional(),
    }),
    subject: 'batch',
    by: [...engineer, ...station],
  },
  'batch.submitAsked': { audit: nothing, subject: 'batch', by: engineer },
  'batch.stopAsked': { audit: nothing, subject: 'batch', by: engineer },
  'batch.advanced': {
    audit: z.strictObject({ from: batchState, to: batchState, ...progress }),
    subject: 'batch',
    by: [...engineer, ...station],
  },
  /** `unitSerial` is the unit whose certificate is out of use. `letGo` is the number of units that left the batch. */
  'batch.withdrawn': {
    audit: z.strictObject({ from: batchState, unitSerial: text, letGo: z.int() }),
    subject: 'batch',
    by: engineer,
  },
  'batch.member': { journal: z.strictObject(place), by: [...engineer, ...station] },
  'batch.left': { journal: z.strictObject({ ...place, reason: text }), by: engineer },
  /** AWS made the thing by this template while the unit was made, so the unit is registered with its PASS. */
  'registration.provisioned': {
    journal: z.strictObject({ target: text, template: text, thingName: text }),
    by: line,
    state: 'registered',
  },
  'registration.done': {
    journal: z.strictObject({ ...place, state: result, thingName: text.nullable(), reason: text.nullable() }),
    by: station,
    state: (data: { state: Result }) => stateOfResult[data.state],
    /** A unit that was reworked since follows its new certificate. AWS's answer about the old one does not move it. */
    mayStay: true,
  },
} as const satisfies Record<string, EntrySpec>;
