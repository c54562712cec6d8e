import { conditionsHold } from './conditions.ts';
import type { Statement } from './document.ts';
import { like } from './match.ts';

/** What a caller wants to do. The context holds condition keys, in lower case, of the request. */
export type Wish = { action: string; resource: string; context: Readonly<Record<string, string>> };
export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * Decides a wish by identity policies: an explicit Deny wins over an Allow, and without an Allow it is denied ("Policy
 * evaluation logic", IAM user guide). Of boundaries, sessions, resource policies and organisations there are none here.
 * @returns the decision and the statement that made it, counted from 0 over all of them
 */
export function decide(statements: readonly Statement[], wish: Wish): { decision: Decision; statement?: number } {
  const matching = statements.flatMap((statement, at) => (applies(statement, wish) ? [at] : []));
  const denied = matching.find((at) => statements[at]?.effect === 'Deny');
  if (denied !== undefined) return { decision: 'explicitDeny', statement: denied };
  const [allowed] = matching;
  return allowed === undefined ? { decision: 'implicitDeny' } : { decision: 'allowed', statement: allowed };
}

function applies({ action, resource, condition }: Statement, wish: Wish): boolean {
  // Actions are compared without regard to case, resources with it.
  const wanted = wish.action.toLowerCase();
  const acts = action.patterns.some((pattern) => like(pattern.toLowerCase(), wanted, {}));
  const reaches = resource.patterns.some((pattern) => like(pattern, wish.resource, wish.context));
  return acts !== action.not && reaches !== resource.not && conditionsHold(condition, wish.context);
}
