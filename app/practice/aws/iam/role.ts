import type { Account } from '../account.ts';
import { queryError } from '../errors.ts';
import type { Call, Reply } from '../http.ts';
import { newIdentity, userIdOf } from '../permissions/identities.ts';
import { formOf, queryReply } from '../query.ts';

const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/**
 * A role with its trust policy, which trusts AWS IoT unless the role was made with another one ("GetRole", IAM API
 * reference). An account in which any role will do has each.
 * @throws ServiceError NoSuchEntity, ValidationError
 */
export function getRole(call: Call, account: Account, requestId: string): Reply {
  const name = formOf(call).get('RoleName') ?? '';
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw queryError('ValidationError', 'The RoleName is not valid.');
  const known = account.state.identities.get(name);
  const role = known?.kind === 'role' ? known : undefined;
  if (!role && account.roleArn !== undefined)
    throw queryError('NoSuchEntity', `The role with name ${name} cannot be found.`);
  const shown = role ?? newIdentity(name, 'role');
  return queryReply(
    'iam',
    'GetRole',
    {
      Role: {
        Path: '/',
        RoleName: name,
        RoleId: userIdOf(shown).split(':')[0] ?? '',
        Arn: `arn:aws:iam::${account.id}:role/${name}`,
        CreateDate: '2026-01-01T00:00:00Z',
        AssumeRolePolicyDocument: encodeURIComponent(role?.trust ?? trust('iot.amazonaws.com')),
        MaxSessionDuration: 3600,
      },
    },
    requestId,
  );
}
