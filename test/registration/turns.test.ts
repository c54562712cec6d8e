/** The waits of a submission, and the turns it takes when AWS or a person says no at an awkward moment. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { TaskView } from '../../app/registration/cloud.ts';
import type { Cloud, ReconcileMember, SubmissionProgress } from '../../app/registration/index.ts';
import type { MemberResult } from '../../app/registration/reconcile.ts';
import { createRecording } from '../../app/registration/recording.ts';
import { type RoomPorts, waitForRoom } from '../../app/registration/room.ts';
import { bench, leapingClock, listeningClock, type MemoryStore } from './support.ts';

/** A wait of a station with one batch. */
const alone: Pick<RoomPorts, 'signal' | 'calm' | 'ahead' | 'onWait'> = {
  signal: undefined,
  calm: (act) => act(),
  ahead: () => 0,
  onWait: () => {},
};

const refusal = (code: ErrorCode) => new StationError(code, 'as the test wants it');
const refuse = (code: ErrorCode) => () => Promise.reject(refusal(code));

/** A cloud whose task looks as `views` say, one after the other; then as it is. */
function watched(cloud: Cloud, views: Partial<TaskView>[]): Cloud {
  const left = [...views];
  const usual = {
    status: 'InProgress',
    inputFileBucket: '',
    inputFileKey: '',
    succeeded: 0,
    failed: 0,
    percent: 0,
  } as const;
  return {
    ...cloud,
    describeTask: async (taskId, signal) => {
      const view = left.shift();
      return view ? { taskId, ...usual, ...view } : cloud.describeTask(taskId, signal);
    },
  };
}

suite('waits', () => {
  test('a plain submission looks for no lost task and waits for no report', async (t) => {
    const { go, cloud } = await bench(t, 2, { rate: 1000 });
    const { clock, waits } = listeningClock();
    let lists = 0;
    const listTasks: Cloud['listTasks'] = (signal) => {
      lists += 1;
      return cloud.listTasks(signal);
    };
    const reasons = new Set<string | undefined>();
    const done = await go({
      cloud: { ...cloud, listTasks },
      clock,
      onProgress: (it) => void reasons.add(it.waitingReason),
    });
    assert.deepEqual([done.state, lists, [...reasons]], ['done', 1, [undefined]]);
    assert.deepEqual(new Set(waits).size <= 1 && (waits[0] ?? 1000), 1000, 'only the looks at the task');
  });

  test('for the task of another, longer each time, up to a minute, and a quarter around it by chance', async (t) => {
    const { go, cloud } = await bench(t, 1);
    for (const [random, waited] of [
      [0.5, [5000, 10_000, 20_000, 40_000, 60_000, 60_000]],
      [0, [3750, 7500, 15_000, 30_000, 45_000, 45_000]],
    ] as const) {
      t.mock.method(Math, 'random', () => random);
      const { clock, waits } = listeningClock();
      let looks = 0;
      const listRunningTasks = async () => (looks++ < 6 ? ['another'] : []);
      const room = waitForRoom({ ...alone, cloud: { ...cloud, listRunningTasks }, clock });
      await room;
      assert.deepEqual(waits, waited);
    }
    await go();
  });

  test('for the task of another: how long it takes at its pace so far, where that is known', async (t) => {
    const { cloud } = await bench(t, 1);
    const seen: (number | undefined)[] = [];
    const task = { taskId: 'another', status: 'InProgress', inputFileBucket: '', inputFileKey: '' } as const;
    const looks = [
      { percent: 0, createdAt: new Date(0) },
      { percent: 25 },
      { percent: 25, createdAt: new Date(-30_000) },
    ];
    let at = 0;
    await waitForRoom({
      ...alone,
      cloud: {
        ...cloud,
        listRunningTasks: async () => (at < looks.length ? ['another'] : []),
        describeTask: async () => ({ ...task, succeeded: 0, failed: 0, ...looks[at++]! }),
      },
      clock: { ...leapingClock(), now: () => new Date(0) },
      onWait: ({ waitingReason, etaSeconds }) => {
        assert.equal(waitingReason, 'waitingForTask');
        seen.push(etaSeconds);
      },
    });
    assert.deepEqual(seen, [undefined, undefined, 90]);
  });

  test('for the older batches of its own station, without asking AWS', async (t) => {
    const { cloud } = await bench(t, 1);
    let ahead = 3;
    let asked = 0;
    const seen: unknown[] = [];
    await waitForRoom({
      ...alone,
      cloud: {
        ...cloud,
        listRunningTasks: async () => {
          asked += 1;
          return [];
        },
      },
      clock: leapingClock(),
      ahead: () => --ahead,
      onWait: (wait) => void seen.push(wait),
    });
    assert.deepEqual(seen, [
      { waitingReason: 'waitingForTurn', ahead: 2 },
      { waitingReason: 'waitingForTurn', ahead: 1 },
    ]);
    assert.equal(asked, 1);
  });

  test('for the end of the task: each second in the first minute, then every five', async (t) => {
    const { go, cloud, store } = await bench(t, 1);
    await go();
    store.batch = { ...store.batch, state: 'running' };
    const { clock, waits } = listeningClock();
    await go({ cloud: watched(cloud, Array(63).fill({})), clock });
    assert.deepEqual(waits, [...Array(60).fill(1000), ...Array(3).fill(5000)]);
  });

  test('for reports that never come: six times, a minute in all', async (t) => {
    const { go, cloud } = await bench(t, 1);
    const { clock, waits } = listeningClock();
    const seen: (string | undefined)[] = [];
    await go({
      cloud: { ...cloud, async *reports(): AsyncIterable<string> {} },
      clock,
      onProgress: ({ state, waitingReason }) => state === 'reconciling' && seen.push(waitingReason),
    });
    assert.deepEqual(waits.slice(-6), [1000, 2000, 4000, 8000, 16_000, 32_000]);
    assert.deepEqual(seen, [undefined, ...Array(6).fill('waitingForReports')]);
  });

  test('for the one line that a report still lacks', async (t) => {
    const { go, cloud } = await bench(t, 2);
    let asked = 0;
    const short: Cloud = {
      ...cloud,
      async *reports(taskId, kind, signal) {
        const lines: string[] = [];
        for await (const line of cloud.reports(taskId, kind, signal)) lines.push(line);
        yield* kind === 'RESULTS' && asked++ === 0 ? lines.slice(1) : lines;
      },
    };
    assert.equal((await go({ cloud: short })).counts?.registered, 2);
    assert.equal(asked, 2);
  });

  test('not for the reports of a task that AWS has forgotten', async (t) => {
    const { go, store } = await bench(t, 1);
    store.batch = { ...store.batch, state: 'running', taskId: 'long-gone' };
    const { clock, waits } = listeningClock();
    await go({ clock });
    assert.deepEqual(waits, []);
  });
});

