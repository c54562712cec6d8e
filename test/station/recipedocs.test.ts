/** docs/recipes.md says what is so: its examples are recipes, its tables are complete. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { lockReason, recipeFile } from '../../app/contract/model.ts';
import { drivers } from '../../app/device/drivers/index.ts';
import { openStation } from '../../main/openstation.ts';
import { makeStation } from '../support.ts';

const page = await readFile(new URL('../../docs/recipes.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) => text);
/** What stands between backticks in the first column of the tables. */
const named = [...page.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);

test('there is an example for each driver, and a station takes it as it is', async (t) => {
  const station = await openStation({ dir: await makeStation(), kind: 'host', threads: false });
  t.after(() => station.close());
  const spoken = examples.map((text) => recipeFile.parse(JSON.parse(text)).driver);
  assert.deepEqual(spoken.sort(), Object.keys(drivers).sort());
  for (const text of examples) {
    assert.deepEqual((await station.parts.recipes.check(text)).problems, [], text);
    const { name, version } = await station.parts.recipes.save(text, 'test');
    assert.equal((await station.parts.recipes.approve(name, version, 'test')).state, 'approved');
  }
});

test('every field and every interlock is in its table, with the defaults there are', () => {
  assert.deepEqual(named.sort(), [...Object.keys(recipeFile.shape), ...lockReason.options].sort());
  const plain = recipeFile.parse({ name: 'a', model: '*', driver: 'agent', profile: 'p' });
  const defaultOf = (field: string) =>
    page.match(new RegExp(`^\\| \`${field}\` \\|.*\\| \`([^\`]*)\`[^|]* \\|$`, 'm'))?.[1];
  for (const field of [
    'settings',
    'rootCa',
    'keyType',
    'seal',
    'retries',
    'timeLimitSeconds',
    'usb',
    'continuous',
    'label',
    'goldenUnit',
  ])
    assert.equal(defaultOf(field), text(plain[field as keyof typeof plain]), field);
});

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
