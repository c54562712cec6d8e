/** The patterns of policies: `*`, `?`, escapes and variables ("Policy variables", AWS IoT developer guide). */

/** The value of what stands between the braces of a variable; undefined when the request has none. */
export type Variables = (inner: string) => string | undefined;

const one = Symbol('?');
const many = Symbol('*');
/** Code points, and the two wildcards. */
type Pattern = readonly (string | typeof one | typeof many)[];

/** The literal characters `$(*)`, `$(?)`, `$($)` and IAM's `${*}` form; variables; wildcards. */
const token = /\$\(([*?$])\)|\$\{([*?$])\}|\$\{([^{}]+)\}|([*?])/g;
const wildcard = /[*?]/g;

/**
 * What stands between the braces of a variable: its name, and the text for requests without a value ("Specifying default
 * values", IAM User Guide).
 */
export function variableParts(inner: string): { name: string; fallback: string | undefined } {
  const [, name = inner, fallback] = /^(.*?)\s*,\s*'(.*)'$/s.exec(inner) ?? [];
  return { name, fallback };
}

/** The names of the variables in a text. */
export const variablesIn = (text: string): string[] =>
  [...text.matchAll(token)].flatMap(([, , , inner]) => (inner === undefined ? [] : [variableParts(inner).name]));

/** Escaped wildcards are none, and values of variables have none. */
export const hasWildcard = (text: string): boolean => [...text.matchAll(token)].some(([, , , , found]) => found);

/**
 * A pattern as code points. Values of variables are literal: a `*` in them is an asterisk.
 *
 * @param variables undefined where a text has neither variables nor escapes: in an Action, and before 2012-10-17
 * @returns the name of the first variable without a value, instead of a pattern
 */
function compile(text: string, variables: Variables | undefined): Pattern | { missing: string } {
  const parts: (string | typeof one | typeof many)[] = [];
  let last = 0;
  for (const match of text.matchAll(variables ? token : wildcard)) {
    parts.push(...text.slice(last, match.index));
    last = match.index + match[0].length;
    const [whole, round, curly, name] = match;
    const literal = round ?? curly ?? (name === undefined ? undefined : variables?.(name));
    if (literal !== undefined) parts.push(...literal);
    else if (name !== undefined) return { missing: name };
    else if (whole === '?') parts.push(one);
    else if (parts.at(-1) !== many) parts.push(many);
  }
  parts.push(...text.slice(last));
  return parts;
}

/** Time is at most the product of both lengths: only the last `*` is ever tried again. */
function fits(pattern: Pattern, value: string): boolean {
  const text = [...value];
  let at = 0;
  let read = 0;
  let star = -1;
  let resume = 0;
  while (read < text.length) {
    const part = pattern[at];
    if (part === many) {
      star = at++;
      resume = read;
    } else if (part === one || (part !== undefined && part === text[read])) {
      at++;
      read++;
    } else if (star >= 0) {
      at = star + 1;
      read = ++resume;
    } else return false;
  }
  while (pattern[at] === many) at++;
  return at === pattern.length;
}

/** Whether a pattern fits a value. A pattern with a variable without a value fits nothing, and names the variable. */
export function matches(text: string, value: string, variables: Variables | undefined): boolean | { missing: string } {
  const pattern = compile(text, variables);
  return 'missing' in pattern ? pattern : fits(pattern, value);
}

/** Action patterns are compared without regard to case. */
export const matchesAction = (text: string, action: string): boolean =>
  matches(text.toLowerCase(), action.toLowerCase(), undefined) === true;

/** A text without wildcards: its variables and escapes are replaced. */
export function expand(text: string, variables: Variables | undefined): string | { missing: string } {
  if (!variables) return text;
  let missing: string | undefined;
  const expanded = text.replace(token, (whole, round?: string, curly?: string, name?: string) => {
    if (name === undefined) return round ?? curly ?? whole;
    const value = variables(name);
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  return missing === undefined ? expanded : { missing };
}

/** The six parts of an ARN. Colons of variables' names are none of its own. */
export function arnParts(text: string): string[] {
  const parts: string[] = [];
  let last = 0;
  for (const { index, 0: found } of text.matchAll(/\$\{[^{}]+\}|:/g)) {
    if (found !== ':' || parts.length === 5) continue;
    parts.push(text.slice(last, index));
    last = index + 1;
  }
  return [...parts, text.slice(last)];
}