suite('progress', () => {
  test('tells what AWS counted, how fast it goes and how long it takes', async (t) => {
    const { go, cloud, store } = await bench(t, 10);
    await go();
    store.batch = { ...store.batch, state: 'running' };
    const views = [
      { succeeded: 1, failed: 1, percent: 20 },
      { succeeded: 1, failed: 1, percent: 20 },
      { succeeded: 4, failed: 2, percent: 60, status: 'Cancelling' as const },
      { succeeded: 10, failed: 2, percent: 100 },
    ];
    const seen: SubmissionProgress[] = [];
    await go({ cloud: watched(cloud, views), onProgress: (progress) => void seen.push(progress) });
    const none = { ratePerSecond: undefined, etaSeconds: undefined };
    const running = { state: 'running' as const, total: 10 };
    assert.deepEqual(seen.slice(0, 5), [
      { ...running, percent: 0, done: 0, failed: 0 },
      { ...running, percent: 20, done: 2, failed: 1, ...none },
      { ...running, percent: 20, done: 2, failed: 1, ...none },
      { ...running, percent: 60, done: 6, failed: 2, ratePerSecond: 2, etaSeconds: 2 },
      { ...running, percent: 100, done: 12, failed: 2, ratePerSecond: 10 / 3, etaSeconds: 0 },
    ]);
  });

  test('has no rate while no time has passed: a look may follow at once, and a rate without end is none', async (t) => {
    const { go, cloud, store } = await bench(t, 10);
    await go();
    store.batch = { ...store.batch, state: 'running' };
    const views = [{ succeeded: 1 }, { succeeded: 4 }, { succeeded: 10, percent: 100 }];
    const rates: unknown[] = [];
    await go({
      cloud: watched(cloud, views),
      clock: { ...leapingClock(), monotonicMs: () => 0 },
      onProgress: ({ state, ratePerSecond, etaSeconds }) =>
        state === 'running' && rates.push(ratePerSecond, etaSeconds),
    });
    assert.deepEqual([rates.length > 6, new Set(rates)], [true, new Set([undefined])]);
  });

  test('what AWS counted stays told while AWS is silent and while the reports are read', async (t) => {
    const { go, cloud, store } = await bench(t, 10);
    await go();
    store.batch = { ...store.batch, state: 'running' };
    const watching = watched(cloud, [
      { succeeded: 3, failed: 1, percent: 40 },
      { succeeded: 9, failed: 1, percent: 100 },
    ]);
    let looks = 0;
    const silent: Cloud = {
      ...watching,
      describeTask: async (...asked) => {
        looks += 1;
        if (looks === 2) throw new StationError('cloud.unreachable', 'the line is cut');
        return watching.describeTask(...asked);
      },
    };
    const seen: SubmissionProgress[] = [];
    await go({ cloud: silent, onProgress: (progress) => void seen.push(progress) });
    const told = seen.map(({ state, done, failed, waitingReason }) => [state, done, failed, waitingReason]);
    assert.deepEqual(told.slice(1, 3), [
      ['running', 4, 1, undefined],
      ['running', 4, 1, 'unreachable'],
    ]);
    const reading = told.filter(([state]) => state === 'reconciling');
    assert.ok(reading.length > 0);
    for (const [, done, failed] of reading) assert.deepEqual([done, failed], [10, 0]);
  });

  test('results are recorded in parts, each with its first line', async (t) => {
    const { go, store, cloud } = await bench(t, 1);
    await go();
    for (const [count, parts] of [
      [512, ['1+512']],
      [1025, ['1+512', '513+512', '1025+1']],
    ] as const) {
      const recorded: string[] = [];
      async function* members(): AsyncIterable<ReconcileMember> {
        for (let at = 0; at < count; at += 1) yield { thingName: `unit-${at}`, certificateId: String(at) };
      }
      store.batch = { ...store.batch, state: 'reconciling' };
      const recordResults: MemoryStore['recordResults'] = async (_id, results) =>
        void recorded.push(`${results[0]?.line}+${results.length}`);
      await go({ store: { ...store, members, recordResults }, cloud });
      assert.deepEqual(recorded, parts);
    }
  });

  test('however many results there are, four pages of them wait for a slow disk, and no more', async () => {
    const commits: (() => void)[] = [];
    let [made, onDisk, most] = [0, 0, 0];
    function* results(): Iterable<MemberResult> {
      for (let line = 1; line <= 20_000; line += 1) {
        made = line;
        most = Math.max(most, made - onDisk);
        yield { line, state: 'registered', thingName: `unit-${line}` };
      }
    }
    const recording = createRecording(async (page) => {
      await new Promise<void>((commit) => commits.push(commit));
      onDisk += page.length;
    });
    const recorded = recording.rest(results());
    let isDone = false;
    void recorded.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise(setImmediate);
      commits.shift()?.();
    }
    assert.deepEqual([onDisk, most], [20_000, 4 * 512]);
  });
});

