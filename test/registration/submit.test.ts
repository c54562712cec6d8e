import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { StationError } from '../../app/contract/errors.ts';
import type { BatchState } from '../../app/contract/model.ts';
import { bulkTemplate } from '../../app/iot/index.ts';
import { type Cloud, type SubmissionProgress, submit } from '../../app/registration/index.ts';
import { cli, needsAwsCli } from '../practice/awscli.ts';
import { s3Client } from '../practice/support.ts';
import { bench, cloudOf, leapingClock, type MemoryStore, storeOf } from './support.ts';

const all = (count: number) => ({ registered: count, rejected: 0, unaccounted: 0, strays: 0 });

class Crash extends Error {}

suite('submission of a batch', () => {
  test('forty units of which two are refused: each is accounted for, and aws-cli finds what was made', async (t) => {
    const { aws, keys, cloud, members } = await bench(t, 40);
    keys.ca('stranger');
    const bad = [7, 23];
    for (const at of bad) {
      const member = members[at];
      if (member) member.certificatePem = keys.issue(member.unitSerial, { by: 'stranger' });
    }
    const store = await storeOf(t, members);
    const states: string[] = [];
    let last: SubmissionProgress | undefined;
    const onProgress = (progress: SubmissionProgress) => {
      if (states.at(-1) !== progress.state) states.push(progress.state);
      last = progress;
    };
    const templateBody = bulkTemplate({ policyNames: [aws.policyName] });
    const done = await submit('B1', { store, cloud, clock: leapingClock(), templateBody, onProgress });
    assert.deepEqual(done.counts, { registered: 38, rejected: 2, unaccounted: 0, strays: 0 });
    assert.deepEqual(states, ['made', 'uploading', 'uploaded', 'starting', 'running', 'reconciling', 'done']);
    assert.deepEqual(last, { state: 'done', percent: 100, done: 40, failed: 2, total: 40 });
    for (const [at, member] of members.entries()) {
      const result = store.results.get(member.thingName);
      assert.equal(result?.state, bad.includes(at) ? 'rejected' : 'registered');
      if (result?.state === 'rejected') assert.match(result.reason, /CertificateValidationException/);
    }
    if (!needsAwsCli(t)) return;
    const run = cli(aws);
    const [first] = members;
    const thing = await run('iot', 'describe-thing', '--thing-name', first?.thingName ?? '');
    assert.deepEqual((thing as { attributes: object }).attributes, { serialNumber: first?.unitSerial });
    const target = `arn:aws:iot:${aws.region}:${aws.accountId}:cert/${first?.certificateId}`;
    const attached = await run('iot', 'list-attached-policies', '--target', target);
    const names = (attached as { policies: { policyName: string }[] }).policies.map((policy) => policy.policyName);
    assert.deepEqual(names, [aws.policyName]);
    const refused = run('iot', 'describe-thing', '--thing-name', members[7]?.thingName ?? '');
    await assert.rejects(refused, /ResourceNotFoundException/);
  });

  test('progress tells percent, rate and time left while the task runs', async (t) => {
    const { go } = await bench(t, 10, { rate: 100 });
    const seen: SubmissionProgress[] = [];
    await go({ onProgress: (progress) => void seen.push(progress) });
    const midway = seen.filter(({ state, done }) => state === 'running' && done > 1 && done < 10);
    assert.ok(midway.length > 0);
    for (const { percent, done, total, ratePerSecond, etaSeconds } of midway) {
      assert.deepEqual([percent, total], [done * 10, 10]);
      assert.ok(ratePerSecond === undefined || Math.abs((etaSeconds ?? 0) * ratePerSecond - (10 - done)) < 1e-6);
    }
    const counts = seen
      .filter(({ state }) => ['running', 'reconciling', 'done'].includes(state))
      .map(({ done }) => done);
    assert.deepEqual(
      counts,
      [...counts].sort((one, other) => one - other),
      'the count never falls',
    );
    assert.equal(seen.find(({ state }) => state === 'reconciling')?.done, 10);
  });

  test('a batch submitted again changes nothing', async (t) => {
    const { go, store, aws } = await bench(t);
    await go();
    store.batch = { ...store.batch, state: 'made' };
    const again = await go();
    assert.deepEqual(again.counts, all(3));
    assert.deepEqual([aws.snapshot().things, aws.snapshot().certificates, aws.snapshot().tasks.length], [3, 3, 2]);
  });
});

