/** Checks a policy: problems that AWS IoT would refuse, and warnings of what is legal and useless or dangerous. */
import type { z } from 'zod';
import type { CheckFinding, CheckReport } from '../../contract/findings.ts';
import { grammarSentences } from '../../contract/policysentences.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import { pointerPart, readJson } from '../positions.ts';
import { claimWarnings } from './claims.ts';
import { deniedWarnings } from './denied.ts';
import { policyDocument, policyOf } from './document.ts';
import { type Inspected, inspect } from './inspect.ts';
import { openWarnings } from './open.ts';
import { operatorOf } from './operators.ts';
import { resourceWarnings } from './resources.ts';
import { services } from './vocabulary.ts';
import { wordWarnings } from './words.ts';

/** The limit counts characters other than white space ("AWS IoT Core quotas", maximum policy document size). */
const documentLimit = 2048;
const nearLimit = 1843;
const grammar = 'IAM User Guide, "Grammar of the IAM JSON policy language"';
const quotas = 'AWS IoT Core endpoints and quotas, "Policies"';

type Findings = Omit<CheckReport, 'ok'>;

/** Never throws. A finding has its line and column. */
export function checkPolicy(text: string): CheckReport {
  const { value, broken, duplicates, placeOf } = readJson(text);
  if (broken) {
    const { line, column } = broken;
    const problem = { path: '', line, column, ...sentence('notJson', { why: broken }), source: grammar };
    return { ok: false, problems: [problem], warnings: [] };
  }
  const { problems, warnings } = checkPolicyDocument(value);
  const size = sizeFindings(text);
  const placed = (all: readonly CheckFinding[]) => all.map((one) => ({ ...placeOf(one.path), ...one })).sort(byPlace);
  return {
    ok: problems.length + size.problems.length === 0,
    problems: placed([...size.problems, ...problems]),
    warnings: placed([...size.warnings, ...duplicates, ...warnings]),
  };
}

/** For a policy within another document. The size is that of the text, so it is not among these findings. */
export function checkPolicyDocument(document: unknown): Findings {
  const parsed = policyDocument.safeParse(document);
  const isList = Array.isArray((document as { Statement?: unknown } | null)?.Statement);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      path: pointerOf(issue.path, isList),
      ...grammarProblem(issue),
      source: grammar,
    }));
    return { problems, warnings: [] };
  }
  const statements = inspect(parsed.data, isList);
  const problems = statements.flatMap((one) => [...actionProblems(one), ...arnProblems(one), ...operatorProblems(one)]);
  if (parsed.data.Version === undefined) problems.unshift({ path: '', ...sentence('needsVersion'), source: grammar });
  const warnings = [
    ...wordWarnings(statements, parsed.data.Version),
    ...resourceWarnings(statements),
    ...openWarnings(statements),
    ...deniedWarnings(statements),
    ...claimWarnings(statements, policyOf(parsed.data)),
  ];
  return { problems, warnings };
}

/** For the text as AWS gets it. */
export function sizeFindings(text: string): Findings {
  const size = text.replace(/\s/g, '').length;
  const found = [{ path: '', ...sentence('policySize', { size, limit: documentLimit }), source: quotas }];
  return {
    problems: size > documentLimit ? found : [],
    warnings: size > nearLimit && size <= documentLimit ? found : [],
  };
}

/** Zod's path. A single statement was put into a list, so its index is none of the document's. */
const pointerOf = (path: readonly PropertyKey[], isList: boolean): string =>
  path
    .filter((_, index) => isList || index !== 1)
    .map((part) => `/${pointerPart(String(part))}`)
    .join('');

/** What an issue of the schema `policyDocument` says: its messages are codes of sentences. */
export function grammarProblem(issue: z.core.$ZodIssue): Said {
  if (issue.code === 'unrecognized_keys')
    return sentence('unknownMembers', { names: issue.keys.map((key) => `"${key}"`).join(', ') });
  if (isGrammar(issue.message)) return sentence(issue.message);
  if (issue.code === 'invalid_type' && issue.expected === 'object') return sentence('mustBeObject');
  return sentence('grammar', { message: issue.message });
}

const isGrammar = (message: string): message is keyof typeof grammarSentences =>
  Object.hasOwn(grammarSentences, message);

const actionProblems = ({ actions }: Inspected): CheckFinding[] =>
  actions
    .filter(({ text }) => {
      const [service = '', name, ...more] = text.toLowerCase().split(':');
      if (text === '*') return false;
      if (name === undefined || more.length > 0 || !/^[a-z0-9*?]+$/.test(name)) return true;
      return !services.includes(service) && !/[*?]/.test(service);
    })
    .map(({ text, path }) => ({
      path,
      ...sentence('notAction', { text }),
      source: 'AWS IoT Core developer guide, "AWS IoT Core policy actions"',
    }));

const arnProblems = ({ resources }: Inspected): CheckFinding[] =>
  resources
    .filter(({ text }) => text !== '*' && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/s.test(text) && !/^arn:.*\*$/s.test(text))
    .map(({ text, path }) => ({
      path,
      ...sentence('notArn', { text }),
      source: 'AWS IoT Core developer guide, "AWS IoT Core action resources"',
    }));

const operatorProblems = ({ conditions, path }: Inspected): CheckFinding[] =>
  conditions
    .filter(({ operator }) => !operatorOf(operator))
    .map(({ operator }) => ({
      path: `${path}/Condition/${pointerPart(operator)}`,
      ...sentence('notOperator', { operator }),
      source: 'IAM User Guide, "IAM JSON policy elements: Condition operators"',
    }));

const byPlace = (one: CheckFinding, other: CheckFinding): number =>
  (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
