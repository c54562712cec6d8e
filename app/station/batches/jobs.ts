/** Batches as jobs: recorded first, then submitted in the background, and resumed after a restart. */
import { randomBytes } from 'node:crypto';
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import {
  type BatchesSnapshot,
  type BatchProgress,
  type BatchRow,
  type BatchState,
  type BatchWay,
  batchStates,
} from '../../contract/model.ts';
import { bulkTemplate } from '../../iot/index.ts';
import { type Authority, type IssueTools, verificationCertificate } from '../../issuing/index.ts';
import { asStationError } from '../../line/index.ts';
import type { Candidates } from '../../records/index.ts';
import { registerCa, type SubmissionProgress, submit, writeBatchFile } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import { targetNamed, targetNames } from '../cloud/targetnames.ts';
import { paths } from '../folder/folder.ts';
import type { Log } from '../log.ts';
import { idle, progressOf } from './jobprogress.ts';
import { batchStore, fileMembers, pagesOf } from './store.ts';
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

export type BatchPlan = Candidates & { way?: BatchWay | undefined; actor: string };

/** A running submission of this process. */
export type BatchSubmission = {
  /** Resolves when the batch has reached a final state. It rejects with the reason when the submission rests. */
  done: Promise<BatchRow>;
  /** Resolves when AWS has the task, or when the batch ended before that. */
  started: Promise<void>;
  /** Asks AWS to stop the task. Things that were registered by then are still reconciled. */
  stop: () => void;
};

type Job = BatchSubmission & { progress: BatchProgress; rest: AbortController };

export type BatchJobs = ReturnType<typeof createBatchJobs>;