suite('a crash during submission', () => {
  const states: BatchState[] = ['uploading', 'uploaded', 'starting', 'running', 'reconciling', 'done'];
  for (const state of states) {
    for (const when of ['before', 'after'] as const) {
      test(`${when} "${state}" is recorded: the next try ends well, with one task`, async (t) => {
        const { go, store, aws } = await bench(t);
        const dying: MemoryStore['advance'] = async (id, next, data) => {
          if (next === state && when === 'before') throw new Crash();
          await store.advance(id, next, data);
          if (next === state) throw new Crash();
        };
        await assert.rejects(go({ store: { ...store, advance: dying } }), Crash);
        const done = await go();
        assert.equal(done.state, 'done');
        assert.deepEqual(done.counts, all(3));
        assert.equal(aws.snapshot().tasks.length, 1);
        assert.equal(store.results.size, 3);
      });
    }
  }

  test('while results are recorded: they are recorded again', async (t) => {
    const { go, store } = await bench(t);
    await assert.rejects(go({ store: { ...store, recordResults: () => Promise.reject(new Crash()) } }), Crash);
    assert.equal(store.batch.state, 'reconciling');
    await go();
    assert.deepEqual(
      [...store.results.values()].map((result) => result.state),
      ['registered', 'registered', 'registered'],
    );
  });

  test('a task of ours that AWS lists a moment late is found at the second look, and none is started beside it', async (t) => {
    const { go, cloud, store, aws } = await bench(t, 1);
    const lost: Cloud = {
      ...cloud,
      startTask: async (task, signal) => {
        await cloud.startTask(task, signal);
        throw new Crash();
      },
    };
    await assert.rejects(go({ cloud: lost }), Crash);
    let looks = 0;
    const late: Cloud = { ...cloud, listTasks: async (signal) => (looks++ === 0 ? [] : cloud.listTasks(signal)) };
    const done = await go({ cloud: late });
    assert.equal(looks, 2);
    assert.deepEqual([done.state, done.counts, aws.snapshot().tasks.length], ['done', all(1), 1]);
    assert.equal(done.taskId, aws.snapshot().tasks[0]?.taskId);
    assert.equal(store.states.filter((state) => state === 'starting').length, 1);
  });

  for (const when of ['before', 'after'] as const) {
    test(`the answer to the start is lost, ${when} AWS acted: one task all the same`, async (t) => {
      const { go, aws } = await bench(t);
      aws.setFault({ kind: 'hangup', when, times: 1, operation: 'StartThingRegistrationTask' });
      assert.deepEqual((await go()).counts, all(3));
      assert.equal(aws.snapshot().tasks.length, 1);
    });
  }
});

