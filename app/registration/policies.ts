/** Policies of the account: how a text of the station becomes the default version of a policy in AWS. */
import { isDeepStrictEqual } from 'node:util';
import { StationError } from '../contract/errors.ts';
import type { PolicyInAws, PushedPolicy } from '../contract/policies.ts';

/** Versions of a policy ("AWS IoT Core quotas"). */
const maxVersions = 5;

/** The calls of AWS about policies. The errors are those of `Cloud`. */
export interface PoliciesInAws {
  /** The names of all policies of the account in the Region. */
  list(signal?: AbortSignal): Promise<string[]>;
  /** Undefined when the account does not know it. */
  describe(name: string, signal?: AbortSignal): Promise<PolicyInAws | undefined>;
  create(name: string, document: string, signal?: AbortSignal): Promise<void>;
  /** Makes the default version and returns its id. */
  createVersion(name: string, document: string, signal?: AbortSignal): Promise<string>;
  /** The text of a version; undefined when the policy or the version is not there. */
  versionText(name: string, versionId: string, signal?: AbortSignal): Promise<string | undefined>;
  setDefault(name: string, versionId: string, signal?: AbortSignal): Promise<void>;
  deleteVersion(name: string, versionId: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Makes this text the default version of the policy. If the default version says the same already, nothing changes.
 *
 * @param prune whether the oldest version that is not the default may be deleted when AWS has no room for another one
 * @throws `cloud.policyFull` – when AWS has no room and `prune` is false
 */
export async function pushPolicy(
  aws: PoliciesInAws,
  { name, text, prune }: { name: string; text: string; prune: boolean },
): Promise<Omit<PushedPolicy, 'target' | 'warnings'>> {
  const there = await aws.describe(name);
  if (!there) {
    await aws.create(name, text);
    return { outcome: 'made', versionId: '1', pruned: null };
  }
  const { versions, defaultVersionId: versionId } = there;
  if (saysSame(there.document, text)) return { outcome: 'same', versionId, pruned: null };
  const pruned = versions.length < maxVersions ? null : oldestOf(there);
  if (pruned !== null && !prune) {
    throw new StationError(
      'cloud.policyFull',
      `the policy ${name} has ${maxVersions} versions in AWS; the oldest that is not in use is ${pruned}`,
      { data: { name, versionId: pruned } },
    );
  }
  if (pruned !== null) await aws.deleteVersion(name, pruned);
  return { outcome: 'changed', versionId: await aws.createVersion(name, text), pruned };
}

const oldestOf = ({ versions }: PolicyInAws): string =>
  versions
    .filter(({ isDefault }) => !isDefault)
    .map(({ versionId }) => versionId)
    .reduce((oldest, one) => (Number(one) < Number(oldest) ? one : oldest));

function saysSame(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}
