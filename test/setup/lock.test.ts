import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { load, makeFolder, put, root } from './support.ts';

type Entry = { version?: string; integrity?: string; resolved?: string; link?: boolean };
type Lock = { packages: Record<string, Entry & { optionalDependencies?: Record<string, string> }> };
type Setup = { faultsOf(lock: Lock): string[]; writeLock(folder: string): Promise<string[]> };
const { faultsOf, writeLock } = await load<Setup>('lock.mjs');

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;
const lock = readJson<Lock>(root, 'package-lock.json');

describe('package-lock.json', () => {
  test('every package has its integrity, and none names the host it came from (else: npm run lock)', () => {
    assert.ok(Object.keys(lock.packages).length > 500);
    assert.deepEqual(faultsOf(lock), []);
  });

  test('the judge is not blind', () => {
    const packages = {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-AA==' },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/c': { version: '1.0.0', integrity: 'sha512-AA==', resolved: 'https://packages.example/c.tgz' },
      'node_modules/d': { link: true },
    };
    assert.deepEqual(faultsOf({ packages }), ['node_modules/b has no integrity', 'node_modules/c names a host']);
  });

  test('whoever installs a package here writes no host into it', () => {
    assert.match(readFileSync(join(root, '.npmrc'), 'utf8'), /^omit-lockfile-registry-resolved=true$/m);
  });
});

describe('the pinned Node', () => {
  const { optionalDependencies = {} } = readJson<{ optionalDependencies?: Record<string, string> }>(
    root,
    'package.json',
  );
  const pinned = Object.keys(optionalDependencies).filter((name) => /^node-(bin-)?(darwin|linux|win)-/.test(name));

  test('has one version on all platforms, in package.json and in the lock file', () => {
    assert.equal(pinned.length, 5);
    const versions = new Set(pinned.map((name) => optionalDependencies[name]));
    assert.equal(versions.size, 1, [...versions].join(', '));
    for (const name of pinned)
      assert.equal(lock.packages[`node_modules/${name}`]?.version, optionalDependencies[name], name);
  });

  test('is the one that setup starts and that packages bring along', () => {
    for (const file of ['main/setup/node.mjs', 'main/pack/program.ts']) {
      const named = readFileSync(join(root, file), 'utf8').match(/node-(bin-)?(darwin|linux|win)-(x64|arm64)/g);
      assert.deepEqual([...new Set(named)].sort(), [...pinned].sort(), file);
    }
  });
});

/** An npm that knows of two packages, and fills in what it is asked for under another name. */
const npm = `
  const fs = require('node:fs');
  const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
  fs.appendFileSync(process.env.ASKED, process.argv.slice(2).join(' ') + '\\n');
  const asked = Object.entries(manifest.optionalDependencies ?? {});
  if (asked.length > 0) {
    const packages = { '': {} };
    for (const [alias, spec] of asked)
      if (!spec.includes('lost')) packages['node_modules/' + alias] = { version: '1.0.0', integrity: 'sha512-' + spec };
    fs.writeFileSync('package-lock.json', JSON.stringify({ packages }));
  }`;

function prepare(t: TestContext, packages: Lock['packages']) {
  const folder = makeFolder(t, { 'package.json': '{"name":"p"}', 'npm.cjs': npm });
  put(folder, 'package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
  const before = { ...process.env };
  process.env.npm_execpath = join(folder, 'npm.cjs');
  process.env.npm_node_execpath = process.execPath;
  process.env.ASKED = join(folder, 'asked.txt');
  t.after(() => {
    for (const name of ['npm_execpath', 'npm_node_execpath', 'ASKED']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  return { folder, written: () => readJson<Lock>(folder, 'package-lock.json').packages };
}

describe('npm run lock', () => {
  test('fills in what npm left out, scoped and nested packages too, and takes hosts out', async (t) => {
    const { folder, written } = prepare(t, {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-kept', resolved: 'https://packages.example/a.tgz' },
      'node_modules/a/node_modules/@s/b': { version: '2.0.0' },
    });
    assert.deepEqual(await writeLock(folder), []);
    assert.deepEqual(written(), {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-kept' },
      'node_modules/a/node_modules/@s/b': { version: '2.0.0', integrity: 'sha512-npm:@s/b@2.0.0' },
    });
    const asked = readFileSync(join(folder, 'asked.txt'), 'utf8');
    assert.ok(asked.split('\n').every((line) => line === '' || /--package-lock-only.*--ignore-scripts/.test(line)));
  });

  test('writes nothing where a package stays without integrity, and names it', async (t) => {
    const { folder, written } = prepare(t, { '': {}, 'node_modules/lost': { version: '1.0.0' } });
    assert.deepEqual(await writeLock(folder), ['node_modules/lost has no integrity']);
    assert.deepEqual(written(), { '': {}, 'node_modules/lost': { version: '1.0.0' } });
  });
});
