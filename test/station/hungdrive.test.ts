/** A drive of backups that takes a call and never answers: a pipe without a writer blocks its reader as such a drive does. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createClient, usualBackups } from '../../app/contract/index.ts';
import { backupChecks } from '../../app/station/backups/checks.ts';
import { openStation } from '../../main/openstation.ts';
import { removeAtEnd } from '../folders.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock } from '../support.ts';

const timeout = 120_000;

test('the drive is given up, Health says so, the line goes on, and it works again when it answers', {
  timeout,
}, async (t) => {
  const dir = await makeStation();
  const place = mkdtempSync(join(tmpdir(), 'birthmark-drive-'));
  removeAtEnd(place);
  removeAtEnd(dirname(dir));
  const clock = movableClock();
  const station = await openStation({ dir, kind: 'host', threads: false, clock: clock.clock, silentMs: 6000 });
  t.after(station.close);
  const { backupJobs: jobs, config, ledger } = station.parts;
  const client = createClient(
    station.connect('test', { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' as const }),
  );
  const hung = join(place, `birthmark-${config.current().stationId.slice(0, 8)}-20260101T000000Z`);
  const pipe = join(hung, 'backup.json');
  mkdirSync(hung);
  execFileSync('mkfifo', [pipe]);
  await client.call('backups.configure', { ...usualBackups, folder: place });
  await jobs.look();
  const work = jobs.idle();
  let acts = 0;
  let isOver = false;
  void work.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await ledger.audit({ entry: 'window.stayed', actor: 'test', subject: 'window', data: {} });
    acts += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(acts > 100, `the records took ${acts} entries meanwhile`);

  const now = await client.call('backups.snapshot', {});
  assert.deepEqual([now.running, now.lastFailed?.code], [null, 'backup.noPlace']);
  assert.match(now.lastFailed?.detail ?? '', /has not answered for 6 s/);
  assert.ok(Date.parse(now.nextAt ?? '') > clock.clock.now().getTime(), 'the next try comes later');
  const found = (await backupChecks(station.parts)).find(({ finding }) => finding.what === 'backupFailed');
  assert.deepEqual([found?.ok, found?.finding.remedy], [false, 'connectBackups']);
  await assert.rejects(client.call('backups.list', {}), refuses('backup.noPlace'), 'no second thread hangs');
  clock.advance(6 * 60_000);
  await jobs.look();
  await jobs.idle();
  const { rows } = await ledger.listAudit({ limit: 2000, offset: 0 });
  assert.equal(rows.filter(({ entry }) => entry === 'backup.failed').length, 2, 'each try is on record');

  closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  rmSync(hung, { recursive: true });
  for (;;) {
    clock.advance(60 * 60_000);
    await jobs.look();
    await jobs.idle();
    const { lastFailed, lastGood } = await client.call('backups.snapshot', {});
    if (lastFailed === null && lastGood !== null) break;
  }
  assert.deepEqual(
    (await backupChecks(station.parts)).map(({ finding }) => finding.what),
    ['backupGood', 'backupSameDisk'],
  );
});
