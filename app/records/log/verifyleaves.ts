/** The entries and statements of the file against the leaves of its log, and the tree against its head. */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { endOfIds as end, idsBeyond, type Leaf, leavesIn, type Source } from './leaves.ts';
import { append, type Frontier, type Hash, hashBytes, putLeafHash, rootOf, rootOfRow } from './merkle.ts';
import { type HeadRow, type Run, tileHashes } from './store.ts';
import type { Progress, Say, WantedRoot } from './verdict.ts';

const pageRows = 1000;

const disordered = (what: string) => new StationError('records.damaged', `${what} do not come in their order`);

/**
 * The leaves that the rows of a source give, one after the other. In a damaged file they may come without an end.
 *
 * @param adopted the last row that was there before the log
 */
function rowsIn(sql: Sql, source: Source, adopted: number) {
  const pageFrom = (from: number): Leaf[] => {
    const isAdopted = from <= adopted;
    const page = leavesIn(sql, source, { from, to: isAdopted ? adopted : end, limit: pageRows, adopted: isAdopted });
    return page.length === 0 && isAdopted ? pageFrom(adopted + 1) : page;
  };
  let page = pageFrom(-end);
  let at = 0;
  let last = -end;
  return {
    peek: () => {
      if (at === page.length && page.length > 0) {
        page = pageFrom(last + 1);
        at = 0;
      }
      const row = page[at];
      if (row !== undefined && row.id <= last) throw disordered(`the rows of ${nameOf[source]}`);
      return row;
    },
    skip: () => {
      last = page[at]!.id;
      at += 1;
    },
  };
}

function* runsIn(sql: Sql, size: number): Generator<Run & { count: number }> {
  let before: Run | undefined;
  const page = `SELECT firstLeaf, source, firstId, lastId FROM logRuns WHERE firstLeaf > @after ORDER BY firstLeaf LIMIT ${pageRows}`;
  for (;;) {
    const rows: Run[] = sql.all<Run>(page, { after: before?.firstLeaf ?? -end });
    for (const run of rows) {
      if (before && run.firstLeaf <= before.firstLeaf) throw disordered('the runs of the log');
      if (before) yield { ...before, count: run.firstLeaf - before.firstLeaf };
      before = run;
    }
    if (rows.length < pageRows) break;
  }
  if (before) yield { ...before, count: size - before.firstLeaf };
}

/** The last row of each source that was there before the log. A run that names another one is found by its rows. */
const adoptedIn = (sql: Sql, { adopted }: HeadRow): Map<string, number> =>
  new Map(
    sql
      .all<{ source: string; last: number }>(
        'SELECT source, max(lastId) AS last FROM logRuns WHERE firstLeaf < @adopted GROUP BY source',
        { adopted },
      )
      .map(({ source, last }) => [source, last]),
  );

const notInLog = 'this entry is not in the log: another program wrote it';
/** The names of the sources, as people see them. */
const nameOf: Record<Source, string> = { audit: 'audit', journal: 'journal', statement: 'statement' };

/**
 * Reads every entry and statement once, in the order of the log.
 *
 * @returns how many entries the log has, and how many leaves are done
 */