suite('AWS is busy or away', () => {
  test('another task is running: it waits, says so, and goes on when that ends', async (t) => {
    const { go, cloud, aws, store } = await bench(t, 1, { rate: 0.001 });
    await cloud.uploadBatch(store.batch);
    const other = await cloud.startTask({ templateBody: bulkTemplate(), key: store.batch.key });
    let stopping: Promise<void> | undefined;
    const seen = new Set<string>();
    const cancel = new AbortController();
    const done = await go({
      cancel: cancel.signal,
      onProgress: ({ waitingReason, state }) => {
        if (waitingReason) seen.add(waitingReason);
        if (waitingReason === 'waitingForTask') stopping ??= cloud.stopTask(other);
        if (state === 'running') cancel.abort();
      },
    });
    await stopping;
    assert.deepEqual([...seen], ['waitingForTask']);
    assert.deepEqual([done.state, aws.snapshot().tasks.length], ['stopped', 2]);
  });

  test('another station starts first: the refusal leads back to waiting', async (t) => {
    const { go, cloud, aws, store } = await bench(t, 1);
    let others = 0;
    const racing: Cloud = {
      ...cloud,
      startTask: async (task, signal) => {
        if (store.states.filter((state) => state === 'starting').length > 1) return cloud.startTask(task, signal);
        others = 2;
        throw new StationError('cloud.refused', 'a task is running');
      },
      listRunningTasks: async (signal) => (others-- > 0 ? ['another'] : cloud.listRunningTasks(signal)),
    };
    let waited = 0;
    const onProgress = ({ waitingReason }: SubmissionProgress) => {
      if (waitingReason === 'waitingForTask') waited += 1;
    };
    const done = await go({ cloud: racing, onProgress });
    assert.deepEqual(store.states.slice(2, 5), ['starting', 'uploaded', 'starting']);
    assert.equal(waited, 1);
    assert.equal(done.state, 'done');
    assert.equal(aws.snapshot().tasks.length, 1);
  });

  const busy = [
    // The answer to a HEAD has no body to tell throttling from trouble.
    ['HeadBucket', 'unreachable'],
    ['ListThingRegistrationTasks', 'throttled'],
    ['StartThingRegistrationTask', 'throttled'],
    ['DescribeThingRegistrationTask', 'throttled'],
  ] as const;
  for (const [operation, reason] of busy) {
    test(`${operation} is throttled beyond the SDK's own patience: it backs off and goes on`, async (t) => {
      const { go, aws } = await bench(t, 1);
      aws.setFault({ kind: 'throttle', times: 4, operation });
      const seen = new Set<string>();
      const done = await go({ onProgress: ({ waitingReason }) => void (waitingReason && seen.add(waitingReason)) });
      assert.deepEqual([done.state, [...seen]], ['done', [reason]]);
    });
  }

  test('AWS stays away for a weekend: the submission waits, says so, and goes on by itself', async (t) => {
    const { go, cloud } = await bench(t, 1);
    const clock = leapingClock();
    const weekendMs = 60 * 3_600_000;
    const away = {
      ...cloud,
      listRunningTasks: () =>
        clock.monotonicMs() < weekendMs
          ? Promise.reject(new StationError('cloud.unreachable', 'away'))
          : cloud.listRunningTasks(),
    };
    const reasons = new Set<string | undefined>();
    const done = await go({ cloud: away, clock, onProgress: ({ waitingReason }) => reasons.add(waitingReason) });
    assert.equal(done.state, 'done');
    assert.ok(reasons.has('unreachable'));
    assert.ok(clock.monotonicMs() < weekendMs + 3 * 60_000, 'it goes on a minute or two after AWS is back');
  });
});

suite('stopping', () => {
  test('cancel stops the task; what was registered by then counts, the rest is unaccounted', async (t) => {
    const { go, aws, store } = await bench(t, 12, { rate: 60 });
    const cancel = new AbortController();
    const stopped = await go({ cancel: cancel.signal, onProgress: ({ done }) => done >= 2 && cancel.abort() });
    const { registered = 0, unaccounted = 0 } = stopped.counts ?? {};
    assert.equal(stopped.state, 'stopped');
    assert.equal(aws.snapshot().tasks[0]?.status, 'Cancelled');
    assert.ok(registered >= 2 && unaccounted >= 1 && registered + unaccounted === 12);
    assert.equal(
      [...store.results.values()].filter((result) => result.state === 'registered').length,
      aws.snapshot().things,
    );
  });

  test('cancel before the task: nothing is started', async (t) => {
    const { go, aws } = await bench(t, 1);
    const cancel = new AbortController();
    const stopped = await go({
      cancel: cancel.signal,
      onProgress: ({ state }) => state === 'uploading' && cancel.abort(),
    });
    assert.deepEqual([stopped.state, aws.snapshot().tasks.length], ['stopped', 0]);
  });

  test('a person who stops a batch on its way leaves none of its parts; a station that closes does, and goes on', async (t) => {
    const { aws, go, store } = await bench(t, 1);
    const s3 = s3Client(t, aws);
    const at = { Bucket: aws.bucket, Key: store.batch.key };
    const left = async () =>
      (await s3.send(new ListMultipartUploadsCommand({ Bucket: aws.bucket }))).Uploads?.length ?? 0;
    await s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
    const onUpload =
      (act: () => void) =>
      ({ state }: SubmissionProgress) =>
        state === 'uploading' && act();
    const closing = new AbortController();
    await assert.rejects(go({ signal: closing.signal, onProgress: onUpload(() => closing.abort()) }), {
      code: 'call.cancelled',
    });
    assert.equal(await left(), 1);
    const cancel = new AbortController();
    const stopped = await go({ cancel: cancel.signal, onProgress: onUpload(() => cancel.abort()) });
    assert.deepEqual([stopped.state, await left()], ['stopped', 0]);
  });

  test('the signal only stops watching', async (t) => {
    const { go, aws, store } = await bench(t, 6, { rate: 60 });
    const leave = new AbortController();
    const left = go({ signal: leave.signal, onProgress: ({ done }) => done >= 1 && leave.abort() });
    await assert.rejects(left, { code: 'call.cancelled' });
    assert.equal(store.batch.state, 'running');
    assert.deepEqual((await go()).counts, all(6));
    assert.equal(aws.snapshot().tasks.length, 1);
  });
});

