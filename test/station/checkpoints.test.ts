/** Checkpoints that a station publishes by itself, and the witnesses that cosign them. */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type CheckpointConfig, createClient, usualCheckpoints, usualShifts } from '../../app/contract/index.ts';
import { readCheckpoint } from '../../app/records/log/note.ts';
import { checkpointChecks } from '../../app/station/checkpoints/checks.ts';
import { dueAt, retryAt } from '../../app/station/checkpoints/schedule.ts';
import { checkpointsIn, paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { verifyRecords } from '../../main/threads/verifyrecords.ts';
import { serveWitness } from '../../main/witness/server.ts';
import { addLog, makeWitness } from '../../main/witness/store.ts';
import { createWitness } from '../../main/witness/witness.ts';
import { needTools, openssl } from '../ca/support.ts';
import { practice, s3Client } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock } from '../support.ts';

const home = mkdtempSync(join(tmpdir(), 'birthmark-checkpoints-'));
after(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const fresh = (): string => {
  const dir = join(home, String(++folders));
  mkdirSync(dir);
  return dir;
};
const engineer = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' as const };
const hourMs = 3_600_000;

async function open(t: TestContext, dir: string, threads = false) {
  const clock = movableClock();
  const station = await openStation({ dir, kind: 'host', threads, clock: clock.clock });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await station.close();
    isOpen = false;
  };
  t.after(close);
  const client = createClient(station.connect('test', engineer));
  const { checkpointJobs: jobs, ledger } = station.parts;
  const set = (change: Partial<CheckpointConfig>) =>
    client.call('checkpoints.configure', { ...usualCheckpoints, shiftEnd: false, ...change });
  const look = async () => {
    await jobs.look();
    await jobs.idle();
  };
  const entries = async (name: string) =>
    (await ledger.listAudit({ limit: 200, offset: 0 })).rows.filter(({ entry }) => entry === name);
  const checks = () => checkpointChecks(station.parts);
  return { station, client, jobs, ledger, set, look, entries, checks, close, advance: clock.advance };
}
async function newStation(t: TestContext): Promise<string> {
  const dir = await makeStation();
  t.after(() => rmSync(dirname(dir), { recursive: true, force: true }));
  return dir;
}
async function newWitness(t: TestContext) {
  const store = await makeWitness(fresh(), 'plant.example/w1');
  const server = await serveWitness(
    createWitness(store, () => systemClock.now()),
    { host: '127.0.0.1', port: 0, onError: (thrown) => assert.fail(String(thrown)) },
  );
  t.after(server.close);
  return { store, url: server.url };
}
const sizesIn = (folder: string) =>
  readdirSync(folder)
    .map((name) => readCheckpoint(readFileSync(join(folder, name), 'utf8'))!.size)
    .sort((one, other) => one - other);
function verdictOf(dir: string, given: Parameters<typeof verifyRecords>[1] = []) {
  const steps = verifyRecords(paths(dir).records, given);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}
/** Whether openssl takes the signature of `text`, by the key in the SubjectPublicKeyInfo of an Ed25519 key. */
function opensslTakes(publicKey: Uint8Array, text: string, signature: Uint8Array): void {
  const dir = fresh();
  const [key, message, sig] = ['key.der', 'message', 'sig'].map((name) => join(dir, name)) as [string, string, string];
  writeFileSync(key, Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]));
  writeFileSync(message, text);
  writeFileSync(sig, signature);
  const how = ['-verify', '-pubin', '-inkey', key, '-keyform', 'DER', '-rawin', '-in', message, '-sigfile', sig];
  assert.match(openssl(['pkeyutl', ...how]).output, /Verified Successfully/);
}

