import { randomUUID } from 'node:crypto';
import { type Account, iotArn, nowSeconds, type ThingGroup } from '../account.ts';
import { iotError } from '../errors.ts';
import { addToGroup, ancestorsOf, removeFromGroup } from './members.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { expectVersion, find, isSameJson, named, sameOrNone } from './records.ts';
import type { groupTable } from './table/groups.ts';
import { checkTags, tag } from './tags.ts';

/** A hierarchy has at most seven levels (AWS IoT Core quotas). */
const maxDepth = 7;

export const groupHandlers: Handlers<typeof groupTable> = {
  CreateThingGroup: ({ thingGroupName: name, parentGroupName: parent, thingGroupProperties, tags }, account) => {
    checkTags(tags);
    if (parent !== undefined) checkParent(account, parent);
    const description = thingGroupProperties?.thingGroupDescription;
    const attributes = thingGroupProperties?.attributePayload?.attributes ?? {};
    const known = sameOrNone(
      account,
      'groups',
      name,
      (group) =>
        group.description === description && group.parent === parent && isSameJson(group.attributes, attributes),
    );
    const group: ThingGroup = known ?? {
      name,
      arn: iotArn(account, `thinggroup/${name}`),
      id: randomUUID(),
      ...(parent !== undefined && { parent }),
      ...(description !== undefined && { description }),
      attributes,
      policies: [],
      createdAt: nowSeconds(account),
      version: 1,
    };
    account.state.groups.set(name, group);
    tag(account, group.arn, tags);
    account.changed();
    return { thingGroupName: group.name, thingGroupArn: group.arn, thingGroupId: group.id };
  },

  UpdateThingGroup: ({ thingGroupName, thingGroupProperties, expectedVersion }, account) => {
    const group = find(account, 'groups', thingGroupName);
    expectVersion(expectedVersion, group.version);
    const { thingGroupDescription, attributePayload } = thingGroupProperties;
    if (thingGroupDescription !== undefined) group.description = thingGroupDescription;
    if (attributePayload?.attributes) {
      const merged = { ...(attributePayload.merge ? group.attributes : {}), ...attributePayload.attributes };
      group.attributes = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
    }
    group.version += 1;
    account.changed();
    return { version: group.version };
  },

  /** "Returns successfully … if the deletion was successful or you specify a group that doesn't exist." */
  DeleteThingGroup: ({ thingGroupName: name, expectedVersion }, account) => {
    const group = account.state.groups.get(name);
    if (!group) return {};
    expectVersion(expectedVersion, group.version);
    if (childrenOf(account, name).length > 0) {
      throw iotError('InvalidRequestException', `Thing group ${name} has child groups.`);
    }
    for (const thing of [...account.links.groupMembers.get(name)]) {
      removeFromGroup(account, find(account, 'things', thing), name);
    }
    for (const policy of group.policies) account.links.targetsOf.remove(policy, `thinggroup/${name}`);
    account.state.groups.delete(name);
    account.state.tags.delete(group.arn);
    account.changed();
    return {};
  },

  DescribeThingGroup: ({ thingGroupName }, account) => {
    const group = find(account, 'groups', thingGroupName);
    return {
      thingGroupName,
      thingGroupId: group.id,
      thingGroupArn: group.arn,
      version: group.version,
      thingGroupProperties: {
        thingGroupDescription: group.description,
        attributePayload: { attributes: group.attributes },
      },
      thingGroupMetadata: {
        parentGroupName: group.parent,
        rootToParentThingGroups: ancestorsOf(account, group).map(nameAndArn),
        creationDate: group.createdAt,
      },
    };
  },

  ListThingGroups: (input, account) => {
    const { parentGroup, recursive, namePrefixFilter = '' } = input;
    if (parentGroup !== undefined) find(account, 'groups', parentGroup);
    const below = (group: ThingGroup) =>
      parentGroup === undefined
        ? recursive !== false || group.parent === undefined
        : group.parent === parentGroup ||
          (recursive === true && ancestorsOf(account, group).some(({ name }) => name === parentGroup));
    return list(account, input, 'thingGroups', {
      keys: account.state.groups.keys(),
      show: (name) => {
        const group = account.state.groups.get(name);
        return group && name.startsWith(namePrefixFilter) && below(group) ? nameAndArn(group) : undefined;
      },
    });
  },

  AddThingToThingGroup: (input, account) => {
    const thing = named(account, input.thingName, input.thingArn, 'thing/');
    const group = named(account, input.thingGroupName, input.thingGroupArn, 'thinggroup/');
    addToGroup(account, find(account, 'things', thing), find(account, 'groups', group));
    return {};
  },

  RemoveThingFromThingGroup: (input, account) => {
    const thing = named(account, input.thingName, input.thingArn, 'thing/');
    const group = named(account, input.thingGroupName, input.thingGroupArn, 'thinggroup/');
    removeFromGroup(account, find(account, 'things', thing), find(account, 'groups', group).name);
    return {};
  },

  ListThingsInThingGroup: (input, account) => {
    const group = find(account, 'groups', input.thingGroupName).name;
    const names = input.recursive ? [group, ...descendantsOf(account, group)] : [group];
    return list(account, input, 'things', {
      keys: names.flatMap((name) => [...account.links.groupMembers.get(name)]),
      show: (name) => name,
    });
  },

  ListThingGroupsForThing: (input, account) =>
    list(account, input, 'thingGroups', {
      keys: find(account, 'things', input.thingName).groups,
      show: (name) => nameAndArn(find(account, 'groups', name)),
    }),

  UpdateThingGroupsForThing: ({ thingName, thingGroupsToAdd, thingGroupsToRemove }, account) => {
    const thing = find(account, 'things', named(account, thingName, undefined, 'thing/'));
    const groups = (thingGroupsToAdd ?? []).map((name) => find(account, 'groups', name));
    for (const name of thingGroupsToRemove ?? []) removeFromGroup(account, thing, find(account, 'groups', name).name);
    for (const group of groups) addToGroup(account, thing, group);
    return {};
  },
};

const nameAndArn = ({ name, arn }: ThingGroup) => ({ groupName: name, groupArn: arn });

const childrenOf = (account: Account, name: string): string[] =>
  [...account.state.groups.values()].filter(({ parent }) => parent === name).map((group) => group.name);

const descendantsOf = (account: Account, name: string): string[] =>
  childrenOf(account, name).flatMap((child) => [child, ...descendantsOf(account, child)]);

/** ResourceNotFoundException is not an error of CreateThingGroup. */
function checkParent(account: Account, name: string): void {
  const parent = account.state.groups.get(name);
  if (!parent) throw iotError('InvalidRequestException', `The parent group ${name} does not exist.`);
  if (ancestorsOf(account, parent).length + 2 > maxDepth) {
    throw iotError('InvalidRequestException', `A hierarchy of groups can have ${maxDepth} levels.`);
  }
}
