import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../../main/threads/lock.ts';
import { freshFolder, refuses } from '../records/support.ts';

/** Another process that holds the folder until it is killed. */
async function holdElsewhere(t: TestContext, dir: string) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./holder.ts', import.meta.url)), dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return { child, gone };
}

test('a folder has one station; who has it is said', async (t) => {
  const dir = freshFolder(t);
  const lock = await lockFolder(dir, 'host', { waitMs: 0 });
  assert.equal(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8')).pid, process.pid);
  const inUse = refuses('records.inUse', { pid: process.pid, kind: 'host' });
  await assert.rejects(lockFolder(dir, 'command', { waitMs: 0 }), inUse);
  await assert.rejects(lockFolder(dir, 'command', { waitMs: 0 }), inUse, 'a refused one takes nothing away');
  lock.release();
  assert.equal(existsSync(join(dir, 'lock.json')), false);
  (await lockFolder(dir, 'command', { waitMs: 0 })).release();
});

test('a command waits its turn', async (t) => {
  const dir = freshFolder(t);
  const first = await lockFolder(dir, 'command', { waitMs: 0 });
  const second = lockFolder(dir, 'command', { waitMs: 60_000 });
  first.release();
  (await second).release();
});

test('a command waits for no host: it stays', async (t) => {
  const dir = freshFolder(t);
  const host = await lockFolder(dir, 'host', { waitMs: 0 });
  const refused = refuses('records.inUse', { pid: process.pid, kind: 'host' });
  await assert.rejects(lockFolder(dir, 'command', { waitMs: 3_600_000, hostWaitMs: 0 }), refused);
  const waits = lockFolder(dir, 'command', { waitMs: 3_600_000, hostWaitMs: 3_600_000 });
  host.release();
  (await waits).release();
});

test('the lock dies with its process', async (t) => {
  const dir = freshFolder(t);
  const { child, gone } = await holdElsewhere(t, dir);
  await assert.rejects(
    lockFolder(dir, 'host', { waitMs: 0 }),
    refuses('records.inUse', { pid: child.pid ?? 0, kind: 'host' }),
  );
  child.kill('SIGKILL');
  await gone;
  const lock = await lockFolder(dir, 'command', { waitMs: 0 });
  assert.equal(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8')).kind, 'command');
  lock.release();
});
