/**
 * Expressions of AWS IoT SQL ("AWS IoT SQL reference", AWS IoT developer guide), as far as they are offered: members of
 * the message, text, numbers, `true`, `false`, comparisons, `AND`, `OR`, `NOT`, and the functions below. What is not
 * offered is refused when it is read.
 */
export type Scope = {
  topic: string;
  payload: unknown;
  accountId: string;
  /** Epoch milliseconds. */
  now: number;
};
/** Undefined is a value of AWS IoT SQL: that of a member which is not there, or of a comparison that makes no sense. */
export type Expression = { value(scope: Scope): unknown; name?: string };

type Token = { kind: 'text' | 'number' | 'word' | 'sign'; text: string };
const tokens = /\s*(?:'((?:[^']|'')*)'|(\d+(?:\.\d+)?)|([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(<>|<=|>=|[=<>(),*]))/y;

/** @throws Error – a character that begins nothing */
export function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  tokens.lastIndex = 0;
  while (text.slice(tokens.lastIndex).trim() !== '') {
    const at = tokens.lastIndex;
    const match = tokens.exec(text);
    if (!match) throw new Error(`"${text.slice(at).trim().slice(0, 20)}" is not offered`);
    const [, quoted, number, word, sign] = match;
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (word !== undefined) found.push({ kind: 'word', text: word });
    else found.push({ kind: 'sign', text: sign ?? '' });
  }
  return found;
}

type Call = (scope: Scope, args: readonly unknown[]) => unknown;
const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
const onText =
  (change: (text: string) => string): Call =>
  (_, [value]) => {
    const text = textOf(value);
    return text === undefined ? undefined : change(text);
  };
const functions: Readonly<Record<string, { takes: readonly number[]; call: Call }>> = {
  topic: {
    takes: [0, 1],
    call: ({ topic }, [level]) => (level === undefined ? topic : topic.split('/')[Number(level) - 1]),
  },
  timestamp: { takes: [0], call: ({ now }) => now },
  accountid: { takes: [0], call: ({ accountId }) => accountId },
  lower: { takes: [1], call: onText((text) => text.toLowerCase()) },
  upper: { takes: [1], call: onText((text) => text.toUpperCase()) },
  concat: {
    takes: [1, 2, 3, 4],
    call: (_, args) => (args.includes(undefined) ? undefined : args.map(textOf).join('')),
  },
};

/** Reads one expression after another from a list of tokens. */
export function readerOf(list: readonly Token[]) {
  let at = 0;
  const isWord = (word: string) => list[at]?.kind === 'word' && list[at]?.text.toUpperCase() === word;
  const isSign = (sign: string) => list[at]?.kind === 'sign' && list[at]?.text === sign;
  const took = (is: boolean): boolean => {
    if (is) at += 1;
    return is;
  };
  const must = (is: boolean, what: string) => {
    if (!took(is)) throw new Error(`expected ${what}${list[at] ? ` before "${list[at]?.text}"` : ' at the end'}`);
  };

  const chain = (word: string, next: () => Expression, join: (all: unknown[]) => unknown): Expression => {
    const all = [next()];
    while (took(isWord(word))) all.push(next());
    const [only] = all;
    return all.length === 1 && only ? only : { value: (scope) => join(all.map((one) => one.value(scope))) };
  };
  const either = (): Expression => chain('OR', both, (all) => all.includes(true));
  const both = (): Expression => chain('AND', negated, (all) => all.every((one) => one === true));
  const negated = (): Expression => {
    if (!took(isWord('NOT'))) return compared();
    const of = negated();
    return { value: (scope) => (typeof of.value(scope) === 'boolean' ? !of.value(scope) : undefined) };
  };
  const compared = (): Expression => {
    const left = single();
    const sign = ['=', '<>', '<=', '>=', '<', '>'].find(isSign);
    if (sign === undefined) return left;
    at += 1;
    const right = single();
    return { value: (scope) => comparison(sign, left.value(scope), right.value(scope)) };
  };
  const single = (): Expression => {
    if (took(isSign('('))) {
      const inner = either();
      must(isSign(')'), '")"');
      return inner;
    }
    const token = list[at];
    if (token === undefined) throw new Error('an expression is missing at the end');
    at += 1;
    if (token.kind === 'text') return { value: () => token.text };
    if (token.kind === 'number') return { value: () => Number(token.text) };
    if (token.kind === 'sign') throw new Error(`an expression is missing before "${token.text}"`);
    if (isSign('(')) return called(token.text);
    const word = token.text.toLowerCase();
    if (word === 'true' || word === 'false') return { value: () => word === 'true' };
    const path = token.text.split('.');
    return { value: ({ payload }) => memberOf(payload, path), name: path.at(-1) ?? token.text };
  };
  const called = (name: string): Expression => {
    const known = Object.hasOwn(functions, name.toLowerCase()) ? functions[name.toLowerCase()] : undefined;
    if (!known) throw new Error(`the function ${name} is not offered`);
    at += 1;
    const args: Expression[] = [];
    if (!isSign(')')) {
      do args.push(either());
      while (took(isSign(',')));
    }
    must(isSign(')'), '")"');
    if (!known.takes.includes(args.length)) throw new Error(`${name} does not take ${args.length} arguments`);
    return {
      value: (scope) =>
        known.call(
          scope,
          args.map((one) => one.value(scope)),
        ),
    };
  };
  return {
    expression: either,
    isWord,
    isSign,
    took,
    must,
    atEnd: () => at === list.length,
    word: () => list[at++]?.text,
  };
}

/** @throws Error – it is not offered, or something follows it */
export function readExpression(text: string): Expression {
  const reader = readerOf(tokensOf(text));
  const read = reader.expression();
  reader.must(reader.atEnd(), 'the end');
  return read;
}

const memberOf = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  );

/** "Operators": a text that is a number compares with a number; other values of two types do not compare. */
function comparison(sign: string, left: unknown, right: unknown): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  const numbers = typeof left === 'number' || typeof right === 'number';
  const [a, b] = numbers ? [numberOf(left), numberOf(right)] : [left, right];
  if (
    typeof a !== typeof b ||
    !['number', 'string', 'boolean'].includes(typeof a) ||
    Number.isNaN(a) ||
    Number.isNaN(b)
  )
    return sign === '=' ? false : sign === '<>' ? true : undefined;
  const order = (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
  return { '=': order === 0, '<>': order !== 0, '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0 }[
    sign
  ];
}

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
