/** Templates from guides, samples and reports of others, each with what AWS does with it and where that is said. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TemplateKind } from '../../app/contract/templates.ts';
import { checkTemplate, renderTemplate } from '../../app/iot/index.ts';

type Case = {
  kind: TemplateKind;
  /** `warn`: AWS takes it, and it is hardly meant. `wrapper`: a registration configuration. */
  expect: 'ok' | 'bad' | 'warn' | 'wrapper';
  why: string;
  source: string;
  params?: Record<string, string>;
  /** The file as it is, because some are no JSON. */
  text: string;
};
const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'cases/templates.json'), 'utf8')) as Record<
  string,
  Case
>;

describe('templates of others', () => {
  for (const [name, { kind, expect, why, source, params, text }] of Object.entries(cases)) {
    test(`${name} is ${expect}: ${why || source}`, () => {
      const { ok, problems, warnings } = checkTemplate(text, kind);
      assert.equal(ok, expect !== 'bad', JSON.stringify(problems));
      assert.equal(problems.length === 0, ok);
      if (expect === 'warn') assert.ok(warnings.length > 0);
      else if (expect !== 'bad')
        assert.deepEqual(
          warnings.filter(({ message }) => !message.startsWith('the policy: ')),
          [],
        );
      const lines = text.split('\n');
      for (const { line = 0, column = 0 } of [...problems, ...warnings])
        assert.ok(column >= 1 && column <= (lines[line - 1] ?? '').length + 1, `${line}:${column} is in the file`);
      if (!params) return;
      const rendered = renderTemplate(text, params, kind);
      assert.deepEqual([rendered.unresolved, rendered.fails], [[], []]);
    });
  }
});
