/** The text of a template, and of the JSON that strings in it hold, with every place in the file that the engineer has. */
import type { TemplateKind } from '../../contract/templates.ts';
import { type JsonText, type Position, readJson } from '../positions.ts';
import { type Json, membersOf, own } from './json.ts';

export type TemplateText = {
  text: string;
  json: JsonText;
  /** The place in the engineer's file of an offset in this text. */
  inFile: (offset: number) => Position;
};

const offsetOf = (text: string, { line, column }: Position): number => {
  let start = 0;
  for (let at = 1; at < line; at++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
};
const positionIn = (text: string, offset: number): Position => {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
};

const fileText = (text: string): TemplateText => ({
  text,
  json: readJson(text),
  inFile: (offset) => positionIn(text, offset),
});

/** The JSON text within the string at `pointer`. Each character of it has its place in the outer text. */
export function textWithin(outer: TemplateText, pointer: string, text: string): TemplateText {
  const start = offsetOf(outer.text, outer.json.placeOf(pointer)) + 1;
  return {
    text,
    json: readJson(text),
    inFile(offset) {
      let at = start;
      for (let left = offset; left > 0; left--) at += outer.text[at] !== '\\' ? 1 : outer.text[at + 1] === 'u' ? 6 : 2;
      return outer.inFile(at);
    },
  };
}

/** The JSON text of the value at `pointer`. */
function partOf(outer: TemplateText, pointer: string): TemplateText {
  const [start, end] = outer.json.spanOf(pointer) ?? [0, outer.text.length];
  const text = outer.text.slice(start, end);
  return { text, json: readJson(text), inFile: (offset) => outer.inFile(start + offset) };
}

export const placeIn = ({ text, json, inFile }: TemplateText, pointer: string): Position =>
  inFile(offsetOf(text, json.placeOf(pointer)));
export const brokenPlace = ({ text, inFile }: TemplateText, position: Position): Position =>
  inFile(offsetOf(text, position));

/** What the file is: the template, or an object of the AWS CLI that has it as `templateBody`, which should be a string. */
export type Opened = {
  file: TemplateText;
  body: TemplateText;
  wrapper: Record<string, Json> | undefined;
  /** Where the wrapper stands in the file. */
  at: string;
};

/**
 * Opens `{templateBody, roleArn}` (a registration configuration), the input of `register-ca-certificate` that holds one,
 * and that of `create-provisioning-template`.
 */
export function openTemplate(text: string): Opened {
  const file = fileText(text);
  const whole = membersOf(file.json.value as Json | undefined);
  const closed = { file, body: file, wrapper: undefined, at: '' };
  if (!whole || Object.hasOwn(whole, 'Resources')) return closed;
  const inRequest = membersOf(whole.registrationConfig);
  const [wrapper, at] = inRequest ? [inRequest, '/registrationConfig'] : [whole, ''];
  const inner = own(wrapper, 'templateBody');
  if (typeof inner === 'string') return { file, body: textWithin(file, `${at}/templateBody`, inner), wrapper, at };
  if (membersOf(inner)) return { file, body: partOf(file, `${at}/templateBody`), wrapper, at };
  return closed;
}

/**
 * The kind that a file says by its form: a registration configuration is of just-in-time provisioning, the input of
 * `create-provisioning-template` names its type. All others are for bulk tasks, unless the engineer says more.
 */
export function usualKind(text: string): TemplateKind {
  const { wrapper, at } = openTemplate(text);
  if (wrapper?.provisioningRoleArn !== undefined || wrapper?.type !== undefined)
    return wrapper.type === 'JITP' ? 'jitp' : 'fleet';
  return wrapper?.roleArn === undefined && at === '' ? 'bulk' : 'jitp';
}
