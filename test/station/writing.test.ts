/** Files are written whole through a name that cannot be guessed, so that traps of another user in the folder catch nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { writeBatchFile } from '../../app/registration/batchfile.ts';
import { createLog, initStation, paths, writeWhole } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { lockFolder } from '../../main/threads/lock.ts';
import { removeAtEnd } from '../folders.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

/** The system's user for no rights: one who is not the user that the station runs as, where this process may act for others. */
const stranger = 65534;
const mayActForOthers = process.geteuid?.() === 0;
const byStranger = (path: string) => mayActForOthers && lchownSync(path, stranger, stranger);
const skip = process.platform === 'win32' ? 'Windows keeps such rights elsewhere' : false;

/** A folder in which every user may write, with a file of another user that must stay untouched. */
function openFolder(_t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-open-'));
  removeAtEnd(dir);
  chmodSync(dir, 0o777);
  const victim = join(dir, 'victim');
  writeFileSync(victim, 'untouched');
  return { dir, victim, at: (name: string) => join(dir, name) };
}

function plantFile(path: string): void {
  writeFileSync(path, 'laid out');
  chmodSync(path, 0o666);
  byStranger(path);
}
function plantLink(path: string, target: string): void {
  symlinkSync(target, path);
  byStranger(path);
}

function assertOurs(path: string, content: string, mode: number): void {
  const found = lstatSync(path);
  assert.ok(found.isFile(), `${path} is a file`);
  assert.equal(found.uid, process.geteuid?.());
  assert.equal(found.mode & 0o777, mode);
  assert.equal(readFileSync(path, 'utf8'), content);
  if (!mayActForOthers || mode !== 0o600) return;
  const read = spawnSync('cat', [path], { uid: stranger, gid: stranger });
  assert.notEqual(read.status, 0, 'another user cannot read it');
}

test('a file or a link of another user, at the name and at the old temporary name, gets no secret', {
  skip,
}, async (t) => {
  const { at, dir, victim } = openFolder(t);
  plantFile(at('a.key.pem.writing'));
  await writeWhole(at('a.key.pem'), 'secret a', true);
  plantLink(at('b.key.pem.writing'), victim);
  plantLink(at('b.key.pem'), victim);
  await writeWhole(at('b.key.pem'), 'secret b', true);
  plantFile(at('c.key.pem'));
  await writeWhole(at('c.key.pem'), 'secret c', true);
  // A link to nothing: following it makes a file where the maker of the link wants one.
  plantLink(at('d.key.pem'), at('elsewhere'));
  await writeWhole(at('d.key.pem'), 'secret d', true);
  for (const name of ['a', 'b', 'c', 'd']) assertOurs(at(`${name}.key.pem`), `secret ${name}`, 0o600);
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');
  assert.equal(readFileSync(at('a.key.pem.writing'), 'utf8'), 'laid out', 'nothing was written there');
  assert.equal(existsSync(at('elsewhere')), false);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith('.')),
    [],
    'nothing half-written is left',
  );
});

test('even whoever guesses the name gets nothing: what waits there is refused, a link not followed', {
  skip,
}, async (t) => {
  const { at, victim } = openFolder(t);
  const real = crypto.randomBytes;
  const guessed = Buffer.alloc(16, 0x5a);
  crypto.randomBytes = (() => guessed) as unknown as typeof crypto.randomBytes;
  syncBuiltinESMExports();
  t.after(() => {
    crypto.randomBytes = real;
    syncBuiltinESMExports();
  });
  const waiting = at(`.${guessed.toString('hex')}.writing`);
  const tries: [string, () => void][] = [
    ['a file', () => plantFile(waiting)],
    ['a link', () => plantLink(waiting, victim)],
    ['a link to nothing', () => plantLink(waiting, at('elsewhere'))],
  ];
  for (const [what, plant] of tries) {
    plant();
    await assert.rejects(writeWhole(at('key.pem'), 'secret', true), refuses('records.failed'), what);
    assert.equal(existsSync(at('key.pem')), false, what);
    rmSync(waiting);
  }
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');
  assert.equal(existsSync(at('elsewhere')), false);
  // The names come from there, and the file is made once nothing is in the way.
  await writeWhole(at('key.pem'), 'secret', true);
  assertOurs(at('key.pem'), 'secret', 0o600);
});

