/** A label rule while a person types it. It stays text until it is a whole rule. */
import { type CheckKind, type LabelRule, labelRule, type PatternRule } from '../../app/contract/model.ts';
import { fieldAt, wrongPaths } from '../controls/formfields.ts';

export type RuleDraft = {
  kind: LabelRule['kind'];
  pattern: string;
  check: CheckKind;
  min: string;
  max: string;
  gtins: string;
};

export const emptyRuleDraft: RuleDraft = { kind: 'plain', pattern: '', check: 'none', min: '', max: '', gtins: '' };

export function ruleDraftOf(rule: LabelRule | PatternRule | null): RuleDraft {
  if (rule === null || rule.kind === 'plain') return emptyRuleDraft;
  const length = { min: String(rule.length?.min ?? ''), max: String(rule.length?.max ?? '') };
  if (rule.kind === 'pattern')
    return { ...emptyRuleDraft, ...length, kind: 'pattern', pattern: rule.pattern, check: rule.check };
  const gtins = rule.gtins.map(({ gtin, model }) => `${gtin} ${model}`).join('\n');
  return { ...emptyRuleDraft, ...length, kind: 'gs1', gtins };
}

/** A text that is not a whole number becomes NaN, which the schema refuses. */
const countOf = (typed: string): number => (/^\d+$/.test(typed) ? Number(typed) : Number.NaN);

const lengthOf = ({ min, max }: RuleDraft) =>
  min === '' && max === '' ? {} : { length: { min: countOf(min), max: countOf(max) } };

/** Reads lines of a GTIN and its model. */
const gtinsOf = (text: string): { gtin: string; model: string }[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [gtin = '', ...model] = line.split(/\s+/);
      return { gtin, model: model.join(' ') };
    });

const candidateOf = (draft: RuleDraft) => {
  const { kind, pattern, check, gtins } = draft;
  return {
    plain: { kind },
    pattern: { kind, pattern, check, ...lengthOf(draft) },
    gs1: { kind, gtins: gtinsOf(gtins), ...lengthOf(draft) },
  }[kind];
};

/** The typed rule; undefined while it is incomplete. The station checks its pattern. */
export function ruleOf(draft: RuleDraft): LabelRule | undefined {
  const rule = labelRule.safeParse(candidateOf(draft));
  return rule.success ? rule.data : undefined;
}

/** The rule of badges or orders: null without a pattern, undefined while it is incomplete. */
export function patternOf(draft: RuleDraft): PatternRule | null | undefined {
  if (draft.pattern === '') return null;
  const rule = ruleOf({ ...draft, kind: 'pattern' });
  return rule?.kind === 'pattern' ? rule : undefined;
}

/** Whether a part of a rule fits the schema. A rule that is not GS1 is checked as a pattern, as badges and orders have one. */
export const partFits = (part: 'length' | 'gtins', draft: RuleDraft): boolean =>
  !wrongPaths(labelRule, candidateOf({ ...draft, kind: draft.kind === 'gs1' ? 'gs1' : 'pattern' })).some(
    (path) => fieldAt(path, ['length', 'gtins']) === part,
  );

/** Turns a typed `<GS>` into the character that a scanner sends. */
export const asScanned = (text: string): string => text.replaceAll('<GS>', '\u001d');
/** Shows control characters as their pictures. */
export const asShown = (text: string): string =>
  [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      return code < 0x20 ? String.fromCodePoint(0x2400 + code) : character;
    })
    .join('');
