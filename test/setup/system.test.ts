import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { makeFolder, setup } from './support.ts';

/** Runs `ensureSystem` where only these programs are on the PATH. */
function ensureWith(folder: string, environment: Record<string, string> = {}) {
  for (const name of ['apt-get', 'sudo']) chmodSync(join(folder, name), 0o755);
  const code = `import(${JSON.stringify(pathToFileURL(setup('system.mjs')).href)}).then((m) => m.ensureSystem())`;
  return spawnSync(process.execPath, ['-e', code], {
    encoding: 'utf8',
    env: { PATH: folder, ...environment },
    cwd: folder,
  });
}

// apt-get fails at its first run, as a mirror does that is being synchronised.
const apt = `#!/bin/sh
echo "$@" >> calls.txt
test -e tried || { : > tried; exit 100; }`;
const sudo = `#!/bin/sh
shift; "$@"`;

test('missing programs are installed by apt-get, and what stays missing is told loudly', {
  skip: process.platform !== 'linux' && 'apt-get is for Linux',
}, (t) => {
  const folder = makeFolder(t, { 'apt-get': apt, sudo });
  const { status, stdout, stderr } = ensureWith(folder);
  assert.equal(status, 0);
  assert.equal(stdout, '');
  const calls = readFileSync(join(folder, 'calls.txt'), 'utf8').trim().split('\n');
  assert.deepEqual(calls.slice(0, 2), ['-q -y update', '-q -y update']);
  assert.match(calls[2] ?? '', /^-q -y install --no-install-recommends .*\bgcc\b.*\bsocat\b/);
  // By itself, and only where the system has it.
  for (const call of calls.slice(3))
    assert.match(call, /^-q -y install --no-install-recommends chromium-headless-shell$/);
  assert.ok(calls.length <= 4);
  assert.match(stderr, /!! MISSING: .*gcc/);
  assert.doesNotMatch(stderr, /MISSING: .*headless-shell/, 'the tests can do without');
});

test('in CI the files of a package need not outlast a power cut', {
  skip: process.platform !== 'linux' && 'apt-get is for Linux',
}, (t) => {
  const folder = makeFolder(t, { 'apt-get': apt, sudo });
  ensureWith(folder, { CI: 'true' });
  assert.match(readFileSync(join(folder, 'calls.txt'), 'utf8'), /^-q -y install .*--force-unsafe-io .*\bgcc\b/m);
});
