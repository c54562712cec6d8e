import { randomUUID } from 'node:crypto';
import { type Account, iotArn, type Thing, type ThingGroup } from '../account.ts';
import { iotError } from '../errors.ts';
import { body, flag, label, object, operation, text, thingName } from './shapes.ts';
import { findThing } from './things.ts';

const maxGroupsOfThing = 10;

export const groupOperations = {
  CreateThingType: operation(
    'POST',
    '/thing-types/{thingTypeName}',
    { thingTypeName: label(thingName), thingTypeProperties: body(object) },
    (input, account) => {
      const properties = JSON.stringify(input.thingTypeProperties ?? {});
      const known = account.state.types.get(input.thingTypeName);
      if (known && known.properties !== properties) throw exists('Thing type', known);
      const type = known ?? {
        name: input.thingTypeName,
        arn: iotArn(account, `thingtype/${input.thingTypeName}`),
        id: randomUUID(),
        properties,
      };
      account.state.types.set(type.name, type);
      account.changed();
      return { thingTypeName: type.name, thingTypeArn: type.arn, thingTypeId: type.id };
    },
  ),

  CreateThingGroup: operation(
    'POST',
    '/thing-groups/{thingGroupName}',
    { thingGroupName: label(thingName), parentGroupName: body(thingName), thingGroupProperties: body(object) },
    (input, account) => {
      const name = input.thingGroupName;
      const parent = input.parentGroupName;
      if (parent !== undefined && !account.state.groups.has(parent)) {
        throw iotError('InvalidRequestException', `The parent group ${parent} does not exist.`);
      }
      const properties = JSON.stringify(input.thingGroupProperties ?? {});
      const known = account.state.groups.get(name);
      if (known && (known.properties !== properties || known.parent !== parent)) throw exists('Thing group', known);
      const group: ThingGroup = known ?? {
        name,
        arn: iotArn(account, `thinggroup/${name}`),
        id: randomUUID(),
        ...(parent !== undefined && { parent }),
        properties,
        policies: [],
      };
      account.state.groups.set(name, group);
      account.changed();
      return { thingGroupName: group.name, thingGroupArn: group.arn, thingGroupId: group.id };
    },
  ),

  AddThingToThingGroup: operation(
    'PUT',
    '/thing-groups/addThingToThingGroup',
    {
      thingGroupName: body(thingName),
      thingGroupArn: body(text(1, 2048)),
      thingName: body(thingName),
      thingArn: body(text(1, 2048)),
      overrideDynamicGroups: body(flag),
    },
    (input, account) => {
      const thing = named(account, input.thingName, input.thingArn, 'thing/');
      const group = named(account, input.thingGroupName, input.thingGroupArn, 'thinggroup/');
      addToGroup(account, findThing(account, thing), findGroup(account, group));
      return {};
    },
  ),
};

export function findGroup(account: Account, name: string): ThingGroup {
  const group = account.state.groups.get(name);
  if (!group) throw iotError('ResourceNotFoundException', `Thing group ${name} does not exist.`);
  return group;
}

/** At most ten groups a thing, and never two of one hierarchy. */
export function addToGroup(account: Account, thing: Thing, group: ThingGroup): void {
  if (thing.groups.includes(group.name)) return;
  if (thing.groups.length >= maxGroupsOfThing) {
    throw iotError('InvalidRequestException', `A thing can be in ${maxGroupsOfThing} groups.`);
  }
  const root = rootOf(account, group);
  if (thing.groups.some((name) => rootOf(account, findGroup(account, name)) === root)) {
    throw iotError('InvalidRequestException', 'The thing is in another group of this hierarchy.');
  }
  thing.groups.push(group.name);
  account.changed();
}

function rootOf(account: Account, group: ThingGroup): string {
  return group.parent === undefined ? group.name : rootOf(account, findGroup(account, group.parent));
}

function named(account: Account, name: string | undefined, arn: string | undefined, kind: string): string {
  const prefix = iotArn(account, kind);
  const found = name ?? (arn?.startsWith(prefix) ? arn.slice(prefix.length) : undefined);
  if (found === undefined) throw iotError('InvalidRequestException', 'A name or an ARN of this account is needed.');
  return found;
}

const exists = (what: string, known: { name: string; arn: string; id: string }) =>
  iotError('ResourceAlreadyExistsException', `${what} ${known.name} already exists with other properties.`, {
    resourceId: known.id,
    resourceArn: known.arn,
  });
