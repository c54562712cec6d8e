import { type Account, iotArn } from '../account.ts';
import { iotError } from '../errors.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import type { tagTable } from './table/tags.ts';

/** Tags per resource (AWS general reference, "Tag naming limits and requirements"). */
const maxTags = 50;
type Tag = { Key: string; Value?: string };

export const tagHandlers: Handlers<typeof tagTable> = {
  TagResource: ({ resourceArn, tags }, account) => {
    tag(account, taggable(account, resourceArn), tags);
    return {};
  },
  UntagResource: ({ resourceArn, tagKeys }, account) => {
    const held = account.state.tags.get(taggable(account, resourceArn));
    for (const key of tagKeys) held?.delete(key);
    account.changed();
    return {};
  },
  ListTagsForResource: ({ resourceArn, nextToken }, account) => {
    const held = account.state.tags.get(taggable(account, resourceArn)) ?? new Map<string, string>();
    return list(account, { nextToken }, 'tags', {
      keys: held.keys(),
      show: (Key) => ({ Key, Value: held.get(Key) ?? '' }),
    });
  },
};

/**
 * Adds tags to a resource that is there. An existing key gets the new value.
 * @throws ServiceError InvalidRequestException – a key of AWS, the same key twice · LimitExceededException
 */
export function tag(account: Account, arn: string, tags: readonly Tag[] | undefined): void {
  if (tags === undefined || tags.length === 0) return;
  checkTags(tags);
  const held = new Map(account.state.tags.get(arn));
  for (const { Key, Value } of tags) held.set(Key, Value ?? '');
  if (held.size > maxTags) throw iotError('LimitExceededException', `A resource can have ${maxTags} tags.`);
  account.state.tags.set(arn, held);
  account.changed();
}

/** Checks the tags of a resource that is about to be made, so that a refusal leaves nothing behind. */
export function checkTags(tags: readonly Tag[] | undefined = []): void {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw iotError('InvalidRequestException', 'A tag key is there twice.');
  }
  if (tags.some(({ Key }) => /^aws:/i.test(Key))) {
    throw iotError('InvalidRequestException', 'Tag keys that begin with aws: are for AWS.');
  }
  if (tags.length > maxTags) throw iotError('InvalidRequestException', `A resource can have ${maxTags} tags.`);
}

const taggableKinds = {
  cacert: 'authorities',
  policy: 'policies',
  thingtype: 'types',
  thinggroup: 'groups',
  billinggroup: 'billingGroups',
  provisioningtemplate: 'templates',
  rule: 'rules',
} as const;

function taggable(account: Account, arn: string): string {
  const prefix = iotArn(account, '');
  const [kind = '', name = ''] = arn.startsWith(prefix) ? arn.slice(prefix.length).split('/') : [];
  const noun = Object.hasOwn(taggableKinds, kind) ? taggableKinds[kind as keyof typeof taggableKinds] : undefined;
  if (!noun) throw iotError('InvalidRequestException', `${arn} is not the ARN of a resource that can have tags.`);
  if (!account.state[noun].has(name)) throw iotError('ResourceNotFoundException', `${arn} does not exist.`);
  return arn;
}
