/** A library that others could change is not loaded: neither by its own rights, nor by those of any folder or link on the way. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { openTokens } from '../../main/threads/tokens.ts';
import { isInProgramFolder, trustedFile } from '../../native/token/trust.ts';
import { removeAtEnd } from '../folders.ts';
import { whyNoTokens } from './hsm.ts';

const skip = process.platform === 'win32' ? 'rights as Unix has them' : false;
const stranger = 65534;
const mayActForOthers = process.geteuid?.() === 0;

/** A safe place with a file in it; everything here belongs to this user, and no other user may write. */
function bed(_t: TestContext) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'birthmark-trust-')));
  removeAtEnd(dir);
  const place = join(dir, 'place', 'lib');
  mkdirSync(place, { recursive: true, mode: 0o755 });
  const file = join(place, 'module.so');
  writeFileSync(file, 'library', { mode: 0o755 });
  chmodSync(file, 0o755);
  return { dir, place, file, at: (name: string) => join(dir, name) };
}

function refusedFor(path: string, reason: string, at: string, code = 'ca.moduleUnsafe'): void {
  assert.throws(
    () => trustedFile(path),
    (thrown) => {
      assert.ok(thrown instanceof StationError);
      assert.deepEqual([thrown.code, thrown.data], [code, { reason, path, at }]);
      return true;
    },
  );
}

test('a file of this user or of root, where nobody else may write, is taken, also behind links', { skip }, (t) => {
  const { file, place, at } = bed(t);
  assert.equal(trustedFile(file), file);
  assert.equal(trustedFile(`${place}/../lib/./module.so`), file);
  symlinkSync(file, at('absolute.so'));
  symlinkSync('place/lib/module.so', at('relative.so'));
  symlinkSync('place', at('folder'));
  symlinkSync('relative.so', at('chained.so'));
  for (const path of [at('absolute.so'), at('relative.so'), at('folder/lib/module.so'), at('chained.so')])
    assert.equal(trustedFile(path), file, path);
});

test('what others may write is refused, and named', { skip }, (t) => {
  const { file, place, dir, at } = bed(t);
  for (const mode of [0o775, 0o757, 0o777, 0o1777]) {
    chmodSync(file, mode);
    refusedFor(file, 'moduleWritable', file);
  }
  chmodSync(file, 0o755);
  for (const folder of [place, at('place'), dir]) {
    for (const mode of [0o775, 0o757, 0o777]) {
      chmodSync(folder, mode);
      refusedFor(file, 'moduleWritable', folder);
    }
    // As /tmp: others may add, and change nothing that is there.
    chmodSync(folder, 0o1777);
    assert.equal(trustedFile(file), file);
    chmodSync(folder, 0o755);
  }
  // A good link to a bad place, and a link to a good file that stands in a bad place.
  mkdirSync(at('open'));
  chmodSync(at('open'), 0o777);
  symlinkSync(file, at('open/link.so'));
  refusedFor(at('open/link.so'), 'moduleWritable', at('open'));
  writeFileSync(at('open/bad.so'), 'library');
  symlinkSync(at('open/bad.so'), at('good.so'));
  refusedFor(at('good.so'), 'moduleWritable', at('open'));
});

test('what belongs to another user is refused, whatever its rights', { skip: skip || !mayActForOthers }, (t) => {
  const { file, place, at } = bed(t);
  for (const owned of [file, place, at('place')]) {
    chownSync(owned, stranger, stranger);
    refusedFor(file, 'moduleOwner', owned);
    chownSync(owned, 0, 0);
  }
  mkdirSync(at('shared'));
  chmodSync(at('shared'), 0o1777);
  symlinkSync(file, at('shared/link.so'));
  assert.equal(trustedFile(at('shared/link.so')), file);
  lchownSync(at('shared/link.so'), stranger, stranger);
  refusedFor(at('shared/link.so'), 'moduleOwner', at('shared/link.so'));
});

test('what is no file, is not there, leads in a circle or depends on where the station was started is refused', {
  skip,
}, (t) => {
  const { file, place, at } = bed(t);
  refusedFor(place, 'moduleNotFile', place, 'ca.noTokens');
  refusedFor(at('nothing.so'), 'moduleMissing', at('nothing.so'), 'ca.noTokens');
  refusedFor(`${file}/more`, 'moduleMissing', `${file}/more`, 'ca.noTokens');
  symlinkSync('circle', at('circle'));
  refusedFor(at('circle'), 'moduleMissing', at('circle'), 'ca.noTokens');
  refusedFor('module.so', 'modulePlace', 'module.so');
});

test('on Windows it must lie where programs do', () => {
  const environment = { ProgramFiles: 'C:\\Program Files', SystemRoot: 'C:\\Windows' };
  for (const [path, taken] of [
    ['C:\\Program Files\\Yubico\\bin\\yubihsm_pkcs11.dll', true],
    ['c:\\PROGRAM FILES\\OpenSC\\opensc-pkcs11.dll', true],
    ['C:\\Windows\\System32\\eTPKCS11.dll', true],
    ['C:\\Windows\\Temp\\evil.dll', false],
    ['C:\\Program Files Too\\evil.dll', false],
    ['C:\\Program Files\\..\\Users\\Public\\evil.dll', false],
    ['C:\\Users\\Public\\evil.dll', false],
    ['\\\\server\\share\\evil.dll', false],
  ] as const) {
    assert.equal(isInProgramFolder(path, environment), taken, path);
  }
});

const missing = whyNoTokens();

test('nothing of a refused library runs, and it does once it is safe', { skip: missing ?? skip }, async (t) => {
  const { file, place, at } = bed(t);
  // Loading it leaves a mark.
  const source = `#include <stdio.h>
__attribute__((constructor)) static void ran(void) { FILE *mark = fopen("${at('mark')}", "w"); if (mark) fclose(mark); }`;
  writeFileSync(at('canary.c'), source);
  const made = spawnSync('gcc', ['-shared', '-fPIC', at('canary.c'), '-o', at('canary.so')]);
  assert.equal(made.status, 0, made.stderr.toString());
  renameSync(at('canary.so'), file);
  chmodSync(file, 0o755);
  const tokens = openTokens();
  t.after(() => tokens.close());
  const custody = { kind: 'token', module: file, tokenLabel: 'x', tokenSerial: '1', keyIdHex: '01' } as const;
  chmodSync(place, 0o777);
  const ways: (() => Promise<unknown>)[] = [
    () => tokens.check(file),
    () => tokens.list(file),
    () => tokens.open(custody, '123456'),
    () => tokens.state(custody),
    () => tokens.makeKey({ module: file, tokenSerial: '1', pin: '123456', keyType: 'P-256', label: 'x' }),
  ];
  for (const way of ways) await assert.rejects(way(), { code: 'ca.moduleUnsafe' });
  assert.equal(existsSync(at('mark')), false, 'it was never loaded');
  chmodSync(place, 0o755);
  await tokens.check(file);
  assert.equal(existsSync(at('mark')), false, 'a look loads nothing');
  await assert.rejects(tokens.list(file), { code: 'ca.noTokens' }, 'it is no PKCS#11 module');
  assert.ok(existsSync(at('mark')), 'but it was loaded: the mark is worth something');
});