suite('what AWS refuses', () => {
  test('a CA that is not registered, or not active, is found before anything is uploaded', async (t) => {
    const { go, aws, store } = await bench(t, 1);
    store.batch = { ...store.batch, caCertificateIds: ['0'.repeat(64)] };
    await assert.rejects(go(), { code: 'cloud.caNotRegistered' });
    assert.equal(store.batch.state, 'made');
    assert.equal(aws.snapshot().buckets[0]?.objects.length, 0);
  });

  test('a missing bucket is named', async (t) => {
    const { go, aws, store } = await bench(t, 1);
    const cloud = await cloudOf(t, aws, { bucket: 'missing-bucket' });
    await assert.rejects(go({ cloud }), { code: 'cloud.bucket' });
    assert.equal(store.batch.state, 'made');
  });

  test('a refused start leaves the batch ready for another try', async (t) => {
    const { go, aws, store } = await bench(t, 1);
    await assert.rejects(go({ templateBody: '{}' }), { code: 'cloud.refused' });
    assert.equal(store.batch.state, 'uploaded');
    aws.setFault({ kind: 'deny', operation: 'StartThingRegistrationTask' });
    await assert.rejects(go(), { code: 'cloud.denied' });
    aws.setFault(null);
    assert.equal((await go()).state, 'done');
  });

  test("a task that fails as a whole fails the batch with AWS's message", async (t) => {
    const { go, aws } = await bench(t, 2);
    aws.setFault({ kind: 'failTask', message: 'The role cannot be assumed.' });
    const failed = await go();
    assert.deepEqual(
      [failed.state, failed.failure],
      ['failed', { code: 'cloud.taskFailed', detail: 'The role cannot be assumed.' }],
    );
    assert.equal(failed.counts?.unaccounted, 2);
  });

  test('a task AWS has forgotten leaves every unit unaccounted', async (t) => {
    const { go, store } = await bench(t, 2);
    store.batch = { ...store.batch, state: 'running', taskId: 'long-gone' };
    const failed = await go();
    assert.deepEqual(
      [failed.state, failed.failure?.code, failed.counts?.unaccounted],
      ['failed', 'cloud.taskFailed', 2],
    );
  });

  test("reports that come later than the task's end are waited for", async (t) => {
    const { go, cloud } = await bench(t, 2);
    let asked = 0;
    const late: Cloud = {
      ...cloud,
      async *reports(taskId, kind, signal) {
        asked += 1;
        if (asked > 4) yield* cloud.reports(taskId, kind, signal);
      },
    };
    assert.deepEqual((await go({ cloud: late })).counts, all(2));
  });

  test('reports that never come leave every unit unaccounted', async (t) => {
    const { go, cloud } = await bench(t, 2);
    const done = await go({ cloud: { ...cloud, async *reports(): AsyncIterable<string> {} } });
    assert.deepEqual([done.state, done.counts?.unaccounted], ['done', 2]);
  });
});
