import type { State } from './account.ts';
import type { Index, Links } from './attached.ts';

/**
 * The things of a certificate, the targets of a policy, the members of a group. They are derived from the state when it
 * is loaded, and the operations keep them up to date. Without them, each attachment would look through all things.
 */
export function linksOf(state: State): Links {
  const links: Links = {
    thingsOf: createIndex(),
    targetsOf: createIndex(),
    groupMembers: createIndex(),
    billingMembers: createIndex(),
    typeMembers: createIndex(),
    issuedBy: createIndex(),
    owned: new Set(),
  };
  for (const thing of state.things.values()) {
    for (const { id } of thing.principals) links.thingsOf.add(id, thing.name);
    for (const group of thing.groups) links.groupMembers.add(group, thing.name);
    if (thing.billingGroup !== undefined) links.billingMembers.add(thing.billingGroup, thing.name);
    if (thing.typeName !== undefined) links.typeMembers.add(thing.typeName, thing.name);
  }
  for (const { certificateId, caCertificateId, policies, ownership } of state.certificates.values()) {
    if (ownership) links.owned.add(certificateId);
    if (caCertificateId !== undefined) links.issuedBy.add(caCertificateId, certificateId);
    for (const policy of policies) links.targetsOf.add(policy, `cert/${certificateId}`);
  }
  for (const { name, policies } of state.groups.values()) {
    for (const policy of policies) links.targetsOf.add(policy, `thinggroup/${name}`);
  }
  return links;
}

const none: ReadonlySet<string> = new Set();

/** Most keys of a large index have one member, which needs no set of its own. */
function createIndex(): Index {
  const members = new Map<string, string | Set<string>>();
  return {
    add: (key, member) => {
      const known = members.get(key);
      if (known === undefined) members.set(key, member);
      else if (typeof known !== 'string') known.add(member);
      else if (known !== member) members.set(key, new Set([known, member]));
    },
    remove: (key, member) => {
      const known = members.get(key);
      if (known === member) members.delete(key);
      else if (known instanceof Set) {
        known.delete(member);
        if (known.size === 0) members.delete(key);
      }
    },
    get: (key) => {
      const known = members.get(key);
      return known === undefined ? none : typeof known === 'string' ? new Set([known]) : known;
    },
  };
}
