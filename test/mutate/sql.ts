/** Small changes of a statement in SQL, by its text: what a reader of the records would get wrong. */
export type Change = { start: number; end: number; text: string };

const statement = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|ORDER BY|CREATE (TABLE|TRIGGER|UNIQUE|INDEX))\b/;
export const isSql = (text: string) => statement.test(text);

/** The `=` of `SET a = @a` assigns; the one after WHERE, AND, OR, ON or WHEN compares. */
const rules: readonly [RegExp, string][] = [
  [/<=/g, '<'],
  [/>=/g, '>'],
  [/(?<=\s)<(?=\s)/g, '<='],
  [/(?<=\s)>(?=\s)/g, '>='],
  [/(?<=\b(?:WHERE|AND|OR|ON|WHEN)\s+[\w.]+\s)=(?=\s)/g, '<>'],
  [/\s+AND\s+[\w.]+\s+(?:=|<>|<=|>=|<|>|IS NOT|IS)\s+(?:@\w+|'[^']*'|[\w.]+)/g, ''],
  [/\bIS NOT NULL\b/g, 'IS NULL'],
  [/\bIS NULL\b/g, 'IS NOT NULL'],
  [/\bNOT EXISTS\b/g, 'EXISTS'],
  [/\bNOT IN\b/g, 'IN'],
  [/\bDESC\b/g, 'ASC'],
  [/\bASC\b/g, 'DESC'],
  [/(?<=\bORDER BY\s(?:(?!\bLIMIT\b)[^()])*?\w)(?=\s*(?:LIMIT\b|\)|$))(?<!\b(?:ASC|DESC))/g, ' DESC'],
  [/\bmax\(/gi, 'min('],
  [/\bmin\(/gi, 'max('],
  [/(?<!\b(?:CREATE|INSERT|UPDATE)\s)\bOR\b/g, 'AND'],
  [/\bLEFT JOIN\b/g, 'JOIN'],
  [/\bIS DISTINCT FROM\b/g, 'IS NOT DISTINCT FROM'],
  [/\bIS NOT DISTINCT FROM\b/g, 'IS DISTINCT FROM'],
  [/\bDISTINCT\s+(?!FROM\b|ON\b)/g, ''],
  [/\bDISTINCT ON \([^()]*\)\s/g, ''],
  [/\bUNION ALL\b/g, 'UNION'],
];

export const sqlChanges = (text: string): Change[] =>
  rules.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: replacement,
    })),
  );
