/** Identity policies, read as IAM reads them ("IAM JSON policy element reference", IAM user guide). */

export type Statement = {
  sid?: string;
  effect: 'Allow' | 'Deny';
  /** `not` is true for NotAction and NotResource. */
  action: { not: boolean; patterns: string[] };
  resource: { not: boolean; patterns: string[] };
  /** Operator → condition key → values. */
  condition: Record<string, Record<string, string[]>>;
};

const elements = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/**
 * The statements of a policy document.
 * @throws Error – says what is wrong in the words of IAM's grammar
 */
export function statementsOf(text: string): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Error('The policy is not JSON.');
  }
  const { Version, Statement: listed, ...rest } = record(document, 'The policy');
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw new Error('Version must be "2012-10-17".');
  }
  const strange = Object.keys(rest).find((name) => name !== 'Id');
  if (strange !== undefined) throw new Error(`A policy has no element ${strange}.`);
  if (listed === undefined) throw new Error('The policy has no Statement.');
  return (Array.isArray(listed) ? listed : [listed]).map((one, at) => statementOf(one, `Statement ${at + 1}`));
}

function statementOf(raw: unknown, where: string): Statement {
  const from = record(raw, where);
  const strange = Object.keys(from).find((name) => !elements.includes(name));
  if (strange !== undefined) throw new Error(`${where}: an identity policy has no element ${strange}.`);
  const effect = from.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`${where}: Effect must be "Allow" or "Deny".`);
  const action = eitherOf(from, 'Action', where);
  const bad = action.patterns.find((pattern) => pattern !== '*' && !/^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(pattern));
  if (bad !== undefined) throw new Error(`${where}: ${bad} is not "service:Action" or "*".`);
  const resource = eitherOf(from, 'Resource', where);
  const loose = resource.patterns.find((pattern) => pattern !== '*' && pattern.split(':').length < 6);
  if (loose !== undefined) throw new Error(`${where}: ${loose} is not an ARN or "*".`);
  const condition = Object.entries(from.Condition === undefined ? {} : record(from.Condition, `${where}: Condition`));
  return {
    ...(typeof from.Sid === 'string' && { sid: from.Sid }),
    effect,
    action,
    resource,
    condition: Object.fromEntries(
      condition.map(([operator, keys]) => [
        operator,
        Object.fromEntries(
          Object.entries(record(keys, `${where}: ${operator}`)).map(([key, values]) => [
            key,
            listOf(values).map(String),
          ]),
        ),
      ]),
    ),
  };
}

/** Exactly one of an element and its opposite. */
function eitherOf(from: Record<string, unknown>, name: 'Action' | 'Resource', where: string) {
  const [plain, opposite] = [from[name], from[`Not${name}`]];
  if ((plain === undefined) === (opposite === undefined)) {
    throw new Error(`${where}: there must be one of ${name} and Not${name}.`);
  }
  const patterns = listOf(plain ?? opposite).map((item) => {
    if (typeof item !== 'string') throw new Error(`${where}: ${name} must be text or a list of texts.`);
    return item;
  });
  if (patterns.length === 0) throw new Error(`${where}: ${name} is empty.`);
  return { not: plain === undefined, patterns };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} must be a JSON object.`);
}
