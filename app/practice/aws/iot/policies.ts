import { policyDocument, policyOf } from '../../../iot/index.ts';
import { type Account, iotArn, nowSeconds, type Policy, type PolicyVersion } from '../account.ts';
import { iotError } from '../errors.ts';
import { checkDocument } from './document.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { derivedId, exists, find } from './records.ts';
import type { policyTable } from './table/policies.ts';
import { checkTags, tag } from './tags.ts';

/** Versions of a policy (AWS IoT Core quotas). */
const maxVersions = 5;

type PolicyHandlers = Handlers<
  Pick<
    typeof policyTable,
    | 'CreatePolicy'
    | 'DeletePolicy'
    | 'GetPolicy'
    | 'ListPolicies'
    | 'CreatePolicyVersion'
    | 'DeletePolicyVersion'
    | 'GetPolicyVersion'
    | 'ListPolicyVersions'
    | 'SetDefaultPolicyVersion'
  >
>;

export const policyHandlers: PolicyHandlers = {
  CreatePolicy: ({ policyName, policyDocument, tags }, account) => {
    checkTags(tags);
    const policy = createPolicy(account, policyName, policyDocument);
    tag(account, policy.arn, tags);
    return { policyName, policyArn: policy.arn, policyDocument, policyVersionId: policy.defaultVersion };
  },

  DeletePolicy: ({ policyName }, account) => {
    const policy = find(account, 'policies', policyName);
    if (policy.versions.length > 1) {
      throw conflict(`Policy ${policyName} has versions that are not the default: delete them first.`);
    }
    if (account.links.targetsOf.get(policyName).size > 0) {
      throw conflict(`Policy ${policyName} is attached: detach it first.`);
    }
    account.state.policies.delete(policyName);
    account.state.tags.delete(policy.arn);
    account.changed();
    return {};
  },

  GetPolicy: ({ policyName }, account) => {
    const policy = find(account, 'policies', policyName);
    return {
      ...named(policy),
      policyDocument: documentOf(policy),
      defaultVersionId: policy.defaultVersion,
      creationDate: policy.createdAt,
      lastModifiedDate: policy.modifiedAt,
      generationId: derivedId(policyName, policy.createdAt),
    };
  },

  ListPolicies: (input, account) =>
    list(account, input, 'policies', {
      keys: account.state.policies.keys(),
      show: (name) => {
        const policy = account.state.policies.get(name);
        return policy && named(policy);
      },
    }),

  CreatePolicyVersion: ({ policyName, policyDocument, setAsDefault }, account) => {
    const policy = find(account, 'policies', policyName);
    checkDocument(policyDocument);
    if (policy.versions.length >= maxVersions) {
      throw iotError(
        'VersionsLimitExceededException',
        `The policy ${policyName} already has the maximum number of versions (${maxVersions})`,
      );
    }
    const id = String(policy.next);
    policy.next += 1;
    policy.versions.push({ id, document: policyDocument, createdAt: nowSeconds(account) });
    if (setAsDefault) setDefault(account, policy, id);
    account.changed();
    return {
      policyArn: policy.arn,
      policyDocument,
      policyVersionId: id,
      isDefaultVersion: policy.defaultVersion === id,
    };
  },

  DeletePolicyVersion: ({ policyName, policyVersionId }, account) => {
    const policy = find(account, 'policies', policyName);
    const version = versionOf(policy, policyVersionId);
    if (version.id === policy.defaultVersion) throw conflict('The default version cannot be deleted.');
    policy.versions = policy.versions.filter((other) => other !== version);
    account.changed();
    return {};
  },

  GetPolicyVersion: ({ policyName, policyVersionId }, account) => {
    const policy = find(account, 'policies', policyName);
    const version = versionOf(policy, policyVersionId);
    return {
      ...named(policy),
      policyDocument: version.document,
      policyVersionId: version.id,
      isDefaultVersion: version.id === policy.defaultVersion,
      creationDate: version.createdAt,
      lastModifiedDate: version.createdAt,
      generationId: derivedId(policyName, policy.createdAt, version.id),
    };
  },

  ListPolicyVersions: ({ policyName }, account) => {
    const policy = find(account, 'policies', policyName);
    return {
      policyVersions: policy.versions.map(({ id, createdAt }) => ({
        versionId: id,
        isDefaultVersion: id === policy.defaultVersion,
        createDate: createdAt,
      })),
    };
  },

  SetDefaultPolicyVersion: ({ policyName, policyVersionId }, account) => {
    const policy = find(account, 'policies', policyName);
    setDefault(account, policy, versionOf(policy, policyVersionId).id);
    return {};
  },
};

/** @throws ServiceError MalformedPolicyException, ResourceAlreadyExistsException */
export function createPolicy(account: Account, name: string, document: string): Policy {
  checkDocument(document);
  const known = account.state.policies.get(name);
  if (known) throw exists(`Policy ${name} already exists.`, name, known.arn);
  const now = nowSeconds(account);
  const policy: Policy = {
    name,
    arn: iotArn(account, `policy/${name}`),
    versions: [{ id: '1', document, createdAt: now }],
    defaultVersion: '1',
    next: 2,
    createdAt: now,
    modifiedAt: now,
  };
  account.state.policies.set(name, policy);
  account.changed();
  return policy;
}

/** The document of the default version. */
export const documentOf = (policy: Policy): string => versionOf(policy, policy.defaultVersion).document;

/** The default version for the evaluator. A version never changes, so that each is read once. */
export function statementsOf(policy: Policy): Statements {
  const version = versionOf(policy, policy.defaultVersion);
  const known = read.get(version);
  if (known) return known;
  const statements = policyOf(policyDocument.parse(JSON.parse(version.document)));
  read.set(version, statements);
  return statements;
}
type Statements = ReturnType<typeof policyOf>;
const read = new WeakMap<PolicyVersion, Statements>();

function versionOf(policy: Policy, id: string): PolicyVersion {
  const version = policy.versions.find((one) => one.id === id);
  if (!version) throw iotError('ResourceNotFoundException', `Policy ${policy.name} has no version ${id}.`);
  return version;
}

function setDefault(account: Account, policy: Policy, id: string): void {
  policy.defaultVersion = id;
  policy.modifiedAt = nowSeconds(account);
  account.changed();
}

const named = ({ name, arn }: Policy) => ({ policyName: name, policyArn: arn });
const conflict = (message: string) => iotError('DeleteConflictException', message);
