/**
 * The log grows with each commit, in the same transaction: its new entries and what became of the rows it touched. The
 * triggers that notice rows belong to this connection. What another program writes into the file gets no leaf, and the
 * verification finds it.
 */
import { StationError } from '../../contract/errors.ts';
import type { Sql } from '../sql.ts';
import { leavesIn, type Source } from './leaves.ts';
import { append, type Frontier, type Hash, hashBytes, leafHash, rootOf } from './merkle.ts';
import { checkpointBody, type LogSigner, originOf } from './note.ts';
import { type BoundTable, boundTablesOf, digestOf } from './rows.ts';
import { type HeadRow, headOf, stationIdOf, tileHashes } from './store.ts';

/** The log of the connection that writes. All its methods run inside of a transaction of that connection. */
export type LogWriter = {
  /** At the beginning of a transaction. */
  begin(): void;
  /** At its end: what it wrote is in the log. */
  seal(): void;
};

type State = Omit<HeadRow, 'frontier' | 'root'> & {
  frontier: Frontier;
  /** The hashes of the last tile of leaves. */
  tile: Hash[];
  /** So many of them are in `logPending`. */
  pending: number;
};

const end = Number.MAX_SAFE_INTEGER;
/** The last entries of the file. */
type Ends = { auditSeq: number; journalId: number };
const ends = `coalesce((SELECT max(seq) FROM audit), 0) AS auditSeq, coalesce((SELECT max(entryId) FROM journal), 0) AS journalId`;
const pageRows = 1000;
/** The history of checkpoints has, for each hour in which something happened, the head before that. */
const keepEveryMs = 3_600_000;

/**
 * Prepares the connection, and takes what is in the file into the log when there is none yet.
 *
 * @param signer without one, e.g. in a test, the log is kept and not signed
 * @throws records.damaged – there are leaves and no head
 * @param onBegun tells of a file that was there before its log; it runs in that transaction
 */
