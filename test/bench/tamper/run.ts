/** Random tamperings of a station's files, each on a copy of its own, and what the verification says of each. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogProblem, NamedCheckpoint } from '../../../app/records/log/verdict.ts';
import type { Sql } from '../../../app/records/sql.ts';
import { verifyRecords } from '../../../main/threads/verifyrecords.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { makeStation, putBack, type Station } from './bed.ts';
import { bytesChanged, fileCut, headChanged, pageChanged, runChanged, walChanged } from './bytes.ts';
import { type Chance, createChance } from './chance.ts';
import { contentOf } from './content.ts';
import * as rows from './rows.ts';
import { tool } from './shell.ts';

export type Tally = {
  done: number;
  found: number;
  /** Not found, and the file says the same as before, to the last row: bytes without a meaning. */
  equal: number;
  /** Not found, and all that the log speaks for is the same. */
  unbound: number;
};
export type Miss = { kind: string; seed: number; told: string };
export type TamperReport = {
  kinds: Record<string, Tally>;
  missed: Miss[];
  /** Untouched files that were blamed. */
  blamed: (Miss & { problem: LogProblem })[];
};

type Scene = { file: string; station: Station; base: Sql; tables: ReturnType<typeof rows.tablesIn>; chance: Chance };
/** What was done, and the checkpoints that someone kept elsewhere. Undefined when this seed gives nothing to do. */
type Done = { told: string; given?: NamedCheckpoint[] } | undefined;

/** SQL by the tool. What SQLite itself refuses, e.g. a second row with one key, is undone and does not count. */
const byTool =
  (change: (scene: Scene) => rows.Change) =>
  (scene: Scene): Done => {
    const made = change(scene);
    if (made === undefined) return undefined;
    try {
      tool(scene.file, made.sql);
      return { told: made.told };
    } catch {
      return undefined;
    }
  };
/** The station's triggers forbid most of this. They are dropped for it, and put back as they were. */
const pastTriggers = (change: (scene: Scene) => rows.Change) =>
  byTool((scene) => {
    const made = change(scene);
    const triggers = rows.triggersIn(scene.base);
    const drops = triggers.map(({ name }) => `DROP TRIGGER ${name};`).join('\n');
    const again = triggers.map(({ sql }) => `${sql};`).join('\n');
    return made && { ...made, sql: `${drops}\n${made.sql};\n${again}` };
  });
const ofRow = (change: (table: Scene['tables'][0], chance: Chance) => rows.Change) =>
  pastTriggers(({ tables, chance }) => change(chance.pick(tables), chance));
const ofBytes =
  (change: (file: string, chance: Chance) => string) =>
  ({ file, chance }: Scene): Done => ({ told: change(file, chance) });

const kept = (note: string): NamedCheckpoint[] => [{ name: 'friday.txt', note }];

/** An older file in place of the records, and a later checkpoint beside them or in another place. */
function rolledBack({ file, station: { moments }, chance }: Scene): Done {
  const older = chance.below(moments.length - 1);
  copyFileSync(moments[older]!.file, file);
  if (chance.of(2)) return { told: `rolled back to moment ${older}` };
  copyFileSync(join(moments[older]!.folder, 'records.checkpoint'), join(file, '..', 'records.checkpoint'));
  const later = chance.pick(moments.slice(older + 1));
  return { told: `rolled back to moment ${older} with its checkpoint`, given: kept(later.note) };
}

function killedAndChanged({ file, station: { killed }, chance }: Scene): Done {
  putKilled(killed, file);
  return { told: walChanged(file, chance), given: kept(killed.note) };
}

function putKilled(killed: Station['killed'], file: string): void {
  for (const end of ['', '-wal']) copyFileSync(`${killed.file}${end}`, `${file}${end}`);
}

