/** Entries about QA's desk. */
import { z } from 'zod';
import { alertFacts } from '../alerts.ts';
import { listName } from '../desk.ts';
import { desk } from '../roles.ts';
import { type EntrySpec, station } from './entry.ts';

/** `filter`: the filter, the order and the columns, as the address of the list has them. */
const view = z.strictObject({ list: listName, filter: z.string(), shared: z.boolean() });

export const deskEntries = {
  'view.saved': { audit: view, subject: 'view', by: desk },
  'view.removed': { audit: view, subject: 'view', by: desk },
  /** A rule for orders is broken. It is raised once, until it is cleared. */
  'alert.raised': { audit: alertFacts, subject: 'order', by: station },
  /** What was raised is no longer so, the rule was changed, or the order ended. */
  'alert.cleared': { audit: alertFacts, subject: 'order', by: station },
} as const satisfies Record<string, EntrySpec>;
