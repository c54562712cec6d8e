/** What is swept away at a station's start, while other files come and go. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTemporary, sweepTemporaries } from '../../app/files/index.ts';
import { controlOf, statePlace } from '../../main/practicecontrol.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-sweep-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('a half-written file that goes while the folder is swept stops nothing, and the others are swept', async (t) => {
  const dir = folder(t);
  for (let count = 0; count < 3; count++) await (await createTemporary(join(dir, 'one'), 0o600)).handle.close();
  const [first] = readdirSync(dir);
  const { readdir } = fs;
  t.mock.method(fs, 'readdir', async (...args: Parameters<typeof readdir>) => {
    const names = await readdir(...args);
    unlinkSync(join(dir, first!));
    return names;
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  assert.equal((await sweepTemporaries(dir)).length, 2);
  assert.deepEqual(readdirSync(dir), []);
});

test('what the practice AWS is writing is not in the folder that its station sweeps', async (t) => {
  const dir = folder(t);
  for (const file of [await statePlace(dir), controlOf(dir)]) {
    const { temporary, handle } = await createTemporary(file, 0o600);
    await handle.close();
    assert.deepEqual(await sweepTemporaries(dir), []);
    assert.ok(existsSync(temporary));
  }
});

test('a practice AWS whose files were beside the records keeps its account', async (t) => {
  const dir = folder(t);
  writeFileSync(join(dir, 'practice-aws.json'), 'state');
  writeFileSync(join(dir, 'practice-aws.json.journal'), 'journal');
  const file = await statePlace(dir);
  assert.deepEqual([readFileSync(file, 'utf8'), readFileSync(`${file}.journal`, 'utf8')], ['state', 'journal']);
  assert.deepEqual(readdirSync(dir), ['practice-aws']);
  assert.equal(await statePlace(dir), file);
  assert.equal(readFileSync(file, 'utf8'), 'state');
});
