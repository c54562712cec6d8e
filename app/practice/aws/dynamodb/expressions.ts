import { jsonError } from '../jsonservice.ts';
import type { TableItem } from '../nouns.ts';

/**
 * Condition and update expressions ("Expressions in DynamoDB", developer guide), as far as a counter and a mark need
 * them: comparisons, `attribute_exists`, `attribute_not_exists`, AND, OR, NOT, brackets; SET, ADD and REMOVE of
 * attributes at the top of an item.
 */
type Value = Record<string, unknown>;
type Body = Record<string, unknown>;

/** One expression while it is read. */
type Reader = {
  peek(): string | undefined;
  next(): string;
  /** Takes this token if it comes next. Words are compared without regard to case. */
  take(token: string): boolean;
  expect(token: string): void;
  name(token: string): string;
  value(token: string): Value;
};

const tokens = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][\w.-]*)/y;

function readerOf(text: string, body: Body): Reader {
  const names = (body.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = (body.ExpressionAttributeValues ?? {}) as Record<string, Value>;
  const all: string[] = [];
  tokens.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = tokens.lastIndex) {
    const [, token] = tokens.exec(text) ?? [];
    if (token === undefined) throw invalid(`Syntax error near "${text.slice(end, end + 10)}"`);
    all.push(token);
  }
  let at = 0;
  const peek = () => all[at];
  const take = (token: string) => {
    const is = peek()?.toUpperCase() === token.toUpperCase();
    if (is) at += 1;
    return is;
  };
  return {
    peek,
    take,
    next: () => {
      const token = all[at++];
      if (token === undefined) throw invalid('Syntax error: the expression ends too early');
      return token;
    },
    expect: (token) => {
      if (!take(token)) throw invalid(`Syntax error: "${token}" is expected before "${peek() ?? 'the end'}"`);
    },
    name: (token) => {
      if (/^[:(),<>=+-]/.test(token)) throw invalid(`Syntax error near "${token}"`);
      if (token.includes('.')) throw invalid('Only attributes at the top of an item are offered.');
      const name = token.startsWith('#') ? names[token] : token;
      if (name === undefined)
        throw invalid(`An expression attribute name used in the expression is not defined: ${token}`);
      return name;
    },
    value: (token) => {
      const value = values[token];
      if (value === undefined)
        throw invalid(`An expression attribute value used in expression is not defined: ${token}`);
      return value;
    },
  };
}

/**
 * Whether an item meets the ConditionExpression of a call. Without one it does.
 * @throws ServiceError ValidationException
 */
export function meetsCondition(body: Body, item: TableItem): boolean {
  if (body.ConditionExpression === undefined) return true;
  const reader = readerOf(String(body.ConditionExpression), body);
  const meets = either(reader, item);
  if (reader.peek() !== undefined) throw invalid(`Syntax error near "${reader.peek()}"`);
  return meets;
}

function either(reader: Reader, item: TableItem): boolean {
  let meets = both(reader, item);
  while (reader.take('OR')) meets = both(reader, item) || meets;
  return meets;
}

function both(reader: Reader, item: TableItem): boolean {
  let meets = one(reader, item);
  while (reader.take('AND')) meets = one(reader, item) && meets;
  return meets;
}

function one(reader: Reader, item: TableItem): boolean {
  if (reader.take('NOT')) return !one(reader, item);
  if (reader.take('(')) {
    const meets = either(reader, item);
    reader.expect(')');
    return meets;
  }
  for (const [word, wanted] of [
    ['attribute_exists', true],
    ['attribute_not_exists', false],
  ] as const) {
    if (!reader.take(word)) continue;
    reader.expect('(');
    const name = reader.name(reader.next());
    reader.expect(')');
    return Object.hasOwn(item, name) === wanted;
  }
  const left = operand(reader, item);
  const operator = reader.next();
  const right = operand(reader, item);
  const compare = comparisons[operator];
  if (!compare) throw invalid(`Syntax error near "${operator}"`);
  return compare(left, right);
}

const operand = (reader: Reader, item: TableItem): Value | undefined => {
  const token = reader.next();
  return token.startsWith(':') ? reader.value(token) : item[reader.name(token)];
};

/** What is absent or of another type is neither smaller nor larger. */
const ordered =
  (holds: (order: number) => boolean) =>
  (left: Value | undefined, right: Value | undefined): boolean => {
    const [[type, a] = [], [other, b] = []] = [Object.entries(left ?? {})[0], Object.entries(right ?? {})[0]];
    if (type === undefined || type !== other || (type !== 'N' && type !== 'S')) return false;
    return holds(type === 'N' ? Number(a) - Number(b) : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))));
  };
const same = (left: Value | undefined, right: Value | undefined): boolean =>
  left !== undefined && JSON.stringify(left) === JSON.stringify(right);
const comparisons: Readonly<Record<string, (left: Value | undefined, right: Value | undefined) => boolean>> = {
  '=': same,
  '<>': (left, right) => !same(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
};

/**
 * The item as the UpdateExpression of a call makes it, and the names that it changed.
 * @throws ServiceError ValidationException
 */
export function updated(body: Body, item: TableItem): { item: TableItem; changed: string[] } {
  const reader = readerOf(String(body.UpdateExpression ?? ''), body);
  const made: TableItem = { ...item };
  const changed: string[] = [];
  const sum = (name: string, value: Value): Value => {
    const before = item[name];
    if (typeof value.N !== 'string' || (before && typeof before.N !== 'string'))
      throw invalid('Only numbers can be added.');
    return { N: String(Number(before?.N ?? 0) + Number(value.N)) };
  };
  const parts: Readonly<Record<string, (name: string) => void>> = {
    SET: (name) => {
      reader.expect('=');
      const token = reader.next();
      const value = token.startsWith(':') ? reader.value(token) : item[reader.name(token)];
      if (value === undefined) throw invalid('The provided expression refers to an attribute that does not exist');
      made[name] = value;
    },
    ADD: (name) => {
      made[name] = sum(name, reader.value(reader.next()));
    },
    REMOVE: (name) => void delete made[name],
  };
  while (reader.peek() !== undefined) {
    const part = parts[reader.next().toUpperCase()];
    if (!part) throw invalid('Only SET, ADD and REMOVE are offered.');
    do {
      const name = reader.name(reader.next());
      if (changed.includes(name)) throw invalid(`Two document paths overlap with each other: ${name}`);
      changed.push(name);
      part(name);
    } while (reader.take(','));
  }
  return { item: made, changed };
}

const invalid = (message: string) => jsonError('ValidationException', message);
