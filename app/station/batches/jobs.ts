/** Batches as jobs: recorded first, then submitted in the background, and resumed after a restart. */
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import {
  type BatchesSnapshot,
  type BatchProgress,
  type BatchRow,
  type BatchState,
  batchStates,
} from '../../contract/model.ts';
import { sentences } from '../../contract/sentences.ts';
import type { Authority, IssueTools } from '../../issuing/index.ts';
import { asStationError } from '../../line/index.ts';
import type { BatchHead } from '../../records/index.ts';
import { type SubmissionProgress, submit } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import { targetNamed, targetNames } from '../cloud/targetnames.ts';
import { paths } from '../folder/folder.ts';
import type { Log } from '../log.ts';
import { createBatchCas } from './cas.ts';
import { createBatchCheck } from './check.ts';
import type { BatchSubmission, Job } from './job.ts';
import { type BatchPlan, createMaking, letGo, newBatchId } from './making.ts';
import { idle, progressOf } from './progress.ts';
import { createReadyCounts } from './ready.ts';
import { batchStore, fileMembers } from './store.ts';
import { createBatchTemplates, sameTemplate } from './templates.ts';
import { createUnitWays } from './unitways.ts';

export type BatchJobsOptions = {
  dir: string;
  tools: IssueTools;
  /** The CA with this id; the default is the active one. */
  authorityOf: (issuerId?: string) => Authority;
  cloudLink: CloudLink;
  log: Log;
  onChange: (...events: EventName[]) => void;
};

/** So long a call that makes a batch waits for it. */
const answerMs = 2_000;

export type BatchJobs = ReturnType<typeof createBatchJobs>;

