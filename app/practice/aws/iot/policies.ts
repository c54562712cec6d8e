import { type Account, type Certificate, iotArn, type Policy, type ThingGroup } from '../account.ts';
import { iotError } from '../errors.ts';
import { page } from './pages.ts';
import { flag, label, marker, needBody, operation, pageSize, policyName, query, text } from './shapes.ts';

const maxPerCertificate = 10;
const maxDocument = 2048;

export const policyOperations = {
  CreatePolicy: operation(
    'POST',
    '/policies/{policyName}',
    { policyName: label(policyName), policyDocument: needBody(text(0, 404600)) },
    (input, account) => {
      const policy = createPolicy(account, input.policyName, input.policyDocument);
      return { policyName: policy.name, policyArn: policy.arn, policyDocument: policy.document, policyVersionId: '1' };
    },
  ),

  AttachPolicy: operation(
    'PUT',
    '/target-policies/{policyName}',
    { policyName: label(policyName), target: needBody(text(1, 2048)) },
    (input, account) => {
      attachPolicy(account, findPolicy(account, input.policyName), findTarget(account, input.target));
      return {};
    },
  ),

  ListAttachedPolicies: operation(
    'POST',
    '/attached-policies/{target}',
    { target: label(text(1, 2048)), recursive: query(flag), marker: query(marker), pageSize: query(pageSize) },
    (input, account) => {
      const names = findTarget(account, input.target).policies;
      const policies = names.map((name) => ({ policyName: name, policyArn: iotArn(account, `policy/${name}`) }));
      const { items, next } = page(policies, input.marker, input.pageSize);
      return { policies: items, nextMarker: next };
    },
  ),
};

/** @throws ServiceError MalformedPolicyException, ResourceAlreadyExistsException */
export function createPolicy(account: Account, name: string, document: string): Policy {
  checkDocument(document);
  const known = account.state.policies.get(name);
  if (known) {
    throw iotError('ResourceAlreadyExistsException', `Policy ${name} already exists.`, {
      resourceId: name,
      resourceArn: known.arn,
    });
  }
  const policy = { name, arn: iotArn(account, `policy/${name}`), document };
  account.state.policies.set(name, policy);
  account.changed();
  return policy;
}

export function findPolicy(account: Account, name: string): Policy {
  const policy = account.state.policies.get(name);
  if (!policy) throw iotError('ResourceNotFoundException', `Policy ${name} does not exist.`);
  return policy;
}

/** Adds to the attached policies. Attaching twice changes nothing. */
export function attachPolicy(account: Account, policy: Policy, target: Certificate | ThingGroup): void {
  if (target.policies.includes(policy.name)) return;
  if ('certificateId' in target && target.policies.length >= maxPerCertificate) {
    throw iotError('LimitExceededException', `A certificate can have ${maxPerCertificate} policies.`);
  }
  target.policies.push(policy.name);
  account.changed();
}

function findTarget(account: Account, arn: string): Certificate | ThingGroup {
  const prefix = iotArn(account, '');
  const [kind, name = ''] = arn.startsWith(prefix) ? arn.slice(prefix.length).split('/') : [];
  if (kind !== 'cert' && kind !== 'thinggroup') {
    throw iotError('InvalidRequestException', 'The target is not a certificate or a thing group of this account.');
  }
  const target = kind === 'cert' ? account.state.certificates.get(name) : account.state.groups.get(name);
  if (!target) throw iotError('ResourceNotFoundException', 'The target does not exist.');
  return target;
}

function checkDocument(text: string): void {
  if (text.replace(/\s/g, '').length > maxDocument) throw malformed(`it has more than ${maxDocument} characters`);
  const document = parseObject(text);
  if (document.Version !== '2012-10-17' && document.Version !== '2008-10-17')
    throw malformed('its Version is not known');
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (statements.length === 0) throw malformed('it has no statement');
  for (const statement of statements) checkStatement(statement);
}

function checkStatement(statement: unknown): void {
  if (typeof statement !== 'object' || statement === null) throw malformed('a statement is not an object');
  const { Effect, Action, Resource } = statement as Record<string, unknown>;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Effect must be Allow or Deny');
  if (!strings(Action).every((action) => /^(\*|iot[a-z]*:[\w*?]+)$/.test(action)))
    throw malformed('an Action is invalid');
  const bad = strings(Resource).filter((arn) => arn !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/.test(arn));
  if (bad.length > 0) throw malformed(`The following resources are invalid : ${bad.join(', ')}`);
}

function strings(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw malformed('Action and Resource must not be empty');
  return list.map((item) => {
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

const malformed = (reason: string) => iotError('MalformedPolicyException', `Policy document is Malformed: ${reason}`);