suite('the start', () => {
  test('an answer that cannot be read may hide a task: none is started beside it', async (t) => {
    const { go, cloud, aws } = await bench(t, 1);
    let starts = 0;
    const startTask: Cloud['startTask'] = async (task, signal) => {
      const taskId = await cloud.startTask(task, signal);
      if (starts++ === 0) throw refusal('cloud.badAnswer');
      return taskId;
    };
    const done = await go({ cloud: { ...cloud, startTask } });
    assert.deepEqual([done.state, aws.snapshot().tasks.length], ['done', 1]);
  });

  test('that was cut off is looked for before there is another', async (t) => {
    const { go, cloud, store, aws } = await bench(t, 1);
    const startTask: Cloud['startTask'] = async (task, signal) => {
      await cloud.startTask(task, signal);
      throw refusal('call.cancelled');
    };
    await assert.rejects(go({ cloud: { ...cloud, startTask } }), { code: 'call.cancelled' });
    assert.equal(store.batch.state, 'starting');
    const { clock, waits } = listeningClock();
    assert.equal((await go({ clock })).state, 'done');
    assert.equal(aws.snapshot().tasks.length, 1);
    assert.ok(!waits.includes(5000), 'it is found at the first look');
  });

  test('after two looks, five seconds apart, there is no lost task', async (t) => {
    const { go, store, aws, cloud } = await bench(t, 1);
    await cloud.uploadBatch(store.batch);
    store.batch = { ...store.batch, state: 'starting', earlierTaskIds: [] };
    const { clock, waits } = listeningClock();
    assert.equal((await go({ clock })).state, 'done');
    assert.deepEqual([waits.filter((ms) => ms === 5000).length, aws.snapshot().tasks.length], [1, 1]);
  });

  test('a task from before, of another file or of another bucket is not ours', async (t) => {
    const { go, store, aws, cloud } = await bench(t, 1);
    const { taskId: earlier = '' } = await go();
    store.batch = { ...store.batch, state: 'starting', earlierTaskIds: [earlier], taskId: undefined };
    const { key } = store.batch;
    const strangers: Record<string, Partial<TaskView>> = {
      file: { inputFileBucket: aws.bucket, inputFileKey: `${key}x` },
      bucket: { inputFileBucket: `${aws.bucket}x`, inputFileKey: key },
    };
    const strange: Cloud = {
      ...cloud,
      listTasks: async (signal) => [...Object.keys(strangers), ...(await cloud.listTasks(signal))],
      describeTask: async (taskId, signal) => {
        const task = await cloud.describeTask(strangers[taskId] ? earlier : taskId, signal);
        return task && { ...task, ...strangers[taskId], taskId };
      },
    };
    const { taskId } = await go({ cloud: strange });
    assert.equal(aws.snapshot().tasks.length, 2);
    assert.equal(taskId, aws.snapshot().tasks.find((task) => task.taskId !== earlier)?.taskId);
  });

  for (const code of ['cloud.unreachable', 'cloud.throttled'] as const) {
    test(`${code} for hours: it is tried again until it succeeds, and says why it waits`, async (t) => {
      const { go, cloud, aws } = await bench(t, 1);
      const clock = leapingClock();
      let tries = 0;
      const startTask: Cloud['startTask'] = (task, signal) =>
        tries++ < 200 ? refuse(code)() : cloud.startTask(task, signal);
      const reasons = new Set<string | undefined>();
      const onProgress = ({ waitingReason }: SubmissionProgress) => void reasons.add(waitingReason);
      assert.equal((await go({ cloud: { ...cloud, startTask }, clock, onProgress })).state, 'done');
      assert.ok(clock.monotonicMs() > 2 * 3600_000);
      assert.ok(reasons.has(code.slice('cloud.'.length)));
      assert.equal(aws.snapshot().tasks.length, 1);
    });
  }

  test('a refusal for another reason is told, also while another task runs', async (t) => {
    const { go, cloud, store } = await bench(t, 1);
    let isBusy = false;
    const startTask = async () => {
      isBusy = true;
      throw refusal('cloud.denied');
    };
    const listRunningTasks = async () => (isBusy ? ['another'] : []);
    await assert.rejects(go({ cloud: { ...cloud, startTask, listRunningTasks } }), { code: 'cloud.denied' });
    assert.equal(store.batch.state, 'uploaded');
  });
});

