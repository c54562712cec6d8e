import { badAnswer } from '../../badanswer.ts';
import { unescapeText } from './frame.ts';

/**
 * The final answer to one command of the reference agent protocol. `fields` are its bare words, `values` its
 * `name=value` pairs as they came, and `error` is the name in an `err` answer.
 */
export type Answer = { error?: string; fields: string[]; values: Record<string, string> };

/** Splits the words of an answer. A value never begins with `=`, so padded base64 is not mistaken for a pair. */
export function readAnswer(word: string, rest: readonly string[]): Answer {
  const answer: Answer = { fields: [], values: {} };
  // A word that version 1 does not know is treated as a refusal by that name.
  if (word === 'err') answer.error = rest[0] ?? 'refused';
  else if (word !== 'ok') answer.error = word;
  for (const part of rest) {
    const pair = /^([A-Za-z][A-Za-z0-9]*)=([^=].*)$/.exec(part);
    if (pair) answer.values[pair[1] ?? ''] = pair[2] ?? '';
    else answer.fields.push(part);
  }
  return answer;
}

/**
 * A SHA-256 as 64 lower-case hex digits.
 * @throws device.badAnswer – for anything else
 */
export function sha256Of(value: string | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(value ?? '')) throw badAnswer('malformed sha256');
  return value ?? '';
}

/**
 * A whole number from `least` to `most`; `name` is for the message.
 * @throws device.badAnswer – for anything else
 */
export function countOf(value: string | undefined, name: string, least: number, most: number): number {
  const number = /^[0-9]{1,9}$/.test(value ?? '') ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw badAnswer(`malformed ${name}`);
  return number;
}

/**
 * Escaped text that is not empty; `name` is for the message.
 * @throws device.badAnswer – for anything else
 */
export function textOf(value: string | undefined, name: string): string {
  const plain = value === undefined ? undefined : unescapeText(value);
  if (!plain) throw badAnswer(`malformed ${name}`);
  return plain;
}

/**
 * Base64 with its padding, as bytes; at least one.
 * @throws device.badAnswer – for anything else
 */
export function base64Of(value: string | undefined): Buffer {
  const form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  if (!value || !form.test(value)) throw badAnswer('malformed base64');
  return Buffer.from(value, 'base64');
}
