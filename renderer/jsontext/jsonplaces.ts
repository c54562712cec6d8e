/**
 * Finds the place of a path such as `subject[1].value` in a JSON text. Pure. It reads broken texts as far as possible.
 */

type JsonPlaces = {
  /** The line (from 1) of each value, by its path. The empty path is the whole text. */
  lines: ReadonlyMap<string, number>;
  /** The line of the first character that is not JSON; undefined for a good text. */
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
        // People look for a mistake in a value at the line of its name.
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

/** The line of a path, or of the nearest part above it: a missing part has no line. */
export function lineOf({ lines, brokenAt }: JsonPlaces, path: string): number {
  if (path === '' && brokenAt !== undefined) return brokenAt;
  for (let wanted = path; ; wanted = parentPath(wanted)) {
    const line = lines.get(wanted);
    if (line !== undefined) return line;
    if (wanted === '') return brokenAt ?? 1;
  }
}

const parentPath = (path: string): string => path.replace(/(?:\[\d+\]|(?:^|\.)[^.[]*)$/, '');