export function* verifyLeaves(
  sql: Sql,
  head: HeadRow,
  wanted: readonly WantedRoot[],
  say: Say,
  of: number,
): Generator<Progress, { entries: number; done: number }> {
  const adopted = adoptedIn(sql, head);
  const rows = {
    audit: rowsIn(sql, 'audit', adopted.get('audit') ?? -end),
    journal: rowsIn(sql, 'journal', adopted.get('journal') ?? -end),
    statement: rowsIn(sql, 'statement', -end),
  };
  const tree = treeCheck(sql, wanted, say);
  let entries = 0;
  let isFirst = true;
  for (const source of ['audit', 'journal', 'statement'] as const)
    for (const id of idsBeyond(sql, source)) say('entryAdded', `${nameOf[source]} ${id}`, notInLog);
  for (const { firstLeaf, source, firstId, lastId, count } of runsIn(sql, head.size)) {
    if (isFirst && firstLeaf !== 0) say('tree', 'leaf 0', 'the beginning of the log is missing');
    isFirst = false;
    const isDense = lastId - firstId + 1 === count;
    const cursor = (rows as Partial<typeof rows>)[source];
    if (cursor === undefined) {
      say('tree', `leaf ${firstLeaf}`, 'the order of the log names a source that it does not have');
      return { entries, done: tree.size() };
    }
    let taken: { first: number; last: number } | undefined;
    for (let place = 0; place < count; place += 1) {
      const least = isDense ? firstId + place : firstId;
      let row = cursor.peek();
      for (; row !== undefined && row.id < least; row = cursor.peek()) {
        say('entryAdded', `${nameOf[source]} ${row.id}`, notInLog);
        tree.spoil();
        cursor.skip();
      }
      if (row === undefined || row.id > (isDense ? least : lastId)) {
        say(
          'entryMissing',
          `${nameOf[source]} ${least}`,
          'this entry is in the log and not in the file: it was removed',
        );
        tree.missing(source, least);
        taken = { first: firstId, last: lastId };
        continue;
      }
      cursor.skip();
      taken = { first: taken?.first ?? row.id, last: row.id };
      if (source !== 'statement') entries += 1;
      tree.leaf(source, row.id, row.text);
      if (tree.size() % pageRows === 0) yield { done: tree.size(), of };
    }
    if (taken?.first !== firstId || taken.last !== lastId)
      say('tree', `leaf ${firstLeaf}`, 'the order of the log names other entries here than it has');
  }
  for (const source of ['audit', 'journal', 'statement'] as const) {
    const row = rows[source].peek();
    if (row === undefined) continue;
    say('entryAdded', `${nameOf[source]} ${row.id}`, notInLog);
  }
  tree.end(head);
  return { entries, done: tree.size() };
}

const pendingOf = (sql: Sql): Buffer =>
  Buffer.concat(
    sql.all<{ hash: Uint8Array }>('SELECT hash FROM logPending ORDER BY leafIndex').map(({ hash }) => hash),
  );

