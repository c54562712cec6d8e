/** Files that another program holds for a moment, as a virus scanner or an indexer of Windows does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createHands, type FileActs, type HandsOptions } from '../../app/files/index.ts';
import { refuses } from '../records/support.ts';

const failure = (code: string) => Object.assign(new Error(`${code}: operation not permitted`), { code });

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'birthmark-hands-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'old'), 'old');
  await writeFile(join(dir, 'new'), 'new');
  return dir;
}

/** Real acts that are refused so many times before they are carried out. */
function scanned(times: number, code: string, platform: NodeJS.Platform = 'win32') {
  let left = times;
  let waitedMs = 0;
  let tries = 0;
  const first =
    <A extends unknown[]>(act: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      tries += 1;
      if (left > 0) {
        left -= 1;
        throw failure(code);
      }
      await act(...args);
    };
  const acts: FileActs = { rename: first(rename), rm: first(rm) };
  const keep = async (ms: number) => {
    waitedMs += ms;
  };
  const options: HandsOptions = { acts, platform, wait: keep };
  return { hands: createHands(options), waited: () => waitedMs, tries: () => tries };
}

for (const code of ['EBUSY', 'EPERM', 'EACCES']) {
  test(`Windows, ${code}: a file that is held for a moment is waited for, and then replaced or removed`, async (t) => {
    const dir = await folder(t);
    const renaming = scanned(6, code);
    await renaming.hands.rename(join(dir, 'new'), join(dir, 'old'));
    assert.equal(await readFile(join(dir, 'old'), 'utf8'), 'new');
    assert.ok(renaming.waited() > 0 && renaming.waited() < 1000, `${renaming.waited()} ms`);
    const removing = scanned(3, code);
    await removing.hands.remove(join(dir, 'old'));
    assert.deepEqual(await readdir(dir), []);
  });

  test(`Windows, ${code}: one that stays held is given up after some seconds, in words, and nothing is lost`, async (t) => {
    const dir = await folder(t);
    const { hands, waited } = scanned(Number.POSITIVE_INFINITY, code);
    const file = join(dir, 'old');
    await assert.rejects(
      hands.rename(join(dir, 'new'), file),
      refuses('records.fileHeld', { file, systemError: code }),
    );
    assert.ok(waited() >= 3000 && waited() <= 5000, `${waited()} ms`);
    await assert.rejects(hands.remove(file), refuses('records.fileHeld'));
    assert.deepEqual([readFileSync(file, 'utf8'), readFileSync(join(dir, 'new'), 'utf8')], ['old', 'new']);
  });
}

test('what does not pass by waiting is told at once: rights on Linux, a full disk, a missing folder', async (t) => {
  const dir = await folder(t);
  const cases: [NodeJS.Platform, string, 'records.failed' | 'records.diskFull'][] = [
    ['linux', 'EACCES', 'records.failed'],
    ['darwin', 'EPERM', 'records.failed'],
    ['win32', 'ENOENT', 'records.failed'],
    ['win32', 'ENOSPC', 'records.diskFull'],
  ];
  for (const [platform, code, expected] of cases) {
    const { hands, tries, waited } = scanned(1, code, platform);
    await assert.rejects(hands.rename(join(dir, 'new'), join(dir, 'old')), refuses(expected));
    assert.deepEqual([tries(), waited()], [1, 0], code);
  }
});

test('nobody renames or removes a file of the station another way', async () => {
  const root = join(import.meta.dirname, '../../app');
  const all = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const others = all.filter((file) => {
    if (/^(files|practice)[\\/]/.test(file)) return false;
    const [, names = ''] =
      /import \{([^}]*)\} from 'node:fs\/promises'/.exec(readFileSync(join(root, file), 'utf8')) ?? [];
    return names.split(',').some((name) => ['rename', 'rm', 'unlink', 'cp', 'copyFile'].includes(name.trim()));
  });
  assert.deepEqual(others, []);
});
