/** The definition of a lint. */

import type { Issuer } from '../authorities/issuer.ts';
import { readKey } from '../keys/publickey.ts';
import type { Profile } from '../profiles/profile.ts';
import type { TbsView } from '../x509/certificate.ts';

/** The bytes to be signed as they read, the issuer that would sign them, and the profile they must follow. */
export type LintFacts = { tbs: TbsView; issuer: Issuer; profile: Profile };

export type Lint = {
  name: string;
  /** The source of the rule: RFC section, CA practice or AWS page. */
  source: string;
  /** Why the certificate must not be signed, or undefined. A thrown `DerError` counts as a reason too. */
  problem(facts: LintFacts): string | undefined;
};

/** The common case: a condition that must hold. */
export const lintThat = (
  name: string,
  source: string,
  holds: (facts: LintFacts) => boolean,
  otherwise: string,
): Lint => ({ name, source, problem: (facts) => (holds(facts) ? undefined : otherwise) });

/** A rule about an optional extension: when it is present, its value must fit. */
export const lintWhere = (
  oid: string,
  name: string,
  source: string,
  holds: (value: Uint8Array, facts: LintFacts) => boolean,
  otherwise: string,
): Lint =>
  lintThat(
    name,
    source,
    (facts) => facts.tbs.extensions.every((one) => one.oid !== oid || holds(one.value, facts)),
    otherwise,
  );

export const areUnique = (list: readonly string[]): boolean => list.every((one, i) => list.indexOf(one) === i);
export const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/**
 * Many lints read the same thing one after the other, so it is read once. A failed read is not kept: the next lint
 * tries and fails again.
 */
export function once<T, K extends object = Uint8Array>(read: (from: K) => T): (from: K) => T {
  let last: { from: K; value: T } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, value: read(from) };
    return last.value;
  };
}

export const keyIn = once(readKey);
