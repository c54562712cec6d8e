/** Whether the conditions of a statement hold. */
import type { Condition } from './document.ts';
import { type Operator, operatorOf } from './operators.ts';
import type { Variables } from './wildcard.ts';

/**
 * `undefined` is "it cannot be said": AWS documents no outcome, or documents it as failing. The evaluator then takes
 * the careful one, so that an Allow does not apply and a Deny does.
 */
export type Verdict = boolean | undefined;

const not = (one: Verdict): Verdict => (one === undefined ? undefined : !one);
export const every = (all: readonly Verdict[]): Verdict =>
  all.includes(false) ? false : all.includes(undefined) ? undefined : true;
export const some = (all: readonly Verdict[]): Verdict => not(every(all.map(not)));

/** @param given the values of the key in the request; none when it is absent */
export function conditionHolds(
  { operator: name, values }: Condition,
  given: readonly string[],
  variables: Variables | undefined,
): Verdict {
  const operator = operatorOf(name);
  if (!operator) return undefined;
  if (!operator.comparison) return isNull(given.length === 0, values);
  if (given.length === 0) {
    // "ForAllValues … returns true if there are no context keys in the request" (IAM User Guide, set operators).
    if (operator.ifExists || operator.set === 'all') return true;
    return operator.set === 'any' ? false : operator.negated;
  }
  const verdicts = given.map((value) => fitsOne(operator, value, values, variables));
  if (operator.set === 'any') return some(verdicts);
  if (operator.set === 'all') return every(verdicts);
  // AWS documents set operators for a key with several values, and no outcome without them.
  return verdicts.every((one) => one === verdicts[0]) ? verdicts[0] : undefined;
}

function fitsOne(operator: Operator, value: string, values: readonly string[], variables: Variables | undefined) {
  const { comparison, negated } = operator;
  const fits = values.map((wanted) => comparison?.compare(value, wanted, variables));
  // "Operators like StringEquals do not match" a variable without a value (IAM User Guide, "Policy variables with no
  // value"). The guide does not say what Not-operators do.
  const valueless = negated ? undefined : false;
  const found = some(fits.map((fit) => (fit === 'valueless' ? valueless : fit)));
  return negated ? not(found) : found;
}

function isNull(absent: boolean, values: readonly string[]): Verdict {
  return some(
    values.map((value) => (/^(true|false)$/i.test(value) ? (value.toLowerCase() === 'true') === absent : undefined)),
  );
}
