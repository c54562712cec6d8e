/** `backup` beside a running station and without one: one JSON value, exit codes, and words that say what is lost. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { fetched } from '../../main/cli/bucketbackups.ts';
import { pausing } from '../../main/cli/steps.ts';
import { openStation } from '../../main/openstation.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { removeAtEnd } from '../folders.ts';
import { wallClock } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

const root = mkdtempSync(join(tmpdir(), 'birthmark-backup-cli-'));
const place = join(root, 'backups');
const secret = join(root, 'passphrase');
let dir: string;
let aws: PracticeAws;
let station: StationHandle;

before(async () => {
  aws = await startPracticeAws({ clock: wallClock() });
  const { accessKeyId, secretAccessKey } = aws.credentials;
  // The process of the command line is started later, and takes these over.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  writeFileSync(secret, passphrase);
  dir = await makeStation();
  const { code, value } = await json(
    ...['backup', 'set', '--data', dir, '--passphrase-file', secret],
    ...['--folder', place, '--keep-daily', '3', '--overdue-hours', '30'],
  );
  assert.equal(code, 0);
  assert.deepEqual([value.folder, value.keep.daily, value.everyHours], [place, 3, 24]);
  station = await openStation({ dir, kind: 'host', threads: false });
});
after(async () => {
  await station?.close();
  await aws?.close();
  rmSync(root, { recursive: true, force: true });
});

test('make, list, verify and restore, while the station runs', { timeout: 120_000 }, async () => {
  const made = await json('backup', 'make', '--data', dir);
  assert.equal(made.code, 0);
  assert.ok(made.value.size > 0 && made.value.bytes > 0 && made.value.sameDisk);
  await station.parts.backupJobs.look();
  const { rows } = await station.parts.ledger.listAudit({ limit: 5, offset: 0 });
  const noted = rows.find(({ entry }) => entry === 'backup.made');
  assert.deepEqual([noted?.subject, noted?.data.root], [made.value.name, made.value.root]);
  assert.match(String(noted?.data.by), /command line/);

  const listed = await json('backup', 'list', '--data', dir);
  assert.deepEqual([listed.code, listed.value.map(({ name }: { name: string }) => name)], [0, [made.value.name]]);
  const verified = await json('backup', 'verify', join(made.value.file, 'backup.json'));
  assert.deepEqual([verified.code, verified.value.ok, verified.value.size], [0, true, made.value.size]);

  const to = join(root, 'restored');
  const checkpoint = join(dir, 'records.checkpoint');
  const restored = await json(
    'backup',
    'restore',
    made.value.file,
    '--data',
    to,
    '--checkpoint',
    checkpoint,
    '--before',
    dir,
  );
  assert.equal(restored.code, 0);
  assert.equal(restored.value.size, made.value.size);
  assert.ok(restored.value.lost.leaves > 0, 'the entry about the backup is not in it');
  assert.deepEqual(restored.value.orders, ['default']);
  const audited = await json('audit', 'verify', '--data', to, '--checkpoint', checkpoint);
  assert.deepEqual([audited.code, audited.value.ok, audited.value.restores.length], [0, true, 1]);

  const said = await run('backup', 'restore', made.value.file, '--data', join(root, 'again'), '--before', dir);
  assert.match(said.out, /LOST: at least \d+ leaves/);
  assert.match(said.out, /orders reconcile/);
  const counted = await json(
    'orders',
    'reconcile',
    'default',
    '--counted',
    '12',
    '--data',
    to,
    '--passphrase-file',
    secret,
  );
  assert.deepEqual([counted.code, counted.value.counted], [0, 12]);
});

test('the doctor says what it can of a station that runs, and of one that cannot be opened', async () => {
  const names = (checks: { name: string }[]) => checks.map(({ name }) => name);
  const beside = await json('doctor', '--data', dir);
  assert.deepEqual(names(beside.value).slice(0, 5), ['station', 'records', 'disk', 'rights', 'clock']);
  const [running, records] = beside.value;
  assert.deepEqual([running.ok, running.finding.values.pid, records.ok], [true, process.pid, true]);
  assert.match(running.detail, /its page Health/);
  const copies = beside.value.filter(({ name }: { name: string }) => name === 'backup');
  assert.deepEqual([copies[0].ok, copies[0].finding.what], [true, 'backupGood']);
  assert.equal(beside.code, beside.value.every(({ ok }: { ok: boolean }) => ok) ? 0 : 1);

  const broken = await makeStation();
  removeAtEnd(dirname(broken));
  writeFileSync(join(broken, 'records.db'), '');
  const shut = await json('doctor', '--data', broken);
  assert.equal(shut.code, 1);
  assert.deepEqual(names(shut.value).slice(0, 5), ['station', 'records', 'disk', 'rights', 'clock']);
  assert.deepEqual([shut.value[0].ok, shut.value[0].finding.values.code], [false, 'records.damaged']);
  assert.equal(readFileSync(join(broken, 'records.db'), 'utf8'), '', 'nothing was made in it');
  const locked = await makeStation();
  removeAtEnd(dirname(locked));
  const viewer = openSqlite(join(locked, 'records.db'));
  viewer.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const held = await json('doctor', '--data', locked);
  viewer.close();
  const [station1] = held.value;
  assert.deepEqual([station1.ok, station1.finding.values.code], [false, 'records.inUse']);
  assert.match(station1.detail, /Another program works in it: end that one/);
  const none = await json('doctor', '--data', join(root, 'none'));
  assert.deepEqual([none.code, none.value.error.code], [1, 'records.notStation']);
});

test('goes on to a bucket, and a station comes back from it alone', { timeout: 240_000 }, async () => {
  const own = await makeStation();
  removeAtEnd(dirname(own));
  const rights = ['--data', own, '--passphrase-file', secret];
  const at = ['--region', aws.region, '--endpoint-url', aws.endpoint];
  const target = ['--bucket', aws.bucket, '--role-arn', aws.roleArn, ...at];
  assert.equal((await json('target', 'add', 'fra', ...target, ...rights)).code, 0);
  const folder = join(root, 'to-bucket');
  const set = await json('backup', 'set', '--folder', folder, '--target', 'fra', '--prefix', 'b/', ...rights);
  assert.deepEqual(
    [set.code, set.value.bucket, set.value.inBucket.place],
    [0, { target: 'fra', bucket: null, prefix: 'b/' }, `s3://${aws.bucket}/b/`],
  );
  const made = await json('backup', 'make', '--data', own);
  assert.deepEqual(
    [made.code, made.value.sent.place, made.value.sent.bytes],
    [0, `s3://${aws.bucket}/b/`, made.value.bytes],
  );
  const place = `s3://${aws.bucket}/b/`;
  const from = `${place}${made.value.name}`;
  const listed = await json('backup', 'list', '--in', place, '--target', 'fra', '--data', own);
  assert.deepEqual(
    listed.value.map(({ name, problem }: { name: string; problem: null }) => [name, problem]),
    [[made.value.name, null]],
  );
  const verified = await json('backup', 'verify', from, ...at);
  assert.deepEqual([verified.code, verified.value.ok, verified.value.size], [0, true, made.value.size]);
  const fetched = await json('backup', 'fetch', from, '--to', join(root, 'fetched'), ...at);
  assert.deepEqual([fetched.code, fetched.value.file], [0, join(root, 'fetched', made.value.name)]);
  const to = join(root, 'from-bucket');
  const restored = await json('backup', 'restore', from, '--data', to, '--target', 'fra', '--before', own);
  assert.deepEqual([restored.code, restored.value.size, restored.value.backup], [0, made.value.size, made.value.name]);
  assert.equal((await json('audit', 'verify', '--data', to)).value.ok, true);
  assert.deepEqual(
    readdirSync(root).filter((name) => name.startsWith('.')),
    [],
    'what was fetched for it is gone',
  );

  aws.setFault({ kind: 'deny', operation: 'PutObject' });
  const unsent = await json('backup', 'make', '--data', own);
  assert.deepEqual([unsent.code, unsent.value.sent.error.code], [3, 'cloud.denied']);
  assert.equal((await json('backup', 'verify', unsent.value.file)).value.ok, true, 'the one in the folder is good');
  assert.equal((await json('backup', 'verify', from)).code, 2, 'it wants to know how AWS is reached');
  assert.equal((await json('backup', 'fetch', place, '--to', root, ...at)).code, 2);
  const none = `${place}birthmark-00000000-20260101T000000Z`;
  assert.equal((await json('backup', 'fetch', none, '--to', root, ...at)).value.error.code, 'backup.damaged');
});

test('Ctrl-C ends a fetch from a bucket that says nothing more, and nothing of it stays', async (t) => {
  const made = await json('backup', 'make', '--data', dir, '--to', join(root, 'silent'));
  // It gives the list, and then the first bytes of a file.
  const bucket = createServer(({ url = '' }, answer) => {
    answer.setHeader('x-amz-request-id', 'r-1');
    if (url.includes('backup.json')) return void answer.end(readFileSync(join(made.value.file, 'backup.json')));
    answer.writeHead(200, { 'content-length': 1000 }).write('the beginning');
    setImmediate(() => process.emit('SIGINT', 'SIGINT'));
  });
  bucket.listen(0, '127.0.0.1');
  await once(bucket, 'listening');
  t.after(() => {
    bucket.closeAllConnections();
    bucket.close();
  });
  const { port } = bucket.address() as AddressInfo;
  const to = join(root, 'never-fetched');
  const flags = { region: aws.region, endpointUrl: `http://127.0.0.1:${port}` };
  const from = `s3://silent-bucket/b/${made.value.name}`;
  await assert.rejects(
    pausing((_pause, signal) => fetched(from, to, { flags, onProgress: () => {}, signal }))(),
    refuses('call.cancelled'),
  );
  assert.deepEqual(readdirSync(to), []);
});

test('says by exit code and words what is wrong', { timeout: 120_000 }, async () => {
  const { value } = await json('backup', 'make', '--data', dir, '--to', join(root, 'other'));
  const list = join(value.file, 'backup.json');
  writeFileSync(join(value.file, 'station.json'), '{}');
  const bad = await json('backup', 'verify', value.file);
  assert.deepEqual([bad.code, bad.value.ok, bad.value.problems[0].where], [1, false, 'station.json']);
  const refused = await json('backup', 'restore', value.file, '--data', join(root, 'never'));
  assert.deepEqual([refused.code, refused.value.error.code], [3, 'backup.damaged']);
  writeFileSync(list, readFileSync(list, 'utf8').slice(0, 50));
  assert.equal((await json('backup', 'list', '--in', join(root, 'other'))).code, 1);
  assert.equal((await json('backup', 'restore', value.file, '--data', dir)).value.error.code, 'records.exists');
  const gone = await json('backup', 'make', '--data', dir, '--to', join(root, 'no', 'drive'));
  assert.deepEqual([gone.code, gone.value.error.code], [3, 'backup.noPlace']);
  assert.equal((await json('backup', 'make', '--data', dir, '--to', join(dir, 'x'))).code, 2);
  assert.equal((await json('backup', 'verify', root)).value.error.code, 'backup.damaged');
});
