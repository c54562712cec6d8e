/** Mistakes that keep label rules from being used. */
import { StationError } from '../../contract/errors.ts';
import type { LabelRule, ScanRules } from '../../contract/model.ts';
import { type Said, saidData, sentence } from '../../contract/sentences.ts';
import { checkFits } from './check.ts';
import { patternProblem } from './pattern.ts';

export type RuleProblem = { path: string } & Said;

/** The mistake in one rule for units' labels. */
export function labelProblem(rule: LabelRule, at = 'label'): RuleProblem | undefined {
  if (rule.kind === 'plain') return undefined;
  if (rule.kind === 'pattern') {
    const problem = patternProblem(rule, 'unit');
    return problem && { path: `${at}.pattern`, ...problem };
  }
  const wrong = rule.gtins.findIndex(({ gtin }) => !checkFits('mod10', gtin));
  if (wrong !== -1) return { path: `${at}.gtins[${wrong}].gtin`, ...sentence('gtinCheck') };
  const seen = rule.gtins.map(({ gtin }) => gtin.padStart(14, '0'));
  const twice = seen.findIndex((gtin, index) => seen.indexOf(gtin) < index);
  return twice === -1 ? undefined : { path: `${at}.gtins[${twice}].gtin`, ...sentence('gtinTwice') };
}

export function rulesProblem({ badge, order, unit }: ScanRules): RuleProblem | undefined {
  for (const [use, rule] of [
    ['badge', badge],
    ['order', order],
  ] as const) {
    const problem = rule ? patternProblem(rule, use) : undefined;
    if (problem) return { path: `${use}.pattern`, ...problem };
  }
  return labelProblem(unit, 'unit');
}

/** @throws `scan.badRule` */
export function assertRule(problem: RuleProblem | undefined): void {
  if (!problem) return;
  const { path, message, ...what } = problem;
  const said = sentence('ruleAt', { path, what });
  throw new StationError('scan.badRule', said.message, { data: { path, message, ...saidData(said) } });
}
