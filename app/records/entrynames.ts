/** Names of entries in SQL: strings with commas between. Names of the catalogue hold letters and dots and nothing else. */
import type { AuditName, JournalName } from '../contract/model.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

export const journalNames = (...names: [JournalName, ...JournalName[]]): string => quoted(names);
export const auditNames = (...names: [AuditName, ...AuditName[]]): string => quoted(names);
