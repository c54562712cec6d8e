/** The condition operators ("IAM JSON policy elements: Condition operators", IAM User Guide). */
import { inRange, isRange } from './address.ts';
import { arnParts, expand, matches, type Variables } from './wildcard.ts';

/** `undefined`: it cannot be said, because a value is of the wrong kind. `valueless`: a variable has no value. */
type Fit = boolean | undefined | 'valueless';

type Comparison = {
  compare: (given: string, wanted: string, variables: Variables | undefined) => Fit;
  /** Whether the policy's value is of the right kind. */
  takes: (wanted: string) => boolean;
  /** Only these operators have variables in their values (IAM User Guide, "Where you can use policy variables"). */
  hasVariables: boolean;
};

export type Operator = {
  name: string;
  /** For a request with several values. */
  set: 'all' | 'any' | undefined;
  ifExists: boolean;
  /** True for the Not-operators: none of the values may fit. */
  negated: boolean;
  /** Undefined for `Null`. */
  comparison: Comparison | undefined;
};

const string = (same: (given: string, wanted: string) => boolean): Comparison => ({
  compare: (given, text, variables) => {
    const wanted = expand(text, variables);
    return typeof wanted === 'string' ? same(given, wanted) : 'valueless';
  },
  takes: () => true,
  hasVariables: true,
});

const like: Comparison = {
  compare: (given, wanted, variables) => {
    const fit = matches(wanted, given, variables);
    return typeof fit === 'boolean' ? fit : 'valueless';
  },
  takes: () => true,
  hasVariables: true,
};

/** Each of the six parts is compared by itself, with wildcards, by ArnEquals as by ArnLike. */
const arn: Comparison = {
  compare: (given, wanted, variables) => {
    const patterns = arnParts(wanted);
    const parts = given.split(':', 5);
    const all = [...parts, given.slice(parts.join(':').length + 1)];
    if (patterns.length !== 6 || given.split(':').length < 6) return undefined;
    const fits = patterns.map((pattern, index) => matches(pattern, all[index] ?? '', variables));
    if (fits.includes(false)) return false;
    return fits.every((fit) => fit === true) ? true : 'valueless';
  },
  takes: (wanted) => arnParts(wanted).length === 6,
  hasVariables: true,
};

const ordered = (read: (text: string) => number | undefined, holds: (given: number, wanted: number) => boolean) => ({
  compare: (given: string, wanted: string) => {
    const [left, right] = [read(given), read(wanted)];
    return left === undefined || right === undefined ? undefined : holds(left, right);
  },
  takes: (wanted: string) => read(wanted) !== undefined,
  hasVariables: false,
});

const numberOf = (text: string) => (/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined);

/** A date of ISO 8601 (the W3C profile: a time has its zone), or seconds since 1970. Milliseconds since 1970. */
function dateOf(text: string): number | undefined {
  if (/^\d{5,}$/.test(text)) return Number(text) * 1000;
  const form = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
  const time = form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

const isBoolean = (text: string) => /^(true|false)$/i.test(text);
const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const orders = {
  LessThan: (given: number, wanted: number) => given < wanted,
  LessThanEquals: (given: number, wanted: number) => given <= wanted,
  GreaterThan: (given: number, wanted: number) => given > wanted,
  GreaterThanEquals: (given: number, wanted: number) => given >= wanted,
};
const equal = (given: number, wanted: number) => given === wanted;

const comparisons = new Map<string, { negated?: boolean; comparison: Comparison | undefined }>();
const add = (name: string, comparison: Comparison, not?: string) => {
  comparisons.set(name.toLowerCase(), { comparison });
  if (not !== undefined) comparisons.set(not.toLowerCase(), { negated: true, comparison });
};
add(
  'StringEquals',
  string((given, wanted) => given === wanted),
  'StringNotEquals',
);
const ignoringCase = string((given, wanted) => given.toLowerCase() === wanted.toLowerCase());
add('StringEqualsIgnoreCase', ignoringCase, 'StringNotEqualsIgnoreCase');
add('StringLike', like, 'StringNotLike');
add('ArnEquals', arn, 'ArnNotEquals');
add('ArnLike', arn, 'ArnNotLike');
for (const [kind, read] of [['Numeric', numberOf] as const, ['Date', dateOf] as const]) {
  add(`${kind}Equals`, ordered(read, equal), `${kind}NotEquals`);
  for (const [order, holds] of Object.entries(orders)) add(`${kind}${order}`, ordered(read, holds));
}
add('Bool', {
  compare: (given, wanted) =>
    isBoolean(given) && isBoolean(wanted) ? given.toLowerCase() === wanted.toLowerCase() : undefined,
  takes: isBoolean,
  hasVariables: false,
});
add('BinaryEquals', {
  compare: (given, wanted) => (isBase64(wanted) ? given === wanted : undefined),
  takes: isBase64,
  hasVariables: false,
});
const address = { compare: (given: string, wanted: string) => inRange(wanted, given), takes: isRange };
add('IpAddress', { ...address, hasVariables: false }, 'NotIpAddress');
comparisons.set('null', { comparison: undefined });

/** Undefined for a name that is no operator. Names are compared without regard to case. */
export function operatorOf(name: string): Operator | undefined {
  const [, set, base = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/i.exec(name) ?? [];
  const known = comparisons.get(base.toLowerCase());
  // "Null" asks by itself whether the key is there.
  if (!known || (known.comparison === undefined && (ifExists !== undefined || set !== undefined))) return undefined;
  return {
    name,
    set: set === undefined ? undefined : set.toLowerCase() === 'forallvalues' ? 'all' : 'any',
    ifExists: ifExists !== undefined,
    negated: known.negated === true,
    comparison: known.comparison,
  };
}
