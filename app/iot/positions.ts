/** Reads JSON text and keeps the position of each value, so that a finding can point at its line and column. Pure. */
import type { CheckFinding } from '../contract/findings.ts';
import { type Said, sentence } from '../contract/sentences.ts';

/** `line` and `column` count from 1. A column is a UTF-16 code unit, as in editors and in the messages of AWS. */
export type Position = { line: number; column: number };
export type JsonText = {
  /** Undefined when the text is not JSON. */
  value: unknown;
  /** The first place that is not JSON, and what is wrong there. */
  broken: (Said & Position) | undefined;
  /** Names that stand twice in one object, each at its later place; the first twenty. JSON keeps the last value. */
  duplicates: readonly CheckFinding[];
  /** The position of a value, or of the nearest part above it: a missing part has none. */
  placeOf: (pointer: string) => Position;
  /** As `placeOf`, but where a member's name stands. */
  nameOf: (pointer: string) => Position;
  /** The offsets of a value in the text: of its first character, and behind its last. Undefined for a missing part. */
  spanOf: (pointer: string) => [start: number, end: number] | undefined;
};

class Broken extends Error {
  readonly said: Said;
  constructor(said: Said) {
    super(said.message);
    this.said = said;
  }
}

/** What may stand at a place, for the sentences about it. */
type Wanted = 'Value' | 'String' | 'Name' | 'Escape';

const deepest = 200;
const mostTwice = 20;
const inEscape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const inWord = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The offset of each value, of each member's name, and behind each value, by JSON pointers. */
type Places = Record<'values' | 'names' | 'ends', Map<string, number>>;
type Scanned = { broken?: Said & { at: number }; twice: { path: string; at: number; name: string }[] };

/** Reads the text once. Places are kept for who asks for one: they take most of the time. */
function scan(text: string, places?: Places): Scanned {
  const twice: Scanned['twice'] = [];
  let at = 0;
  const fail = (said: Said): never => {
    throw new Broken(said);
  };
  const blank = () => {
    while (' \t\r\n'.includes(text[at] ?? '-')) at++;
  };
  const token = (form: RegExp, wanted: Wanted): string => {
    form.lastIndex = at;
    const found = form.exec(text)?.[0];
    if (found === undefined) return fail(sentence(at < text.length ? `json${wanted}` : `jsonEndsAt${wanted}`));
    at += found.length;
    return found;
  };
  /** A loop, because a pattern of a long string would fill the stack. */
  const quoted = (wanted: Wanted): string => {
    const start = at;
    if (text[at] !== '"') token(/"/y, wanted);
    for (at++; text[at] !== '"'; ) {
      if (text[at] === '\\') token(inEscape, 'Escape');
      else if (text.charCodeAt(at) >= 0x20) at++;
      else fail(sentence(at < text.length ? 'jsonControl' : 'jsonEndsInString'));
    }
    at++;
    return text.slice(start, at);
  };
  const list = (end: string, item: (index: number) => void) => {
    at++;
    blank();
    for (let index = 0; text[at] !== end; index++) {
      item(index);
      blank();
      if (text[at] === end) break;
      if (text[at] !== ',') fail(sentence(at < text.length ? 'jsonNext' : 'jsonEndsBefore', { end }));
      at++;
      blank();
      if (text[at] === end) fail(sentence('jsonComma', { end }));
    }
    at++;
  };
  const member = (path: string, seen: Set<string>, depth: number) => {
    const start = at;
    const name = JSON.parse(quoted('Name')) as string;
    const inner = `${path}/${pointerPart(name)}`;
    if (seen.has(name) && twice.length < mostTwice) twice.push({ path: inner, at: start, name });
    seen.add(name);
    places?.names.set(inner, start);
    blank();
    if (text[at] !== ':') fail(sentence('jsonColon', { name }));
    at++;
    value(inner, depth);
  };
  const value = (path: string, depth: number) => {
    blank();
    places?.values.set(path, at);
    if (depth > deepest) fail(sentence('jsonDeep', { levels: deepest }));
    const first = text[at];
    if (first === '{') {
      const seen = new Set<string>();
      list('}', () => member(path, seen, depth + 1));
    } else if (first === '[') list(']', (index) => value(`${path}/${index}`, depth + 1));
    else if (first === '"') quoted('String');
    else token(inWord, 'Value');
    places?.ends.set(path, at);
  };
  try {
    value('', 0);
    blank();
    if (at < text.length) fail(sentence('jsonMore'));
    return { twice };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { twice, broken: { ...error.said, at } };
  }
}

/** Never throws. It takes the same texts as `JSON.parse`, except for values nested deeper than 200 levels. */
export function readJson(text: string): JsonText {
  const { twice, broken } = scan(text);
  let kept: Places | undefined;
  const places = (): Places => {
    if (kept) return kept;
    kept = { values: new Map(), names: new Map(), ends: new Map() };
    scan(text, kept);
    return kept;
  };
  const positionOf = (offset: number): Position => {
    const before = text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  };
  const nearest = (of: 'values' | 'names', pointer: string): Position => {
    const own = places()[of].get(pointer) ?? places().values.get(pointer);
    if (own !== undefined || pointer === '') return positionOf(own ?? 0);
    return nearest('values', pointer.slice(0, pointer.lastIndexOf('/')));
  };
  const brokenAt = ({ at, ...said }: NonNullable<Scanned['broken']>) => ({ ...said, ...positionOf(at) });
  return {
    value: broken ? undefined : (JSON.parse(text) as unknown),
    broken: broken && brokenAt(broken),
    duplicates: twice.map(({ path, at, name }) => ({ path, ...positionOf(at), ...sentence('nameTwice', { name }) })),
    placeOf: (pointer) => nearest('values', pointer),
    nameOf: (pointer) => nearest('names', pointer),
    spanOf: (pointer) => {
      const [start, end] = [places().values.get(pointer), places().ends.get(pointer)];
      return start === undefined || end === undefined ? undefined : [start, end];
    },
  };
}

/** One part of a JSON pointer. */
export const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