/** Builds the tree again from the leaves and compares it with the kept tiles, the head and the checkpoints. */
function treeCheck(sql: Sql, wanted: readonly WantedRoot[], say: Say) {
  /** Over the tiles that are full: what it holds are hashes of whole tiles. */
  const full: Frontier = { size: 0, hashes: [] };
  /** The last tile, and so many hashes in it. */
  const tile = Buffer.alloc(tileHashes * hashBytes);
  let filled = 0;
  const sources: Source[] = [];
  const ids: number[] = [];
  const higher = new Map<number, { position: number; hashes: Hash[] }>();
  const due = wanted.toSorted((one, other) => one.size - other.size);
  const others: WantedRoot[] = [];
  let tiles = 0;
  let isSpoilt = false;

  const size = (): number => full.size * tileHashes + filled;
  const frontierNow = (): Frontier => {
    const frontier: Frontier = { size: full.size * tileHashes, hashes: [...full.hashes] };
    for (let at = 0; at < filled * hashBytes; at += hashBytes) append(frontier, tile.subarray(at, at + hashBytes));
    return frontier;
  };
  const keptTile = (level: number, position: number): Uint8Array | undefined =>
    sql.get<{ hashes: Uint8Array }>('SELECT hashes FROM logTiles WHERE level = @level AND position = @position', {
      level,
      position,
    })?.hashes;
  const differs = (level: number, position: number, hashes: Uint8Array): Uint8Array | undefined => {
    tiles += 1;
    const kept = keptTile(level, position) ?? new Uint8Array();
    return Buffer.compare(kept, hashes) === 0 ? undefined : kept;
  };
  const compareTile = (position: number): void => {
    const kept = differs(0, position, tile);
    if (kept !== undefined) sayTile(position, tile, kept);
  };
  const sayTile = (position: number, now: Buffer, kept: Uint8Array): void => {
    isSpoilt = true;
    const isWrong = (index: number): boolean => {
      const at = index * hashBytes;
      return now.compare(kept, at, at + hashBytes, at, at + hashBytes) !== 0;
    };
    if (kept.length !== now.length) say('tree', `tile 0/${position}`, 'a part of the tree of the log is missing');
    else
      for (let index = 0; index < now.length / hashBytes; index += 1)
        if (isWrong(index))
          say(
            'entryChanged',
            `${nameOf[sources[index]!]} ${ids[index]}`,
            'this entry is not as it was when it was written',
          );
  };
  /** The leaves that do not fill a tile. */
  const comparePending = (): void => {
    const now = tile.subarray(0, filled * hashBytes);
    const kept = pendingOf(sql);
    if (Buffer.compare(now, kept) !== 0) sayTile(full.size, now, kept);
  };
  const compareHigher = (level: number, of: { position: number; hashes: Hash[] }): void => {
    if (differs(level, of.position, Buffer.concat(of.hashes)) !== undefined && !isSpoilt)
      say('tree', `tile ${level}/${of.position}`, 'the tree of the log does not agree with its leaves');
    of.position += 1;
    of.hashes = [];
  };
  const compareRoots = (): void => {
    for (let next = due[0]; next !== undefined && next.size <= size(); next = due[0]) {
      due.shift();
      if (next.size === size() && Buffer.compare(rootOf(frontierNow()), next.root) !== 0) others.push(next);
    }
  };
  const addHigher = (level: number, hash: Hash): void => {
    const of = higher.get(level) ?? { position: 0, hashes: [] };
    higher.set(level, of);
    of.hashes.push(hash);
    if (of.hashes.length === tileHashes) compareHigher(level, of);
  };
  /** The hash of this leaf lies in the tile, behind those before it. */
  const added = (source: Source, id: number): void => {
    sources[filled] = source;
    ids[filled] = id;
    filled += 1;
    if (filled === tileHashes) {
      compareTile(full.size);
      const root = rootOfRow(tile);
      filled = 0;
      addHigher(1, root);
      append(full, root, (level, made) => {
        if (level % 8 === 0) addHigher(level / 8 + 1, made);
      });
    }
    compareRoots();
  };
  compareRoots();
  return {
    size,
    spoil: () => {
      isSpoilt = true;
    },
    leaf(source: Source, id: number, text: string) {
      putLeafHash(text, tile, filled * hashBytes);
      added(source, id);
    },
    /** Goes on with the hash that is kept, so that later leaves are still compared each by itself. */
    missing(source: Source, id: number) {
      isSpoilt = true;
      const at = filled * hashBytes;
      const kept = (keptTile(0, full.size) ?? pendingOf(sql)).subarray(at, at + hashBytes);
      tile.fill(0, at, at + hashBytes);
      if (kept.length === hashBytes) tile.set(kept, at);
      added(source, id);
    },
    end(head: HeadRow) {
      for (const [level, of] of higher) if (of.hashes.length > 0) compareHigher(level, of);
      comparePending();
      const frontier = frontierNow();
      const root = rootOf(frontier);
      const isWhole =
        frontier.size === head.size &&
        Buffer.compare(root, head.root) === 0 &&
        Buffer.compare(Buffer.concat(frontier.hashes), head.frontier) === 0;
      if (!isWhole && !isSpoilt)
        say(
          'tree',
          'log head',
          'the leaves do not give the head of the log: one of the last entries was changed, or the head was',
        );
      if (sql.get<{ n: number }>('SELECT count(*) AS n FROM logTiles')!.n !== tiles && !isSpoilt)
        say('tree', 'tiles', 'the tree of the log has parts that it should not have');
      for (const { name, size } of others)
        say(
          'checkpoint',
          name,
          `the first ${size} leaves of the log are not those that it was made of: the log was rewritten`,
        );
      for (const { name, size } of due)
        say(
          'rolledBack',
          name,
          `the log has ${head.size} leaves and had ${size}: its end was cut off, or an older file was put in its place`,
        );
    },
  };
}
