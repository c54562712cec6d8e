/** The leaves of an export, in the order of the log. */
import type { ExportScope } from '../../contract/exports.ts';
import { leafText, type Rows, rowsAmong, rowsOf, type Source } from '../log/leaves.ts';
import { type HeadRow, type Run, runSize } from '../log/store.ts';
import type { Sql } from '../sql.ts';
import { aboutOf, conditionsOf, idsOf } from './scope.ts';

/** A leaf that is shown: its index, its text, and the row of the records that it is made of. */
export type Selected = { [S in Source]: { index: number; source: S; text: string; row: Rows[S] } }[Source];

export type Selection = {
  /** How many rows are looked at, for a progress bar. */
  of: number;
  /** Undefined where some rows were looked at and none is shown: others may work meanwhile. */
  leaves: Iterable<Selected | undefined>;
};

type Row = Rows[Source];
/** `upTo` is the last id that was looked at; null at the end. */
type Page = { rows: Row[]; upTo: number | null };
type Pages = { source: Source; of: number; page: (after: number) => Page };

const pageRows = 1000;
/** Where most rows do not fit, more are looked at. */
const searchedRows = 20_000;
const sources = ['audit', 'journal', 'statement'] as const;

/**
 * Finds the leaves of a scope.
 *
 * @throws as `aboutOf`
 */
export function selectLeaves(sql: Sql, scope: ExportScope, head: HeadRow): Selection {
  const among = aboutOf(sql, scope);
  const pages = sources.map((source) =>
    among === undefined ? wholeSource(sql, source, scope) : chosenRows(sql, source, idsOf(sql, source, scope, among)),
  );
  return { of: pages.reduce((sum, { of }) => sum + of, 0), leaves: inOrder(sql, head, pages) };
}

function chosenRows(sql: Sql, source: Source, ids: readonly number[]): Pages {
  let at = 0;
  const page = (): Page => {
    const part = ids.slice(at, at + pageRows);
    at += part.length;
    return { rows: part.length === 0 ? [] : rowsAmong(sql, source, part), upTo: at < ids.length ? 0 : null };
  };
  return { source, of: ids.length, page };
}

const lastIds: Record<Exclude<Source, 'statement'>, string> = {
  audit: 'SELECT coalesce(max(seq), 0) AS last FROM audit',
  journal: 'SELECT coalesce(max(entryId), 0) AS last FROM journal',
};

/** Without a unit in question the statements about rows are left out: their hashes say enough. */
function wholeSource(sql: Sql, source: Source, scope: ExportScope): Pages {
  if (source === 'statement') return { source, of: 0, page: () => ({ rows: [], upTo: null }) };
  const { where, params } = conditionsOf(sql, scope);
  const { last } = sql.get<{ last: number }>(lastIds[source])!;
  const span = where === '' ? pageRows : searchedRows;
  const page = (after: number): Page => {
    const to = Math.min(last, after + span);
    return { rows: rowsOf(sql, source, after + 1, to, span, { where, params }), upTo: to < last ? to : null };
  };
  return { source, of: last, page };
}

function* inOrder(sql: Sql, { size, adopted }: HeadRow, pages: readonly Pages[]): Generator<Selected | undefined> {
  const cursors = pages.map(({ source, page }) => {
    const place = placesOf(sql, source, size);
    let { rows, upTo }: Page = { rows: [], upTo: 0 };
    let at = 0;
    let head: { index: number; row: Row } | undefined;
    return {
      source,
      head: () => head,
      spend: () => {
        head = undefined;
      },
      /** False when a page had to be read: ask again. */
      isReady: (): boolean => {
        const row = rows[at];
        if (head !== undefined) return true;
        if (row !== undefined) {
          at += 1;
          head = { index: place(row.id), row };
          return true;
        }
        if (upTo === null) return true;
        ({ rows, upTo } = page(upTo));
        at = 0;
        return false;
      },
    };
  });
  for (;;) {
    for (const cursor of cursors) while (!cursor.isReady()) yield undefined;
    const [first] = cursors
      .filter((cursor) => cursor.head() !== undefined)
      .sort((one, other) => one.head()!.index - other.head()!.index);
    const found = first?.head();
    if (first === undefined || found === undefined) return;
    first.spend();
    const { index, row } = found;
    const text = leafText(first.source, row, index < adopted);
    yield { index, source: first.source, text, row } as Selected;
  }
}

/**
 * The leaf of each id of a source. Ids are asked for in their order. Runs of a source are in the order of their ids, so
 * that the one of an id is found by doubling steps and then by halves.
 */
function placesOf(sql: Sql, source: Source, size: number): (id: number) => number {
  const from = (leaf: number): Run | undefined =>
    sql.get<Run>(
      `SELECT firstLeaf, source, firstId, lastId FROM logRuns WHERE firstLeaf >= @leaf AND source = @source
       ORDER BY firstLeaf LIMIT 1`,
      { leaf, source },
    );
  const isBefore = (run: Run | undefined, id: number): run is Run => run !== undefined && run.lastId < id;
  let run: (Run & { isDense: boolean; counted: { id: number; rank: number } }) | undefined;
  const find = (id: number): Run | undefined => {
    let low = run === undefined ? 0 : run.firstLeaf + 1;
    let high = low;
    for (let step = 1; ; step *= 2) {
      const here = from(high);
      if (!isBefore(here, id)) break;
      low = here.firstLeaf + 1;
      high = low + step;
    }
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const here = from(middle);
      if (isBefore(here, id)) low = here.firstLeaf + 1;
      else high = middle;
    }
    return from(low);
  };
  return (id) => {
    if (run === undefined || id > run.lastId) {
      const found = find(id);
      if (found === undefined || found.firstId > id) throw new RangeError(`${source} ${id} is not in the log`);
      const isDense = found.lastId - found.firstId + 1 === runSize(sql, found.firstLeaf, size);
      run = { ...found, isDense, counted: { id: found.firstId, rank: 0 } };
    }
    if (run.isDense) return run.firstLeaf + id - run.firstId;
    // Ids of an older file may have gaps: its rows are counted.
    const { id: last, rank } = run.counted;
    const passed = rowCount(sql, source, last, id);
    run.counted = { id, rank: rank + passed };
    return run.firstLeaf + run.counted.rank;
  };
}

const counts: Record<Source, string> = {
  audit: 'SELECT count(*) AS n FROM audit WHERE seq >= @from AND seq < @to',
  journal: 'SELECT count(*) AS n FROM journal WHERE entryId >= @from AND entryId < @to',
  statement: 'SELECT count(*) AS n FROM logStatements WHERE statementId >= @from AND statementId < @to',
};
const rowCount = (sql: Sql, source: Source, from: number, to: number): number =>
  sql.get<{ n: number }>(counts[source], { from, to })!.n;
