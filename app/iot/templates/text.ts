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
export type Opened = { file: TemplateText; body: TemplateText; wrapper: Record<string, Json> | undefined };

/** Opens `{templateBody, roleArn}` (a registration configuration) and the input of `create-provisioning-template`. */
export function openTemplate(text: string): Opened {
  const file = fileText(text);
  const wrapper = membersOf(file.json.value as Json | undefined);
  const inner = own(wrapper, 'templateBody');
  if (!wrapper || Object.hasOwn(wrapper, 'Resources')) return { file, body: file, wrapper: undefined };
  if (typeof inner === 'string') return { file, body: textWithin(file, '/templateBody', inner), wrapper };
  if (membersOf(inner)) return { file, body: partOf(file, '/templateBody'), wrapper };
  return { file, body: file, wrapper: undefined };
}

/**
 * The kind that a file says by its form: a registration configuration is of just-in-time provisioning, the input of
 * `create-provisioning-template` names its type. All others are for bulk tasks, unless the engineer says more.
 */
export function usualKind(text: string): TemplateKind {
  const { wrapper } = openTemplate(text);
  if (wrapper?.provisioningRoleArn !== undefined || wrapper?.type !== undefined)
    return wrapper.type === 'JITP' ? 'jitp' : 'fleet';
  return wrapper?.roleArn === undefined ? 'bulk' : 'jitp';
}
