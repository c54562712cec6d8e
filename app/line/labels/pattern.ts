/** Patterns with named parts, by RE2: linear time for every pattern and text. */
import { RE2JS, RE2JSException } from 're2js';
import type { PatternRule } from '../../contract/model.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import { checkFits } from './check.ts';
import { type Found, lengthProblem, refusal } from './found.ts';

/**
 * The use of a rule, which is also the part that gives its name. Without that part a badge's or an order's rule takes
 * the whole text.
 */
export type RuleFor = 'unit' | 'badge' | 'order';
const mainPart = { unit: 'serial', badge: 'badge', order: 'order' } as const;
const knownParts: Record<RuleFor, readonly string[]> = {
  unit: ['serial', 'model', 'order', 'lot', 'check', 'checked'],
  badge: ['badge', 'check', 'checked'],
  order: ['order', 'check', 'checked'],
};

/** Limits the compiled program, because the cost of a text of 4096 characters grows with it. */
const largestProgram = 2000;

export type Parts = { value: string; model?: string; order?: string; lot?: string };

const compiled = new Map<string, RE2JS>();
const keptPatterns = 64;

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = RE2JS.compile(pattern);
  if (compiled.size >= keptPatterns) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

/** The mistake that keeps the rule from being used, in words. */
export function patternProblem({ pattern }: PatternRule, use: RuleFor): Said | undefined {
  let made: RE2JS;
  try {
    made = compile(pattern);
  } catch (thrown) {
    if (thrown instanceof RE2JSException) return sentence('notRe2', { why: thrown.message });
    throw thrown;
  }
  const parts = Object.keys(made.namedGroups());
  const strange = parts.find((part) => !knownParts[use].includes(part));
  if (strange !== undefined) return sentence('partUnknown', { part: strange, parts: knownParts[use].join(', ') });
  if (use === 'unit' && !parts.includes('serial')) return sentence('noSerialPart');
  if (made.programSize() > largestProgram) return sentence('patternLarge');
  return made.testExact('') ? sentence('patternEmpty') : undefined;
}

/** The parts of a text that fits the rule as a whole. */
export function matchPattern(rule: PatternRule, use: RuleFor, body: string): Found<Parts> {
  const made = compile(rule.pattern);
  const matcher = made.matcher(body);
  if (!matcher.matches()) return undefined;
  const groups = made.namedGroups();
  const part = (name: string): string | undefined =>
    (Object.hasOwn(groups, name) ? matcher.group(name) : undefined) ?? undefined;
  const value = part(mainPart[use]) ?? (use === 'unit' ? '' : body);
  if (value === '') return refusal('scan.unknown', `the label has no ${mainPart[use]}`, { part: mainPart[use] });
  const length = lengthProblem(value, rule.length);
  if (length) return length;
  const checked = (part('checked') ?? value) + (part('check') ?? '');
  const hasNone = Object.hasOwn(groups, 'check') && !part('check') && rule.check !== 'none';
  if (hasNone || !checkFits(rule.check, checked))
    return refusal('scan.wrongCheck', `the check digit (${rule.check}) does not fit`, { check: rule.check });
  const found: Parts = { value };
  for (const name of ['model', 'order', 'lot'] as const) {
    const text = use === 'unit' ? part(name) : undefined;
    if (text) found[name] = text;
  }
  return { reading: found };
}
