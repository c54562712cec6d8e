import { type Expression, readerOf, type Scope, tokensOf } from './expression.ts';

/** The statement of a topic rule ("AWS IoT SQL reference", AWS IoT developer guide). */
export type Statement = {
  /** The topic filter. */
  from: string;
  /** What the actions get. Undefined: the message is not meant. @throws Error – the message is no JSON object */
  select(scope: Scope): unknown;
};

type Item = { as: string; expression: Expression } | '*';

/** @throws Error – it is no such statement, or goes beyond what is offered; in words for `SqlParseException` */
export function readSql(sql: string): Statement {
  const reader = readerOf(tokensOf(sql));
  reader.must(reader.isWord('SELECT'), 'SELECT');
  const items: Item[] = [];
  do items.push(reader.took(reader.isSign('*')) ? '*' : readItem(reader));
  while (reader.took(reader.isSign(',')));
  reader.must(reader.isWord('FROM'), 'FROM');
  const source = reader.expression();
  const from = source.name === undefined ? source.value(nothing) : undefined;
  if (typeof from !== 'string' || from === '') throw new Error("expected FROM 'topic filter'");
  const where = reader.took(reader.isWord('WHERE')) ? reader.expression() : undefined;
  reader.must(reader.atEnd(), 'the end');
  const whole = items.length === 1 && items[0] === '*';
  return {
    from,
    select: (scope) => {
      if (where !== undefined && where.value(scope) !== true) return undefined;
      return whole ? scope.payload : Object.fromEntries(items.flatMap((item) => membersOf(item, scope)));
    },
  };
}

function readItem(reader: ReturnType<typeof readerOf>): Item {
  const expression = reader.expression();
  const as = reader.took(reader.isWord('AS')) ? reader.word() : expression.name;
  if (as === undefined) throw new Error('what is computed needs a name: expression AS name');
  return { as, expression };
}

function membersOf(item: Item, scope: Scope): [string, unknown][] {
  if (item === '*') return Object.entries((scope.payload ?? {}) as object);
  const value = item.expression.value(scope);
  return value === undefined ? [] : [[item.as, value]];
}

const nothing: Scope = { topic: '', payload: undefined, accountId: '', now: 0 };
