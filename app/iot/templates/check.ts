/** Checks a provisioning template: what AWS refuses, or what fails for every unit, and what is legal and hardly meant. */

import type { CheckFinding, CheckReport } from '../../contract/findings.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import { type TemplateKind, templateKinds } from '../../contract/templates.ts';
import { pointerPart } from '../positions.ts';
import { checkDocument } from './document.ts';
import { entriesOf, type Json, membersOf, own } from './json.ts';
import { sources } from './kinds.ts';
import type { Say } from './scope.ts';
import { brokenPlace, openTemplate, placeIn, type TemplateText, textWithin } from './text.ts';

const maxCharacters = 10_240;

type Found = Said & { path: string; source: string; at?: { line: number; column: number } };

/**
 * Never throws. `text` is a template, or the object of the AWS CLI that holds one as `templateBody`. Paths are JSON
 * pointers into the file; JSON within a string counts as a part of it, and has its line and column there.
 */
export function checkTemplate(text: string, kind: TemplateKind): CheckReport {
  const report = checkAs(text, kind);
  if (report.ok) return report;
  const fitting = templateKinds.find((other) => other !== kind && checkAs(text, other).ok);
  if (!fitting) return report;
  const hint = { path: '', ...sentence('fitsKind', { kind: fitting }), source: sources.templates, line: 1, column: 1 };
  return { ...report, warnings: [hint, ...report.warnings] };
}

function checkAs(text: string, kind: TemplateKind): CheckReport {
  const { file, body, wrapper, at: wrapped } = openTemplate(text);
  const prefix = wrapper ? `${wrapped}/templateBody` : '';
  const all = { problems: [] as Found[], warnings: [] as Found[] };
  const say =
    (found: Found[]): Say =>
    (path, said, source) =>
      void found.push({ path, ...said, source });
  const [problem, warn] = [say(all.problems), say(all.warnings)];
  const { broken, value, duplicates } = body.json;
  const template = membersOf(value as Json | undefined);
  if (broken) {
    const at = brokenPlace(body, broken);
    all.problems.push({ path: '', ...sentence('notJson', { why: broken }), source: sources.templates, at });
  } else if (!template) problem('', objectWanted(value), sources.templates);
  else {
    const other = otherDocument(template);
    if (other) problem('', other, sources.templates);
    else checkDocument(template, kind, problem, warn);
  }
  if (body.text.length > maxCharacters)
    problem('', sentence('templateSize', { size: body.text.length, limit: maxCharacters }), sources.model);
  for (const twice of duplicates)
    all.warnings.push({
      ...twice,
      source: sources.templates,
      at: brokenPlace(body, { line: twice.line ?? 1, column: twice.column ?? 1 }),
    });
  const policies = template ? policyTexts(template, body) : new Map<string, TemplateText>();
  for (const [path, inner] of policies) {
    if (inner.json.broken) {
      const at = brokenPlace(inner, inner.json.broken);
      all.problems.push({
        path,
        ...sentence('policyNotJson', { why: inner.json.broken }),
        source: sources.templates,
        at,
      });
    }
  }
  const placed = (found: Found[]): CheckFinding[] =>
    found
      .map(({ at, ...one }) => ({ ...one, path: prefix + one.path, ...(at ?? placeOf(one.path, body, policies)) }))
      .sort((one, other) => one.line - other.line || one.column - other.column);
  const outer = wrapper ? wrapperFindings(file, wrapper, wrapped, kind) : { problems: [], warnings: [] };
  const problems = [...outer.problems, ...placed(all.problems)];
  return { ok: problems.length === 0, problems, warnings: [...outer.warnings, ...placed(all.warnings)] };
}

const objectWanted = (value: unknown): Said =>
  sentence(typeof value === 'string' ? 'templateInQuotes' : 'notJsonObject');

/** What the file is instead of a template. Its parts are not told one by one. */
function otherDocument(members: Record<string, Json>): Said | undefined {
  const types = entriesOf(members.Resources).map(([, resource]) => own(resource, 'Type'));
  // "RegistrationConfig" of AWS::IoT::CACertificate has a TemplateBody, too.
  if (
    ['AWSTemplateFormatVersion', 'TemplateBody'].some((name) => Object.hasOwn(members, name)) ||
    types.includes('AWS::IoT::ProvisioningTemplate')
  )
    return sentence('isCloudFormation');
  if (Object.hasOwn(members, 'Resources')) return undefined;
  if (Object.hasOwn(members, 'Statement')) return sentence('isPolicy');
  return typeof members.templateName === 'string'
    ? sentence('namesTemplate', { name: members.templateName })
    : undefined;
}

/** The place of a path; a policy within a string has places of its own. */
function placeOf(path: string, body: TemplateText, policies: ReadonlyMap<string, TemplateText>) {
  for (const [at, inner] of policies)
    if (path.startsWith(`${at}/`) && !inner.json.broken) return placeIn(inner, path.slice(at.length));
  return placeIn(body, path);
}

function policyTexts(template: Record<string, Json>, body: TemplateText): Map<string, TemplateText> {
  const found = new Map<string, TemplateText>();
  for (const [logical, resource] of entriesOf(template.Resources)) {
    const path = `/Resources/${pointerPart(logical)}/Properties/PolicyDocument`;
    const document = own(own(resource, 'Properties'), 'PolicyDocument');
    if (typeof document === 'string') found.set(path, textWithin(body, path, document));
  }
  return found;
}

/** A registration configuration holds `templateBody` with `roleArn`, or `templateName`. */
function wrapperFindings(file: TemplateText, wrapper: Record<string, Json>, at: string, kind: TemplateKind) {
  const key = wrapper.provisioningRoleArn === undefined ? 'roleArn' : 'provisioningRoleArn';
  const role = wrapper[key];
  const isRole = typeof role === 'string' && role.length <= 2048 && /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(role);
  const told = (path: string, said: Said, source: string): CheckFinding => ({
    path: at + path,
    ...said,
    source,
    ...placeIn(file, at + path),
  });
  return {
    problems: [
      ...(role === undefined || isRole ? [] : [told(`/${key}`, sentence('notRoleArn'), sources.model)]),
      ...(typeof wrapper.templateBody === 'string'
        ? []
        : [told('/templateBody', sentence('bodyTextWanted'), sources.model)]),
    ],
    warnings: role === undefined && kind === 'jitp' ? [told('', sentence('noRoleArn'), sources.jitp)] : [],
  };
}
