/** Entries about batches and what AWS made of their units. */
import { z } from 'zod';
import { wireError } from '../base.ts';
import { batchState } from '../batches.ts';
import { engineer } from '../roles.ts';
import type { UnitState } from '../units.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

const text = z.string();
const place = { batchId: text, line: z.int() };
const result = z.enum(['registered', 'rejected', 'unaccounted']);
type Result = z.output<typeof result>;

/** A unit of which AWS said nothing stays where it is. */
const stateOfResult: Record<Result, UnitState | undefined> = {
  registered: 'registered',
  rejected: 'rejected',
  unaccounted: undefined,
};

/** `details`: what the submission has to know after a restart. `error`: why the batch rests or failed. */
const progress = {
  objectKey: text.optional(),
  bucket: text.optional(),
  region: text.optional(),
  taskId: text.optional(),
  details: z.record(text, z.unknown()).optional(),
  error: wireError.optional(),
};

export const batchEntries = {
  'batch.made': {
    audit: z.strictObject({ count: z.int(), digest: text, objectKey: text }),
    subject: 'batch',
    by: engineer,
  },
  'batch.submitAsked': { audit: nothing, subject: 'batch', by: engineer },
  'batch.stopAsked': { audit: nothing, subject: 'batch', by: engineer },
  'batch.advanced': {
    audit: z.strictObject({ from: batchState, to: batchState, ...progress }),
    subject: 'batch',
    by: [...engineer, ...station],
  },
  /** `unitSerial`: whose certificate is out of use. `letGo`: how many units left the batch. */
  'batch.withdrawn': {
    audit: z.strictObject({ from: batchState, unitSerial: text, letGo: z.int() }),
    subject: 'batch',
    by: engineer,
  },
  'batch.member': { journal: z.strictObject(place), by: engineer },
  'batch.left': { journal: z.strictObject({ ...place, reason: text }), by: engineer },
  'registration.done': {
    journal: z.strictObject({ ...place, state: result, thingName: text.nullable(), reason: text.nullable() }),
    by: station,
    state: (data: { state: Result }) => stateOfResult[data.state],
    /** A unit that was reworked since is where its new certificate is, whatever AWS says of the old one. */
    mayStay: true,
  },
} as const satisfies Record<string, EntrySpec>;
