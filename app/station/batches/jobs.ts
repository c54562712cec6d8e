/** Batches as jobs: made on record first, submitted in the background, resumed after a restart. */
import { randomBytes } from 'node:crypto';
import { pemOf } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import type { BatchesSnapshot, BatchProgress, BatchRow, BatchState } from '../../contract/model.ts';
import { type Authority, asStationError, type LineTools } from '../../line/index.ts';
import { bulkTemplate, registerCa, type SubmissionProgress, submit, writeBatchFile } from '../../registration/index.ts';
import { paths } from '../folder/folder.ts';
import type { Log } from '../log.ts';
import { verificationCertificate } from '../verification.ts';
import type { CloudLink } from './cloudlink.ts';
import { batchStore, membersOf } from './store.ts';

export type BatchJobsOptions = {
  dir: string;
  tools: LineTools;
  /** The active CA, or the one named. */
  authorityOf: (issuerId?: string) => Authority;
  cloudLink: CloudLink;
  log: Log;
  onChange: (...events: EventName[]) => void;
};

/** A submission under way in this process. */
export type BatchSubmission = {
  /** Settles when the batch reached a final state, or rejects with why it rests where it is. */
  done: Promise<BatchRow>;
  /** Settles when AWS has the task (or the batch ended before that). */
  started: Promise<void>;
  /** Asks AWS to stop the task; what was registered by then is still reconciled. */
  stop: () => void;
};

type Job = BatchSubmission & { progress: BatchProgress; rest: AbortController };

const resting: readonly BatchState[] = ['made', 'done', 'failed', 'stopped'];
const afterStart: readonly BatchState[] = ['running', 'reconciling', 'done', 'failed', 'stopped'];

export type BatchJobs = ReturnType<typeof createBatchJobs>;