describe('when a checkpoint is due', () => {
  type Rule = Pick<CheckpointConfig, 'everyHours' | 'at' | 'shiftEnd'>;
  const plain: Rule = { everyHours: null, at: null, shiftEnd: false };
  const shifts = { ...usualShifts, zone: 'UTC' };
  const now = new Date('2026-11-24T10:30:00Z');
  const due = (last: string | null, part: Partial<Rule>) =>
    dueAt(last, { ...plain, ...part }, shifts, now)?.toISOString() ?? null;

  test('by hours, by a time of the day, at the end of a shift, or only by an act', () => {
    assert.equal(due('2026-11-24T09:00:00Z', {}), null);
    assert.equal(due(null, { everyHours: 6 }), now.toISOString(), 'a new place is due at once');
    assert.equal(due('2026-11-24T09:00:00Z', { everyHours: 6 }), '2026-11-24T15:00:00.000Z');
    assert.equal(due('2026-11-23T09:00:00Z', { everyHours: 6 }), now.toISOString(), 'missed while the PC was off');
    assert.equal(due('2027-01-01T00:00:00Z', { everyHours: 6 }), now.toISOString(), 'the clock was set back');
    assert.equal(due('2026-11-24T09:00:00Z', { at: '10:00' }), now.toISOString());
    assert.equal(due('2026-11-24T10:01:00Z', { at: '10:00' }), '2026-11-25T10:00:00.000Z');
    assert.equal(due('2026-11-24T05:59:00Z', { shiftEnd: true }), now.toISOString(), 'the shift of the night is over');
    assert.equal(due('2026-11-24T06:01:00Z', { shiftEnd: true }), '2026-11-24T14:00:00.000Z');
    assert.equal(
      dueAt(null, { ...plain, shiftEnd: true }, { ...shifts, shifts: [] }, now),
      null,
      'a calendar without shifts ends none',
    );
  });

  test('tries come later each time, an hour apart at most', () => {
    const minutes = [1, 2, 3, 4, 5, 40].map((tries) => (retryAt(now, tries).getTime() - now.getTime()) / 60_000);
    assert.deepEqual(minutes, [5, 10, 20, 40, 60, 60]);
  });
});

