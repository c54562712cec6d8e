/** One batch's way to AWS, from whatever state it is in to its end. */
import { type ActiveBatchState, type BatchState, batchStates } from '../contract/batches.ts';
import { type ErrorCode, StationError, type WireError } from '../contract/errors.ts';
import type { TaskView } from './cloud.ts';
import { keepReports, reconcileReports } from './collect.ts';
import { type Calm, createPatience, type Patience, pause, type Waiting } from './patience.ts';
import { preflight, refusalOf } from './preflight.ts';
import { createRecording } from './recording.ts';
import { waitForRoom } from './room.ts';
import type { Submission, SubmissionData, SubmissionProgress, SubmitPorts } from './submission.ts';

const pollMs = { first: 1_000, later: 5_000, laterAfterMs: 60_000 };

/**
 * Submits one batch along the states of the contract (`batchStates`); a state is durable before each act. It goes on from
 * whatever state it finds, so the remedy after any crash is to call it again.
 *
 * @returns the record in its final state: done, failed (with `failure`) or stopped
 * @throws cloud.… – a refusal AWS means (credentials, role, template); the state on record is one to go on from
 * @throws call.cancelled – `signal` fired
 */
export async function submit(batchId: string, ports: SubmitPorts): Promise<Submission> {
  const { clock, signal, cancel } = ports;
  const early = AbortSignal.any([signal, cancel].filter((one) => one !== undefined));
  const context: Context = {
    ...ports,
    early,
    patience: createPatience(clock, signal),
    earlyPatience: createPatience(clock, early),
    startPatience: createPatience(clock, signal),
    unsure: true,
    counted: {},
  };
  let batch = await ports.store.load(batchId);
  while (isActive(batch)) {
    if (signal?.aborted) throw new StationError('call.cancelled', 'watching the submission was cancelled');
    report(context, batch);
    batch = await acts[batch.state](batch, context);
  }
  report(context, batch, final(batch));
  return batch;
}

type Context = SubmitPorts & {
  /** Fires for `signal` and for `cancel`. While no task can be running yet, both only end the running act. */
  early: AbortSignal;
  patience: Patience;
  earlyPatience: Patience;
  /** A separate patience, because the looks between two attempts to start succeed. */
  startPatience: Patience;
  /** A task of ours may be running without our knowledge: after a restart, or after a lost answer. */
  unsure: boolean;
  /** AWS's last count of the task. It holds while AWS is silent, and until the reports are read. */
  counted: Partial<Pick<SubmissionProgress, 'percent' | 'done' | 'failed'>>;
};
type Act = (batch: Submission, context: Context) => Promise<Submission>;

const acts: Record<ActiveBatchState, Act> = {
  made: (batch, context) =>
    beforeTask(batch, context, async (signal, calm) => {
      const { cloud } = context;
      const { caCertificateIds } = batch;
      const report = await preflight({ cloud, caCertificateIds, templateBody: context.templateBody, calm, signal });
      if (!report.ok) throw refusalOf(report, cloud.target);
      return advance(batch, context, 'uploading');
    }),

  uploading: (batch, context) =>
    beforeTask(batch, context, async (signal, calm) => {
      await calm(() => context.cloud.uploadBatch(batch, signal));
      return advance(batch, context, 'uploaded');
    }),

  uploaded: (batch, context) =>
    beforeTask(batch, context, async (signal, calm) => {
      const { cloud, clock } = context;
      await waitForRoom({
        ...{ cloud, clock, signal, calm },
        ahead: () => context.ahead?.() ?? 0,
        onWait: (wait) => report(context, batch, wait),
      });
      const earlierTaskIds = await calm(() => cloud.listTasks(signal));
      const next = await advance(batch, context, 'starting', { earlierTaskIds });
      context.unsure = false;
      return next;
    }),

  starting: async (batch, context) => {
    const { cloud, signal } = context;
    if (context.unsure) {
      // Asks twice, because a new task may be listed a moment later.
      for (const again of [true, false]) {
        const taskId = await passing(batch, context, () => findOurs(batch, context));
        if (taskId !== undefined) return advance(batch, context, 'running', { taskId });
        if (again) await pause(context.clock, pollMs.later, signal);
      }
    }
    if (context.cancel?.aborted) return advance(batch, context, 'stopped');
    try {
      const taskId = await cloud.startTask({ templateBody: context.templateBody, key: batch.key }, signal);
      return advance(batch, context, 'running', { taskId });
    } catch (error) {
      if (!(error instanceof StationError)) throw error;
      if (error.code === 'call.cancelled') throw error;
      context.unsure = error.code === 'cloud.unreachable' || error.code === 'cloud.badAnswer';
      if (context.unsure || error.code === 'cloud.throttled') {
        await context.startPatience.lose(error, (waitingReason) => report(context, batch, { waitingReason }));
        return batch;
      }
      // AWS answers a second task with the same InvalidRequest as a bad one, so this asks whether one is running.
      const back = await advance(batch, context, 'uploaded');
      const running =
        error.code === 'cloud.refused' ? await passing(batch, context, () => cloud.listRunningTasks(signal)) : [];
      if (running.length > 0) return back;
      throw error;
    }
  },

  running: async (batch, context) => {
    const { cloud, clock, signal } = context;
    const taskId = batch.taskId ?? '';
    const startedMs = clock.monotonicMs();
    let first: { atMs: number; done: number } | undefined;
    let asked = false;
    for (;;) {
      if (context.cancel?.aborted && !asked) {
        await passing(batch, context, () => stop(context, taskId));
        asked = true;
      }
      const task = await passing(batch, context, () => cloud.describeTask(taskId, signal));
      if (!task) return advance(batch, context, 'reconciling', { taskStatus: 'Forgotten' });
      const { status, message } = task;
      first ??= { atMs: clock.monotonicMs(), done: task.succeeded + task.failed };
      const now = figures(batch, task, first, clock.monotonicMs());
      context.counted = { percent: now.percent, done: now.done, failed: now.failed };
      report(context, batch, now);
      if (status !== 'InProgress' && status !== 'Cancelling') {
        const failure = status === 'Failed' ? failed('cloud.taskFailed', message ?? 'AWS gave no message') : undefined;
        return advance(batch, context, 'reconciling', { taskStatus: status, failure });
      }
      const since = clock.monotonicMs() - startedMs;
      await pause(clock, since < pollMs.laterAfterMs ? pollMs.first : pollMs.later, signal, context.cancel);
    }
  },

  reconciling: async (batch, context) => {
    const reports = await keepReports(batch, {
      cloud: context.cloud,
      clock: context.clock,
      signal: context.signal,
      calm: (step) => passing(batch, context, step),
      onWait: () => report(context, batch, { waitingReason: 'waitingForReports' }),
    });
    const recording = createRecording((page) => context.store.recordResults(batch.batchId, page), context.signal);
    const counts = await reconcileReports(batch.file, context.store.members(batch.batchId), recording);
    if (batch.taskStatus === 'Completed') return advance(batch, context, 'done', { counts, reports });
    if (batch.taskStatus === 'Cancelled') return advance(batch, context, 'stopped', { counts, reports });
    const failure = batch.failure ?? failed('cloud.taskFailed', `AWS no longer knows the task ${batch.taskId}`);
    return advance(batch, context, 'failed', { counts, reports, failure });
  },
};

