/**
 * The log as files that clients of other people read: c2sp.org/tlog-tiles. A tile holds up to 256 hashes of 32 bytes, a
 * bundle of entries the texts of the leaves below one tile of level 0.
 */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { hashBytes, leafHash } from './merkle.ts';
import { leavesOf, tileHashes, tileOf } from './store.ts';

/** `path` has `/` between its parts and is relative to the prefix of the log. */
type TileFile = { path: string; bytes: Uint8Array };
/** An entry that no bundle can hold. Its tile holds its hash. */
export type LongEntry = { entry: number; bytes: number };

/** The length of an entry is told in 16 bits. */
const maxEntryBytes = 0xffff;

/** The number of a tile as path elements of three digits; all but the last begin with an x. */
function numberPath(position: number): string {
  const last = String(position % 1000).padStart(3, '0');
  const parts = [last];
  for (let rest = Math.floor(position / 1000); rest > 0; rest = Math.floor(rest / 1000))
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return parts.join('/');
}

/** Where the tile of this width lies, or a bundle of entries. */
export const tilePath = (level: number | 'entries', position: number, width: number): string =>
  `tile/${level}/${numberPath(position)}${width === tileHashes ? '' : `.p/${width}`}`;

/** The tiles of a level in a tree of `size` leaves. */
function* tilesOfLevel(level: number, size: number): Generator<{ position: number; width: number }> {
  const hashes = Math.floor(size / tileHashes ** level);
  for (let first = 0; first < hashes; first += tileHashes)
    yield { position: first / tileHashes, width: Math.min(tileHashes, hashes - first) };
}

/** How many files `tilesAt` makes. */
export function countTiles(size: number): number {
  let count = Math.ceil(size / tileHashes);
  for (let hashes = size; hashes > 0; hashes = Math.floor(hashes / tileHashes)) count += Math.ceil(hashes / tileHashes);
  return count;
}

/**
 * All tiles and bundles of the tree of the first `size` leaves. In place of a bundle comes the entry that is too long for it.
 *
 * @throws records.damaged – a leaf is gone, or does not fit its hash
 */
export function* tilesAt(sql: Sql, size: number): Generator<TileFile | LongEntry> {
  for (let level = 0; tileHashes ** level <= size; level += 1)
    for (const { position, width } of tilesOfLevel(level, size)) {
      const hashes = tileOf(sql, level, position).subarray(0, width * hashBytes);
      if (hashes.length < width * hashBytes) throw damaged(`the tile ${level}/${position} of the log is not whole`);
      yield { path: tilePath(level, position, width), bytes: hashes };
      if (level > 0) continue;
      const bundle = bundleOf(sql, position, width, hashes);
      yield 'entry' in bundle ? bundle : { path: tilePath('entries', position, width), bytes: bundle };
    }
}

/** Each entry after its length in two bytes, the high one first. */
function bundleOf(sql: Sql, position: number, width: number, hashes: Uint8Array): Buffer | LongEntry {
  const first = position * tileHashes;
  const parts: Buffer[] = [];
  let tooLong: LongEntry | undefined;
  for (const { index, text } of leavesOf(sql, first, first + width)) {
    const [at, bytes, length] = [(index - first) * hashBytes, Buffer.from(text), Buffer.alloc(2)];
    if (index !== first + parts.length / 2 || !leafHash(text).equals(hashes.subarray(at, at + hashBytes)))
      throw damaged(`entry ${index} of the log is not as it was`);
    if (bytes.length > maxEntryBytes) tooLong ??= { entry: index, bytes: bytes.length };
    else length.writeUInt16BE(bytes.length);
    parts.push(length, bytes);
  }
  if (parts.length < 2 * width) throw damaged(`entry ${first + parts.length / 2} of the log is gone`);
  return tooLong ?? Buffer.concat(parts);
}

const damaged = (what: string) => new StationError('records.damaged', `${what}: see audit verify --data`);
