/** What a refused text is told: what is allowed, in words, and never a regular expression. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods } from '../../app/contract/index.ts';
import type { MethodSpec } from '../../app/contract/method.ts';

type Check = { _zod: { def: { format?: string; pattern?: RegExp; error?: unknown } } };

/** Every pattern of a schema, wherever it stands in it, with its words if it has any. */
function* patternsOf(value: unknown, seen = new Set<unknown>()): Iterable<[RegExp, unknown]> {
  if (typeof value !== 'object' || value === null || value instanceof RegExp || seen.has(value)) return;
  seen.add(value);
  const { format, pattern, error } = (value as Partial<Check>)._zod?.def ?? {};
  if (format === 'regex' && pattern) yield [pattern, error];
  const inner = '_zod' in value ? (value as Check)._zod.def : value;
  for (const part of Object.values(inner)) yield* patternsOf(part, seen);
}

test('each pattern that a parameter must fit says in words what it allows', () => {
  let found = 0;
  const raw: string[] = [];
  for (const [name, { params }] of Object.entries<MethodSpec>(methods)) {
    for (const [pattern, words] of patternsOf(params)) {
      found += 1;
      if (words === undefined) raw.push(`${name}: ${pattern}`);
    }
  }
  assert.ok(found > 30, `the judge is blind: it found ${found}`);
  assert.deepEqual(raw, []);
});

test('a name that does not fit is refused with what is allowed', () => {
  const refused = methods['batches.make'].params.safeParse({ target: 'Berlin Süd' });
  assert.equal(refused.success, false);
  assert.deepEqual(
    refused.error?.issues.map(({ path, message }) => [path.join('.'), message]),
    [['target', 'small letters, digits and -, at most 32, a letter or digit first']],
  );
});
