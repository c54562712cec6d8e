import { assertRule, rulesProblem } from '../../line/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = Extract<keyof Handlers, `scan.${string}`>;

/** Methods about scans and scanners. */
export const scanHandlers = ({ labels, scanners }: StationParts): Pick<Handlers, Names> => ({
  'scan.read': ({ text }) => labels.read(text),
  'scan.preview': ({ text, rules }) => {
    assertRule(rulesProblem(rules));
    return labels.read(text, rules);
  },
  'scan.take': ({ scanId }) => scanners.take(scanId),
});