export function createBatchJobs({ dir, tools, authorityOf, cloudLink, log, onChange }: BatchJobsOptions) {
  const { ledger, clock } = tools;
  const jobs = new Map<string, Job>();
  /** Batches on their way into `jobs`: of two people who press the button at once, one is told. */
  const beginning = new Set<string>();
  const issuerPem = (issuerId: string) => pemOf('CERTIFICATE', authorityOf(issuerId).issuer.certificateDer);

  /** The units that passed and are in no batch, as lines of a file on disk and a batch on record. */
  const make = async (params: { orderId?: string | undefined; unitSerials?: string[] | undefined; actor: string }) => {
    const candidates = await ledger.batchCandidates(params);
    if (candidates.length === 0) {
      throw new StationError('batch.empty', 'no unit has passed that is not in a batch already');
    }
    const batchId = newBatchId(clock.now());
    const { digest, key } = await writeBatchFile(paths(dir).batches, batchId, membersOf(candidates, issuerPem));
    const members = candidates.map(({ unitSerial, certificateId: id }, index) => ({
      line: index + 1,
      unitSerial,
      certificateId: id,
    }));
    const row = await ledger.recordBatch({ batchId, digest, objectKey: key, members, actor: params.actor });
    onChange('batches.changed');
    return row;
  };

  const run = async (batchId: string, actor: string, job: { progress: BatchProgress }, ports: SubmitSignals) => {
    const cloud = await cloudLink.cloud();
    const target = cloudLink.target();
    const store = batchStore({ ledger, batches: paths(dir).batches, issuerPem, cloud, actor });
    const batch = await submit(batchId, {
      store,
      cloud,
      clock,
      templateBody: bulkTemplate({ policyNames: target?.policyNames }),
      signal: ports.signal,
      cancel: ports.cancel,
      onProgress: (progress) => {
        job.progress = progressOf(batchId, progress);
        ports.onState(progress.state);
        onChange('batches.changed');
      },
    });
    log.info({ batchId, state: batch.state, counts: batch.counts }, 'submission ended');
    return ledger.showBatch({ batchId, offset: 0, limit: 1 });
  };

  /** Goes on from the state on record. Refuses a second submission of a batch that is under way, or one that is done. */
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

  /** A batch that a revocation has overtaken is withdrawn, and says so: `batch.outdated`. */
  const assertCurrent = async (batchId: string, actor: string) => {
    if (!(await ledger.withdrawOutdated({ batchId, actor }))) return;
    onChange('batches.changed');
    const { error } = await ledger.loadBatch(batchId);
    throw error ? StationError.from(error) : new StationError('batch.outdated', `batch ${batchId} was withdrawn`);
  };

  const begin = async (batchId: string, actor: string): Promise<BatchSubmission> => {
    const { state, error } = await ledger.loadBatch(batchId);
    if (state === 'done') throw new StationError('batch.badState', 'this batch is done');
    await assertCurrent(batchId, actor);
    if (!cloudLink.target()) await cloudLink.cloud();
    if (state === 'failed' || state === 'stopped') await ledger.advanceBatch({ batchId, state: 'uploading', actor });
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
      onState: (now) => afterStart.includes(now) && started.resolve(),
    })
      .catch(async (thrown: unknown) => {
        const failure = asStationError(thrown);
        // The station is closing: nothing is wrong with the batch, and the next start goes on with it.
        if (rest.signal.aborted) throw failure;
        if (failure.code === 'batch.outdated') await assertCurrent(batchId, actor);
        // The state stays as it is, so that submitting again goes on from there; why it rests is on record.
        const now = await ledger.loadBatch(batchId);
        await ledger.advanceBatch({ batchId, state: now.state, data: { error: failure.toJSON() }, actor });
        throw failure;
      })
      .finally(() => {
        jobs.delete(batchId);
        onChange('batches.changed', 'station.changed');
      });
    job.done.then(() => started.resolve(), started.reject);
    // Whoever waits sees the rejection; a submission nobody waits for has it on record.
    job.done.catch((thrown) => log.warn({ batchId, err: thrown }, 'submission rests'));
    job.started.catch(() => {});
    jobs.set(batchId, job);
    onChange('batches.changed');
    return job;
  };

  /** Asks AWS whether it knows this CA, or the active one; for the screens. */
  const lookUpCa = async (issuerId = tools.authority().issuer.issuerId): Promise<boolean> => {
    const cloud = await cloudLink.cloud();
    const status = await cloud.describeCa(issuerId);
    const state = status === undefined ? 'notRegistered' : status === 'ACTIVE' ? 'active' : 'inactive';
    cloudLink.noteRegistration(issuerId, state);
    onChange('station.changed');
    return status === 'ACTIVE';
  };

  /** The active CA, or the one named: its key signs AWS's proof of possession. */
  const register = async (actor: string, issuerId?: string): Promise<string> => {
    const cloud = await cloudLink.cloud();
    const authority = () => authorityOf(issuerId);
    // Activating what AWS knows already would take no signature, and so meet no other refusal.
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
    submit: start,
    register,
    lookUpCa,
    stop(batchId: string): void {
      const job = jobs.get(batchId);
      if (!job) throw new StationError('batch.badState', 'this batch is not being submitted');
      job.stop();
    },
    /** The submission that is under way in this process. */
    submission: (batchId: string): BatchSubmission | undefined => jobs.get(batchId),
    progress: (batchId: string): BatchProgress | undefined => jobs.get(batchId)?.progress,
    /** Submissions a restart interrupted go on by themselves. */
    async resume(): Promise<void> {
      if (!cloudLink.target()) return;
      for (const { batchId, state, createdBy, error } of await ledger.listBatches()) {
        if (resting.includes(state) || error !== null) continue;
        await start({ batchId, actor: createdBy }).catch((thrown: unknown) =>
          log.warn({ batchId, err: thrown }, 'submission was not resumed'),
        );
      }
      await lookUpCa().catch((thrown: unknown) => log.info({ err: thrown }, 'AWS could not be asked for our CA'));
    },
    async snapshot(): Promise<Omit<BatchesSnapshot, 'seq'>> {
      const [batches, readyUnits] = await Promise.all([ledger.listBatches(), ledger.readyUnits()]);
      return { batches, readyUnits, progress: [...jobs.values()].map((job) => job.progress) };
    },
    /** Stops watching; tasks at AWS go on, and so does the submission at the next start. */
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

/** Sorts by time, can be read out over a phone, and has only characters that S3 keys take. */
function newBatchId(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `B${stamp}-${randomBytes(2).toString('hex')}`;
}

const idle = (batchId: string, state: BatchState): BatchProgress => ({
  batchId,
  state,
  percent: 0,
  done: 0,
  failed: 0,
  total: 0,
  ratePerSecond: null,
  etaSeconds: null,
});

const waitingReasons = {
  waitingForTask: 'otherTask',
  waitingForReports: 'reports',
  throttled: 'throttled',
  unreachable: 'unreachable',
} as const;

const progressOf = (batchId: string, progress: SubmissionProgress): BatchProgress => ({
  batchId,
  state: progress.state,
  percent: progress.percent,
  done: progress.done,
  failed: progress.failed,
  total: progress.total,
  ratePerSecond: progress.ratePerSecond ?? null,
  etaSeconds: progress.etaSeconds ?? null,
  ...(progress.waitingReason ? { waitingReason: waitingReasons[progress.waitingReason] } : {}),
});
