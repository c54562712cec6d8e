/** A backup or a restore that is killed at any step: what has the name of a whole one is whole. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkBackup } from '../../main/backup/check.ts';
import { listPlace } from '../../main/backup/place.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { makeStation } from '../support.ts';
import { runKilled } from './killed.ts';

// More than a dozen processes, one after the other.
const timeout = 300_000;
const root = mkdtempSync(join(tmpdir(), 'birthmark-kill-'));
after(() => rmSync(root, { recursive: true, force: true }));
let dir: string;
before(async () => {
  dir = await makeStation();
});

const pause = async () => {};

/** Some steps of all, spread evenly: the first ones and the last ones among them. */
const some = (all: number, count: number): number[] => [
  ...new Set(Array.from({ length: count }, (_, at) => 1 + Math.round((at * (all - 1)) / (count - 1)))),
];

test('a backup that is killed is not there, and the next one sweeps what it left', { timeout }, async () => {
  const place = join(root, 'backups');
  const whole = await runKilled('backupchild.ts', ['make', dir, place, '0']);
  assert.equal(whole.last, 'done');
  const [first] = listPlace(place);
  for (const step of some(whole.acts.length, 5)) {
    const { signal } = await runKilled('backupchild.ts', ['make', dir, place, String(step)]);
    assert.equal(signal, 'SIGKILL', `step ${step}`);
    for (const { name, problem } of listPlace(place)) {
      assert.equal(problem, null, `step ${step}: ${name}`);
      const { verdict } = await checkBackup(join(place, name), { pause });
      assert.deepEqual(verdict.problems, [], `step ${step}: ${name}`);
    }
  }
  assert.ok(listPlace(place).some(({ name }) => name === first!.name));
  assert.equal((await runKilled('backupchild.ts', ['make', dir, place, '0'])).last, 'done');
  const hidden = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.'));
  assert.deepEqual([hidden(place), hidden(dir)], [[], []]);
});

test('a restore that is killed leaves no station, or a whole one', { timeout }, async () => {
  const place = join(root, 'backups');
  const from = join(place, listPlace(place)[0]!.name);
  const parent = join(root, 'restored');
  mkdirSync(parent);
  const to = (name: string) => join(parent, name);
  const whole = await runKilled('backupchild.ts', ['restore', to('whole'), from, '0']);
  assert.equal(whole.last, 'done');
  for (const step of some(whole.acts.length, 4)) {
    const { signal } = await runKilled('backupchild.ts', ['restore', to(`killed-${step}`), from, String(step)]);
    assert.equal(signal, 'SIGKILL', `step ${step}`);
    assert.ok(!existsSync(to(`killed-${step}`)), `step ${step}: no step comes after the rename`);
  }
  const hidden = () => readdirSync(parent).filter((name) => name.startsWith('.'));
  assert.ok(hidden().length > 0, 'a kill leaves a half folder');
  const others = hidden().filter((name) => !name.startsWith('.killed-1.'));
  assert.equal((await runKilled('backupchild.ts', ['restore', to('killed-1'), from, '0'])).last, 'done');
  assert.deepEqual(hidden(), others, 'the next restore to that place removes what the killed one left, and no other');
  assert.equal((await runKilled('backupchild.ts', ['restore', to('again'), from, '0'])).last, 'done');
  const steps = verifyRecords(join(to('again'), 'records.db'));
  for (let next = steps.next(); ; next = steps.next()) {
    if (!next.done) continue;
    assert.deepEqual(next.value.problems, []);
    break;
  }
});
