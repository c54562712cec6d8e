/** Where a path such as `subject[1].value` stands in a JSON text. Pure; reads broken texts as far as they go. */

type JsonPlaces = {
  /** Line (from 1) of each value, by its path; the text as a whole is the empty path. */
  lines: ReadonlyMap<string, number>;
  /** Line of the first character that is no JSON; undefined for a text that is. */
  brokenAt: number | undefined;
};

class Broken extends Error {}

export function jsonPlacesOf(text: string): JsonPlaces {
  const lines = new Map<string, number>();
  let at = 0;
  let line = 1;
  const fail = (): never => {
    throw new Broken();
  };
  const blank = () => {
    for (; at < text.length && ' \t\r\n'.includes(text[at] ?? ''); at++) if (text[at] === '\n') line++;
  };
  const take = (character: string) => {
    blank();
    if (text[at] !== character) fail();
    at++;
  };
  const token = (form: RegExp): string => {
    form.lastIndex = at;
    const found = form.exec(text)?.[0];
    if (found === undefined) return fail();
    at += found.length;
    return found;
  };
  const list = (end: string, item: (index: number) => void) => {
    at++;
    blank();
    for (let index = 0; text[at] !== end; index++) {
      if (index > 0) take(',');
      item(index);
      blank();
      if (text[at] !== ',' && text[at] !== end) fail();
    }
    at++;
  };
  const value = (path: string) => {
    blank();
    lines.set(path, line);
    const first = text[at];
    if (first === '{')
      list('}', () => {
        blank();
        const name = JSON.parse(token(/"(?:[^"\\\n]|\\.)*"/y)) as string;
        const inner = path === '' ? name : `${path}.${name}`;
        const named = line;
        take(':');
        value(inner);
        // A mistake in a value is looked for where its name stands.
        lines.set(inner, named);
      });
    else if (first === '[') list(']', (index) => value(`${path}[${index}]`));
    else if (first === '"') token(/"(?:[^"\\\n]|\\.)*"/y);
    else token(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  };
  try {
    value('');
    blank();
    if (at < text.length) fail();
    return { lines, brokenAt: undefined };
  } catch {
    return { lines, brokenAt: line };
  }
}

/** The line of a path, or of what is nearest above it: a part that is missing has no line of its own. */
export function lineOf({ lines, brokenAt }: JsonPlaces, path: string): number {
  if (path === '' && brokenAt !== undefined) return brokenAt;
  for (let wanted = path; ; wanted = parentPath(wanted)) {
    const line = lines.get(wanted);
    if (line !== undefined) return line;
    if (wanted === '') return brokenAt ?? 1;
  }
}

const parentPath = (path: string): string => path.replace(/(?:\[\d+\]|(?:^|\.)[^.[]*)$/, '');