/** The batch jobs of a station. */
export function createBatchJobs({ dir, tools, authorityOf, cloudLink, log, onChange }: BatchJobsOptions) {
  const { ledger, clock } = tools;
  const jobs = new Map<string, Job>();
  /** Batches that are about to enter `jobs`. If two people press the button at once, one of them gets an error. */
  const beginning = new Set<string>();
  const issuerPem = (issuerId: string | null) =>
    issuerId === null ? null : pemOf('CERTIFICATE', authorityOf(issuerId).issuer.certificateDer);

  const cas = createBatchCas({ tools, authorityOf, cloudLink, onChange });
  const templates = createBatchTemplates({ ledger, cloudLink });
  const membersOf = (batchId: string) => fileMembers(ledger, batchId, issuerPem);
  const runUnits = createUnitWays({ ledger, clock, cloudLink, issuerPem, templates });
  /** How many members the batches that are being made have. */
  const membersSoFar = new Map<string, number>();
  const ready = createReadyCounts(clock, ledger.readyUnits, () => onChange('batches.changed'));
  const making = createMaking({
    ...{ ledger, clock, issuerPem, templates, log, batches: paths(dir).batches },
    onProgress: (batchId, members) => {
      membersSoFar.set(batchId, members);
      onChange('batches.changed');
    },
    onChange: () => onChange('batches.changed'),
  });

  /**
   * Makes a batch of the units that passed and are in no batch of the target. One that takes long is answered as it is
   * by then, and goes on.
   */
  const make = async (plan: BatchPlan): Promise<BatchRow> => {
    const target = targetNamed(cloudLink, plan.target);
    const { batchId, done } = await making.begin({ ...plan, target });
    const late = Promise.withResolvers<undefined>();
    const stop = clock.after(answerMs, () => late.resolve(undefined));
    const made = await Promise.race([done, late.promise]).finally(stop);
    return made ?? ledger.showBatch({ batchId, limit: 1 });
  };

  /** Batches of the same target that were made earlier and want the account's one task, or have it. */
  const olderThan = (batchId: string): number => {
    const mine = jobs.get(batchId);
    return [...jobs].filter(([id, { target, way, createdAt, progress }]) => {
      if (id === batchId || way !== 'bulk' || target !== mine?.target || progress.state === 'reconciling') return false;
      return createdAt < mine.createdAt || (createdAt === mine.createdAt && id < batchId);
    }).length;
  };

  const run = async (batchId: string, actor: string, job: { progress: BatchProgress }, ports: SubmitSignals) => {
    const head = await ledger.batchHead(batchId);
    const onProgress = (progress: SubmissionProgress) => {
      job.progress = progressOf(batchId, progress);
      ports.onState(progress.state);
      onChange('batches.changed');
    };
    if (head.way !== 'bulk') {
      await runUnits(head, head.way, actor, { ...ports, onProgress });
      return ledger.showBatch({ batchId, offset: 0, limit: 1 });
    }
    const { target } = head;
    const cloud = await cloudLink.cloud(target);
    const store = batchStore({ ledger, batches: paths(dir).batches, issuerPem, cloud, actor });
    const batch = await submit(batchId, {
      store,
      cloud,
      clock,
      templateBody: await templates.bodyOf(head),
      ahead: () => olderThan(batchId),
      signal: ports.signal,
      cancel: ports.cancel,
      onProgress,
    });
    log.info({ batchId, state: batch.state, counts: batch.counts }, 'submission ended');
    return ledger.showBatch({ batchId, offset: 0, limit: 1 });
  };

  /**
   * Continues from the state on record.
   *
   * @throws `batch.badState` – when the batch is being submitted already, or is done
   */
  const start = async ({ batchId, actor }: { batchId: string; actor: string }): Promise<BatchSubmission> => {
    if (jobs.has(batchId) || beginning.has(batchId)) {
      throw new StationError('batch.badState', 'this batch is being submitted');
    }
    beginning.add(batchId);
    try {
      return await begin(batchId, actor);
    } finally {
      beginning.delete(batchId);
    }
  };

  /**
   * Withdraws a batch that a revocation has overtaken.
   *
   * @throws `batch.outdated`
   */
  const assertCurrent = async (batchId: string, actor: string) => {
    if (!(await ledger.failOutdated({ batchId, actor }))) return;
    onChange('batches.changed');
    const { error } = await ledger.batchHead(batchId);
    throw error ? StationError.from(error) : new StationError('batch.outdated', `batch ${batchId} was withdrawn`);
  };

  /**
   * A batch that AWS has no task for goes with the template that its target has now. Its lines were checked against the
   * one before.
   *
   * @throws template.unfit, document.notFound – as the template cannot be used
   */
  const takeTemplate = async ({ batchId, state, target, way, template }: BatchHead, actor: string) => {
    if (batchStates[state].movedBy !== 'person') return;
    const now = await templates.ofTarget(target, way);
    if (sameTemplate(now, template)) return;
    if (now) for await (const _ of templates.fitting(now, membersOf(batchId)));
    await ledger.advanceBatch({ batchId, state, data: { template: now }, actor });
  };

  const begin = async (batchId: string, actor: string): Promise<BatchSubmission> => {
    const head = await ledger.batchHead(batchId);
    const { state, error, target, way, createdAt } = head;
    if (state === 'making') throw new StationError('batch.badState', 'this batch is still being made');
    if (batchStates[state].movedBy === null) throw new StationError('batch.badState', 'this batch is done');
    await assertCurrent(batchId, actor);
    if (!cloudLink.target(target)) await cloudLink.cloud(target);
    await takeTemplate(head, actor);
    const first = way === 'bulk' ? 'uploading' : 'running';
    if (batchStates[state].stage === 'end') await ledger.advanceBatch({ batchId, state: first, actor });
    if (error) log.info({ batchId, error }, 'submitting again');
    const rest = new AbortController();
    const cancel = new AbortController();
    const started = Promise.withResolvers<void>();
    const job = { progress: idle(batchId, state), rest, target, way, createdAt } as Job;
    job.started = started.promise;
    job.stop = () => cancel.abort();
    job.leave = () => rest.abort();
    job.done = run(batchId, actor, job, {
      signal: rest.signal,
      cancel: cancel.signal,
      onState: (now) => batchStates[now].stage !== 'before' && started.resolve(),
    })
      .catch(async (thrown: unknown) => {
        const failure = asStationError(thrown);
        // The station is closing. The batch is well, and the next start continues it.
        if (rest.signal.aborted) throw failure;
        if (failure.code === 'batch.outdated') await assertCurrent(batchId, actor);
        // The state stays as it is, so that the next submission continues from there. The reason is on record.
        const now = await ledger.batchHead(batchId);
        await ledger.advanceBatch({ batchId, state: now.state, data: { error: failure.toJSON() }, actor });
        throw failure;
      })
      .finally(() => {
        jobs.delete(batchId);
        onChange('batches.changed', 'station.changed');
      });
    job.done.then(() => started.resolve(), started.reject);
    // A caller that waits sees the rejection. Without such a caller, the reason is on record.
    job.done.catch((thrown) => log.warn({ batchId, err: thrown }, 'submission rests'));
    job.started.catch(() => {});
    jobs.set(batchId, job);
    onChange('batches.changed');
    return job;
  };

  return {
    make,
    async submit(params: { batchId: string; actor: string }): Promise<BatchSubmission> {
      const { batchId, actor } = params;
      await ledger.audit({ entry: 'batch.submitAsked', actor, subject: batchId, data: {} });
      const { state, way } = await ledger.batchHead(batchId);
      // An open batch of an order has no end of its own to begin again from: units that AWS refused are tried again.
      if (way !== 'bulk' && state === 'running' && !jobs.has(batchId)) {
        await ledger.advanceBatch({ batchId, state: 'stopped', actor });
      }
      return start(params);
    },
    ...cas,
    /** Starts a batch that no person has asked for. It resolves when the batch has ended, or rests. */
    async run(batchId: string): Promise<void> {
      await (await start({ batchId, actor: 'station' })).done;
    },
    isRunning: (batchId: string): boolean => jobs.has(batchId) || beginning.has(batchId),
    newBatchId: (): string => newBatchId(clock.now()),
    check: createBatchCheck({ ledger, cloudLink, templates, membersOf }),
    /**
     * Makes a batch of the units that got no thing from this one.
     *
     * @throws batch.badState – it has not ended; batch.empty – every unit has its thing
     */
    async requeue({ batchId, actor }: { batchId: string; actor: string }): Promise<BatchRow> {
      const { state, target, way } = await ledger.batchHead(batchId);
      if (jobs.has(batchId) || batchStates[state].stage !== 'end')
        throw new StationError('batch.badState', 'this batch has not ended');
      await letGo(ledger, batchId, actor, sentences.batchAgain);
      return make({ fromBatch: batchId, target, way, actor });
    },
    /** The making of this batch in this process. */
    making: (batchId: string) => making.making(batchId),
    /** Goes on with a batch that is not made whole. */
    goOnMaking: making.goOn,
    stop(batchId: string): void {
      const job = making.making(batchId) ?? jobs.get(batchId);
      if (!job) throw new StationError('batch.badState', 'this batch is not being submitted');
      job.stop();
    },
    /** The running submission of this batch in this process. */
    submission: (batchId: string): BatchSubmission | undefined => jobs.get(batchId),
    progress: (batchId: string): BatchProgress | undefined => jobs.get(batchId)?.progress,
    /** Continues the submissions that a restart interrupted. */
    async resume(): Promise<void> {
      const batches = await ledger.listBatches();
      for (const { batchId, state, createdBy } of batches) if (state === 'making') making.goOn(batchId, createdBy);
      if (!cloudLink.target()) return;
      for (const { batchId, state, createdBy, error } of batches) {
        if (state === 'making') continue;
        if (batchStates[state].movedBy !== 'submission' || error !== null) continue;
        await start({ batchId, actor: createdBy }).catch((thrown: unknown) =>
          log.warn({ batchId, err: thrown }, 'submission was not resumed'),
        );
      }
      await cas.lookUpCa().catch((thrown: unknown) => log.info({ err: thrown }, 'AWS could not be asked for our CA'));
    },
    async snapshot(): Promise<Omit<BatchesSnapshot, 'seq'>> {
      const [batches, ...units] = await Promise.all([
        ledger.listBatches(),
        ...targetNames(cloudLink).map(async (target) => ({ target, units: await ready.count(target) })),
      ]);
      const progress = [...jobs.values()].map((job) => job.progress);
      for (const [batchId, members] of membersSoFar)
        if (making.making(batchId)) progress.push({ ...idle(batchId, 'making'), done: members });
      return { batches, readyUnits: units[0]?.units ?? 0, ready: units, progress };
    },
    /** Stops watching. Tasks at AWS continue, and the next start continues the submission. */
    async close(): Promise<void> {
      const ending = [...jobs.values()].map((job) => {
        job.rest.abort();
        return job.done.catch(() => {});
      });
      ready.close();
      await Promise.all([...ending, making.close()]);
    },
  };
}

type SubmitSignals = { signal: AbortSignal; cancel: AbortSignal; onState: (state: BatchState) => void };
