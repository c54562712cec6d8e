/** The log as it lies in the records, for readers: its head, its leaves by index, its tiles and its proofs. */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { leavesIn, type Source } from './leaves.ts';
import {
  consistencyProof,
  type Hash,
  hashBytes,
  inclusionProof,
  leafHash,
  rootAt,
  rootOfRow,
  type Subtrees,
} from './merkle.ts';
import { isSigned, originOf, type Signed, signedNote, verifierKey } from './note.ts';

export type HeadRow = {
  size: number;
  root: Uint8Array;
  frontier: Uint8Array;
  statementId: number;
  adopted: number;
  publicKey: Uint8Array | null;
  signature: Uint8Array | null;
};

/**
 * Undefined before the log has begun. Nothing about the log can be asked without it, so its values are looked at here:
 * in a damaged file each of them may be of any kind, or missing.
 *
 * @throws StationError records.damaged – a value is not of the kind that its column has
 */
export function headOf(sql: Sql): HeadRow | undefined {
  const head = sql.get<HeadRow>('SELECT size, root, frontier, statementId, adopted, publicKey, signature FROM logHead');
  const odd = Object.entries(head ?? {}).find(([name, value]) => !isOfKind[name as keyof HeadRow](value));
  if (odd === undefined) return head;
  throw new StationError(
    'records.damaged',
    `the head of the log is damaged: its ${odd[0]} is not of the kind it has to be`,
  );
}
type Look = (value: unknown) => boolean;
const isCount: Look = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isBytes: Look = (value) => value instanceof Uint8Array;
const isHash: Look = (value) => value instanceof Uint8Array && value.length === hashBytes;
const orNone =
  (look: Look): Look =>
  (value) =>
    value === null || look(value);
const isOfKind: Readonly<Record<keyof HeadRow, Look>> = {
  size: isCount,
  root: isHash,
  frontier: isBytes,
  statementId: isCount,
  adopted: isCount,
  publicKey: orNone(isHash),
  signature: orNone(isBytes),
};

/** The station of the file; undefined before it has one. */
export const stationIdOf = (sql: Sql): string | undefined =>
  sql.get<{ stationId: string }>('SELECT stationId FROM station')?.stationId;

export type Run = { firstLeaf: number; source: Source; firstId: number; lastId: number };

const pageRows = 1000;

/** The texts of the leaves from `from` to before `to`, in order. They are fewer where rows are gone. */
export function* leavesOf(
  sql: Sql,
  from: number,
  to: number,
): Generator<{ index: number; source: Source; text: string }> {
  const { size, adopted } = headOf(sql) ?? { size: 0, adopted: 0 };
  const runs = sql.all<Run>(
    `SELECT firstLeaf, source, firstId, lastId FROM logRuns WHERE firstLeaf < @to
       AND firstLeaf >= (SELECT max(firstLeaf) FROM logRuns WHERE firstLeaf <= @from) ORDER BY firstLeaf`,
    { from, to },
  );
  for (const [place, { firstLeaf, source, firstId, lastId }] of runs.entries()) {
    const count = (runs[place + 1]?.firstLeaf ?? endOfRun(sql, firstLeaf, size)) - firstLeaf;
    // Ids have no gaps in new files, so that the first row wanted is at hand.
    const isDense = lastId - firstId + 1 === count;
    let index = isDense ? Math.max(firstLeaf, from) : firstLeaf;
    for (let id = firstId + (index - firstLeaf); index < Math.min(to, firstLeaf + count); ) {
      const span = { from: id, to: lastId, limit: Math.min(pageRows, to - index), adopted: index < adopted };
      const leaves = leavesIn(sql, source, span);
      for (const leaf of leaves) {
        if (index >= from) yield { index, source, text: leaf.text };
        index += 1;
        id = leaf.id + 1;
      }
      if (leaves.length === 0) break;
    }
  }
}

/** How many leaves the run has that begins at `firstLeaf`, in a log of `size`. */
export const runSize = (sql: Sql, firstLeaf: number, size: number): number =>
  endOfRun(sql, firstLeaf, size) - firstLeaf;

const endOfRun = (sql: Sql, firstLeaf: number, size: number): number =>
  sql.get<{ next: number | null }>('SELECT min(firstLeaf) AS next FROM logRuns WHERE firstLeaf > @firstLeaf', {
    firstLeaf,
  })?.next ?? size;

/** @throws RangeError – there is no such leaf, or its row is gone */
export function leafAt(sql: Sql, index: number): string {
  for (const { text } of leavesOf(sql, index, index + 1)) return text;
  throw new RangeError(`the log has no leaf ${index}`);
}

export const tileHashes = 256;
const levelsOfTile = 8;

/** A tile as c2sp.org/tlog-tiles defines it: `width` hashes from `position` × 256 on. */
export function tileOf(sql: Sql, level: number, position: number): Buffer {
  const kept = sql.get<{ hashes: Uint8Array }>(
    'SELECT hashes FROM logTiles WHERE level = @level AND position = @position',
    { level, position },
  );
  if (kept) return Buffer.from(kept.hashes);
  if (level > 0) return Buffer.alloc(0);
  // The last tile of the leaves is not kept until it is full.
  const first = position * tileHashes;
  return Buffer.concat([...leavesOf(sql, first, first + tileHashes)].map(({ text }) => leafHash(text)));
}

/** The complete subtrees of the log, from its tiles. */
export function subtreesOf(sql: Sql): Subtrees {
  const tiles = new Map<string, Buffer>();
  const tile = (level: number, position: number): Buffer => {
    const name = `${level}/${position}`;
    const known = tiles.get(name) ?? tileOf(sql, level, position);
    tiles.set(name, known);
    return known;
  };
  return (level, position): Hash => {
    const tileLevel = Math.floor(level / levelsOfTile);
    const width = 2 ** (level % levelsOfTile);
    const first = position * width;
    const at = (first % tileHashes) * hashBytes;
    const row = tile(tileLevel, Math.floor(first / tileHashes)).subarray(at, at + width * hashBytes);
    if (row.length !== width * hashBytes) throw new RangeError(`the log has no subtree ${level}/${position}`);
    return rootOfRow(row);
  };
}

/** Proof that leaf `index` is in the tree of the first `size` leaves; by default of all. */
export const proveInclusion = (sql: Sql, index: number, size = headOf(sql)?.size ?? 0): Hash[] =>
  inclusionProof(subtreesOf(sql), index, size);

/** Proof that the tree of the first `older` leaves is the beginning of that of `size`. */
export const proveConsistency = (sql: Sql, older: number, size = headOf(sql)?.size ?? 0): Hash[] =>
  consistencyProof(subtreesOf(sql), older, size);

/** The root of the tree of the first `size` leaves, from the kept tiles. */
export const rootOfFirst = (sql: Sql, size: number): Hash => rootAt(subtreesOf(sql), size);

export type GivenCheckpoint = { origin: string; size: number; root: Uint8Array; note: string; verifierKey: string };

/** The signed head of the log as a checkpoint. Undefined while nothing is signed. */
export function checkpointOf(sql: Sql): GivenCheckpoint | undefined {
  const [head, stationId] = [headOf(sql), stationIdOf(sql)];
  if (head === undefined || stationId === undefined) return undefined;
  const { size, root, publicKey, signature } = head;
  if (publicKey === null || signature === null) return undefined;
  const origin = originOf(stationId);
  const signed: Signed = { publicKey, signature };
  return isSigned(origin, head, signed)
    ? { origin, size, root, note: signedNote(origin, head, signed), verifierKey: verifierKey(origin, publicKey) }
    : undefined;
}
