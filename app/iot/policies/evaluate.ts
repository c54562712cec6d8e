/**
 * Whether policies allow a request: explicit deny over allow over nothing ("AWS IoT Core policies", AWS IoT developer
 * guide; "Policy evaluation logic", IAM User Guide). It serves IoT policies and IAM policies of identities alike. It
 * never allows what AWS denies: where AWS documents no outcome, an Allow does not apply and a Deny does.
 */
import type { PolicyOutcome, PolicyRequest, StatementReason } from '../../contract/policies.ts';
import { conditionHolds, type Verdict } from './conditions.ts';
import { type Policy, readPolicy, type Statement } from './document.ts';
import { matches, matchesAction, type Variables, variableParts } from './wildcard.ts';

type Match = { applies: true } | { applies: false; why: StatementReason };
type Values = (key: string) => readonly string[];

/** Decides by documents. One that is no policy denies everything, because AWS would not have kept it. */
export function evaluate(documents: readonly unknown[], request: PolicyRequest): PolicyOutcome {
  const policies = documents.map(readPolicy);
  const reasons = policies.flatMap((policy, document) =>
    policy ? [] : [{ document, why: { because: 'malformed' as const } }],
  );
  if (reasons.length > 0) return { decision: 'IMPLICIT_DENY', reasons };
  return decide(
    policies.filter((policy) => policy !== undefined),
    request,
  );
}

/** Decides by policies that were read before: for many requests under the same documents. */
export function decide(policies: readonly Policy[], request: PolicyRequest): PolicyOutcome {
  const values = valuesOf(request.context);
  const all = policies.flatMap(({ statements, variables }, document) =>
    statements.map((one, statement) => ({
      place: { document, statement, ...(one.sid !== undefined && { sid: one.sid }) },
      effect: one.effect,
      match: matchOf(one, request, values, variables ? variableOf(values) : undefined),
    })),
  );
  const deciding =
    all.find(({ effect, match }) => match.applies && effect === 'Deny') ?? all.find(({ match }) => match.applies);
  const reasons = all
    .filter((one) => one !== deciding)
    .map(({ place, effect, match }) => ({
      ...place,
      effect,
      why: match.applies
        ? { because: effect === deciding?.effect ? ('also' as const) : ('outweighed' as const) }
        : match.why,
    }));
  if (!deciding) return { decision: 'IMPLICIT_DENY', reasons };
  return { decision: deciding.effect === 'Deny' ? 'EXPLICIT_DENY' : 'ALLOWED', ...deciding.place, reasons };
}

function matchOf(one: Statement, request: PolicyRequest, values: Values, variables: Variables | undefined): Match {
  const isAmong = one.action.patterns.some((pattern) => matchesAction(pattern, request.action));
  if (isAmong === one.action.not) return { applies: false, why: { because: 'action' } };
  const resource = resourceOf(one, request.resource, variables);
  if (!resource.applies) return resource;
  for (const condition of one.conditions) {
    const given = values(condition.key);
    if (applies(one, conditionHolds(condition, given, variables))) continue;
    const { operator, key, values: wanted } = condition;
    return { applies: false, why: { because: 'condition', operator, key, wanted: [...wanted], given: [...given] } };
  }
  return { applies: true };
}

/** The careful reading of what cannot be said. */
const applies = ({ effect }: Statement, verdict: Verdict): boolean => verdict ?? effect === 'Deny';

function resourceOf(one: Statement, resource: string, variables: Variables | undefined): Match {
  const fits = one.resource.patterns.map((pattern) => matches(pattern, resource, variables));
  const missing = fits.find((fit) => typeof fit === 'object')?.missing;
  if (fits.includes(true))
    return one.resource.not ? { applies: false, why: { because: 'resource' } } : { applies: true };
  // "A resource that includes a policy variable with no value will not match any resource" (IAM User Guide, "Policy
  // variables with no value"), in Resource and in NotResource. The careful reading of the latter depends on the effect.
  if (one.resource.not && applies(one, missing === undefined ? true : undefined)) return { applies: true };
  return {
    applies: false,
    why: missing === undefined ? { because: 'resource' } : { because: 'variable', name: missing },
  };
}

/** Keys are compared without regard to case. The same spelling comes first. */
function valuesOf(context: PolicyRequest['context']): Values {
  const folded = new Map<string, string | string[]>();
  for (const [key, value] of Object.entries(context)) {
    const name = key.toLowerCase();
    if (!folded.has(name)) folded.set(name, value);
  }
  return (key) => {
    const found = Object.hasOwn(context, key) ? context[key] : folded.get(key.toLowerCase());
    return found === undefined ? [] : Array.isArray(found) ? found : [found];
  };
}

/** A variable stands for one value. A key with several has none that could be put in, and not its default either. */
const variableOf =
  (values: Values): Variables =>
  (inner) => {
    const { name, fallback } = variableParts(inner);
    const [first = fallback, ...more] = values(name);
    return more.length > 0 ? undefined : first;
  };
