/** The folder of an export that is not there. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { StationError } from '../../app/contract/errors.ts';
import { writeLinesFile } from '../../app/registration/linesfile.ts';
import { writeWhole } from '../../app/station/index.ts';

async function* lines() {
  yield 'one\n';
}

/** Each way in which an export reaches the disk. */
const writers = {
  whole: async (folder: string) => writeWhole(join(folder, 'out.csv'), 'one\n'),
  lines: async (folder: string) => writeLinesFile(folder, () => 'out.csv', lines()),
};

for (const [name, write] of Object.entries(writers))
  test(`${name}: it is made; where that cannot be, the refusal names it and the next act`, async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'birthmark-'));
    t.after(() => rm(dir, { recursive: true }));
    await write(join(dir, 'not', 'yet'));
    assert.equal(await readFile(join(dir, 'not', 'yet', 'out.csv'), 'utf8'), 'one\n');
    await writeFile(join(dir, 'file'), 'kept');
    await assert.rejects(write(join(dir, 'file', 'sub')), (thrown) => {
      assert.ok(thrown instanceof StationError && thrown.code === 'records.failed', String(thrown));
      assert.match(thrown.detail, /file.sub is not there and cannot be made: .* Name another one/);
      return true;
    });
    assert.equal(await readFile(join(dir, 'file'), 'utf8'), 'kept');
  });
