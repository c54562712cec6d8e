/** What stands where a file is to be written: a file or a link is replaced, and nothing else is. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { StationError } from '../../app/contract/errors.ts';
import { unwritten } from '../../app/files/index.ts';
import { writeOut, writeWhole } from '../../app/station/index.ts';
import { makeWhole } from '../../main/exports/whole.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birthmark-destination-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const refusal = async (act: Promise<unknown>): Promise<string> => {
  const thrown = await act.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof StationError, String(thrown));
  return thrown.detail;
};

test('a pipe or a folder stays what it is, and nothing is left beside it', {
  skip: process.platform === 'win32',
}, async () => {
  const [pipe, inner] = [join(folder, 'pipe'), join(folder, 'inner')];
  execFileSync('mkfifo', [pipe]);
  await mkdir(inner);
  for (const write of [
    (file: string) => writeWhole(file, 'text'),
    (file: string) => makeWhole(file, (temporary) => writeFile(temporary, 'text')),
  ]) {
    assert.match(await refusal(write(pipe)), /pipe: it is a device or a pipe: name a file$/);
    assert.match(await refusal(write(inner)), /inner: it is a folder: name a file in it$/);
  }
  assert.ok((await lstat(pipe)).isFIFO());
  assert.deepEqual((await readdir(folder)).sort(), ['inner', 'pipe']);
});

test('a file and a link are replaced, and what the link leads to is not', async () => {
  const [target, link] = [join(folder, 'target'), join(folder, 'link')];
  await writeFile(target, 'before');
  await symlink(target, link);
  await writeWhole(link, 'after');
  assert.deepEqual([await readFile(link, 'utf8'), await readFile(target, 'utf8')], ['after', 'before']);
});

test('the records, keys and settings of a station are not replaced, by way of a link neither; a new file may lie beside them', async () => {
  const data = join(folder, 'data');
  await mkdir(join(data, 'ca'), { recursive: true });
  await symlink(data, join(folder, 'way'));
  const own = ['records.db', 'station.json', 'ca/issuing.key.pem'];
  for (const name of own) await writeFile(join(data, name), 'own');
  for (const name of own)
    for (const file of [join(data, name), join(folder, 'way', name)]) {
      assert.match(await refusal(writeOut(file, 'x')), /lies in the data folder of a station: name another file$/);
      assert.equal(await readFile(file, 'utf8'), 'own');
    }
  await writeOut(join(data, 'export.csv'), 'new');
  await writeOut(join(folder, 'target'), 'replaced');
});

test('a small file that finds no room is not replaced by its beginning', {
  skip: process.platform === 'win32' && 'no limits of files here',
}, async () => {
  const file = join(folder, 'small');
  await writeFile(file, 'before');
  const here = pathToFileURL(join(import.meta.dirname, '../../app/files/index.ts')).href;
  const script = `import { replaceSynced, unwritten } from ${JSON.stringify(here)};
    try { replaceSynced(process.argv[1], 'x'.repeat(3000), 0o600); } catch (cause) { console.log(unwritten('it', cause).code); }`;
  const limited = ['-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script, file];
  assert.equal(execFileSync('bash', limited, { encoding: 'utf8' }), 'records.diskFull\n');
  assert.equal(await readFile(file, 'utf8'), 'before');
});

test('a quota and a limit for files are a full disk, too', () => {
  const codeFor = (code: string) => unwritten('it', Object.assign(new Error(code), { code })).code;
  assert.deepEqual(['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES'].map(codeFor), [
    'records.diskFull',
    'records.diskFull',
    'records.diskFull',
    'records.failed',
  ]);
});

test('why a file cannot be written stands in the refusal', async () => {
  assert.match(await refusal(writeWhole(join(folder, 'x'.repeat(300)), 'text')), /: its name is too long$/);
});
