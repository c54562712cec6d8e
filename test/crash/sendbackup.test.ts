/** A backup that is sent to a bucket and killed at any step: what has its list is whole, and the next try ends it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createObjectStore } from '../../app/registration/index.ts';
import { bucketBackups } from '../../main/backup/bucket.ts';
import { checkBackup } from '../../main/backup/check.ts';
import { fetchBackup } from '../../main/backup/fetch.ts';
import { makeBackup } from '../../main/backup/make.ts';
import { removeAtEnd } from '../folders.ts';
import { practice, s3Client } from '../practice/support.ts';
import { makeStation } from '../support.ts';
import { runKilled } from './killed.ts';

// Several processes, one after the other.
const timeout = 300_000;
const root = mkdtempSync(join(tmpdir(), 'birthmark-kill-send-'));
removeAtEnd(root);
const pause = async () => {};
const onProgress = () => {};

test('a sending that is killed leaves no half backup that counts, and no parts', { timeout }, async (t) => {
  const aws = await practice(t);
  const { region, bucket, credentials, endpoint: endpointUrl } = aws;
  const store = await createObjectStore({ region, bucket, credentials, endpointUrl });
  t.after(() => store.close());
  const s3 = s3Client(t, aws);
  const dir = await makeStation();
  // More than one part, so that there are multipart uploads to leave behind.
  mkdirSync(join(dir, 'profiles'), { recursive: true });
  writeFileSync(join(dir, 'profiles', 'large.json'), Buffer.alloc(17 * 1024 * 1024, 'profile '));
  const folder = join(root, 'backups');
  let second = Date.parse('2026-11-29T08:00:00.000Z');
  const make = async () => {
    second += 1000;
    const madeAt = new Date(second).toISOString();
    return (await makeBackup({ dir, place: folder, by: 'test', madeAt, onProgress, pause })).name!;
  };
  const env = {
    ...{ AWS_REGION: region, AWS_ENDPOINT_URL: endpointUrl, AWS_BUCKET: bucket },
    ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  };
  const send = (name: string, step: number) => runKilled('sendbackupchild.ts', [dir, folder, name, String(step)], env);
  const keys = async () => (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? [];

  const first = await make();
  const { acts, last } = await send(first, 0);
  assert.equal(last, 'done');
  const perBackup = (await keys()).length;
  const steps = [1, 2, Math.ceil(acts.length / 2), acts.length - 1, acts.length];
  const names: string[] = [];
  for (const step of steps) {
    const name = await make();
    names.push(name);
    assert.equal((await send(name, step)).signal, 'SIGKILL', `step ${step}`);
    const whole = await bucketBackups(store, 'b/');
    assert.ok(
      whole.every(({ problem }) => problem === null),
      `step ${step}`,
    );
    assert.equal(
      whole.some((row) => row.name === name),
      acts[step - 1]?.includes('after backup.json') ?? false,
      `step ${step}: it counts once its list is there, and not before`,
    );
  }
  const latest = names.at(-1)!;
  assert.equal((await send(latest, 0)).last, 'done');
  const whole = await bucketBackups(store, 'b/');
  assert.deepEqual(whole.map(({ name, problem }) => [name, problem]).at(0), [latest, null]);
  assert.equal((await keys()).length, perBackup * whole.length, 'nothing half stays');
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  assert.deepEqual(Uploads, []);
  const back = await fetchBackup({ store, prefix: 'b/', name: latest, to: join(root, 'back'), onProgress });
  assert.deepEqual((await checkBackup(back, { pause })).verdict.problems, []);
});
