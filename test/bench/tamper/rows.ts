/** Tamperings of rows and of the schema, as SQL. They are chosen by a seed, and keep to what SQLite's own tools can do. */
import { volatileTables } from '../../../app/records/log/tables.ts';
import type { Sql, SqlValue } from '../../../app/records/sql.ts';
import { rowsOf } from '../../records/tampering.ts';
import type { Chance } from './chance.ts';
import { literal } from './shell.ts';

/** SQL, and the same in words. Undefined where the table does not have enough rows. */
export type Change = { sql: string; told: string } | undefined;

type Column = { name: string; type: string; pk: number };
type Row = Record<string, SqlValue>;
type Table = { name: string; columns: Column[]; key: string[]; rows: Row[] };

/** Columns that the log does not speak for. */
const unbound: Readonly<Record<string, readonly string[]>> = { firstConnections: ['askAt'] };

/** The tables with rows for which the log speaks. A count of nothing says what no row says. */
export function tablesIn(sql: Sql): Table[] {
  return sql
    .all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
    .filter(({ name }) => !Object.hasOwn(volatileTables, name))
    .map(({ name }) => {
      const columns = sql
        .all<Column>(`SELECT name, type, pk FROM pragma_table_info('${name}')`)
        .filter((column) => !unbound[name]?.includes(column.name));
      const key = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
      // The table of SQLite's sequences has no key of its own.
      return {
        name,
        columns,
        key: key.length > 0 ? key : ['name'],
        rows: sql.all<Row>(`SELECT * FROM ${rowsOf(name)}`),
      };
    })
    .filter(({ rows }) => rows.length > 0);
}

