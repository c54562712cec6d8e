import { type Account, type Certificate, iotArn, type PrincipalType, type Thing } from '../account.ts';
import { iotError } from '../errors.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { find, nameIn } from './records.ts';
import type { thingTable } from './table/things.ts';

/** Which certificates are attached to which things. */

type PrincipalHandlers = Handlers<
  Pick<
    typeof thingTable,
    | 'AttachThingPrincipal'
    | 'DetachThingPrincipal'
    | 'ListThingPrincipals'
    | 'ListThingPrincipalsV2'
    | 'ListPrincipalThings'
    | 'ListPrincipalThingsV2'
  >
>;

export const principalHandlers: PrincipalHandlers = {
  AttachThingPrincipal: ({ thingName, principal, thingPrincipalType }, account) => {
    const thing = find(account, 'things', thingName);
    attachPrincipal(account, thing, principalOf(account, principal), thingPrincipalType);
    return {};
  },

  DetachThingPrincipal: ({ thingName, principal }, account) => {
    const thing = find(account, 'things', thingName);
    const { certificateId } = principalOf(account, principal);
    thing.principals = thing.principals.filter(({ id }) => id !== certificateId);
    account.links.thingsOf.remove(certificateId, thingName);
    account.changed('things', thingName);
    return {};
  },

  ListThingPrincipals: (input, account) =>
    list(account, input, 'principals', {
      keys: find(account, 'things', input.thingName).principals.map(({ id }) => id),
      show: (id) => iotArn(account, `cert/${id}`),
    }),

  ListThingPrincipalsV2: (input, account) => {
    const { principals } = find(account, 'things', input.thingName);
    return list(account, input, 'thingPrincipalObjects', {
      keys: principals.filter(({ type }) => (input.thingPrincipalType ?? type) === type).map(({ id }) => id),
      show: (id) => ({
        principal: iotArn(account, `cert/${id}`),
        thingPrincipalType: principals.find((attached) => attached.id === id)?.type,
      }),
    });
  },

  ListPrincipalThings: (input, account) =>
    list(account, input, 'things', {
      keys: account.links.thingsOf.get(principalOf(account, input.principal).certificateId),
      show: (name) => name,
    }),

  ListPrincipalThingsV2: (input, account) => {
    const { certificateId } = principalOf(account, input.principal);
    return list(account, input, 'principalThingObjects', {
      keys: account.links.thingsOf.get(certificateId),
      show: (thingName) => {
        const thingPrincipalType = typeOf(account, thingName, certificateId);
        return (input.thingPrincipalType ?? thingPrincipalType) === thingPrincipalType
          ? { thingName, thingPrincipalType }
          : undefined;
      },
    });
  },
};

/**
 * A principal that is attached exclusively belongs to one thing. Attaching twice changes nothing.
 * @throws ServiceError InvalidRequestException
 */
export function attachPrincipal(
  account: Account,
  thing: Thing,
  { certificateId: id }: Certificate,
  type: PrincipalType = 'NON_EXCLUSIVE_THING',
): void {
  const others = [...account.links.thingsOf.get(id)].filter((name) => name !== thing.name);
  const exclusive = others.some((name) => typeOf(account, name, id) === 'EXCLUSIVE_THING');
  if (exclusive || (others.length > 0 && type === 'EXCLUSIVE_THING')) {
    throw iotError('InvalidRequestException', 'The principal is attached exclusively, or to another thing already.');
  }
  if (thing.principals.some((attached) => attached.id === id)) return;
  thing.principals.push({ id, type });
  account.links.thingsOf.add(id, thing.name);
  account.changed('things', thing.name);
}

/** @throws ServiceError InvalidRequestException – not the ARN of a certificate · ResourceNotFoundException */
export function principalOf(account: Account, arn: string): Certificate {
  const id = nameIn(account, 'cert/', arn);
  if (id === undefined) {
    throw iotError('InvalidRequestException', 'The principal is not a certificate of this account.');
  }
  return find(account, 'certificates', id);
}

const typeOf = (account: Account, thing: string, certificateId: string): PrincipalType =>
  find(account, 'things', thing).principals.find(({ id }) => id === certificateId)?.type ?? 'NON_EXCLUSIVE_THING';
