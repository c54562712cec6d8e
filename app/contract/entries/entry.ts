/** The form of a member of the catalogue of entries. */
import { z } from 'zod';
import type { UnitState } from '../units.ts';

/**
 * Who may cause an entry. `nobody`: no person was signed in on that screen. `setup`: the person or the program that makes
 * the station. `station`: the program by itself. `plant`: who keeps the plant, by a signed document. `recovery`: the program at its start, after a crash. The user of the
 * operating system who runs a command counts as the role that the command acts with.
 */
export const causes = ['operator', 'qa', 'engineer', 'nobody', 'setup', 'station', 'plant', 'recovery'] as const;
export type Cause = (typeof causes)[number];

/**
 * The kind of thing that the subject of an audit entry names. An entry in a journal is always about the journal's unit.
 */
export type Subject =
  | 'unit serial'
  | 'certificate serial'
  | 'CRL number'
  | 'CA (SHA-256 of its certificate)'
  | 'request (SHA-256 of its key)'
  | 'PKCS#11 module'
  | 'batch'
  | 'backup'
  | 'place of checkpoints'
  | 'claim'
  | 'job on certificates'
  | 'order'
  | 'recipe'
  | 'profile'
  | 'document'
  | 'document of the plant'
  | 'badge'
  | 'way of connecting'
  | 'method'
  | 'slot'
  | 'bench'
  | 'station'
  | 'target'
  | 'view'
  | 'window'
  | 'pc';

/** The data of entries are JSON objects. The schemas are strict, so that only data of the catalogue is written. */
type Data = z.ZodType<Record<string, unknown>>;

export type EntrySpec = {
  /** The schema of its data in the journal of a unit; absent when it is never written there. */
  journal?: Data;
  /** The schema of its data in the audit log; absent when it is never written there. */
  audit?: Data;
  /** Its subject in the audit log; absent when it is never written there. */
  subject?: Subject;
  by: readonly Cause[];
  /** The state of the journal's unit after it; absent when it moves nothing. */
  state?: UnitState | ((data: never) => UnitState | undefined);
  /** The writer may leave the unit in its state. */
  mayStay?: true;
};

export const station = ['station'] as const;

/** The data of an entry that has only its name. */
export const nothing = z.strictObject({});

/** For acts of two people; see `Agreement`. Records from a time when one person was enough have neither field. */
export const agreement = { agreedBy: z.string().optional(), alone: z.literal(true).optional() };
