/** Looks at each entry of a records file by the catalogue: no test writes what the catalogue does not have. */
import assert from 'node:assert/strict';
import { type EntrySpec, entries, type StepName, stepData } from '../app/contract/index.ts';
import { openSqlite } from '../native/sqlite.ts';

type Row = { entry: string; step: string | null; actor: string; data: string };

/** Entries whose name is not in the catalogue, or whose data is not as it says; empty where all is well. */
export function strangeEntries(file: string): string[] {
  const sql = openSqlite(file, { readOnly: true });
  try {
    return [
      ...sql.all<Row>('SELECT entry, step, actor, data FROM journal').flatMap((row) => strange('journal', row)),
      ...sql.all<Row>('SELECT entry, NULL AS step, actor, data FROM audit').flatMap((row) => strange('audit', row)),
    ];
  } finally {
    sql.close();
  }
}

export const assertKnownEntries = (file: string): void => assert.deepEqual(strangeEntries(file), []);

function strange(log: 'journal' | 'audit', { entry, step, actor, data }: Row): string[] {
  const spec: EntrySpec | undefined = Object.hasOwn(entries, entry)
    ? entries[entry as keyof typeof entries]
    : undefined;
  const own = entry === 'step.done' ? stepData[step as StepName] : spec?.[log];
  const said = `${log} ${entry}${step === null ? '' : ` of ${step}`} by ${actor}: ${data}`;
  if (!spec || !own?.safeParse(JSON.parse(data)).success) return [said];
  const program = (['station', 'recovery'] as const).find((name) => name === actor);
  return program === undefined || spec.by.includes(program) ? [] : [`${said} (the catalogue has no such cause)`];
}
