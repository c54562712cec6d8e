/** Backups that go on to a bucket: whole or not there, verified, rotated, and restored from it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createClient, usualBackups } from '../../app/contract/index.ts';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { userName } from '../../app/practice/aws/index.ts';
import { createObjectStore } from '../../app/registration/index.ts';
import { backupChecks } from '../../app/station/backups/checks.ts';
import { bucketBackups, type Sending, sendBackup } from '../../main/backup/bucket.ts';
import { fetchBackup } from '../../main/backup/fetch.ts';
import { readHistory } from '../../main/backup/history.ts';
import { makeBackup } from '../../main/backup/make.ts';
import { openStation } from '../../main/openstation.ts';
import { removeAtEnd } from '../folders.ts';
import { cli as awsCli, needsAwsCli } from '../practice/awscli.ts';
import { practice, s3Client } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock } from '../support.ts';

const home = mkdtempSync(join(tmpdir(), 'birthmark-bucket-'));
removeAtEnd(home);
let folders = 0;
const fresh = (): string => join(home, String(++folders));
const pause = async () => void (await turn());
const onProgress = () => {};
let second = Date.parse('2026-11-29T08:00:00.000Z');
const nextAt = (aheadMs = 1000): string => {
  second += aheadMs;
  return new Date(second).toISOString();
};
const prefix = 'backups/';
// Each act of backups starts a thread, and each thread loads the program again.
const timeout = 240_000;
const dayMs = 86_400_000;

let station: string;
let small: string;
before(async () => {
  [station, small] = await Promise.all([makeStation(), makeStation()]);
  for (const dir of [station, small]) removeAtEnd(dirname(dir));
  // More than one part of a multipart upload.
  mkdirSync(join(station, 'profiles'), { recursive: true });
  writeFileSync(join(station, 'profiles', 'large.json'), Buffer.alloc(17 * 1024 * 1024, 'profile '));
});

async function bed(t: TestContext, of = station) {
  const aws = await practice(t);
  const { region, endpoint: endpointUrl, credentials, bucket } = aws;
  const store = await createObjectStore({ region, endpointUrl, credentials, bucket });
  t.after(() => store.close());
  const dir = join(fresh(), 'station');
  cpSync(of, dir, { recursive: true });
  const folder = fresh();
  const make = (aheadMs?: number) =>
    makeBackup({ dir, place: folder, by: 'test', madeAt: nextAt(aheadMs), onProgress, pause });
  const send = (name: string, part: Partial<Sending> = {}) =>
    sendBackup({
      ...{ dir, folder, name, store, prefix, place: `s3://${bucket}/${prefix}`, by: 'test', at: nextAt() },
      ...{ onProgress, pause, ...part },
    });
  const s3 = s3Client(t, aws);
  const keys = async () =>
    (await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))).Contents?.map(({ Key }) => Key!) ??
    [];
  const names = async () => (await bucketBackups(store, prefix)).map(({ name, problem }) => [name, problem]);
  return { aws, store, dir, folder, make, send, s3, keys, names, bucket };
}

const targetOf = ({ region, bucket, roleArn, endpoint }: PracticeAws) => ({
  ...{ name: 'fra', region, bucket, roleArn, policyNames: [], endpointUrl: endpoint },
});

describe('a backup in a bucket', () => {
  test('is what was sent, by aws-cli, and comes back as it was', async (t) => {
    if (!needsAwsCli(t)) return;
    const { aws, store, folder, make, send, bucket } = await bed(t);
    const { name, bytes } = await make();
    const sent = await send(name!);
    assert.deepEqual([sent.bytes, sent.code], [bytes, undefined]);
    const [cli, text] = [awsCli(aws), awsCli(aws, 'text')];
    const judged = fresh();
    await text('s3', 'cp', '--recursive', '--quiet', `s3://${bucket}/${prefix}${name}`, judged);
    execFileSync('diff', ['-r', join(folder, name!), judged]);
    const head = (await cli(
      's3api',
      'head-object',
      '--bucket',
      bucket,
      '--key',
      `${prefix}${name}/profiles/large.json`,
      '--checksum-mode',
      'ENABLED',
    )) as { ChecksumSHA256: string };
    assert.match(head.ChecksumSHA256, /-2$/);
    const to = fresh();
    assert.equal(await fetchBackup({ store, prefix, name: name!, to, onProgress }), join(to, name!));
    execFileSync('diff', ['-r', join(folder, name!), join(to, name!)]);
  });

  test('is none before its list is there; what was left half is taken up, and what is given up goes', async (t) => {
    const { dir, store, make, send, s3, keys, names, bucket } = await bed(t);
    const first = (await make()).name!;
    let sends = 0;
    const cut = {
      ...store,
      put: async (...args: Parameters<typeof store.put>) => {
        sends += 1;
        if (sends === 3) throw new Error('the PC loses power');
        return store.put(...args);
      },
    };
    await assert.rejects(send(first, { store: cut }));
    assert.deepEqual(await names(), [], 'a half one is no backup');
    assert.equal((await keys()).length, 2);
    const putAgain: string[] = [];
    const watched = {
      ...store,
      put: async (...args: Parameters<typeof store.put>) => {
        putAgain.push(args[0]);
        return store.put(...args);
      },
    };
    const there = new Set(await keys());
    await send(first, { store: watched });
    assert.ok(
      putAgain.every((key) => !there.has(key)),
      'what is there whole is not sent again',
    );
    assert.deepEqual(await names(), [[first, null]]);

    // An upload of ours that broke off, and objects without a list; beside them another copy's.
    const second = (await make()).name!;
    const third = (await make()).name!;
    const other = 'birthmark-00000000-20260101T000000Z';
    for (const name of [second, other]) {
      await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: `${prefix}${name}/records.db` }));
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${name}/station.json`, Body: '{}' }));
    }
    await send(third);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    assert.deepEqual(
      Uploads.map(({ Key }) => Key),
      [`${prefix}${other}/records.db`],
      'those of others stay',
    );
    assert.deepEqual(
      (await keys()).filter((key) => key.includes(second)),
      [],
    );
    assert.ok((await keys()).some((key) => key.includes(other)));
    assert.equal(readHistory(dir).sent.filter(({ code }) => code === undefined).length, 2);
  });

  test('that AWS kept otherwise than it was sent is no backup, and neither is one that lost a file', async (t) => {
    const { store, folder, make, send, s3, names, bucket } = await bed(t);
    const name = (await make()).name!;
    const lying = {
      ...store,
      head: async (key: string) => ({ bytes: (await store.head(key))?.bytes ?? 0, checksum: 'AAAA' }),
    };
    await assert.rejects(send(name, { store: lying }), refuses('cloud.badAnswer'));
    assert.deepEqual(await names(), []);
    await send(name);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${name}/station.json`, Body: '{}' }));
    await assert.rejects(fetchBackup({ store, prefix, name, to: fresh(), onProgress }), refuses('backup.damaged'));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${prefix}${name}/station.json` }));
    assert.match((await names())[0]?.[1] ?? '', /station\.json is missing/);
    const to = fresh();
    await assert.rejects(
      fetchBackup({ store, prefix, name: 'birthmark-00000000-20260101T000000Z', to, onProgress }),
      refuses('backup.damaged'),
    );
    const left = readdirSync(dirname(to), { recursive: true }).filter((name) => `${name}`.includes('.fetching-'));
    assert.deepEqual(left, [], 'nothing of what was not whole');
    writeFileSync(join(folder, name, 'station.json'), '{}');
    await assert.rejects(send(name), refuses('backup.damaged'));
  });

  test('rotation keeps the latest of each day, and never the last good one goes', async (t) => {
    const { make, send, names, keys } = await bed(t, small);
    const keep = { daily: 2, weekly: 0, monthly: 0 };
    const made: string[] = [];
    for (const ahead of [1000, dayMs, 1000, dayMs]) {
      const { name } = await make(ahead);
      made.push(name!);
      await send(name!, { keep });
    }
    assert.deepEqual(
      (await names()).map(([name]) => name),
      [made[3], made[2]],
    );
    assert.deepEqual([...new Set((await keys()).map((key) => key.split('/')[1]))].sort(), [made[2], made[3]].sort());
  });
});

describe('a station', () => {
  test('sends each backup, says in Health what AWS refuses, and tries again; the local one stays good', {
    timeout,
  }, async (t) => {
    const aws = await practice(t);
    const dir = await makeStation();
    removeAtEnd(dirname(dir));
    const clock = movableClock();
    const target = targetOf(aws);
    const opened = await openStation({
      ...{ dir, kind: 'host', threads: false, clock: clock.clock },
      cloud: { target, credentials: aws.credentials },
    });
    t.after(opened.close);
    const { backupJobs: jobs, ledger } = opened.parts;
    const engineer = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' as const };
    const client = createClient(opened.connect('test', engineer));
    const folder = fresh();
    const bucket = { target: 'fra', bucket: null, prefix };
    const settings = { ...usualBackups, folder, bucket };
    await assert.rejects(client.call('backups.configure', { ...settings, folder: null }), refuses('call.badParams'));
    await assert.rejects(
      client.call('backups.configure', { ...settings, bucket: { ...bucket, bucket: 'no-such-bucket' } }),
      refuses('cloud.bucket'),
    );
    aws.setFault({ kind: 'publicBucket', bucket: aws.bucket });
    await assert.rejects(client.call('backups.configure', settings), refuses('backup.bucketPublic'));
    aws.setFault(null);
    const look = async () => {
      await jobs.look();
      await jobs.idle();
    };
    const inBucket = async () => (await client.call('backups.snapshot', {})).bucket!;
    await client.call('backups.configure', settings);
    await jobs.idle();
    await look();
    assert.equal((await inBucket()).failed, null);
    const [row] = await client.call('backups.inBucket', {});
    assert.equal(row?.name, (await client.call('backups.list', {}))[0]?.name);
    assert.equal(row?.problem, null);

    const troubles = [
      [{ kind: 'deny', operation: 'PutObject' }, 'cloud.denied', 'giveBackupRights'],
      [{ kind: 'expired', times: 100 }, 'cloud.credentials', 'renewCredentials'],
    ] as const;
    clock.advance(dayMs);
    for (const [fault, code, remedy] of troubles) {
      aws.setFault(fault);
      await look();
      const { failed, nextAt: next } = await inBucket();
      assert.equal(failed?.code, code);
      const found = (await backupChecks(opened.parts)).find(({ finding }) => finding.what === 'backupUnsent');
      assert.deepEqual([found?.ok, found?.finding.remedy, found?.finding.values?.code], [false, remedy, code]);
      assert.ok(Date.parse(next!) > clock.clock.now().getTime(), 'the next try comes later');
      aws.setFault(null);
      await look();
      assert.equal((await inBucket()).failed?.code, code, 'not before its time');
      clock.advance(Date.parse(next!) - clock.clock.now().getTime());
    }
    const { lastGood, lastFailed } = await client.call('backups.snapshot', {});
    assert.equal(lastFailed, null, 'the one in the folder is good');
    await look();
    assert.equal((await inBucket()).last?.name, lastGood?.name);
    assert.equal((await client.call('backups.inBucket', {})).length, 2);
    const { rows } = await ledger.listAudit({ limit: 100, offset: 0 });
    const noted = (entry: string) =>
      rows.filter((one) => one.entry === entry).map(({ subject, data }) => [subject, data.code]);
    assert.equal(noted('backup.sent').length, 2);
    assert.deepEqual(
      noted('backup.unsent').map(([, code]) => code),
      troubles.map(([, code]) => code).reverse(),
    );
    assert.equal(noted('backup.sent')[0]?.[0], `s3://${aws.bucket}/${prefix}${lastGood?.name}`);
  });

  test('names the rights that its bucket needs, and these are enough', { timeout }, async (t) => {
    const aws = await practice(t);
    const dir = await makeStation();
    removeAtEnd(dirname(dir));
    const opened = await openStation({
      ...{ dir, kind: 'host', threads: false },
      cloud: { target: targetOf(aws), credentials: aws.credentials },
    });
    t.after(opened.close);
    await s3Client(t, aws).send(new CreateBucketCommand({ Bucket: 'vault' }));
    const engineer = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' as const };
    const client = createClient(opened.connect('test', engineer));
    const bucket = { target: 'fra', bucket: 'vault', prefix: 'plant-1/' };
    await client.call('backups.configure', { ...usualBackups, folder: fresh(), bucket });
    await opened.parts.backupJobs.idle();
    const { cloudFormation, documents } = await client.call('targets.setUp', { name: 'fra', ways: ['bulk'] });
    assert.match(cloudFormation, /vault\/plant-1\/birthmark-\*/);
    const policy = documents.find(({ name }) => name === 'station-policy.json')!.text;
    aws.act({ act: 'policy', identity: userName, policy });
    await client.call('backups.make', {});
    await opened.parts.backupJobs.idle();
    await opened.parts.backupJobs.look();
    await opened.parts.backupJobs.idle();
    const { failed, last } = (await client.call('backups.snapshot', {})).bucket!;
    assert.deepEqual([failed?.detail, last?.place], [undefined, 's3://vault/plant-1/']);
    const tested = await client.call('targets.test', { name: 'fra', ways: ['bulk'] });
    const asked = tested.permissions.filter(({ resource }) => resource.includes('vault'));
    assert.deepEqual([asked.length, asked.some(({ verdict }) => verdict === 'missing')], [10, false]);
  });
});
