import { iotError, type ServiceError } from '../errors.ts';

/** What AWS IoT takes as a policy document. Everything else is a MalformedPolicyException. */

/** Characters without white space (AWS IoT Core quotas). */
const maxDocument = 2048;

/** @throws ServiceError MalformedPolicyException */
export function checkDocument(text: string): void {
  if (text.replace(/\s/g, '').length > maxDocument) throw malformed(`it has more than ${maxDocument} characters`);
  const document = parseObject(text);
  if (document.Version !== '2012-10-17' && document.Version !== '2008-10-17')
    throw malformed('its Version is not known');
  const statements: unknown[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (statements.length === 0) throw malformed('it has no statement');
  for (const statement of statements) checkStatement(statement);
}

function checkStatement(statement: unknown): void {
  if (typeof statement !== 'object' || statement === null) throw malformed('a statement is not an object');
  const { Effect, Condition = {}, ...rest } = statement as Record<string, unknown>;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Effect must be Allow or Deny');
  const actions = strings(oneOf(rest, 'Action'));
  if (!actions.every((action) => /^(\*|(iot[a-z]*|greengrass):[\w*?]+)$/i.test(action)))
    throw malformed('an Action is invalid');
  const bad = strings(oneOf(rest, 'Resource')).filter(
    (arn) => arn !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/s.test(arn),
  );
  if (bad.length > 0) throw malformed(`The following resources are invalid : ${bad.join(', ')}`);
  if (typeof Condition !== 'object' || Condition === null || Array.isArray(Condition))
    throw malformed('Condition must be an object');
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of each. */
function oneOf(statement: Record<string, unknown>, name: string): unknown {
  const given = [name, `Not${name}`].filter((each) => statement[each] !== undefined);
  if (given.length !== 1) throw malformed(`a statement must have exactly one of ${name} and Not${name}`);
  return statement[given[0] ?? name];
}

function strings(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0) throw malformed('Action and Resource must not be empty');
  return all.map((item) => {
    if (typeof item !== 'string') throw malformed('Action and Resource must be strings');
    return item;
  });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The answer below gives no position, as AWS's gives none.
  }
  throw malformed('it is not a JSON object');
}

const malformed = (reason: string): ServiceError =>
  iotError('MalformedPolicyException', `Policy document is Malformed: ${reason}`);
