/**
 * Names of entries for SQL: quoted strings with commas between them. Names of the catalogue hold letters and dots only.
 */
import type { AuditName, JournalName } from '../contract/model.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** Names of journal entries, for `IN (…)`. Only names of the catalogue compile. */
export const journalNames = (...names: [JournalName, ...JournalName[]]): string => quoted(names);
/** Names of audit entries, for `IN (…)`. Only names of the catalogue compile. */
export const auditNames = (...names: [AuditName, ...AuditName[]]): string => quoted(names);