/** Acts before there can be a task. `cancel` ends them at once, and the submission with them. */
async function beforeTask(
  batch: Submission,
  context: Context,
  act: (signal: AbortSignal, calm: Calm) => Promise<Submission>,
): Promise<Submission> {
  try {
    const waiting = (waitingReason: Waiting) => report(context, batch, { waitingReason });
    return await act(context.early, (step) => context.earlyPatience.through(step, waiting));
  } catch (error) {
    const cancelled = error instanceof StationError && error.code === 'call.cancelled';
    if (!cancelled || !context.cancel?.aborted || context.signal?.aborted) throw error;
    if (batch.state === 'uploading') await context.cloud.abandonBatch(batch);
    return advance(batch, context, 'stopped');
  }
}

/** A new task that reads our file and was not there before ours was started. */
async function findOurs(batch: Submission, { cloud, signal }: Context): Promise<string | undefined> {
  const earlier = new Set(batch.earlierTaskIds);
  for (const taskId of await cloud.listTasks(signal)) {
    if (earlier.has(taskId)) continue;
    const task = await cloud.describeTask(taskId, signal);
    if (task?.inputFileKey === batch.key && task.inputFileBucket === cloud.target.bucket) return taskId;
  }
  return undefined;
}

async function stop({ cloud, signal }: Context, taskId: string): Promise<void> {
  try {
    await cloud.stopTask(taskId, signal);
  } catch (error) {
    // The task ended meanwhile. The next look tells how.
    if (!(error instanceof StationError && error.code === 'cloud.refused')) throw error;
  }
}

async function advance(
  batch: Submission,
  { store }: Context,
  state: BatchState,
  data: SubmissionData = {},
): Promise<Submission> {
  await store.advance(batch.batchId, state, data);
  return { ...batch, ...data, state };
}

const passing = <T>(batch: Submission, context: Context, act: () => Promise<T>): Promise<T> =>
  context.patience.through(act, (waitingReason) => report(context, batch, { waitingReason }));

const isActive = (batch: Submission): batch is Submission & { state: ActiveBatchState } =>
  batchStates[batch.state].stage !== 'end';

const failed = (code: ErrorCode, detail: string): WireError => new StationError(code, detail).toJSON();

function report({ onProgress, counted }: Context, batch: Submission, more: Partial<SubmissionProgress> = {}): void {
  const known = batchStates[batch.state].stage === 'task' ? counted : {};
  onProgress?.({ state: batch.state, percent: 0, done: 0, failed: 0, total: batch.count, ...known, ...more });
}

function figures(
  batch: Submission,
  task: TaskView,
  first: { atMs: number; done: number },
  nowMs: number,
): Omit<SubmissionProgress, 'state' | 'total'> {
  const done = task.succeeded + task.failed;
  const seconds = (nowMs - first.atMs) / 1000;
  const ratePerSecond = seconds > 0 && done > first.done ? (done - first.done) / seconds : undefined;
  const etaSeconds = ratePerSecond === undefined ? undefined : Math.max(0, batch.count - done) / ratePerSecond;
  return { percent: task.percent, done, failed: task.failed, ratePerSecond, etaSeconds };
}

function final({ counts }: Submission): Partial<SubmissionProgress> | undefined {
  if (!counts) return undefined;
  return { percent: 100, done: counts.registered + counts.rejected, failed: counts.rejected };
}