test('a write that fails leaves neither a part nor a temporary file, and says so', async (t) => {
  const { at, dir } = openFolder(t);
  mkdirSync(at('taken'));
  writeFileSync(at('taken/inside'), '');
  await assert.rejects(writeWhole(at('taken'), 'secret', true), refuses('records.failed'));
  await assert.rejects(writeWhole(at('victim/below.pem'), 'secret', true), refuses('records.failed'));
  assert.deepEqual(readdirSync(dir).sort(), ['taken', 'victim']);
});

test('a folder made for a secret is for its owner only', { skip }, async (t) => {
  const { at } = openFolder(t);
  await writeWhole(at('shares/share-1.txt'), 'secret', true);
  assert.equal(statSync(at('shares')).mode & 0o777, 0o700);
});

test('batch file, log and lock follow no link either', { skip }, async (t) => {
  const { at, dir, victim } = openFolder(t);
  plantLink(at('station.log'), victim);
  const log = createLog(dir);
  log.info('first line');
  // The log takes the link away and then makes its file, on a thread of its own.
  const logged = () => (existsSync(at('station.log')) ? readFileSync(at('station.log'), 'utf8') : '');
  while (!logged().includes('first line')) await wait(10);
  assert.equal(lstatSync(at('station.log')).mode & 0o777, 0o600);
  plantLink(at('lock.json'), victim);
  const lock = await lockFolder(dir, 'host', { waitMs: 0 });
  assert.equal(JSON.parse(readFileSync(at('lock.json'), 'utf8')).pid, process.pid);
  lock.release();
  const member = {
    unitSerial: 'SN-1',
    thingName: 'SN-1',
    certificateId: 'ab'.repeat(32),
    certificatePem: 'pem',
    caCertificatePem: 'pem',
  };
  const batch = await writeBatchFile(dir, 'B1', [[member]]);
  rmSync(batch.file);
  plantLink(batch.file, victim);
  await writeBatchFile(dir, 'B1', [[member]]);
  assert.ok(lstatSync(batch.file).isFile());
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');
});

test('a station is made in a folder that nobody made beforehand', { skip }, async (t) => {
  const { at, dir, victim } = openFolder(t);
  // As an earlier version would have called it.
  const foreseen = at(`.station.making-${process.pid}`);
  mkdirSync(foreseen, { mode: 0o777 });
  byStranger(foreseen);
  const plan = { name: 'Line', organisation: 'Test', passphrase, practice: false, people: [], slots: [], cloud: null };
  const order = { orderId: 'default', model: '*', quantity: 1 };
  const { initTools } = await import('../../main/openstation.ts');
  const made = { ...plan, device: { endpoint: '' }, order, actor: 'test' };
  await initStation(at('station'), made, initTools);
  assert.equal(statSync(at('station')).mode & 0o777, 0o700);
  assert.equal(statSync(paths(at('station')).ca).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(foreseen), [], 'nothing was put there');
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith('.')),
    [`.station.making-${process.pid}`],
  );
  assert.equal(readFileSync(victim, 'utf8'), 'untouched');
});

test('at the next start what a power cut left is removed, what is not ours stays, and the folders are closed', {
  skip,
}, async (t) => {
  const dir = await makeStation();
  const { ca } = paths(dir);
  const kept = join(dir, 'kept.txt');
  writeFileSync(kept, 'kept');
  const ours = [
    join(dir, `.${'0a'.repeat(16)}.writing`),
    join(ca, `.${'1b'.repeat(16)}.writing`),
    join(ca, 'issuing.key.pem.writing'),
    join(dir, 'station.json.writing'),
  ];
  for (const file of ours) writeFileSync(file, 'half');
  symlinkSync(kept, join(ca, `.${'2c'.repeat(16)}.writing`));
  const notes = join(dir, 'my.writing');
  writeFileSync(notes, 'an engineer’s own');
  const foreign = join(ca, `.${'3d'.repeat(16)}.writing`);
  if (mayActForOthers) plantFile(foreign);
  chmodSync(dir, 0o777);
  chmodSync(ca, 0o755);
  const station = await openStation({ dir, kind: 'command' });
  t.after(() => station.close());
  for (const file of ours) assert.equal(existsSync(file), false, file);
  assert.equal(readFileSync(kept, 'utf8'), 'kept');
  assert.ok(existsSync(notes));
  assert.deepEqual(
    readdirSync(ca).filter((name) => name.startsWith('.')),
    mayActForOthers ? [`.${'3d'.repeat(16)}.writing`] : [],
  );
  assert.equal(statSync(dir).mode & 0o777, 0o755);
  assert.equal(statSync(ca).mode & 0o777, 0o700);
});
