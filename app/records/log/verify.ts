/**
 * The verification of the records against their log. It reads one state of the file and writes nothing. It is a generator,
 * so that its caller can show how far it is, stop it, or let others work in between.
 */
import { StationError } from '../../contract/errors.ts';
import { auditNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';
import { contradictionsOf, type HeldAgainst } from './contradictions.ts';
import { derivedProblems } from './derived.ts';
import { type Checkpoint, isSigned, isSignedBy, originOf, readCheckpoint } from './note.ts';
import { endOfKey, type Restore, restoresOf } from './restores.ts';
import { schemaProblems } from './schema.ts';
import { type HeadRow, headOf, stationIdOf } from './store.ts';
import type { LogProblem, LogVerdict, NamedCheckpoint, Progress, Say, SchemaRow, WantedRoot } from './verdict.ts';
import { verifyLeaves } from './verifyleaves.ts';
import { verifyRows } from './verifyrows.ts';

export type VerifyOptions = {
  /** The schema of a fresh file of this program, see `schemaOf`. */
  schema: readonly SchemaRow[];
  /** The key that must have signed the head; undefined where it is not at hand. */
  publicKey?: Uint8Array | undefined;
  /** Checkpoints from outside of the file. They were read before it was. */
  checkpoints?: readonly NamedCheckpoint[];
};
/** With so many a file is bad, and the verification ends: a damaged one may have them without an end. */
const mostProblems = 20;
class Enough extends Error {}

/**
 * Verifies the file that `sql` reads. The caller has begun a transaction, so that it sees one state.
 *
 * @returns through the generator, which yields how many leaves and rows are done
 */
export function* verifyLog(sql: Sql, options: VerifyOptions): Generator<Progress, LogVerdict> {
  const problems: LogProblem[] = [];
  const say = (what: LogProblem['what'], where: string, meaning: string): void => {
    problems.push({ what, where, meaning });
    if (problems.length === mostProblems) throw new Enough();
  };
  const head = headIn(sql);
  let restores: Restore[] = [];
  let against: HeldAgainst[] = [];
  const verdict = (entries: number): LogVerdict => {
    const [firstBad] = problems;
    const root = head ? Buffer.from(head.root).toString('base64') : null;
    const told = restores.map(({ at, madeAt, size, lost }) => ({ at, madeAt, size, lost }));
    const claims = against.filter(({ note }) => note === null).map(({ note: _, ...claim }) => claim);
    const rest = {
      ...(firstBad ? { firstBad } : {}),
      ...(told.length > 0 ? { restores: told } : {}),
      ...(claims.length > 0 ? { claims } : {}),
    };
    return { ok: !firstBad, entries, size: head?.size ?? 0, root, ...rest, problems };
  };
  for (const { where, meaning } of schemaProblems(sql, options.schema).slice(0, mostProblems - 1))
    say('schema', where, meaning);
  if (head === undefined) {
    // Not by `say`: however much is wrong before it, nothing comes after it that has to be left out.
    const meaning = 'these records have no log yet; it begins when the station opens them';
    problems.push({ what: 'noLog', where: 'log', meaning });
    return verdict(0);
  }
  // Rows are only compared where the tables are those of this program.
  if (problems.some(({ where }) => where.startsWith('table '))) return verdict(0);
  let entries = 0;
  let stopped: string | undefined;
  try {
    stopped = integrityProblems(sql, say);
    const of = head.size + head.statementId;
    restores = restoresOf(sql);
    against = contradictionsOf(sql);
    const held = against.flatMap(({ witness, note }) =>
      note === null ? [] : [{ name: `the checkpoint that ${witness} holds`, note }],
    );
    const checkpoints = [...(options.checkpoints ?? []), ...held];
    const { outside, origin } = checkHead(sql, head, { ...options, checkpoints }, restores, say);
    const restored = restores.map(({ at, size, root }) => ({ name: `the restore of ${at}`, size, root }));
    const wanted = [...keptCheckpoints(sql, origin, say), ...restored, ...outside];
    const leaves = yield* verifyLeaves(sql, head, wanted, say, of);
    ({ entries } = leaves);
    yield* verifyRows(sql, head, say, leaves.done, of);
    if (stopped !== undefined) say('file', 'records.db', stopped);
    for (const found of derivedProblems(sql)) {
      for (const meaning of found) say('derived', 'records.db', meaning);
      yield { done: of, of };
    }
  } catch (thrown) {
    if (thrown instanceof Enough) return verdict(entries);
    const isDamaged = stopped !== undefined || problems.some(({ what }) => what === 'file');
    problems.push({ what: 'file', where: 'records.db', meaning: unreadable(thrown, isDamaged) });
  }
  return verdict(entries);
}

/**
 * What SQLite's own check finds. A value that a CHECK of its table cannot even look at stops it: the leaves say which.
 *
 * @returns why it stopped
 */
function integrityProblems(sql: Sql, say: Say): string | undefined {
  let lines: { integrity_check: string }[];
  try {
    lines = sql.all('PRAGMA integrity_check');
  } catch (thrown) {
    return unreadable(thrown, false);
  }
  for (const line of lines) if (line.integrity_check !== 'ok') say('file', 'records.db', line.integrity_check);
  return undefined;
}

/**
 * Why the rest of a file could not be read. What was found before that still counts.
 *
 * @param isDamaged SQLite's own check has found something: then a value may be of any kind, or missing
 * @throws what is no fault of the file
 */
function unreadable(thrown: unknown, isDamaged: boolean): string {
  if (thrown instanceof StationError && ['records.damaged', 'records.failed'].includes(thrown.code))
    return thrown.detail;
  if (thrown instanceof SyntaxError) return `the data of an entry is no JSON: ${thrown.message}`;
  if (isDamaged && (thrown instanceof TypeError || thrown instanceof RangeError))
    return `a value is not of the kind that its column has: ${thrown.message}`;
  throw thrown;
}

function headIn(sql: Sql): HeadRow | undefined {
  const has = sql.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'logHead'`);
  return has ? headOf(sql) : undefined;
}

function checkHead(
  sql: Sql,
  head: HeadRow,
  { publicKey, checkpoints = [] }: VerifyOptions,
  restores: readonly Restore[],
  say: Say,
) {
  const stationId = stationIdOf(sql);
  const origin = stationId === undefined ? undefined : originOf(stationId);
  const key = publicKey ?? head.publicKey;
  if (head.publicKey === null && head.signature !== null)
    say('signature', 'log head', 'the head of the log does not name the key that signed it');
  if (publicKey && head.publicKey && Buffer.compare(publicKey, head.publicKey) !== 0)
    say('signature', 'log head', "the head of the log names another key than this station's");
  if (origin !== undefined && key !== null) {
    if (head.signature === null) say('signature', 'log head', 'the head of the log is not signed');
    else if (!isSigned(origin, head, { publicKey: key, signature: head.signature }))
      say(
        'signature',
        'log head',
        "the head of the log was not signed with this station's key: it was changed, or the key was",
      );
  }
  if (sql.get('SELECT 1 FROM logHead WHERE only <> 1')) say('tree', 'log head', 'the log has more heads than one');
  const { adopted } = sql.get<{ adopted: number }>(
    `SELECT coalesce(sum(json_extract(data, '$.entries') + json_extract(data, '$.rows')), 0) AS adopted
     FROM audit WHERE subject IN ('station', (SELECT stationId FROM station)) AND entry = ${auditNames('log.begun')} AND json_valid(data)`,
  )!;
  if (head.adopted !== adopted)
    say(
      'tree',
      'log head',
      `the head says that ${head.adopted} leaves are older than the log; its entries say ${adopted}`,
    );
  const outside: WantedRoot[] = [];
  for (const { name, note, fromAnyone = false } of checkpoints) {
    const checkpoint = readCheckpoint(note);
    if (fromAnyone && !isOurs(checkpoint, key, restores)) continue;
    if (checkpoint === undefined) say('checkpoint', name, 'this is no checkpoint');
    else if (checkpoint.origin !== origin) say('checkpoint', name, `this is a checkpoint of ${checkpoint.origin}`);
    else if (key === null || isSignedBy(checkpoint, key))
      outside.push({ name, size: checkpoint.size, root: checkpoint.root });
    else {
      const end = endOfKey(restores, checkpoint);
      if (end === undefined) say('checkpoint', name, "it was not signed with this station's key");
      // A later one tells of what the restore gave up, and the log says so itself.
      else if (checkpoint.size <= end.size) outside.push({ name, size: checkpoint.size, root: checkpoint.root });
    }
  }
  return { outside, origin };
}

/** Whether this station's key signed it, the one of now or one that a restore ended. */
const isOurs = (checkpoint: Checkpoint | undefined, key: Uint8Array | null, restores: readonly Restore[]): boolean =>
  checkpoint !== undefined &&
  ((key !== null && isSignedBy(checkpoint, key)) || endOfKey(restores, checkpoint) !== undefined);

type Kept = { size: number; root: Uint8Array; publicKey: Uint8Array; signature: Uint8Array };

function keptCheckpoints(sql: Sql, origin: string | undefined, say: Say): WantedRoot[] {
  return sql.all<Kept>('SELECT size, root, publicKey, signature FROM logCheckpoints ORDER BY size').map((kept) => {
    const name = `the kept checkpoint of ${kept.size}`;
    if (origin === undefined || !isSigned(origin, kept, kept)) say('checkpoint', name, 'its signature is wrong');
    return { name, size: kept.size, root: kept.root };
  });
}