export const triggersIn = (sql: Sql): { name: string; sql: string }[] =>
  sql.all<{ name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`);

const at = (table: Table, row: Row): string =>
  table.key.map((name) => `${name} = ${literal(row[name] ?? null)}`).join(' AND ');
const where = (table: Table, row: Row): string => `${table.name} where ${at(table, row).slice(0, 120)}`;

/** Another value that the column can hold. JSON mostly stays JSON. */
function otherThan(value: SqlValue, { type }: Column, chance: Chance): SqlValue {
  if (value === null) return type === 'BLOB' ? new Uint8Array(32) : type === 'TEXT' ? 'x' : 7;
  if (typeof value === 'number') return chance.of(2) ? value + 1 + chance.below(3) : value === 0 ? 1 : 0;
  if (typeof value !== 'string') {
    const bytes = new Uint8Array(value.length === 0 ? 1 : value.length);
    bytes.set(value);
    bytes[chance.below(bytes.length)]! ^= 1 << chance.below(8);
    return bytes;
  }
  if (value.startsWith('{') && !chance.of(4)) return `{"forged":1${value === '{}' ? '}' : `,${value.slice(1)}`}`;
  const place = chance.below(value.length + 1);
  return `${value.slice(0, place)}${chance.pick(['x', '0', ' ', 'é'])}${value.slice(place + (chance.of(2) ? 1 : 0))}`;
}

export function changed(table: Table, chance: Chance): Change {
  const row = chance.pick(table.rows);
  const open = table.columns.filter(({ pk }) => pk === 0);
  const column = open.length > 0 ? chance.pick(open) : chance.pick(table.columns);
  const value = literal(otherThan(row[column.name] ?? null, column, chance));
  const sql = `UPDATE OR FAIL ${table.name} SET ${column.name} = ${value} WHERE ${at(table, row)}`;
  return { sql, told: `${column.name} of ${where(table, row)} set to ${value.slice(0, 60)}` };
}

export function removed(table: Table, chance: Chance): Change {
  const row = chance.pick(table.rows);
  return { sql: `DELETE FROM ${table.name} WHERE ${at(table, row)}`, told: `removed: ${where(table, row)}` };
}

/** A row like another one, under a key of its own. */
export function inserted(table: Table, chance: Chance): Change {
  const row = { ...chance.pick(table.rows) };
  const last = table.key.at(-1)!;
  const value = row[last] ?? null;
  row[last] =
    typeof value === 'number'
      ? chance.of(4)
        ? -1 - chance.below(5)
        : Math.max(...table.rows.map((other) => Number(other[last]))) + 1 + chance.below(2)
      : typeof value === 'string'
        ? `${value}${chance.below(1000)}`
        : value;
  const names = Object.keys(row).join(', ');
  const values = Object.values(row).map(literal).join(', ');
  return { sql: `INSERT INTO ${table.name} (${names}) VALUES (${values})`, told: `put in: ${where(table, row)}` };
}

/** Two rows that change places: each has the key of the other one. */
export function exchanged(table: Table, chance: Chance): Change {
  const [one, other] = [chance.pick(table.rows), chance.pick(table.rows)];
  const open = table.columns.filter(({ pk, name }) => pk === 0 && !table.key.includes(name)).map(({ name }) => name);
  if (one === other || open.length === 0 || open.every((name) => literal(one[name]!) === literal(other[name]!)))
    return undefined;
  // Over a third key: two rows cannot have one key, not for a moment either.
  const free = `UPDATE ${table.name} SET ${table.key.at(-1)} = ${literal(freeKey(table))} WHERE ${at(table, one)}`;
  const far = { ...one, [table.key.at(-1)!]: freeKey(table) };
  return {
    sql: `BEGIN; ${free}; UPDATE ${table.name} SET ${keys(table, one)} WHERE ${at(table, other)}; UPDATE ${table.name} SET ${keys(table, other)} WHERE ${at(table, far)}; COMMIT`,
    told: `changed places: ${where(table, one)}, and ${at(table, other).slice(0, 60)}`,
  };
}

const keys = (table: Table, of: Row): string =>
  table.key.map((name) => `${name} = ${literal(of[name] ?? null)}`).join(', ');
const freeKey = (table: Table): SqlValue => {
  const value = table.rows[0]![table.key.at(-1)!]!;
  return typeof value === 'number' ? 900_001 : typeof value === 'string' ? 'elsewhere' : new Uint8Array(32);
};

/** A row under another key; numbers close the gap behind it, as after a row that was taken out. */
export function renumbered(table: Table, chance: Chance): Change {
  const last = table.key.at(-1)!;
  const row = chance.pick(table.rows);
  const value = row[last];
  if (typeof value !== 'number' || table.key.length > 1) {
    const to = typeof value === 'number' ? 900_001 : `${value}-2`;
    const sql = `UPDATE ${table.name} SET ${last} = ${literal(to)} WHERE ${at(table, row)}`;
    return { sql, told: `named otherwise: ${where(table, row)}` };
  }
  const sql = `BEGIN; DELETE FROM ${table.name} WHERE ${last} = ${value};
    UPDATE ${table.name} SET ${last} = -${last} WHERE ${last} > ${value};
    UPDATE ${table.name} SET ${last} = -${last} - 1 WHERE ${last} < 0; COMMIT`;
  return { sql, told: `removed, and the rest renumbered: ${where(table, row)}` };
}

/** Something in place of a value that its column cannot hold: nothing, or what is of another type. The table allows it for a moment. */
export function ofAnotherKind(sql: Sql, table: Table, chance: Chance): Change {
  if (table.name.startsWith('sqlite_')) return undefined;
  const row = chance.pick(table.rows);
  const column = chance.pick(table.columns);
  const value = chance.pick(['NULL', `'x'`, '7', '1.5', `x'00'`]);
  const { sql: text } = sql.get<{ sql: string }>('SELECT sql FROM sqlite_schema WHERE name = @name', {
    name: table.name,
  })!;
  const loose = text.replaceAll(/\bNOT NULL\b/g, '').replace(/\)\s*STRICT\b,?/, ') ');
  const write = (as: string) =>
    `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ${literal(as)} WHERE name = '${table.name}'; PRAGMA writable_schema = RESET`;
  return {
    sql: `${write(loose)}; UPDATE OR FAIL ${table.name} SET ${column.name} = ${value} WHERE ${at(table, row)}; ${write(text)}`,
    told: `${column.name} of ${where(table, row)} set to ${value}, which it cannot hold`,
  };
}

/** The end of the log, with all that a careful person would take with it but the signature. */
export function cutOff(sql: Sql, chance: Chance): Change {
  const runs = sql.all<{ firstLeaf: number }>('SELECT firstLeaf FROM logRuns ORDER BY firstLeaf');
  const { firstLeaf } = chance.pick(runs.slice(Math.max(1, runs.length - 40)));
  const isCareful = chance.of(2);
  const heads = sql.all<{ size: number }>('SELECT size FROM logCheckpoints');
  const older = heads.filter(({ size }) => size <= firstLeaf);
  const text = `CREATE TEMP TABLE gone AS SELECT source, firstId FROM logRuns WHERE firstLeaf >= ${firstLeaf};
    DELETE FROM audit WHERE seq >= (SELECT min(firstId) FROM gone WHERE source = 'audit');
    DELETE FROM journal WHERE entryId >= (SELECT min(firstId) FROM gone WHERE source = 'journal');
    ${
      isCareful
        ? `DELETE FROM logStatements WHERE statementId >= (SELECT min(firstId) FROM gone WHERE source = 'statement');
    DELETE FROM logPending WHERE leafIndex >= ${firstLeaf};
    UPDATE logHead SET statementId = (SELECT max(statementId) FROM logStatements), size = ${firstLeaf};
    DELETE FROM logRuns WHERE firstLeaf >= ${firstLeaf}`
        : ''
    }`;
  return {
    sql: text,
    told: `cut off from leaf ${firstLeaf} on${isCareful ? ', with runs, statements and head' : ''} (${older.length} older heads kept)`,
  };
}

const firstColumn = (sql: Sql, table: string): string =>
  sql.get<{ name: string }>(`SELECT name FROM pragma_table_info('${table}') LIMIT 1`)!.name;

type Made = { type: string; name: string; sql: string | null; tbl_name: string };

/** Something of the schema dropped, weakened, added, or written over in place. */
export function schemaChanged(sql: Sql, type: 'trigger' | 'index', chance: Chance): Change {
  const all = sql.all<Made>(
    `SELECT type, name, sql, tbl_name FROM sqlite_schema WHERE type = '${type}' AND sql NOT NULL`,
  );
  const { name, sql: text, tbl_name } = chance.pick(all);
  const drop = `DROP ${type} ${name}`;
  const weak =
    type === 'trigger'
      ? text!.replace(/\bBEGIN\b/, 'BEGIN SELECT 1;').replace(/SELECT RAISE\([^;]*;/, 'SELECT 2;')
      : text!.replace(/\bUNIQUE /, '');
  const ways: { sql: string; told: string }[] = [
    { sql: drop, told: `${type} ${name} dropped` },
    {
      sql: `PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE type = '${type}' AND name = '${name}'`,
      told: `${type} ${name} taken out of the schema table`,
    },
    type === 'trigger'
      ? {
          sql: `CREATE TRIGGER extra AFTER INSERT ON ${tbl_name} BEGIN SELECT 1; END`,
          told: `a trigger on ${tbl_name}`,
        }
      : { sql: `CREATE INDEX extra ON ${tbl_name} (${firstColumn(sql, tbl_name)})`, told: `an index on ${tbl_name}` },
  ];
  if (weak !== text) ways.push({ sql: `${drop}; ${weak}`, told: `${type} ${name} weakened` });
  return chance.pick(ways);
}

/** The rest of the schema, and the numbers in the head of the file. */
export function fileChanged(sql: Sql, chance: Chance): Change {
  const tables = sql.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
  );
  const { name } = chance.pick(tables);
  const version = sql.get<{ user_version: number }>('PRAGMA user_version')!.user_version;
  return chance.pick([
    { sql: `CREATE TABLE extra (a)`, told: 'a table put in' },
    { sql: `CREATE VIEW extra AS SELECT * FROM ${name}`, told: 'a view put in' },
    { sql: `ALTER TABLE ${name} ADD COLUMN extra TEXT`, told: `a column added to ${name}` },
    { sql: `ALTER TABLE ${name} RENAME TO extra`, told: `${name} renamed` },
    { sql: `PRAGMA user_version = ${version - 1 - chance.below(5)}`, told: 'an older version of the schema named' },
    { sql: `PRAGMA user_version = ${version + 1}`, told: 'a newer version of the schema named' },
    { sql: `PRAGMA application_id = ${1 + chance.below(1e6)}`, told: 'another application named' },
    { sql: 'ANALYZE', told: 'figures for the planner put in' },
    {
      sql: `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK', 'CHECK  ') WHERE name = '${name}'; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = '${name}'`,
      told: `the text of ${name} written over`,
    },
  ]);
}
