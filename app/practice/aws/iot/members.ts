import type { Account, Thing, ThingGroup } from '../account.ts';
import { iotError } from '../errors.ts';
import { find } from './records.ts';

/** Things in groups. */

const maxGroupsOfThing = 10;

/**
 * At most ten groups a thing, and never two of one hierarchy.
 * @throws ServiceError InvalidRequestException
 */
export function addToGroup(account: Account, thing: Thing, group: ThingGroup): void {
  if (thing.groups.includes(group.name)) return;
  if (thing.groups.length >= maxGroupsOfThing) {
    throw iotError('InvalidRequestException', `A thing can be in ${maxGroupsOfThing} groups.`);
  }
  const root = rootOf(account, group);
  if (thing.groups.some((name) => rootOf(account, find(account, 'groups', name)) === root)) {
    throw iotError('InvalidRequestException', 'The thing is in another group of this hierarchy.');
  }
  thing.groups.push(group.name);
  account.links.groupMembers.add(group.name, thing.name);
  account.changed('things', thing.name);
}

/** Leaving a group that the thing is not in changes nothing. */
export function removeFromGroup(account: Account, thing: Thing, name: string): void {
  if (!thing.groups.includes(name)) return;
  thing.groups = thing.groups.filter((other) => other !== name);
  account.links.groupMembers.remove(name, thing.name);
  account.changed('things', thing.name);
}

/** The groups above a group, the root first. */
export function ancestorsOf(account: Account, group: ThingGroup): ThingGroup[] {
  if (group.parent === undefined) return [];
  const parent = find(account, 'groups', group.parent);
  return [...ancestorsOf(account, parent), parent];
}

const rootOf = (account: Account, group: ThingGroup): string =>
  group.parent === undefined ? group.name : rootOf(account, find(account, 'groups', group.parent));
