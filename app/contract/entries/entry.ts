/** How a member of the catalogue of entries is written. */
import { z } from 'zod';
import type { UnitState } from '../units.ts';

/**
 * Who may cause an entry. `nobody`: no person was signed in on that screen. `setup`: the person or the program that makes
 * the station. `station`: the program by itself. `recovery`: the program at its start, after a crash. The user of the
 * operating system who runs a command counts as the role that the command acts with.
 */
export const causes = ['operator', 'qa', 'engineer', 'nobody', 'setup', 'station', 'recovery'] as const;
export type Cause = (typeof causes)[number];

/** What the subject of an entry in the audit log names; an entry in a journal is always about the journal's unit. */
export type Subject =
  | 'unit serial'
  | 'certificate serial'
  | 'CRL number'
  | 'CA (SHA-256 of its certificate)'
  | 'request (SHA-256 of its key)'
  | 'PKCS#11 module'
  | 'batch'
  | 'order'
  | 'recipe'
  | 'profile'
  | 'badge'
  | 'way of connecting'
  | 'method'
  | 'slot'
  | 'bench'
  | 'station'
  | 'window'
  | 'pc';

/** Entries are about JSON objects; strict, so that nothing is written that is not in the catalogue. */
type Data = z.ZodType<Record<string, unknown>>;

export type EntrySpec = {
  /** Schema of its data in the journal of a unit; absent where it is not written there. */
  journal?: Data;
  /** Schema of its data in the audit log; absent where it is not written there. */
  audit?: Data;
  /** What its subject in the audit log is; absent where it is not written there. */
  subject?: Subject;
  by: readonly Cause[];
  /** Where it puts the unit of the journal; absent where it moves nothing. */
  state?: UnitState | ((data: never) => UnitState | undefined);
  /** The writer may leave the unit where it is. */
  mayStay?: true;
};

export const station = ['station'] as const;

/** What says nothing but its name. */
export const nothing = z.strictObject({});

/** Of acts that take two persons: see `Agreement`. Neither is there in records of a time when one person was enough. */
export const agreement = { agreedBy: z.string().optional(), alone: z.literal(true).optional() };
