/** docs/entries.md has every entry of the catalogue, as the catalogue has it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { type EntryName, type EntrySpec, entries, entryNames } from '../../app/contract/index.ts';
import { en } from '../../renderer/words/en.ts';
import { keyOf } from '../../renderer/words/shape.ts';

type Shape = { properties?: Record<string, unknown>; required?: string[]; anyOf?: Shape[]; oneOf?: Shape[] };

/** Fields of the data; a question mark where one may be missing. */
function fieldsOf(name: EntryName, schema: EntrySpec['journal']): string {
  if (!schema) return '';
  if (name === 'step.done') return 'as the step says: see below';
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { unrepresentable: 'any' }) as Shape;
  const fields = Object.keys(properties).map((field) => (required.includes(field) ? field : `${field}?`));
  return fields.length === 0 ? '–' : fields.map((field) => `\`${field}\``).join(', ');
}

/** The English words, without the values that a screen puts in. */
const wordsOf = (name: EntryName): string => en.entries[keyOf(name)].replaceAll(/\{[^}]*\}/g, '…');

function rowOf(name: EntryName): string {
  const { journal, audit, by, subject, state }: EntrySpec = entries[name];
  const where = [journal && 'journal', audit && 'audit log'].filter(Boolean).join(', ');
  const [ofJournal, ofAudit] = [fieldsOf(name, journal), fieldsOf(name, audit)];
  const data = [ofJournal, ofAudit].filter((text, index, all) => text !== '' && all.indexOf(text) === index).join('; ');
  const moves = state === undefined ? '' : typeof state === 'string' ? state : 'by its data';
  return `| \`${name}\` | ${wordsOf(name)} | ${where} | ${by.map((cause) => `\`${cause}\``).join(', ')} | ${subject ?? 'the unit'} | ${data} | ${moves} |`;
}

test('the table of entries for auditors is that of the catalogue', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'entries.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `') && line.split('|').length === 9);
  assert.deepEqual(rows, entryNames.map(rowOf));
});

if (process.argv.includes('--print')) console.log(entryNames.map(rowOf).join('\n'));
