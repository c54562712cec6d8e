import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { load, makeFolder, put } from './support.ts';

type Setup = { ensurePkcs11(folder: string, options?: { again?: boolean; now?: number }): Promise<string | undefined> };
const { ensurePkcs11 } = await load<Setup>('pkcs11.mjs');

const day = 24 * 3600_000;
/** Notes that it ran, and makes what follows -o unless a source is broken. */
const compiler = `#!/bin/sh
echo run >> "$0.log"
for last; do :; done
test -e src/broken && { echo 'main.cpp: broken'; exit 1; }
echo "$@" > "$last"`;

function prepare(t: TestContext, files: Record<string, string> = { 'bin/g++': compiler }) {
  const folder = makeFolder(t, { 'node_modules/pkcs11js/package.json': '{"version":"2.1.7"}', ...files });
  const bin = join(folder, 'bin');
  if (existsSync(bin)) chmodSync(join(bin, 'g++'), 0o755);
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = existsSync(bin) ? `${bin}:/bin` : join(folder, 'nothing');
  const log = join(bin, 'g++.log');
  const runs = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0);
  return { folder, runs, release: join(folder, 'node_modules/pkcs11js/build/Release') };
}

describe('pkcs11js', { skip: process.platform !== 'linux' && 'the compiler of this test is a shell script' }, () => {
  test('is compiled once, with Node-API’s headers, where its index.js looks for it', async (t) => {
    const { folder, runs, release } = prepare(t);
    assert.equal(await ensurePkcs11(folder), undefined);
    assert.equal(await ensurePkcs11(folder), undefined);
    assert.equal(runs(), 1);
    assert.deepEqual(readdirSync(release), ['pkcs11.node']);
    const args = readFileSync(join(release, 'pkcs11.node'), 'utf8');
    assert.match(args, /-DNODE_GYP_MODULE_NAME=pkcs11/);
    assert.ok(args.includes(`-I${join(folder, 'node_modules/node-api-headers/include')}`));
  });

  test('two starts at once do not harm each other', async (t) => {
    const { folder, release } = prepare(t);
    assert.deepEqual(await Promise.all([ensurePkcs11(folder), ensurePkcs11(folder)]), [undefined, undefined]);
    assert.deepEqual(readdirSync(release), ['pkcs11.node']);
  });

  test('that does not compile is not tried again for a day, unless it is asked for or newer', async (t) => {
    const { folder, runs, release } = prepare(t);
    put(folder, 'node_modules/pkcs11js/src/broken', '');
    const now = Date.now();
    assert.match((await ensurePkcs11(folder, { now })) ?? '', /could not be compiled by g\+\+: main\.cpp: broken/);
    assert.match((await ensurePkcs11(folder, { now: now + day - 1 })) ?? '', /main\.cpp: broken/);
    assert.equal(runs(), 1);
    assert.deepEqual(readdirSync(release), [], 'and leaves nothing behind');
    await ensurePkcs11(folder, { now: now + day });
    await ensurePkcs11(folder, { now: now + day, again: true });
    assert.equal(runs(), 3);
    put(folder, 'node_modules/pkcs11js/package.json', '{"version":"2.1.8"}');
    await ensurePkcs11(folder, { now: now + day });
    assert.equal(runs(), 4);
  });

  test('hinders no start: without a compiler, the package or a folder that can be written to, it says why', async (t) => {
    const none = prepare(t, {});
    assert.match((await ensurePkcs11(none.folder)) ?? '', /no C\+\+ compiler; .*apt-get install g\+\+/);
    assert.match((await ensurePkcs11(makeFolder(t, {}))) ?? '', /not installed/);
    const { folder } = prepare(t);
    put(folder, 'node_modules/pkcs11js/build', 'a file where a folder should be');
    assert.match((await ensurePkcs11(folder)) ?? '', /could not be compiled/);
  });
});
