import { randomUUID } from 'node:crypto';
import { type Account, type BillingGroup, iotArn, nowSeconds, type Thing } from '../account.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { expectVersion, find, named, sameOrNone } from './records.ts';
import type { billingTable } from './table/billing.ts';
import { checkTags, tag } from './tags.ts';

export const billingHandlers: Handlers<typeof billingTable> = {
  CreateBillingGroup: ({ billingGroupName: name, billingGroupProperties, tags }, account) => {
    checkTags(tags);
    const description = billingGroupProperties?.billingGroupDescription;
    const known = sameOrNone(account, 'billingGroups', name, (group) => group.description === description);
    const group: BillingGroup = known ?? {
      name,
      arn: iotArn(account, `billinggroup/${name}`),
      id: randomUUID(),
      ...(description !== undefined && { description }),
      createdAt: nowSeconds(account),
      version: 1,
    };
    account.state.billingGroups.set(name, group);
    tag(account, group.arn, tags);
    account.changed();
    return { billingGroupName: name, billingGroupArn: group.arn, billingGroupId: group.id };
  },

  UpdateBillingGroup: ({ billingGroupName, billingGroupProperties, expectedVersion }, account) => {
    const group = find(account, 'billingGroups', billingGroupName);
    expectVersion(expectedVersion, group.version);
    delete group.description;
    const description = billingGroupProperties.billingGroupDescription;
    if (description !== undefined) group.description = description;
    group.version += 1;
    account.changed();
    return { version: group.version };
  },

  /** "Returns successfully … if the deletion is successful or you specify a group that doesn't exist." */
  DeleteBillingGroup: ({ billingGroupName, expectedVersion }, account) => {
    const group = account.state.billingGroups.get(billingGroupName);
    if (!group) return {};
    expectVersion(expectedVersion, group.version);
    for (const thing of [...account.links.billingMembers.get(billingGroupName)]) {
      setBillingGroup(account, find(account, 'things', thing), undefined);
    }
    account.state.billingGroups.delete(billingGroupName);
    account.state.tags.delete(group.arn);
    account.changed();
    return {};
  },

  DescribeBillingGroup: ({ billingGroupName }, account) => {
    const group = find(account, 'billingGroups', billingGroupName);
    return {
      billingGroupName,
      billingGroupId: group.id,
      billingGroupArn: group.arn,
      version: group.version,
      billingGroupProperties: { billingGroupDescription: group.description },
      billingGroupMetadata: { creationDate: group.createdAt },
    };
  },

  ListBillingGroups: (input, account) =>
    list(account, input, 'billingGroups', {
      keys: account.state.billingGroups.keys(),
      show: (name) => {
        const group = account.state.billingGroups.get(name);
        return group && name.startsWith(input.namePrefixFilter ?? '')
          ? { groupName: name, groupArn: group.arn }
          : undefined;
      },
    }),

  AddThingToBillingGroup: (input, account) => {
    const thing = find(account, 'things', named(account, input.thingName, input.thingArn, 'thing/'));
    const group = named(account, input.billingGroupName, input.billingGroupArn, 'billinggroup/');
    setBillingGroup(account, thing, find(account, 'billingGroups', group).name);
    return {};
  },

  RemoveThingFromBillingGroup: (input, account) => {
    const thing = find(account, 'things', named(account, input.thingName, input.thingArn, 'thing/'));
    const group = named(account, input.billingGroupName, input.billingGroupArn, 'billinggroup/');
    if (find(account, 'billingGroups', group).name === thing.billingGroup) setBillingGroup(account, thing, undefined);
    return {};
  },

  ListThingsInBillingGroup: (input, account) =>
    list(account, input, 'things', {
      keys: account.links.billingMembers.get(find(account, 'billingGroups', input.billingGroupName).name),
      show: (name) => name,
    }),
};

/** A thing has one billing group. A new one takes the place of the old one. */
export function setBillingGroup(account: Account, thing: Thing, group: string | undefined): void {
  if (thing.billingGroup !== undefined) account.links.billingMembers.remove(thing.billingGroup, thing.name);
  delete thing.billingGroup;
  if (group !== undefined) {
    thing.billingGroup = group;
    account.links.billingMembers.add(group, thing.name);
  }
  account.changed('things', thing.name);
}
