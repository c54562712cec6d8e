/** The values of a request as lines of `key = value`. A key of several lines has several values. */
import type { PolicyRequest } from '../../app/contract/index.ts';

type Context = PolicyRequest['context'];

export const linesOf = (context: Context): string =>
  Object.entries(context)
    .flatMap(([key, value]) => (Array.isArray(value) ? value : [value]).map((one) => `${key} = ${one}`))
    .join('\n');

/** `undefined` while a line has no `=`. White space around the key and the value does not count. */
export function contextOf(lines: string): Context | undefined {
  const found: Record<string, string[]> = {};
  for (const line of lines.split('\n')) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 0 || key === '') return undefined;
    found[key] = [...(Object.hasOwn(found, key) ? (found[key] ?? []) : []), line.slice(at + 1).trim()];
  }
  return Object.fromEntries(
    Object.entries(found).map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