/** The batch jobs of a station. */
export function createBatchJobs({ dir, tools, authorityOf, cloudLink, log, onChange }: BatchJobsOptions) {
  const { ledger, clock } = tools;
  const jobs = new Map<string, Job>();
  /** Batches that are about to enter `jobs`. If two people press the button at once, one of them gets an error. */
  const beginning = new Set<string>();
  const issuerPem = (issuerId: string) => pemOf('CERTIFICATE', authorityOf(issuerId).issuer.certificateDer);

  const runUnits = createUnitWays({ ledger, clock, cloudLink, issuerPem });

  /** Makes a batch of the units that passed and are in no batch: lines of a file on disk, and a batch on record. */
  const make = async ({ way = 'bulk', actor, ...params }: BatchPlan) => {
    const target = targetNamed(cloudLink, params.target);
    const candidates = await ledger.batchCandidates({ ...params, target });
    if (candidates.length === 0) {
      throw new StationError('batch.empty', 'no unit has passed that is not in a batch already');
    }
    const batchId = newBatchId(clock.now());
    const written =
      way === 'bulk'
        ? await writeBatchFile(paths(dir).batches, batchId, fileMembers(ledger, pagesOf(candidates), issuerPem))
        : undefined;
    const file = written && { digest: written.digest, objectKey: written.key };
    const members = candidates.map(({ unitSerial, certificateId: id }, index) => ({
      line: index + 1,
      unitSerial,
      certificateId: id,
    }));
    const row = await ledger.recordBatch({ batchId, target, way, ...file, members, actor });
    onChange('batches.changed');
    return row;
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
    const cloud = await cloudLink.cloud(head.target);
    const target = cloudLink.target(head.target);
    const store = batchStore({ ledger, batches: paths(dir).batches, issuerPem, cloud, actor });
    const batch = await submit(batchId, {
      store,
      cloud,
      clock,
      templateBody: bulkTemplate({ ...target }),
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

  const begin = async (batchId: string, actor: string): Promise<BatchSubmission> => {
    const { state, error, target, way } = await ledger.batchHead(batchId);
    if (batchStates[state].movedBy === null) throw new StationError('batch.badState', 'this batch is done');
    await assertCurrent(batchId, actor);
    if (!cloudLink.target(target)) await cloudLink.cloud(target);
    const first = way === 'bulk' ? 'uploading' : 'running';
    if (batchStates[state].stage === 'end') await ledger.advanceBatch({ batchId, state: first, actor });
    if (error) log.info({ batchId, error }, 'submitting again');
    const rest = new AbortController();
    const cancel = new AbortController();
    const started = Promise.withResolvers<void>();
    const job = { progress: idle(batchId, state), rest } as Job;
    job.started = started.promise;
    job.stop = () => cancel.abort();
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

  /** Asks AWS whether it knows this CA, for the screens. The default is the active one. */
  const lookUpCa = async (issuerId = tools.authority().issuer.issuerId): Promise<boolean> => {
    const cloud = await cloudLink.cloud();
    const status = await cloud.describeCa(issuerId);
    const state = status === undefined ? 'notRegistered' : status === 'ACTIVE' ? 'active' : 'inactive';
    cloudLink.noteRegistration(issuerId, state);
    onChange('station.changed');
    return status === 'ACTIVE';
  };

  /** Registers this CA; the default is the active one. Its key signs AWS's proof of possession. */
  const register = async (actor: string, issuerId?: string): Promise<string> => {
    const cloud = await cloudLink.cloud();
    const authority = () => authorityOf(issuerId);
    // AWS already knows this CA. To activate it takes no signature, so no other check would refuse a revoked CA.
    if (authority().state === 'revoked') throw new StationError('ca.revoked', 'a revoked CA is not registered');
    const { certificateId: id, outcome } = await registerCa(cloud, {
      caCertificatePem: pemOf('CERTIFICATE', authority().issuer.certificateDer),
      makeVerificationCertificate: (code) => verificationCertificate(code, actor, { ...tools, authority }),
    });
    await ledger.audit({ entry: 'cloud.caRegistered', actor, subject: id, data: { outcome, ...cloud.target } });
    cloudLink.noteRegistration(id, 'active');
    onChange('station.changed');
    return id;
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
    register,
    lookUpCa,
    /** Starts a batch that no person has asked for. It resolves when the batch has ended, or rests. */
    async run(batchId: string): Promise<void> {
      await (await start({ batchId, actor: 'station' })).done;
    },
    isRunning: (batchId: string): boolean => jobs.has(batchId) || beginning.has(batchId),
    newBatchId: (): string => newBatchId(clock.now()),
    stop(batchId: string): void {
      const job = jobs.get(batchId);
      if (!job) throw new StationError('batch.badState', 'this batch is not being submitted');
      job.stop();
    },
    /** The running submission of this batch in this process. */
    submission: (batchId: string): BatchSubmission | undefined => jobs.get(batchId),
    progress: (batchId: string): BatchProgress | undefined => jobs.get(batchId)?.progress,
    /** Continues the submissions that a restart interrupted. */
    async resume(): Promise<void> {
      if (!cloudLink.target()) return;
      for (const { batchId, state, createdBy, error } of await ledger.listBatches()) {
        if (batchStates[state].movedBy !== 'submission' || error !== null) continue;
        await start({ batchId, actor: createdBy }).catch((thrown: unknown) =>
          log.warn({ batchId, err: thrown }, 'submission was not resumed'),
        );
      }
      await lookUpCa().catch((thrown: unknown) => log.info({ err: thrown }, 'AWS could not be asked for our CA'));
    },
    async snapshot(): Promise<Omit<BatchesSnapshot, 'seq'>> {
      const [batches, ...ready] = await Promise.all([
        ledger.listBatches(),
        ...targetNames(cloudLink).map(async (target) => ({ target, units: await ledger.readyUnits(target) })),
      ]);
      const progress = [...jobs.values()].map((job) => job.progress);
      return { batches, readyUnits: ready[0]?.units ?? 0, ready, progress };
    },
    /** Stops watching. Tasks at AWS continue, and the next start continues the submission. */
    async close(): Promise<void> {
      const ending = [...jobs.values()].map((job) => {
        job.rest.abort();
        return job.done.catch(() => {});
      });
      await Promise.all(ending);
    },
  };
}

type SubmitSignals = { signal: AbortSignal; cancel: AbortSignal; onState: (state: BatchState) => void };

/** An id that sorts by time, can be read out over a phone, and has only characters that S3 keys allow. */
function newBatchId(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `B${stamp}-${randomBytes(2).toString('hex')}`;
}