describe('a folder', () => {
  test('gets a checkpoint on schedule, at an export, at the end of a shift and on demand; each is on record', async (t) => {
    const dir = await newStation(t);
    const bed = await open(t, dir);
    const folder = fresh();
    await bed.set({ folder, everyHours: 6 });
    await bed.look();
    assert.equal(sizesIn(folder).length, 1, 'a new place gets one at once');
    await bed.look();
    assert.equal(sizesIn(folder).length, 1, 'and then waits');
    bed.advance(6 * hourMs);
    await bed.look();
    assert.equal(sizesIn(folder).length, 2);
    const { places } = await bed.client.call('checkpoints.publish', {});
    assert.equal(places[0]?.last?.size, sizesIn(folder).at(-1));
    bed.jobs.soon('export');
    bed.advance(2000);
    await bed.jobs.idle();
    await bed.set({ folder, everyHours: 24, shiftEnd: true });
    await bed.look();
    bed.advance(11 * 60_000);
    const kiosk = createClient(bed.station.connect('kiosk'));
    await kiosk.call('session.signIn', { badge: 'OP-1', pin: '1111' });
    await kiosk.call('session.signIn', { badge: 'EN-1', pin: '2222' });
    bed.advance(2000);
    await bed.jobs.idle();
    const whys = (await bed.entries('checkpoint.published')).map(({ data }) => data.why);
    for (const why of ['schedule', 'asked', 'export', 'shift']) assert.ok(whys.includes(why), `${why} in ${whys}`);
    await bed.close();
    const names = readdirSync(folder);
    assert.ok(
      names.every((name) => /^birthmark-[0-9a-f-]{36}-\d+\.checkpoint$/.test(name)),
      names.join(' '),
    );
    const verdict = verdictOf(dir, await checkpointsIn(folder, stationIdOf(dir)));
    assert.deepEqual(verdict.problems, []);
  });

  test('that is gone is a finding with the next act; it is tried again, and never made', async (t) => {
    const bed = await open(t, await newStation(t));
    const [folder, away] = [fresh(), join(fresh(), 'away')];
    await bed.set({ folder, everyHours: 1 });
    await bed.look();
    renameSync(folder, away);
    bed.advance(hourMs);
    await bed.look();
    bed.advance(5 * 60_000);
    await bed.look();
    assert.equal((await bed.entries('checkpoint.failed')).length, 1, 'one entry for a row of failures');
    const [good, bad] = await bed.checks();
    assert.equal(good?.ok, true);
    assert.match(bad?.detail ?? '', /is not there; the next try is at/);
    assert.equal(bad?.finding.remedy, 'connectCheckpoints');
    assert.throws(() => readdirSync(folder), 'a drive that is not connected is not replaced by a folder');
    renameSync(away, folder);
    bed.advance(10 * 60_000);
    await bed.look();
    assert.deepEqual(
      (await bed.checks()).map(({ ok }) => ok),
      [true],
    );
    assert.equal(sizesIn(folder).length, 2);
    bed.advance(49 * hourMs);
    assert.deepEqual(
      (await bed.checks()).map(({ finding }) => finding.what),
      ['checkpointOverdue'],
    );
  });

  test('inside of the data folder, or that cannot be written, is refused', async (t) => {
    const dir = await newStation(t);
    const bed = await open(t, dir);
    await assert.rejects(bed.set({ folder: join(dir, 'out') }), refuses('call.badParams'));
    const link = join(fresh(), 'link');
    symlinkSync(dir, link);
    await assert.rejects(bed.set({ folder: join(link, 'ca') }), refuses('call.badParams'), 'by way of a link');
    await assert.rejects(bed.set({ folder: join(fresh(), 'none') }), refuses('checkpoint.noPlace'));
    await assert.rejects(bed.client.call('checkpoints.publish', {}), refuses('checkpoint.noPlace'));
  });

  test('finds records that were rolled back with their whole folder, and passes over what others wrote there', async (t) => {
    const dir = await newStation(t);
    const before = join(fresh(), 'before');
    const first = await open(t, dir);
    const folder = fresh();
    await first.set({ folder, everyHours: 1 });
    await first.close();
    cpSync(dir, before, { recursive: true });
    const bed = await open(t, dir);
    for (let made = 0; made < 3; made += 1)
      await bed.ledger.audit({ entry: 'window.stayed', actor: 'test', subject: 'window', data: {} });
    bed.advance(hourMs);
    await bed.look();
    await bed.close();
    const stationId = stationIdOf(dir);
    const forged = readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8').replace(/\n\d+\n/, '\n999999\n');
    writeFileSync(join(folder, `birthmark-${stationId}-999999.checkpoint`), forged);
    writeFileSync(join(folder, `birthmark-${stationId}-7.checkpoint`), 'junk');
    const given = await checkpointsIn(folder, stationId);
    assert.equal(given.length, 4);
    assert.deepEqual(verdictOf(dir, given).problems, [], 'junk and forgeries say nothing');
    assert.deepEqual(verdictOf(before).problems, [], 'the old folder agrees with itself');
    assert.deepEqual(
      verdictOf(before, given).problems.map(({ what }) => what),
      ['rolledBack'],
    );
  });
});

const stationIdOf = (dir: string): string =>
  (JSON.parse(readFileSync(paths(dir).config, 'utf8')) as { stationId: string }).stationId;

