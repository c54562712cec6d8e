import assert from 'node:assert/strict';
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { load, makeFolder, put } from './support.ts';

type Setup = { ensureBuilt(name: 'renderer' | 'electron', folder: string): Promise<void> };
const { ensureBuilt } = await load<Setup>('build.mjs');

const vite = `
  const fs = require('node:fs');
  fs.appendFileSync('builds.txt', process.argv.slice(2).join(' ') + '\\n');
  if (fs.readFileSync('renderer/main.tsx', 'utf8').includes('broken')) {
    console.error('main.tsx is broken');
    process.exit(1);
  }
  fs.mkdirSync('dist/renderer', { recursive: true });
  fs.writeFileSync('dist/renderer/index.html', '');`;

function prepare(t: TestContext) {
  const folder = makeFolder(t, {
    'package-lock.json': '{}',
    'renderer/main.tsx': 'one',
    'app/contract/wire.ts': '',
    'node_modules/vite/bin/vite.js': vite,
  });
  t.mock.method(process.stderr, 'write', () => true);
  const file = join(folder, 'builds.txt');
  return { folder, builds: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0) };
}

describe('the screens', () => {
  test('are built once, and again only when a source has changed', async (t) => {
    const { folder, builds } = prepare(t);
    await ensureBuilt('renderer', folder);
    await ensureBuilt('renderer', folder);
    assert.equal(builds(), 1);
    utimesSync(join(folder, 'renderer/main.tsx'), new Date(), new Date(Date.now() + 60_000));
    await ensureBuilt('renderer', folder);
    assert.equal(builds(), 1, 'a checkout changes times, not contents');
    put(folder, 'app/contract/wire.ts', 'changed');
    await ensureBuilt('renderer', folder);
    assert.equal(builds(), 2);
    put(folder, 'renderer/added.ts', '');
    await ensureBuilt('renderer', folder);
    assert.equal(builds(), 3);
  });

  test('that do not build show what Vite said and are built again next time', async (t) => {
    const { folder, builds } = prepare(t);
    await ensureBuilt('renderer', folder);
    put(folder, 'renderer/main.tsx', 'broken');
    await assert.rejects(ensureBuilt('renderer', folder), /main\.tsx is broken/);
    await assert.rejects(ensureBuilt('renderer', folder), /main\.tsx is broken/);
    put(folder, 'renderer/main.tsx', 'one');
    await ensureBuilt('renderer', folder);
    assert.equal(builds(), 4);
  });
});
