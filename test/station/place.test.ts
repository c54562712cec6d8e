/** A station whose folder is on a network drive is not made and not opened; one in a synchronised folder is warned of. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { openLedger, openStation } from '../../main/openstation.ts';
import { lookUpPlace } from '../../native/pc/datafolder.ts';
import { needTools } from '../ca/support.ts';
import { folderFor } from '../device/support.ts';
import { removeAtEnd } from '../folders.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const machine = { platform: 'linux' as const, ask: async () => undefined };

test('a folder on a network drive is refused with its reason before anything is opened', async () => {
  const dir = await makeStation();
  const before = readdirSync(dir);
  const placeOf = async () => ({ kind: 'network' as const, fileSystem: 'nfs4', mount: '/mnt/nas' });
  await assert.rejects(
    openStation({ dir, kind: 'host', threads: false, placeOf }),
    refuses('records.networkFolder', { folder: dir, fileSystem: 'nfs4', mount: '/mnt/nas' }),
  );
  assert.deepEqual(readdirSync(dir), before, 'no lock, no log, no journal of SQLite');
});

test('the place is that of the nearest folder that is there, links followed', async (t) => {
  const root = folderFor(t);
  const mountInfo = join(root, 'mountinfo');
  mkdirSync(join(root, 'nas/line'), { recursive: true });
  writeFileSync(mountInfo, `1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / ${root}/nas rw - cifs //server/line rw\n`);
  symlinkSync(join(root, 'nas/line'), join(root, 'innocent'));
  const place = await lookUpPlace(join(root, 'innocent/not/yet/there'), { ...machine, mountInfo });
  assert.deepEqual(place, { kind: 'network', fileSystem: 'cifs', mount: `${root}/nas` });
  assert.deepEqual(await lookUpPlace(join(root, 'other'), { ...machine, mountInfo }), { kind: 'local' });
  writeFileSync(join(root, '.dropbox.cache'), '');
  assert.deepEqual(await lookUpPlace(join(root, 'other/deep'), { ...machine, mountInfo }), {
    kind: 'synchronised',
    by: 'Dropbox',
  });
});

test('this machine: memory and disk are local, by what the kernel says', {
  skip: process.platform !== 'linux',
}, async (_t) => {
  for (const at of [tmpdir(), '/dev/shm']) {
    if (!existsSync(at)) continue;
    const dir = mkdtempSync(join(at, 'birthmark-place-'));
    removeAtEnd(dir);
    assert.deepEqual(await lookUpPlace(dir), { kind: 'local' }, at);
    const { close } = await openLedger(join(dir, 'records.db'));
    await close();
  }
});

test('a synchronised folder is opened, and said in the doctor, in the status and on the terminal', async (t) => {
  const dir = await makeStation();
  const said: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => said.push(String(text)) > 0);
  const placeOf = async () => ({ kind: 'synchronised' as const, by: 'OneDrive' });
  const station = await openStation({ dir, kind: 'host', threads: false, placeOf, pcChecks: async () => [] });
  t.after(() => station.close());
  t.mock.restoreAll();
  assert.match(said.join(''), /is synchronised by OneDrive/);
  const client = createClient(station.connect('test'));
  assert.equal((await client.call('station.status', {})).folderSyncedBy, 'OneDrive');
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const check = (await client.call('station.doctor', {})).find(({ name }) => name === 'folder');
  assert.equal(check?.ok, false);
  assert.match(check?.remedy ?? '', /move the data folder out of OneDrive/);
});

test('init asks the kernel: on a share of its table of mounts nothing is made', async (t) => {
  if (!needTools(t, 'unshare')) return;
  const root = folderFor(t);
  const mountInfo = join(root, 'mountinfo');
  writeFileSync(mountInfo, `1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:9 / ${root}/nas rw - cifs //server/line rw\n`);
  writeFileSync(join(root, 'pass.txt'), passphrase, { mode: 0o600 });
  mkdirSync(join(root, 'nas'));
  // The kernel's own table, as this process sees it, is ours.
  const inside = 'mount --bind "$0" /proc/$$/mountinfo && echo READY && exec "$@"';
  const program = join(import.meta.dirname, '../../main/cli/main.ts');
  const init = (dir: string) => {
    const args = [program, 'init', '--data', dir, '--name', 'L', '--passphrase-file', join(root, 'pass.txt'), '--json'];
    return spawnSync('unshare', ['-rm', 'sh', '-c', inside, mountInfo, process.execPath, ...args], {
      encoding: 'utf8',
    });
  };
  const { status, stdout } = init(join(root, 'nas/station'));
  if (!stdout.startsWith('READY\n')) return t.diagnostic('NOT JUDGED: namespaces may not be made here');
  const { error } = JSON.parse(stdout.slice('READY\n'.length)) as { error: { code: string; data: unknown } };
  assert.deepEqual([status, error.code], [1, 'records.networkFolder']);
  assert.deepEqual(error.data, { folder: join(root, 'nas/station'), fileSystem: 'cifs', mount: `${root}/nas` });
  assert.deepEqual(readdirSync(join(root, 'nas')), []);
  assert.equal(init(join(root, 'disk/station')).status, 0);
});
