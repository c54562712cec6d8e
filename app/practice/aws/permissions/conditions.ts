import { BlockList, isIP } from 'node:net';
import type { Statement } from './document.ts';
import { like, withVariables } from './match.ts';

/** The condition operators of identity policies ("IAM JSON policy elements: Condition operators", IAM user guide). */

type Context = Readonly<Record<string, string>>;
type Compare = (given: string, wanted: string, context: Context) => boolean;

const numeric =
  (holds: (given: number, wanted: number) => boolean): Compare =>
  (given, wanted) =>
    holds(Number(given), Number(wanted));
const dated =
  (holds: (given: number, wanted: number) => boolean): Compare =>
  (given, wanted) =>
    holds(instant(given), instant(wanted));
/** A date is ISO 8601 or epoch seconds. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equal: Compare = (given, wanted, context) => given === withVariables(wanted, context);
const equalInAnyCase: Compare = (given, wanted, context) =>
  given.toLowerCase() === withVariables(wanted, context)?.toLowerCase();
const alike: Compare = (given, wanted, context) => like(wanted, given, context);
const inRange: Compare = (given, wanted) => {
  const [network = '', bits] = wanted.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(given) === 0 || isIP(network) === 0) return false;
  const range = new BlockList();
  range.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  return range.check(given, isIP(given) === 6 ? 'ipv6' : 'ipv4');
};

const operators: Record<string, Compare> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalInAnyCase,
  StringLike: alike,
  ArnEquals: alike,
  ArnLike: alike,
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  IpAddress: inRange,
  NumericEquals: numeric((given, wanted) => given === wanted),
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
  DateEquals: dated((given, wanted) => given === wanted),
  DateLessThan: dated((given, wanted) => given < wanted),
  DateLessThanEquals: dated((given, wanted) => given <= wanted),
  DateGreaterThan: dated((given, wanted) => given > wanted),
  DateGreaterThanEquals: dated((given, wanted) => given >= wanted),
};
/** Each negated operator and the one that it negates. */
const opposites: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Whether all conditions hold. An unknown operator holds never, so that a typing error opens nothing. */
export function conditionsHold(condition: Statement['condition'], context: Context): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key.toLowerCase()], wanted, context)),
  );
}

/** Every key of a request has one value here, so that `ForAllValues` and `ForAnyValue` differ only without one. */
function holds(operator: string, given: string | undefined, wanted: readonly string[], context: Context): boolean {
  const [, set, rest = '', optional] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (rest === 'Null') return wanted.some((value) => (value === 'true') === (given === undefined));
  const opposite = opposites[rest];
  const compare = operators[opposite ?? rest];
  if (!compare) return false;
  if (given === undefined) {
    return optional !== undefined || set === 'ForAllValues:' || (opposite !== undefined && set === undefined);
  }
  const found = wanted.some((value) => compare(given, value, context));
  return opposite === undefined ? found : !found;
}
