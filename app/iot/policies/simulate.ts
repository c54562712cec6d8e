/** Whether a policy allows one request: explicit deny over allow over nothing (AWS IoT Core Developer Guide, "AWS IoT Core policies"). */
import { StationError } from '../../contract/errors.ts';
import { listOf, policyDocument, type Statement } from './check.ts';

export type Decision = 'ALLOWED' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY';
export type Request = { action: string; resource: string; context: Record<string, string> };

/** `statement` is the index of the deciding statement. A statement with a missing policy variable does not match. */
export function simulatePolicy(document: unknown, request: Request): { decision: Decision; statement?: number } {
  const parsed = policyDocument.safeParse(document);
  if (!parsed.success) throw new StationError('call.badParams', 'the policy is malformed; "policy check" says where');
  const matching = parsed.data.Statement.map((one, index) => ({ one, index })).filter(({ one }) =>
    matches(one, request),
  );
  const denied = matching.find(({ one }) => one.Effect === 'Deny');
  if (denied) return { decision: 'EXPLICIT_DENY', statement: denied.index };
  const allowed = matching[0];
  return allowed ? { decision: 'ALLOWED', statement: allowed.index } : { decision: 'IMPLICIT_DENY' };
}

const matches = (one: Statement, { action, resource, context }: Request): boolean =>
  listOf(one.Action).some((pattern) => fits(pattern, action, {}, true)) &&
  listOf(one.Resource).some((pattern) => fits(pattern, resource, context, false)) &&
  Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, context[key], listOf(values), context)),
  );

/** Literal characters of `$(*)`, `$(?)`, `$($)` and IAM's `${*}` form, then variables, then the wildcards `*` and `?`. */
const token = /\$[({]([*?$])[)}]|\$\{([^}]+)\}|([*?])/g;

function fits(pattern: string, value: string, context: Record<string, string>, ignoreCase: boolean): boolean {
  let source = '';
  let last = 0;
  for (const match of pattern.matchAll(token)) {
    source += literally(pattern.slice(last, match.index));
    last = match.index + match[0].length;
    const [, literal, variable, wildcard] = match;
    if (literal !== undefined) source += literally(literal);
    else if (variable !== undefined) {
      const replacement = context[variable];
      // "Missing index → no substitution, authorization fails."
      if (replacement === undefined) return false;
      source += literally(replacement);
    } else source += wildcard === '*' ? '.*' : '.';
  }
  source += literally(pattern.slice(last));
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value);
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

type Compare = (value: string, wanted: string, context: Record<string, string>) => boolean;

const comparisons: Record<string, Compare> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted, context) => fits(wanted, value, context, false),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  ArnEquals: (value, wanted, context) => fits(wanted, value, context, false),
  ArnLike: (value, wanted, context) => fits(wanted, value, context, false),
};

function holds(
  operator: string,
  value: string | undefined,
  wanted: string[],
  context: Record<string, string>,
): boolean {
  const [, every, negated, base = '', optional] =
    /^(ForAllValues:|ForAnyValue:)?(?:(StringNot|ArnNot)?)(.*?)(IfExists)?$/.exec(operator) ?? [];
  const name = negated ? `${negated.replace('Not', '')}${base}` : base;
  const compare = comparisons[name];
  if (!compare) throw new StationError('call.badParams', `the condition operator ${operator} is not supported`);
  if (value === undefined) return optional !== undefined || negated !== undefined;
  const given = every ? value.split(',') : [value];
  const one = (item: string) => wanted.some((each) => compare(item, each, context));
  const found = every === 'ForAllValues:' ? given.every(one) : given.some(one);
  return negated ? !found : found;
}
