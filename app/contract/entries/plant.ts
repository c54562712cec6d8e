/** Entries about the plant that the station belongs to. */
import { z } from 'zod';
import { plantDocumentKind, plantProblem } from '../plantdocuments.ts';
import { engineer } from '../roles.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

const text = z.string();
const plant = ['plant'] as const;

export const plantEntries = {
  /** The station ships its log to a plant. `again`: as a new log, after a restore. */
  'plant.joined': {
    audit: z.strictObject({
      ...{ plantId: text, logId: z.int(), again: z.boolean(), offline: text, askMs: z.int() },
      /** SHA-256 of the public key whose documents the station takes from now on. */
      keyId: text.optional(),
    }),
    subject: 'station',
    by: engineer,
  },
  /** What was not used of a lease is for other stations again: `quantity` units, and so many `serials` of its range. */
  'lease.returned': {
    audit: z.strictObject({ leaseId: text, plantOrder: text, quantity: z.int(), serials: z.int() }),
    subject: 'order',
    by: [...engineer, 'station'],
  },
  /** QA's desk reads the plant with this login from now on; null: with none. */
  'plant.readerGiven': { audit: z.strictObject({ login: text.nullable() }), subject: 'station', by: engineer },
  'plant.left': { audit: nothing, subject: 'station', by: engineer },
  /** The plant had acknowledged more leaves than it has now: it was restored from a backup, and gets them again. */
  'plant.restored': {
    audit: z.strictObject({ plantId: text, acknowledged: z.int(), size: z.int() }),
    subject: 'station',
    by: station,
  },
  /**
   * A signed document of the plant counts here from now on; `before` is the version until now, 0 for none. `hash`: SHA-256
   * of its text, `keyId`: of the public key that it is signed with. `clashes`: badges that belong to other people here.
   */
  'plant.applied': {
    audit: z.strictObject({
      ...{ plantId: text, kind: plantDocumentKind, version: z.int(), before: z.int(), hash: text, keyId: text },
      clashes: z.array(text).optional(),
    }),
    subject: 'document of the plant',
    by: plant,
  },
  /** The plant shows a document that this station does not take. `version` and `hash` as the plant says; 0: it shows none. */
  'plant.rejected': {
    audit: z.strictObject({ kind: plantDocumentKind, version: z.int(), hash: text, problem: plantProblem, why: text }),
    subject: 'document of the plant',
    by: station,
  },
} as const satisfies Record<string, EntrySpec>;
