import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { load, makeFolder, put } from './support.ts';

type Setup = {
  ensureDependencies(folder: string): Promise<void>;
  explain(text: string): Error & { remedy: string };
};
const { ensureDependencies, explain } = await load<Setup>('dependencies.mjs');

const lockOf = (packages: Record<string, object>) => JSON.stringify({ packages: { '': {}, ...packages } });
const lock = lockOf({
  'node_modules/zod': { version: '4.0.0' },
  'node_modules/other': { version: '1.0.0', optional: true, os: ['plan9'] },
});

/** Stands where npm stands: notes how it was called, then does as it is told. */
const npmThat = (act: string) => `
  const fs = require('node:fs');
  fs.appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
  ${act}`;
const installs = npmThat(`
  fs.mkdirSync('node_modules/zod', { recursive: true });
  fs.writeFileSync('node_modules/zod/package.json', '{}');
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`);

function prepare(t: TestContext, npm: string, files: Record<string, string> = {}) {
  const folder = makeFolder(t, { 'package-lock.json': lock, 'npm.cjs': npm, ...files });
  const { npm_execpath, npm_node_execpath } = process.env;
  process.env.npm_execpath = join(folder, 'npm.cjs');
  process.env.npm_node_execpath = process.execPath;
  t.after(() => Object.assign(process.env, { npm_execpath, npm_node_execpath }));
  t.mock.method(process.stderr, 'write', () => true);
  const calls = () => {
    const file = join(folder, 'calls.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  return { folder, calls };
}

describe('the packages', () => {
  test('are installed by npm ci in a fresh clone, and not again until the lock file changes', async (t) => {
    const { folder, calls } = prepare(t, installs);
    await ensureDependencies(folder);
    assert.equal(calls().length, 1);
    assert.match(calls()[0] ?? '', /^ci /);
    await ensureDependencies(folder);
    assert.equal(calls().length, 1);
    put(folder, 'package-lock.json', lockOf({ 'node_modules/zod': { version: '4.0.1' } }));
    await ensureDependencies(folder);
    assert.equal(calls().length, 2);
  });

  test('are left alone when a person has installed them with npm', async (t) => {
    const { folder, calls } = prepare(t, installs, { 'node_modules/.package-lock.json': lock });
    await ensureDependencies(folder);
    assert.deepEqual(calls(), []);
  });

  test('are installed when what is there is of another version', async (t) => {
    const old = lockOf({ 'node_modules/zod': { version: '3.0.0' } });
    const { folder, calls } = prepare(t, installs, { 'node_modules/.package-lock.json': old });
    await ensureDependencies(folder);
    assert.equal(calls().length, 1);
  });

  test('that do not install say what to do, and are tried again at the next run', async (t) => {
    const { folder, calls } = prepare(t, npmThat(`console.error('npm error code ENOTFOUND'); process.exit(1);`));
    const remedy = (error: Error & { remedy?: string }) => /Connect to the network/.test(error.remedy ?? '');
    await assert.rejects(ensureDependencies(folder), remedy);
    await assert.rejects(ensureDependencies(folder), remedy);
    assert.equal(calls().length, 2);
  });

  test('each cause has its remedy, and what npm said is kept', () => {
    const remedyOf = (code: string) => explain(`npm error code ${code}\nnpm error detail`).remedy;
    assert.match(remedyOf('ENOSPC'), /Free about/);
    assert.match(remedyOf('EROFS'), /writable/);
    assert.match(remedyOf('EACCES'), /writable/);
    assert.match(remedyOf('ETIMEDOUT'), /network/);
    assert.match(remedyOf('EUNKNOWN'), /npm ci/);
    assert.match(explain('npm ERR! code ENOSPC').remedy, /Free about/);
    assert.match(explain('npm error code ENOSPC\nnpm error detail').message, /npm error detail/);
  });
});
