/** Mutations that change nothing a test could see. They are left out of the count and printed with their reason. */
import type { Mutant } from './mutants.ts';

export type Equivalent = {
  file: string;
  /** The changed lines as they are, and as they become, as the report prints them. */
  before: string;
  after: string;
  reason: string;
};

export const equivalents: readonly Equivalent[] = [];

export const reasonFor = (mutant: Mutant, list = equivalents): string | undefined =>
  list.find(({ file, before, after }) => mutant.file === file && mutant.before === before && mutant.after === after)
    ?.reason;
