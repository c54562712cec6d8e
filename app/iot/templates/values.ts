/** Values of properties: what AWS takes where they land. */
import { type Said, sentence } from '../../contract/sentences.ts';
import { checkPolicyDocument, sizeFindings } from '../policies/check.ts';
import { pointerPart } from '../positions.ts';
import { entriesOf, functionOf, isComputed, type Json, membersOf, refOf } from './json.ts';
import { sources } from './kinds.ts';
import { type Check, knownValue } from './scope.ts';

export type ValueCheck = (value: Json, path: string, check: Check) => void;

/** A string of this pattern. A Default is told at its own place. */
export const text =
  (pattern: RegExp, wanted: Said, source: string = sources.model): ValueCheck =>
  (value, path, check) => {
    const known = knownValue(value, path, check);
    if (!known || (typeof known.value === 'string' && pattern.test(known.value))) return;
    const property = path.split('/').at(-1) ?? '';
    const lands = known.parameter === undefined ? wanted : sentence('landsIn', { property, what: wanted });
    const here = { what: lands, value: JSON.stringify(known.value) };
    check.problem(known.path, isComputed(value) ? sentence('hereItIs', here) : lands, source);
  };

export const name = text(/^[a-zA-Z0-9:_-]{1,128}$/, sentence('nameWanted'));
export const policyName = text(/^[\w+=,.@-]{1,128}$/, sentence('policyNameWanted'));
const attributeValue = text(/^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/, sentence('attributeValueWanted'));

export const attributes: ValueCheck = (value, path, check) => {
  // A Ref or a function gives one value, and no names.
  if (!membersOf(value) || refOf(value) !== undefined || functionOf(value) !== undefined) {
    check.problem(path, sentence('attributesWanted'), sources.templates);
    return;
  }
  for (const [attribute, content] of entriesOf(value)) {
    const at = `${path}/${pointerPart(attribute)}`;
    if (!/^[a-zA-Z0-9_.,@/:#-]{1,128}$/.test(attribute)) check.problem(at, sentence('attributeName'), sources.model);
    attributeValue(content, at, check);
  }
};

export const groups: ValueCheck = (value, path, check) => {
  if (!Array.isArray(value)) {
    if (!isComputed(value)) check.problem(path, sentence('groupsWanted'), sources.templates);
    return;
  }
  if (value.length > 10) check.problem(path, sentence('groupsOver'), sources.quotas);
  for (const [index, group] of value.entries()) {
    name(group, `${path}/${index}`, check);
    if (value.findIndex((other) => JSON.stringify(other) === JSON.stringify(group)) < index)
      check.warn(`${path}/${index}`, sentence('groupTwice'), sources.templates);
  }
};

export const object: ValueCheck = (value, path, check) => {
  if (!membersOf(value)) check.problem(path, sentence('mustBeObject'), sources.templates);
};

/** Stands for a value that is not known yet. */
const placeholder = 'arn:aws:iot:us-east-1:123456789012:topic/x';

/** The document with all computed parts replaced, and their pointers. */
function withoutComputed(value: Json, path: string, computed: string[]): Json {
  if (isComputed(value)) {
    computed.push(path);
    return placeholder;
  }
  if (Array.isArray(value)) return value.map((item, index) => withoutComputed(item, `${path}/${index}`, computed));
  if (!membersOf(value)) return value;
  const parts = entriesOf(value).map(
    ([member, item]) => [member, withoutComputed(item, `${path}/${pointerPart(member)}`, computed)] as const,
  );
  return Object.fromEntries(parts);
}

/** An inline policy: the JSON in a string everywhere, in fleet templates also the object itself. */
export const policyDocument: ValueCheck = (value, path, check) => {
  if (isComputed(value)) return;
  const { kind, problem, warn } = check;
  if (typeof value !== 'string' && !(kind === 'fleet' && membersOf(value))) {
    problem(path, sentence('policyTextWanted'), sources.templates);
    return;
  }
  const document = typeof value === 'string' ? value : JSON.stringify(value);
  const computed: string[] = [];
  let parsed: Json;
  try {
    parsed = withoutComputed(JSON.parse(document) as Json, '', computed);
  } catch {
    // The caller looks into strings, and tells where one breaks.
    return;
  }
  const hangs = (at: string) => computed.some((one) => at === one || at.startsWith(`${one}/`));
  const found = checkPolicyDocument(parsed);
  const size = sizeFindings(document);
  for (const one of [...size.problems, ...found.problems])
    if (!hangs(one.path))
      problem(path + one.path, sentence('inPolicy', { what: one }), one.source ?? sources.templates);
  for (const one of [...size.warnings, ...found.warnings])
    if (!hangs(one.path)) warn(path + one.path, sentence('inPolicy', { what: one }), one.source ?? sources.templates);
};
