import { randomUUID } from 'node:crypto';
import { type Account, type Attributes, iotArn, type Thing } from '../account.ts';
import { iotError } from '../errors.ts';
import { setBillingGroup } from './billing.ts';
import { usableType } from './kinds.ts';
import { removeFromGroup } from './members.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { exists, expectVersion, find, isSameJson } from './records.ts';
import type { thingTable } from './table/things.ts';

const maxAttributes = { untyped: 3, typed: 50 };
type ThingHandlers = Handlers<
  Pick<typeof thingTable, 'CreateThing' | 'UpdateThing' | 'DeleteThing' | 'DescribeThing' | 'ListThings'>
>;

export const thingHandlers: ThingHandlers = {
  CreateThing: (input, account) => {
    const attributes = input.attributePayload?.attributes ?? {};
    const thing = createThing(account, input.thingName, input.thingTypeName, attributes, input.billingGroupName);
    return { thingName: thing.name, thingArn: thingArn(account, thing), thingId: thing.id };
  },

  UpdateThing: (input, account) => {
    const thing = find(account, 'things', input.thingName);
    expectVersion(input.expectedVersion, thing.version);
    if (input.removeThingType && input.thingTypeName !== undefined) {
      throw iotError('InvalidRequestException', 'A thing type cannot be set and removed at once.');
    }
    const typeName = input.removeThingType ? undefined : (input.thingTypeName ?? thing.typeName);
    updateThing(account, thing, typeName, input.attributePayload);
    return {};
  },

  /** "Returns successfully … if the deletion is successful or you specify a thing that doesn't exist." */
  DeleteThing: ({ thingName, expectedVersion }, account) => {
    const thing = account.state.things.get(thingName);
    if (!thing) return {};
    expectVersion(expectedVersion, thing.version);
    if (thing.principals.length > 0) {
      throw iotError('InvalidRequestException', `Thing ${thingName} has principals: detach them first.`);
    }
    for (const group of [...thing.groups]) removeFromGroup(account, thing, group);
    setBillingGroup(account, thing, undefined);
    if (thing.typeName !== undefined) account.links.typeMembers.remove(thing.typeName, thingName);
    account.state.things.delete(thingName);
    account.changed('things', thingName);
    return {};
  },

  DescribeThing: ({ thingName }, account) => {
    const thing = find(account, 'things', thingName);
    return {
      defaultClientId: thing.name,
      ...shown(account, thing),
      thingId: thing.id,
      billingGroupName: thing.billingGroup,
    };
  },

  ListThings: (input, account) => {
    const { thingTypeName, attributeName, attributeValue, usePrefixAttributeValue } = input;
    if ((attributeName === undefined) !== (attributeValue === undefined)) {
      throw iotError('InvalidRequestException', 'attributeName and attributeValue are given together.');
    }
    const fits = ({ attributes, typeName }: Thing) => {
      if (thingTypeName !== undefined && typeName !== thingTypeName) return false;
      if (attributeName === undefined || attributeValue === undefined) return true;
      const value = attributes[attributeName];
      return usePrefixAttributeValue ? value?.startsWith(attributeValue) : value === attributeValue;
    };
    return list(account, input, 'things', {
      keys: account.state.things.keys(),
      show: (name) => {
        const thing = account.state.things.get(name);
        return thing && fits(thing) ? shown(account, thing) : undefined;
      },
    });
  },
};

export const thingArn = (account: Account, { name }: Pick<Thing, 'name'>): string => iotArn(account, `thing/${name}`);

const shown = (account: Account, thing: Thing) => ({
  thingName: thing.name,
  thingArn: thingArn(account, thing),
  thingTypeName: thing.typeName,
  attributes: thing.attributes,
  version: thing.version,
});

/**
 * The same name with the same configuration succeeds. With another configuration it is ResourceAlreadyExistsException.
 */
export function createThing(
  account: Account,
  name: string,
  typeName: string | undefined,
  attributes: Attributes,
  billingGroup?: string,
): Thing {
  const known = account.state.things.get(name);
  if (known) {
    const same =
      known.typeName === typeName && known.billingGroup === billingGroup && isSameJson(known.attributes, attributes);
    if (same) return known;
    throw exists(`Thing ${name} already exists with another configuration.`, known.id, thingArn(account, known));
  }
  checkConfiguration(account, typeName, attributes);
  if (typeName !== undefined) usableType(account, typeName);
  if (billingGroup !== undefined) find(account, 'billingGroups', billingGroup);
  const thing: Thing = {
    name,
    id: randomUUID(),
    ...(typeName !== undefined && { typeName }),
    attributes,
    version: 1,
    principals: [],
    groups: [],
  };
  account.state.things.set(name, thing);
  if (typeName !== undefined) account.links.typeMembers.add(typeName, name);
  if (billingGroup !== undefined) setBillingGroup(account, thing, billingGroup);
  account.changed('things', name);
  return thing;
}

/** Attributes are replaced, or merged on request. An attribute set to the empty string is removed. */
export function updateThing(
  account: Account,
  thing: Thing,
  typeName: string | undefined,
  payload: { attributes?: Attributes; merge?: boolean } | undefined,
): void {
  const merged = payload?.attributes
    ? { ...(payload.merge ? thing.attributes : {}), ...payload.attributes }
    : thing.attributes;
  const attributes = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
  checkConfiguration(account, typeName, attributes);
  if (typeName !== undefined && typeName !== thing.typeName) usableType(account, typeName);
  if (thing.typeName !== undefined) account.links.typeMembers.remove(thing.typeName, thing.name);
  delete thing.typeName;
  if (typeName !== undefined) {
    thing.typeName = typeName;
    account.links.typeMembers.add(typeName, thing.name);
  }
  thing.attributes = attributes;
  thing.version += 1;
  account.changed('things', thing.name);
}

function checkConfiguration(account: Account, typeName: string | undefined, attributes: Attributes): void {
  if (typeName !== undefined) find(account, 'types', typeName);
  const max = typeName === undefined ? maxAttributes.untyped : maxAttributes.typed;
  if (Object.keys(attributes).length > max) {
    throw iotError(
      'InvalidRequestException',
      `A thing ${typeName ? 'with' : 'without'} a type can have ${max} attributes.`,
    );
  }
}
