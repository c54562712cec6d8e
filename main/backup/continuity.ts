/**
 * What is known from outside of a backup about its log: whether the backup is the beginning of what the station had later,
 * and what is lost since.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { isSignedBy, originOf, readCheckpoint } from '../../app/records/log/note.ts';
import { endOfKey, restoresOf } from '../../app/records/log/restores.ts';
import { checkpointOf, headOf, rootOfFirst, stationIdOf } from '../../app/records/log/store.ts';
import type { Sql } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';

/** A checkpoint that was kept in another place. `at`: when it was written there, ISO 8601 UTC. */
export type KnownCheckpoint = { name: string; note: string; at: string };

export type Continuity = {
  /**
   * Each checkpoint: `held` – the backup has all of its leaves; `later` – it is of more leaves, and nothing at hand shows
   * whether it begins with the backup; `goesOn` – it is of more leaves, and it begins with the backup.
   */
  checkpoints: { name: string; size: number; at: string; relation: 'held' | 'later' | 'goesOn' }[];
  /** What is lost at least; null when no later state is known. */
  lost: {
    /** Entries, and states of rows. */
    leaves: number;
    /** From the making of the backup until the latest known state, ISO 8601 UTC. */
    from: string;
    until: string;
    /** By the records that were lost, where they can still be read. */
    counted?: { entries: number; units: number; certificates: number };
  } | null;
};

/** A checkpoint from a file. @throws call.badParams – the file cannot be read */
export function checkpointFrom(file: string): KnownCheckpoint {
  try {
    return {
      name: file,
      note: readFileSync(file, 'utf8').replaceAll('\r\n', '\n'),
      at: statSync(file).mtime.toISOString(),
    };
  } catch (cause) {
    throw new StationError('call.badParams', `${file} cannot be read`, { cause });
  }
}

/**
 * Holds a backup against what is known of later states.
 *
 * @param copy its records; they are verified already
 * @param before the data folder that was lost, or what remains of it
 * @throws backup.notContinuous – a checkpoint is of another station, or says that the backup is not its beginning
 */
export function continuityOf(
  copy: string,
  { madeAt, given, before }: { madeAt: string; given: readonly KnownCheckpoint[]; before?: string | undefined },
): Continuity {
  const sql = openSqlite(copy, { readOnly: true });
  const old = before === undefined ? undefined : recordsIn(before);
  try {
    const known = [...given, ...(before === undefined ? [] : besideOf(before)), ...(old ? headIn(old, before!) : [])];
    const checkpoints = known.map((one) => ({ ...relationOf(sql, one, old), name: one.name, at: one.at }));
    const { size } = headOf(sql)!;
    const latest = checkpoints.reduce((most, one) => (one.size > most.size ? one : most), { size, at: madeAt });
    if (checkpoints.length === 0) return { checkpoints, lost: null };
    const counted = old && latest.size > size ? { counted: countsSince(sql, old) } : {};
    return { checkpoints, lost: { leaves: latest.size - size, from: madeAt, until: latest.at, ...counted } };
  } finally {
    old?.close();
    sql.close();
  }
}

function relationOf(sql: Sql, { name, note }: KnownCheckpoint, old: Sql | undefined) {
  const not = (why: string) => new StationError('backup.notContinuous', `${name}: ${why}`, { data: { name } });
  const checkpoint = readCheckpoint(note);
  if (checkpoint === undefined) throw not('this is no checkpoint');
  const head = headOf(sql)!;
  if (checkpoint.origin !== originOf(stationIdOf(sql)!))
    throw not(`this is a checkpoint of ${checkpoint.origin}, and the backup is of another station`);
  const isOwn = head.publicKey !== null && isSignedBy(checkpoint, head.publicKey);
  if (!isOwn && endOfKey(restoresOf(sql), checkpoint) === undefined)
    throw not('it was not signed with the key of this backup: the station had another key then, or it is forged');
  const { size, root } = checkpoint;
  if (size <= head.size) {
    if (Buffer.compare(rootOfFirst(sql, size), root) !== 0)
      throw not(`the first ${size} leaves of the backup are not those that it was made of: one of them was rewritten`);
    return { size, relation: 'held' as const };
  }
  const oldSize = old ? (headOf(old)?.size ?? 0) : 0;
  if (old === undefined || oldSize < size || Buffer.compare(rootOfFirst(old, size), root) !== 0)
    return { size, relation: 'later' as const };
  if (Buffer.compare(rootOfFirst(old, head.size), head.root) !== 0)
    throw not('it is of a log that does not begin with this backup: one of them was rewritten');
  return { size, relation: 'goesOn' as const };
}

/** The records of the folder that was lost, if they can still be read. */
function recordsIn(before: string): Sql | undefined {
  const file = join(before, 'records.db');
  if (!existsSync(file)) return undefined;
  let sql: Sql | undefined;
  try {
    sql = openSqlite(file, { readOnly: true });
    if (headOf(sql) === undefined) throw new Error('no log');
    return sql;
  } catch {
    sql?.close();
    return undefined;
  }
}

const besideOf = (before: string): KnownCheckpoint[] => {
  const file = join(before, 'records.checkpoint');
  return existsSync(file) ? [checkpointFrom(file)] : [];
};

function headIn(old: Sql, before: string): KnownCheckpoint[] {
  const checkpoint = checkpointOf(old);
  const last = old.get<{ at: string | null }>(
    'SELECT max(at) AS at FROM (SELECT at FROM audit ORDER BY seq DESC LIMIT 1)',
  );
  return checkpoint ? [{ name: join(before, 'records.db'), note: checkpoint.note, at: last?.at ?? '' }] : [];
}

function countsSince(sql: Sql, old: Sql) {
  const count = (of: Sql) =>
    of.get<{ entries: number; units: number; certificates: number }>(
      `SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM journal) AS entries,
         (SELECT count(*) FROM units) AS units, (SELECT count(*) FROM certificates) AS certificates`,
    )!;
  const [then, later] = [count(sql), count(old)];
  return {
    entries: later.entries - then.entries,
    units: later.units - then.units,
    certificates: later.certificates - then.certificates,
  };
}