export function openLog(
  sql: Sql,
  signer?: LogSigner,
  onBegun?: (sql: Sql, found: { entries: number; rows: number }) => void,
): LogWriter {
  const tables = new Map(boundTablesOf(sql).map((table) => [table.name, table]));
  watchTables(sql, [...tables.values()]);
  let state: State | undefined;
  let stationId: string | undefined;
  const kept = sql.get<{ at: string }>('SELECT at FROM logCheckpoints ORDER BY size DESC LIMIT 1')?.at;
  let keptHour = kept === undefined ? undefined : Math.floor(Date.parse(kept) / keepEveryMs);
  let before: Ends = { auditSeq: 0, journalId: 0 };

  const push = (now: State, text: string): void => {
    const leaf = leafHash(text);
    append(now.frontier, leaf, (level, made) => {
      if (level % 8 === 0) addToTile(sql, level / 8, now.frontier.size, made);
    });
    now.size += 1;
    now.tile.push(leaf);
    if (now.tile.length < tileHashes) return;
    keepTile(sql, 0, now.size / tileHashes - 1, Buffer.concat(now.tile));
    sql.run('DELETE FROM logPending');
    now.tile = [];
    now.pending = 0;
  };
  /** The leaves of the last tile that are new. One statement for all: a commit of many units has hundreds. */
  const keepPending = (now: State): void => {
    const count = now.tile.length - now.pending;
    if (count === 0) return;
    sql.run(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @count)
       INSERT INTO logPending (leafIndex, hash) SELECT @first + i, substr(@hashes, i * ${hashBytes} + 1, ${hashBytes}) FROM n`,
      { count, first: now.size - count, hashes: Buffer.concat(now.tile.slice(now.pending)) },
    );
    now.pending = now.tile.length;
  };
  const note = (now: State, source: Source, firstLeaf: number, firstId: number, lastId: number): void => {
    if (now.size > firstLeaf)
      sql.run(
        'INSERT INTO logRuns (firstLeaf, source, firstId, lastId) VALUES (@firstLeaf, @source, @firstId, @lastId)',
        { firstLeaf, source, firstId, lastId },
      );
  };
  const addLeaves = (now: State, source: Source, after: number, to: number, adopted = false): void => {
    const firstLeaf = now.size;
    let [first, last] = [0, after];
    while (last < to) {
      const leaves = leavesIn(sql, source, { from: last + 1, to, limit: pageRows, adopted });
      if (leaves.length === 0) break;
      first ||= leaves[0]!.id;
      for (const { id, text } of leaves) {
        last = id;
        push(now, text);
      }
    }
    note(now, source, firstLeaf, first, last);
  };
  const addStatements = (now: State): void => {
    const before = now.statementId;
    for (;;) {
      const touched = sql.all<{ ofTable: string; rowKey: string }>(
        `SELECT ofTable, rowKey FROM temp.logTouched ORDER BY ofTable, rowKey LIMIT ${pageRows}`,
      );
      const last = touched.at(-1);
      if (last === undefined) break;
      const first = now.statementId + 1;
      const rows = touched.map(({ ofTable, rowKey }) => {
        const { digest } = digestOf(sql, tables.get(ofTable)!, rowKey);
        now.statementId += 1;
        return [ofTable, rowKey, digest?.toString('hex') ?? null];
      });
      sql.run(
        `INSERT INTO logStatements (statementId, ofTable, rowKey, digest)
         SELECT @first + key, value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each(@rows)`,
        { first, rows: JSON.stringify(rows) },
      );
      if (touched.length < pageRows) {
        sql.run('DELETE FROM temp.logTouched');
        break;
      }
      sql.run('DELETE FROM temp.logTouched WHERE (ofTable, rowKey) <= (@ofTable, @rowKey)', last);
    }
    addLeaves(now, 'statement', before, now.statementId);
  };
  const keepHead = (now: State): void => {
    keepPending(now);
    stationId ??= stationIdOf(sql);
    const root = rootOf(now.frontier);
    const signed = signer !== undefined && stationId !== undefined;
    const signature = signed
      ? signer.sign(Buffer.from(checkpointBody(originOf(stationId!), { size: now.size, root })))
      : null;
    const publicKey = signed ? signer.publicKey : null;
    const { size, statementId, adopted } = now;
    sql.run(
      `INSERT INTO logHead (only, size, root, frontier, statementId, adopted, publicKey, signature)
       VALUES (1, @size, @root, @frontier, @statementId, @adopted, @publicKey, @signature)
       ON CONFLICT DO UPDATE SET size = @size, root = @root, frontier = @frontier, statementId = @statementId,
         adopted = @adopted, publicKey = @publicKey, signature = @signature`,
      {
        ...{ size, root, statementId, adopted },
        frontier: Buffer.concat(now.frontier.hashes),
        publicKey,
        signature,
      },
    );
  };
  /** Before the first commit of an hour changes the head, the head that was goes into the history. */
  const keepFormer = (): boolean => {
    const hour = Math.floor(Date.now() / keepEveryMs);
    if (hour === keptHour) return false;
    const { changes } = sql.run(
      `INSERT INTO logCheckpoints (size, root, at, publicKey, signature)
       SELECT size, root, @at, publicKey, signature FROM logHead WHERE signature IS NOT NULL AND size > 0
       ON CONFLICT DO NOTHING`,
      { at: new Date().toISOString() },
    );
    if (changes > 0) keptHour = hour;
    return changes > 0;
  };
  const log: LogWriter = {
    begin() {
      const found = sql.get<Ends & { size: number }>(`SELECT size, ${ends} FROM logHead`);
      if (found === undefined) throw headless();
      if (state === undefined || state.size !== found.size) state = stateOf(sql);
      before = found;
    },
    seal() {
      const now = state!;
      // When this transaction is undone, the log is read from the file once more.
      state = undefined;
      const was = now.size;
      const { auditSeq, journalId, touched } = sql.get<Ends & { touched: number }>(
        `SELECT ${ends}, EXISTS (SELECT 1 FROM temp.logTouched) AS touched`,
      )!;
      addLeaves(now, 'audit', before.auditSeq, auditSeq);
      addLeaves(now, 'journal', before.journalId, journalId);
      const isTold = now.size > was || touched === 1;
      if ((isTold && keepFormer()) || touched === 1) addStatements(now);
      if (now.size > was) keepHead(now);
      state = now;
    },
  };
  if (headOf(sql) === undefined) {
    if (sql.get('SELECT 1 FROM logRuns')) throw headless();
    adopt();
  }
  for (const { name, keyIn, isLate } of tables.values())
    if (isLate && !sql.get('SELECT 1 FROM logStatements WHERE ofTable = @name LIMIT 1', { name }))
      touchAll(name, keyIn);
  return log;

  function touchAll(name: string, keyIn: BoundTable['keyIn']): void {
    sql.exec(
      `INSERT INTO temp.logTouched SELECT '${name}', ${keyIn('t')} FROM ${name} t WHERE true ON CONFLICT DO NOTHING`,
    );
  }

  function adopt(): void {
    sql.exec('BEGIN IMMEDIATE');
    try {
      const now: State = { ...nothing, frontier: { size: 0, hashes: [] }, tile: [], pending: 0 };
      addLeaves(now, 'audit', 0, end, true);
      addLeaves(now, 'journal', 0, end, true);
      const entries = now.size;
      for (const { name, keyIn, isLate } of tables.values()) if (!isLate) touchAll(name, keyIn);
      addStatements(now);
      now.adopted = now.size;
      keepHead(now);
      if (now.size > 0 && onBegun) {
        log.begin();
        onBegun(sql, { entries, rows: now.size - entries });
        log.seal();
      }
      sql.exec('COMMIT');
    } catch (thrown) {
      if (sql.inTransaction()) sql.exec('ROLLBACK');
      throw thrown;
    }
  }
}

const headless = () =>
  new StationError('records.damaged', 'the head of the log was removed: restore the records, and keep this file');

const nothing = { size: 0, statementId: 0, adopted: 0, publicKey: null, signature: null } as const;

function stateOf(sql: Sql): State {
  const { frontier, root: _, ...head } = headOf(sql)!;
  const hashes: Hash[] = [];
  for (let at = 0; at < frontier.length; at += hashBytes)
    hashes.push(Buffer.from(frontier.subarray(at, at + hashBytes)));
  const pending = sql.all<{ hash: Uint8Array }>('SELECT hash FROM logPending ORDER BY leafIndex');
  const tile = pending.map(({ hash }) => Buffer.from(hash));
  return { ...head, frontier: { size: head.size, hashes }, tile, pending: tile.length };
}

function addToTile(sql: Sql, level: number, leavesBefore: number, hash: Hash): void {
  const index = (leavesBefore + 1) / tileHashes ** level - 1;
  const position = Math.floor(index / tileHashes);
  const kept = sql.get<{ hashes: Uint8Array }>(
    'SELECT hashes FROM logTiles WHERE level = @level AND position = @position',
    { level, position },
  );
  keepTile(sql, level, position, kept ? Buffer.concat([kept.hashes, hash]) : hash);
}

function keepTile(sql: Sql, level: number, position: number, hashes: Uint8Array): void {
  sql.run(
    `INSERT INTO logTiles (level, position, hashes) VALUES (@level, @position, @hashes)
     ON CONFLICT DO UPDATE SET hashes = excluded.hashes`,
    { level, position, hashes },
  );
}

/** Notes the keys of the rows that a transaction touches, in memory. A rollback undoes the notes as well. */
function watchTables(sql: Sql, tables: readonly BoundTable[]): void {
  sql.exec('PRAGMA temp_store = MEMORY');
  sql.exec(`CREATE TEMP TABLE IF NOT EXISTS logTouched (ofTable TEXT NOT NULL, rowKey TEXT NOT NULL,
    PRIMARY KEY (ofTable, rowKey)) STRICT, WITHOUT ROWID`);
  for (const { name, columns, keyNames, keyIn, goesBy } of tables) {
    const noted = (row: string) => `INSERT INTO logTouched VALUES ('${name}', ${keyIn(row)}) ON CONFLICT DO NOTHING;`;
    // Hardly any row changes its key. A note of both keys at each change would be made and dropped for nothing.
    sql.exec(`
      CREATE TEMP TRIGGER IF NOT EXISTS ${name}Added AFTER INSERT ON main.${name} BEGIN ${noted('NEW')} END;
      CREATE TEMP TRIGGER IF NOT EXISTS ${name}Changed AFTER UPDATE OF ${columns.join(', ')} ON main.${name} BEGIN ${noted('NEW')} END;
      CREATE TEMP TRIGGER IF NOT EXISTS ${name}Renamed AFTER UPDATE OF ${keyNames.join(', ')} ON main.${name} BEGIN ${noted('OLD')} END;`);
    // Of rows that go by a rule, the rule's entry speaks.
    if (goesBy === undefined)
      sql.exec(
        `CREATE TEMP TRIGGER IF NOT EXISTS ${name}Removed AFTER DELETE ON main.${name} BEGIN ${noted('OLD')} END`,
      );
  }
}