describe('a witness', () => {
  test('cosigns what only grew; openssl takes the signatures of station and witness', async (t) => {
    if (!needTools(t, 'openssl')) return;
    const dir = await newStation(t);
    const bed = await open(t, dir);
    const { store, url } = await newWitness(t);
    const folder = fresh();
    const witnesses = [{ url: `${url}/`, key: store.key }];
    await bed.set({ folder, everyHours: 1, witnesses });
    await bed.look();
    const unknown = await bed.checks();
    const { logKey } = await bed.client.call('checkpoints.snapshot', {});
    assert.match(unknown.at(-1)?.detail ?? '', /does not know this log: give its operator the key birthmark\//);
    assert.ok(unknown.at(-1)?.detail.includes(logKey!));
    assert.equal(sizesIn(folder).length, 1, 'the folder has the plain one meanwhile');

    const origin = await addLog(store, logKey!, false);
    for (const wait of [5 * 60_000, hourMs, hourMs]) {
      bed.advance(wait);
      await bed.look();
    }
    assert.deepEqual(
      (await bed.checks()).map(({ ok }) => ok),
      [true],
    );
    const sizes = sizesIn(folder);
    assert.equal((await store.log(origin))?.latest?.size, sizes.at(-1));
    const name = readdirSync(folder).find((one) => one.includes(`-${sizes.at(-1)}.`))!;
    const note = readFileSync(join(folder, name), 'utf8');
    const [body = '', lines = ''] = note.split('\n\n');
    const [own, cosigned] = lines
      .trimEnd()
      .split('\n')
      .map((line) => Buffer.from(line.split(' ')[2]!, 'base64'));
    opensslTakes(Buffer.from(logKey!.slice(-44), 'base64').subarray(1), `${body}\n`, own!.subarray(4));
    const time = cosigned!.readBigUInt64BE(4);
    const said = `cosignature/v1\ntime ${time}\n${body}\n`;
    opensslTakes(Buffer.from(store.key.slice(-44), 'base64').subarray(1), said, cosigned!.subarray(12));
    assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60);
    const rows = await bed.client.call('checkpoints.list', {});
    assert.equal(rows.filter(({ place }) => place === 'plant.example/w1').length, 3);
    assert.equal(rows.find(({ place }) => place === folder)?.cosigned, true);
    await bed.close();
    assert.equal(verdictOf(dir, await checkpointsIn(folder, stationIdOf(dir))).ok, true);
  });

  test('proves that an older file was put in place: Health says so, and the verification too', async (t) => {
    const dir = await newStation(t);
    const { store, url } = await newWitness(t);
    const first = await open(t, dir);
    await first.set({ everyHours: 1, witnesses: [{ url, key: store.key }] });
    await addLog(store, (await first.client.call('checkpoints.snapshot', {})).logKey!, false);
    await first.close();
    const before = join(fresh(), 'before');
    cpSync(dir, before, { recursive: true });
    const bed = await open(t, dir);
    await bed.look();
    for (let made = 0; made < 15; made += 1)
      await bed.ledger.audit({ entry: 'window.stayed', actor: 'test', subject: 'window', data: {} });
    bed.advance(hourMs);
    await bed.look();
    await bed.close();

    const rolled = await open(t, before, true);
    await rolled.look();
    await rolled.station.parts.interlocks.verify();
    assert.deepEqual(
      rolled.station.parts.interlocks.now().map(({ reason }) => reason),
      ['records'],
      'the bench is locked',
    );
    const [entry] = await rolled.entries('checkpoint.contradicted');
    assert.ok(typeof entry?.data.note === 'string', 'the witness has shown the checkpoint');
    const found = (await rolled.checks()).at(-1);
    assert.equal(found?.finding.what, 'checkpointContradicted');
    rolled.advance(5 * 60_000);
    await rolled.look();
    assert.equal((await rolled.entries('checkpoint.contradicted')).length, 1, 'it is told once');
    await rolled.close();
    const verdict = verdictOf(before);
    assert.deepEqual(
      verdict.problems.map(({ what }) => what),
      ['rolledBack'],
    );
    assert.match(verdict.problems[0]?.where ?? '', /the checkpoint that plant.example\/w1 holds/);

    // The log grows beyond what the witness holds: it is another log then.
    const grown = await open(t, before);
    for (let made = 0; made < 40; made += 1)
      await grown.ledger.audit({ entry: 'window.stayed', actor: 'test', subject: 'window', data: {} });
    await grown.look();
    assert.deepEqual(
      (await grown.client.call('checkpoints.snapshot', {})).contradictions.map(({ proved }) => proved),
      [true],
    );
    await grown.close();
    assert.deepEqual(
      verdictOf(before).problems.map(({ what }) => what),
      ['checkpoint'],
    );
  });

  test('that only claims a longer log is a warning and locks nothing', async (t) => {
    const { createServer } = await import('node:http');
    const liar = createServer((request, response) => {
      request.resume();
      response.writeHead(request.method === 'POST' ? 409 : 404, { 'content-type': 'text/x.tlog.size' });
      response.end('4711\n');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => liar.once('listening', resolve));
    t.after(() => liar.close());
    const dir = await newStation(t);
    const bed = await open(t, dir);
    const { store } = await newWitness(t);
    const url = `http://127.0.0.1:${(liar.address() as { port: number }).port}`;
    await bed.set({ everyHours: 1, witnesses: [{ url, key: store.key }] });
    await bed.look();
    assert.equal((await bed.checks()).at(-1)?.finding.what, 'checkpointContradicted');
    await bed.close();
    const { ok, claims } = verdictOf(dir);
    assert.equal(ok, true);
    assert.deepEqual(
      claims?.map(({ witness, held }) => [witness, held]),
      [['plant.example/w1', 4711]],
    );
  });

  test('with another key than the one that is set gives no cosignature that counts', async (t) => {
    const bed = await open(t, await newStation(t));
    const { store, url } = await newWitness(t);
    const other = await makeWitness(fresh(), 'plant.example/w1');
    await bed.set({ everyHours: 1, witnesses: [{ url, key: other.key }] });
    await addLog(store, (await bed.client.call('checkpoints.snapshot', {})).logKey!, false);
    await bed.look();
    bed.advance(5 * 60_000);
    await bed.look();
    assert.match((await bed.checks()).at(-1)?.detail ?? '', /another key than the one that is set/);
    assert.equal((await bed.entries('checkpoint.cosigned')).length, 0);
    await assert.rejects(
      bed.set({ witnesses: [{ url, key: store.key.replace(/\+[0-9a-f]{8}\+/, '+00000000+') }] }),
      refuses('call.badParams'),
    );
  });
});

describe('a bucket', () => {
  test('gets each one, locked; without a network it waits, and a bucket without Object Lock says so', async (t) => {
    const aws = await practice(t);
    const dir = await newStation(t);
    const clock = movableClock();
    const station = await openStation({
      ...{ dir, kind: 'host', threads: false, clock: clock.clock },
      cloud: {
        target: {
          ...{ name: 'fra', region: aws.region, bucket: aws.bucket, roleArn: aws.roleArn, policyNames: [] },
          endpointUrl: aws.endpoint,
        },
        credentials: aws.credentials,
      },
    });
    t.after(station.close);
    const { checkpointJobs: jobs } = station.parts;
    const client = createClient(station.connect('test', engineer));
    const bucket = { target: 'fra', bucket: null, prefix: 'log/', lock: { mode: 'COMPLIANCE', days: 30 } } as const;
    const settings = { ...usualCheckpoints, shiftEnd: false, everyHours: 1 };
    await client.call('checkpoints.configure', { ...settings, bucket });
    await jobs.look();
    const [bad] = (await client.call('checkpoints.snapshot', {})).places;
    assert.match(bad?.failed?.detail ?? '', /Object Lock/);

    const s3 = s3Client(t, aws);
    await s3.send(new CreateBucketCommand({ Bucket: 'worm', ObjectLockEnabledForBucket: true }));
    await client.call('checkpoints.configure', { ...settings, bucket: { ...bucket, bucket: 'worm' } });
    aws.setFault({ kind: 'deny', operation: 'PutObject' });
    await jobs.look();
    aws.setFault(null);
    clock.advance(5 * 60_000);
    await jobs.look();
    const [place] = (await client.call('checkpoints.snapshot', {})).places;
    assert.equal(place?.name, 's3://worm/log/');
    assert.equal(place?.failed, null);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'worm', Prefix: 'log/' }));
    assert.equal(Contents.length, 1);
    const object = await s3.send(new GetObjectCommand({ Bucket: 'worm', Key: Contents[0]!.Key }));
    assert.equal(readCheckpoint(await object.Body!.transformToString())?.size, place?.last?.size);
    assert.equal(object.ObjectLockMode, 'COMPLIANCE');
    const days = (object.ObjectLockRetainUntilDate!.getTime() - Date.now()) / 86_400_000;
    assert.ok(days > 29.9 && days < 30.1, `${days} days`);
    await assert.rejects(
      client.call('checkpoints.configure', { ...settings, bucket: { ...bucket, target: 'none' } }),
      refuses('cloud.noTarget'),
    );
  });
});
