/** `${key}`, IAM's escapes `${*}`, `${?}`, `${$}`, and the wildcards. */
const token = /\$\{([^}]*)\}|([*?])/g;

/**
 * Whether a text fits a pattern with `*`, `?` and policy variables. A pattern with a variable that the request does not
 * have fits nothing ("IAM policy elements: Variables and tags", IAM user guide).
 */
export function like(pattern: string, value: string, context: Readonly<Record<string, string>>): boolean {
  if (pattern === '*') return true;
  let source = '';
  let last = 0;
  for (const match of pattern.matchAll(token)) {
    source += literally(pattern.slice(last, match.index));
    last = match.index + match[0].length;
    const [, variable, wildcard] = match;
    if (wildcard !== undefined) source += wildcard === '*' ? '.*' : '.';
    else {
      const filled = filledIn(variable ?? '', context);
      if (filled === undefined) return false;
      source += literally(filled);
    }
  }
  source += literally(pattern.slice(last));
  return new RegExp(`^${source}$`, 's').test(value);
}

function filledIn(variable: string, context: Readonly<Record<string, string>>): string | undefined {
  if (['*', '?', '$'].includes(variable)) return variable;
  const [name = '', fallback] = variable.split(/,\s*/, 2);
  return context[name.trim().toLowerCase()] ?? fallback?.replace(/^'|'$/g, '');
}

/** The text with its variables replaced, or undefined if the request lacks one. */
export function withVariables(text: string, context: Readonly<Record<string, string>>): string | undefined {
  let missing = false;
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, variable: string) => {
    const value = filledIn(variable, context);
    missing ||= value === undefined;
    return value ?? '';
  });
  return missing ? undefined : filled;
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
