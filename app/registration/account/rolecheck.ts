/** Whether AWS IoT may take the role of a target, and whether the role may do what registration needs. */
import { StationError } from '../../contract/errors.ts';
import type { RegistrationWay, TargetTest } from '../../contract/model.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Account } from './account.ts';
import { lookActions } from './look.ts';
import { type Place, rolePermissions } from './permissions.ts';
import { policyDocument } from './policydocument.ts';

export const iotService = 'iot.amazonaws.com';

/** The ways in which AWS IoT acts in the name of the role. */
const byRole: readonly RegistrationWay[] = ['bulk', 'jitp', 'fleet'];

/** A target whose name is not known is called so, as in the help of commands. */
type RoleOf = Omit<Place, 'accountId'> & { name?: string };
type Told = { role: NonNullable<TargetTest['role']>; finding?: Said; isProblem: boolean };

/**
 * Undefined for ways without a role.
 *
 * @throws `call.cancelled`
 */
export async function checkRole(
  account: Account,
  { target, ways, accountId }: { target: RoleOf; ways: readonly RegistrationWay[]; accountId: string },
  signal?: AbortSignal,
): Promise<Told | undefined> {
  if (!ways.some((way) => byRole.includes(way))) return undefined;
  const { roleArn } = target;
  const found = await account.look.role(roleArn, signal);
  const unseen = (actions: readonly string[]): Told => ({
    role: { state: 'unseen', add: { to: 'station', statement: documentFor(actions, roleArn) } },
    finding: sentence('roleUnseen', { role: roleArn, actions: actions.join(', ') }),
    isProblem: false,
  });
  if (found.seen === 'unseen') return unseen([lookActions.role, simulating]);
  if (found.seen === 'missing')
    return {
      role: { state: 'missing', add: null },
      finding: sentence('roleMissing', { role: roleArn, target: target.name ?? 'NAME' }),
      isProblem: true,
    };
  if (!found.services.includes(iotService))
    return {
      role: { state: 'untrusting', add: null },
      finding: sentence('roleUntrusting', { role: roleArn, service: iotService }),
      isProblem: true,
    };
  const place = { ...target, accountId };
  const needed = rolePermissions
    .map(({ action, resource }) => ({ action, resource: resource(place) }))
    .filter(({ action }) => ways.includes('bulk') || !action.startsWith('s3:'));
  let allowed: boolean[];
  try {
    allowed = await account.simulate(roleArn, needed, signal);
  } catch (thrown) {
    if (!(thrown instanceof StationError) || thrown.code === 'call.cancelled') throw thrown;
    return unseen([simulating]);
  }
  const lacks = needed.filter((_, index) => !allowed[index]);
  if (lacks.length === 0) return { role: { state: 'fits', add: null }, isProblem: false };
  return {
    role: { state: 'lacking', add: { to: 'role', statement: JSON.stringify(policyDocument(lacks), null, 2) } },
    finding: sentence('roleLacking', {
      role: roleArn,
      actions: [...new Set(lacks.map(({ action }) => action))].join(', '),
    }),
    isProblem: true,
  };
}

const simulating = 'iam:SimulatePrincipalPolicy';

const documentFor = (actions: readonly string[], resource: string): string =>
  JSON.stringify(policyDocument(actions.map((action) => ({ action, resource }))), null, 2);
