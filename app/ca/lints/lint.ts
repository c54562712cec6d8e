/** What a lint is. */
import type { TbsView } from '../certificate.ts';
import type { Issuer } from '../issuer.ts';

export type LintFacts = { tbs: TbsView; issuer: Issuer };

export type Lint = {
  name: string;
  /** The rule's text: RFC section, CA practice or AWS page. */
  source: string;
  /** Why the certificate must not be signed, or undefined. A `DerError` thrown counts as a reason too. */
  problem(facts: LintFacts): string | undefined;
};

/** The common case: a condition that must hold. */
export const lintThat = (
  name: string,
  source: string,
  holds: (facts: LintFacts) => boolean,
  otherwise: string,
): Lint => ({ name, source, problem: (facts) => (holds(facts) ? undefined : otherwise) });
