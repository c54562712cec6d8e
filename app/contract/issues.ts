/** What a schema finds wrong, as sentences that screens say in the language of the person. */
import type { z } from 'zod';
import { formSentences } from './schemasentences.ts';
import { type DataOf, type Said, type SentenceCode, sentence, type Told } from './sentences.ts';

type Issue = z.core.$ZodIssue;

/** The message of an issue that has data: the sentence itself, until `issueSaid` reads it. */
export const toldText = <C extends SentenceCode>(code: C, data: DataOf<C>): string => JSON.stringify({ code, data });

const codeOf = new Map<string, keyof typeof formSentences>(
  Object.entries(formSentences).map(([code, text]) => [text, code as keyof typeof formSentences]),
);

/** The sentence of an issue. A message of a schema that is in no table stays as it is. */
export function issueSaid(issue: Issue): Said {
  const code = codeOf.get(issue.message);
  if (code !== undefined) return sentence(code);
  if (issue.message.startsWith('{"code":')) {
    const { code: told, data } = JSON.parse(issue.message) as Told;
    return sentence(told as 'asItIs', data as { text: string });
  }
  return ofZod(issue) ?? sentence('asItIs', { text: issue.message });
}

/** The first thing that a schema finds wrong, and where, in English. It never says the value, which may be a secret. */
export function firstIssue(issues: readonly Issue[]): { path: string; detail: string } {
  const [first] = issues;
  if (first === undefined) return { path: '', detail: 'is wrong' };
  const unknown = first.code === 'unrecognized_keys' ? first.keys.slice(0, 1) : [];
  const path = [...first.path, ...unknown].map(String).join('.');
  const { message } = issueSaid(first);
  return { path, detail: path === '' ? message : `${path}: ${message}` };
}

/** Zod's own messages; undefined where the schema has words of its own. */
function ofZod(issue: Issue): Said | undefined {
  if (issue.code === 'unrecognized_keys') return sentence('notKnownHere');
  if (!/^(Invalid|Too (small|big))/.test(issue.message)) return undefined;
  if (issue.code === 'invalid_type') {
    const isMissing = issue.message.endsWith('received undefined');
    if (!isMissing && issue.expected === 'int') return sentence('wholeNumberHere');
    return sentence(isMissing ? 'missingHere' : 'otherType', { expected: issue.expected });
  }
  if (issue.code === 'invalid_value')
    return sentence('valuesHere', { values: issue.values.map((value) => JSON.stringify(value)).join(', ') });
  if (issue.code === 'too_small') {
    const value = Number(issue.minimum);
    return issue.inclusive === false ? sentence('moreThan', { least: value }) : least(issue.origin, value);
  }
  if (issue.code === 'too_big') return most(issue.origin, Number(issue.maximum));
  if (issue.code === 'invalid_format') return sentence('otherForm', { form: issue.format });
  return undefined;
}

function least(origin: string, value: number): Said {
  if (value === 1 && (origin === 'string' || origin === 'array')) return sentence('emptyHere');
  if (origin === 'string') return sentence('textLeast', { least: value });
  return sentence(origin === 'array' ? 'itemsLeast' : 'atLeast', { least: value });
}

function most(origin: string, value: number): Said {
  if (origin === 'string') return sentence('textMost', { most: value });
  return sentence(origin === 'array' ? 'itemsMost' : 'atMost', { most: value });
}