/** What people do with the files without changing what they say. */
function untouched({ file, station: { moments, killed }, chance }: Scene): Done {
  const way = chance.below(5);
  if (way === 0) return { told: 'a copy', given: kept(chance.pick(moments).note) };
  if (way === 1) {
    tool(file, 'VACUUM');
    return { told: 'written once more by VACUUM' };
  }
  if (way === 2) {
    tool(file, 'PRAGMA wal_checkpoint(TRUNCATE); REINDEX');
    return { told: 'its indexes made once more' };
  }
  if (way === 3) {
    putKilled(killed, file);
    return { told: 'of a killed station, its last commits in the write-ahead log', given: kept(killed.note) };
  }
  const at = chance.below(moments.length);
  putBack(moments[at]!, join(file, '..'));
  return {
    told: `of moment ${at}, with its checkpoint and an earlier one`,
    given: kept(moments[chance.below(at + 1)]!.note),
  };
}

const kinds: Record<string, (scene: Scene) => Done> = {
  'bytes changed': ofBytes(bytesChanged),
  "the file's head changed": ofBytes(headChanged),
  'a run of bytes written over': ofBytes(runChanged),
  'a page written over': ofBytes(pageChanged),
  'the file cut': ofBytes(fileCut),
  'a row changed': ofRow(rows.changed),
  'a row removed': ofRow(rows.removed),
  'a row put in': ofRow(rows.inserted),
  'two rows exchanged': ofRow(rows.exchanged),
  'rows renumbered': ofRow(rows.renumbered),
  'a value of another kind': pastTriggers(({ base, tables, chance }) =>
    rows.ofAnotherKind(base, chance.pick(tables), chance),
  ),
  'the log cut off': pastTriggers(({ base, chance }) => rows.cutOff(base, chance)),
  'a trigger dropped or changed': byTool(({ base, chance }) => rows.schemaChanged(base, 'trigger', chance)),
  'an index dropped or changed': byTool(({ base, chance }) => rows.schemaChanged(base, 'index', chance)),
  'the rest of the schema changed': byTool(({ base, chance }) => rows.fileChanged(base, chance)),
  'rolled back': rolledBack,
  'the write-ahead log changed': killedAndChanged,
  untouched,
};
const names = Object.keys(kinds);

/**
 * @param dir an empty folder
 * @param first tampering n is made from seed `first` + n, whatever the others do
 * @param said is told of each number before its tampering is made
 */
export async function runTampering(
  dir: string,
  count: number,
  first: number,
  said: (number: number, report: TamperReport) => void = () => {},
): Promise<TamperReport> {
  const made = await makeStation(dir);
  const last = made.moments.at(-1)!;
  const base = openSqlite(last.file, { readOnly: true });
  const tables = rows.tablesIn(base);
  const before = { base: contentOf(last.file)!, killed: contentOf(made.killed.file)! };
  const into = join(dir, 'copy');
  mkdirSync(into);
  const report: TamperReport = { kinds: {}, missed: [], blamed: [] };
  for (let number = 0; number < count; number += 1) {
    said(number, report);
    const seed = first + number;
    const kind = names[seed % names.length]!;
    for (const end of ['-wal', '-shm']) rmSync(join(into, `records.db${end}`), { force: true });
    const file = putBack(last, into);
    const done = kinds[kind]!({ file, station: made, base, tables, chance: createChance(seed) });
    if (done === undefined) continue;
    const tally = report.kinds[kind] ?? { done: 0, found: 0, equal: 0, unbound: 0 };
    report.kinds[kind] = tally;
    tally.done += 1;
    const isKilled = existsSync(`${file}-wal`);
    const problem = problemOf(file, done.given);
    const told = { kind, seed, told: done.told };
    if (problem !== undefined) {
      tally.found += 1;
      if (kind === 'untouched') report.blamed.push({ ...told, problem });
    } else if (kind !== 'untouched') {
      const is = contentOf(file);
      const was = isKilled ? before.killed : before.base;
      if (is?.all === was.all) tally.equal += 1;
      else if (is?.bound === was.bound) tally.unbound += 1;
      else report.missed.push(told);
    }
  }
  base.close();
  return report;
}

function problemOf(file: string, given: readonly NamedCheckpoint[] = []): LogProblem | undefined {
  const steps = verifyRecords(file, given);
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value.firstBad;
}
