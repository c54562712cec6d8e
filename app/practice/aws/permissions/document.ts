import { grammarProblem, type Policy, policyDocument, policyOf } from '../../../iot/index.ts';

/**
 * Reads an identity policy. Its grammar and its evaluator are those of `app/iot`; IAM wants a service before each action
 * and an ARN for each resource ("IAM JSON policy element reference", IAM user guide).
 * @throws Error – says what is wrong, and where
 */
export function identityPolicy(text: string): Policy {
  const parsed = policyDocument.safeParse(jsonIn(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') || 'The policy';
    throw new Error(`${path}: ${issue ? grammarProblem(issue).message : 'is malformed'}.`);
  }
  const policy = policyOf(parsed.data);
  for (const [at, { action, resource }] of policy.statements.entries()) {
    const bad = action.patterns.find((pattern) => pattern !== '*' && !/^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(pattern));
    if (bad !== undefined) throw new Error(`Statement.${at}: "${bad}" is not "service:Action" or "*".`);
    const loose = resource.patterns.find((pattern) => pattern !== '*' && !/^(arn|\*)(:[^:]*){4}:./.test(pattern));
    if (loose !== undefined) throw new Error(`Statement.${at}: "${loose}" is not an ARN or "*".`);
  }
  return policy;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The policy is not JSON.');
  }
}
