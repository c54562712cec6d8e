/** Mistakes that keep label rules from being used. */
import { StationError } from '../../contract/errors.ts';
import type { LabelRule, ScanRules } from '../../contract/model.ts';
import { checkFits } from './check.ts';
import { patternProblem } from './pattern.ts';

export type RuleProblem = { path: string; message: string };

/** The mistake in one rule for units' labels. */
export function labelProblem(rule: LabelRule, at = 'label'): RuleProblem | undefined {
  if (rule.kind === 'plain') return undefined;
  if (rule.kind === 'pattern') {
    const message = patternProblem(rule, 'unit');
    return message === undefined ? undefined : { path: `${at}.pattern`, message };
  }
  const wrong = rule.gtins.findIndex(({ gtin }) => !checkFits('mod10', gtin));
  if (wrong !== -1) return { path: `${at}.gtins[${wrong}].gtin`, message: 'the check digit of the GTIN does not fit' };
  const seen = rule.gtins.map(({ gtin }) => gtin.padStart(14, '0'));
  const twice = seen.findIndex((gtin, index) => seen.indexOf(gtin) < index);
  return twice === -1 ? undefined : { path: `${at}.gtins[${twice}].gtin`, message: 'the GTIN is in the list already' };
}

export function rulesProblem({ badge, order, unit }: ScanRules): RuleProblem | undefined {
  for (const [use, rule] of [
    ['badge', badge],
    ['order', order],
  ] as const) {
    const message = rule ? patternProblem(rule, use) : undefined;
    if (message !== undefined) return { path: `${use}.pattern`, message };
  }
  return labelProblem(unit, 'unit');
}

/** @throws `scan.badRule` */
export function assertRule(problem: RuleProblem | undefined): void {
  if (problem) throw new StationError('scan.badRule', `${problem.path}: ${problem.message}`, { data: { ...problem } });
}
