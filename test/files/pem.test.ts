import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readPemFile } from '../../app/files/index.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-pem-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

test('a file is read; a folder, what is not there and what is too large are refused at once', async (t) => {
  const dir = folder(t);
  const [file, large] = [join(dir, 'ca.pem'), join(dir, 'large.pem')];
  writeFileSync(file, pem);
  assert.equal(await readPemFile(file), pem);
  writeFileSync(large, pem);
  truncateSync(large, 1024 * 1024 + 1);
  await assert.rejects(readPemFile(large), { code: 'EFBIG' });
  await assert.rejects(readPemFile(dir), { code: 'EFTYPE' });
  await assert.rejects(readPemFile(join(dir, 'none.pem')), { code: 'ENOENT' });
});

test('a pipe that nothing writes and a device without an end are refused, not waited for', {
  skip: process.platform === 'win32' ? 'Windows has neither' : false,
}, async (t) => {
  const pipe = join(folder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  await assert.rejects(readPemFile(pipe), { code: 'EFTYPE' });
  await assert.rejects(readPemFile('/dev/zero'), { code: 'EFTYPE' });
});
