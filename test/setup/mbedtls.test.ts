import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { load, makeFolder, put } from './support.ts';

type Setup = { ensureMbedtls(folder: string): Promise<string | undefined> };
const { ensureMbedtls } = await load<Setup>('mbedtls.mjs');

/** An apt-get that notes what it is asked, keeps the list it was given, and unpacks a package. */
const apt = `#!/bin/sh
echo "$@" >> "$0.log"
test -e sources.list && cp sources.list "$0.list"
case "$*" in
  *indextargets*) cat "$0.mirrors" ;;
  *source*)
    test -e "$0.offline" && { echo 'E: Could not resolve the name of the mirror'; exit 100; }
    for name in include library tests; do mkdir -p mbedtls-3.6.9/$name; done
    : > mbedtls-3.6.9/library/psa_crypto.c ;;
esac`;
/** A make for which all is made when it has run once. */
const make = `#!/bin/sh
echo "$@" >> "$0.log"
case "$*" in *-q*) test -e "$0.made" ;; *) : > "$0.made" ;; esac`;
const mirrors = 'https://mirror.invalid/debian-security/\nhttps://mirror.invalid/debian/\n';

function prepare(t: TestContext, files: Record<string, string> = {}) {
  const folder = makeFolder(t, { 'bin/apt-get': apt, 'bin/make': make, 'bin/apt-get.mirrors': mirrors, ...files });
  for (const name of ['apt-get', 'make']) chmodSync(join(folder, 'bin', name), 0o755);
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
  });
  process.env.PATH = `${join(folder, 'bin')}:/usr/bin:/bin`;
  const asked = (name: string) => {
    const log = join(folder, 'bin', `${name}.log`);
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  };
  return { folder, asked, build: join(folder, 'native/agent/build') };
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const noDebian = [keyring, '/usr/bin/dpkg-source'].every((file) => existsSync(file))
  ? false
  : 'this is about Debian: its keyring or dpkg-dev is missing';

describe('Mbed TLS 3.6', { skip: noDebian }, () => {
  test('is fetched and compiled once; the package lists of the machine stay as they are', async (t) => {
    const { folder, asked, build } = prepare(t);
    assert.equal(await ensureMbedtls(folder), undefined);
    assert.deepEqual(readdirSync(build), ['mbedtls36'], 'nothing else stays');
    assert.deepEqual(readdirSync(join(build, 'mbedtls36')).sort(), ['include', 'library']);
    const [, update = '', source = ''] = asked('apt-get');
    assert.match(update, / update /);
    assert.match(source, / source --only-source mbedtls$/);
    for (const call of [update, source]) {
      assert.ok(call.includes(`Dir::State::Lists=${build}/`) && call.includes(`Dir::Etc::SourceList=${build}/`), call);
      assert.match(call, /Dir::Etc::SourceParts=- /);
    }
    const list = readFileSync(join(folder, 'bin/apt-get.list'), 'utf8');
    assert.equal(list, `deb-src [signed-by=${keyring}] https://mirror.invalid/debian/ trixie main\n`);
    const compiled = asked('make').length;

    assert.equal(await ensureMbedtls(folder), undefined);
    assert.equal(asked('apt-get').length, 3);
    assert.deepEqual(
      asked('make')
        .slice(compiled)
        .map((call) => / -q /.test(call)),
      [true],
    );
  });

  test('out of reach, it hinders nothing: it says why in apt’s words and leaves nothing behind', async (t) => {
    const { folder, build, asked } = prepare(t, { 'bin/apt-get.offline': '' });
    assert.match((await ensureMbedtls(folder)) ?? '', /could not be fetched: E: Could not resolve the name/);
    assert.deepEqual(readdirSync(build), []);
    assert.deepEqual(asked('make'), []);
    put(folder, 'bin/apt-get.mirrors', 'https://mirror.invalid/ubuntu/\n');
    assert.match((await ensureMbedtls(folder)) ?? '', /apt has no archive of Debian here/);
  });
});
