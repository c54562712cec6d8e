/** Entries about the allow-lists of just-in-time registration. */
import { z } from 'zod';
import { engineer } from '../roles.ts';
import { type EntrySpec, station } from './entry.ts';

const target = z.string();

export const allowListEntries = {
  /** The units of an order are to be on the allow-list of the target, or off it. */
  'allowlist.asked': {
    audit: z.strictObject({ target, wanted: z.boolean() }),
    subject: 'order',
    by: [...engineer, ...station],
  },
  /** The table of the account has them now, or no longer. */
  'allowlist.told': {
    audit: z.strictObject({ target, listed: z.int(), gone: z.int() }),
    subject: 'order',
    by: station,
  },
} as const satisfies Record<string, EntrySpec>;