suite('stopping at any moment', () => {
  for (const state of ['made', 'uploading', 'uploaded', 'starting'] as const) {
    test(`in "${state}": nothing is started`, async (t) => {
      const { go, aws } = await bench(t, 1);
      const cancel = new AbortController();
      const stopped = await go({ cancel: cancel.signal, onProgress: (it) => it.state === state && cancel.abort() });
      assert.deepEqual([stopped.state, aws.snapshot().tasks.length], ['stopped', 0]);
    });
  }

  test('one who leaves does not stop it', async (t) => {
    const { go, store, cloud } = await bench(t, 1);
    const fired = AbortSignal.abort();
    await assert.rejects(go({ signal: fired, cancel: fired }), { code: 'call.cancelled' });
    assert.deepEqual(store.states, []);
    const both = new AbortController();
    const checkBucket: Cloud['checkBucket'] = (signal) => {
      both.abort();
      return cloud.checkBucket(signal);
    };
    const left = go({ signal: both.signal, cancel: both.signal, cloud: { ...cloud, checkBucket } });
    await assert.rejects(left, { code: 'call.cancelled' });
    await assert.rejects(go({ cloud: { ...cloud, checkBucket: refuse('call.cancelled') } }), {
      code: 'call.cancelled',
    });
    assert.deepEqual(store.states, []);
  });

  test('what AWS refused meanwhile is told', async (t) => {
    const { go, store, cloud } = await bench(t, 1);
    for (const error of [refusal('cloud.denied'), new Error('a fault of ours')]) {
      const cancel = new AbortController();
      const checkBucket = async () => {
        cancel.abort();
        throw error;
      };
      await assert.rejects(go({ cancel: cancel.signal, cloud: { ...cloud, checkBucket } }), error);
    }
    assert.deepEqual(store.states, []);
  });

  test('the task is asked to stop once; one that ended meanwhile is no error, another refusal is', async (t) => {
    const { go, cloud, store } = await bench(t, 1);
    await go();
    for (const code of ['cloud.refused', 'cloud.denied'] as const) {
      store.batch = { ...store.batch, state: 'running' };
      let asked = 0;
      const stopTask = async () => {
        asked += 1;
        throw refusal(code);
      };
      const going = go({ cloud: { ...watched(cloud, [{}, {}]), stopTask }, cancel: AbortSignal.abort() });
      if (code === 'cloud.denied') await assert.rejects(going, { code });
      else assert.equal((await going).state, 'done');
      assert.equal(asked, 1);
    }
    assert.equal(store.batch.state, 'running');
  });
});
