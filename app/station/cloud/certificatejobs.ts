/** Activates, deactivates and revokes many device certificates in AWS: paced, resumable, with a result for each. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CertificateJob } from '../../contract/certificatejobs.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import { asStationError } from '../../line/index.ts';
import type { CertificateChoice, Ledger } from '../../records/index.ts';
import { createPatience, type Waiting } from '../../registration/index.ts';
import type { Log } from '../log.ts';
import type { CloudLink } from './cloudlink.ts';
import { type JobFile, type JobResult, jobFiles } from './jobfiles.ts';
import { targetNamed } from './targetnames.ts';

type Parts = {
  dir: string;
  ledger: Ledger;
  clock: Clock;
  cloudLink: CloudLink;
  log: Log;
  onChange: (event: 'cloud.changed') => void;
  /** Makes the CRL that revocations need. */
  settleCrl: () => Promise<void>;
};
type Job = {
  file: JobFile;
  results: JobResult[];
  stop?: AbortController;
  error?: StationError;
  waiting?: Waiting;
  running?: Promise<void>;
};
export type CertificateJobs = ReturnType<typeof createCertificateJobs>;

const statuses = { activate: 'ACTIVE', deactivate: 'INACTIVE', revoke: 'REVOKED' } as const;
/** Trouble with one certificate. Any other trouble concerns all, and the job rests. */
const ofOne: readonly string[] = ['cloud.refused', 'certificate.notIssued', 'certificate.notFound', 'unit.inProgress'];

/** The jobs of a station on device certificates. `goOn` goes on with those that a restart interrupted. */
export function createCertificateJobs(parts: Parts) {
  const { dir, ledger, clock, cloudLink, log, onChange } = parts;
  const files = jobFiles(join(dir, 'certificatejobs'));
  const jobs = new Map<string, Job>();
  let isClosing = false;
  let reading: Promise<void> | undefined;
  /** Reads the jobs on disk, once. What could not be read is read again: a drive may be back by then. */
  const known = (): Promise<void> => {
    reading ??= (async () => {
      for (const file of await files.load()) jobs.set(file.jobId, { file, results: await files.results(file.jobId) });
    })().catch((thrown: unknown) => {
      reading = undefined;
      throw thrown;
    });
    return reading;
  };

  const setOne = async (job: Job, member: JobFile['members'][number], signal: AbortSignal): Promise<JobResult> => {
    const { serialHex, unitSerial, certificateId } = member;
    const { act, target, actor, reason, note } = job.file;
    const wait = (waiting: Waiting) => {
      job.waiting = waiting;
      onChange('cloud.changed');
    };
    const patience = createPatience(clock, signal);
    try {
      if (act === 'revoke' && reason && note !== undefined)
        await ledger.revokeCertificate({ serialHex, reason, note, actor }).catch((thrown: unknown) => {
          // On record since the first try.
          if (!(thrown instanceof StationError && thrown.code === 'certificate.revoked')) throw thrown;
        });
      const { account } = await cloudLink.cloud(target);
      const set = () => account.setCertificate(certificateId, statuses[act], signal);
      const isKnown = await patience.through(set, wait);
      const data = { target, act, known: isKnown };
      await ledger.audit({ entry: 'cloud.certificateSet', actor, subject: serialHex, data });
      return { serialHex, unitSerial, outcome: isKnown ? 'done' : 'unknown' };
    } catch (thrown) {
      if (!(thrown instanceof StationError) || !ofOne.includes(thrown.code)) throw thrown;
      return { serialHex, unitSerial, outcome: 'refused', detail: `${thrown.code}: ${thrown.detail}`.slice(0, 400) };
    } finally {
      delete job.waiting;
    }
  };

  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  const run = async (job: Job, signal: AbortSignal) => {
    const { file, results } = job;
    try {
      while (results.length < file.members.length && !signal.aborted) {
        const began = clock.monotonicMs();
        const result = await setOne(job, file.members[results.length]!, signal);
        await files.append(file.jobId, result);
        results.push(result);
        onChange('cloud.changed');
        const left = 1000 / file.perSecond - (clock.monotonicMs() - began);
        if (left > 0 && results.length < file.members.length) await pause(left);
      }
      if (results.length === file.members.length) await files.save(Object.assign(file, { ended: 'ended' as const }));
    } finally {
      // What is revoked so far is on record, and the CRL must say it, whatever stopped the job.
      if (file.act === 'revoke') await parts.settleCrl();
    }
  };

  const begin = (job: Job): void => {
    const stop = new AbortController();
    job.stop = stop;
    delete job.error;
    job.running = run(job, stop.signal)
      .catch((thrown: unknown) => {
        if (stop.signal.aborted) return;
        job.error = asStationError(thrown);
        log.warn({ jobId: job.file.jobId, err: thrown }, 'a job on certificates rests');
      })
      .finally(() => {
        delete job.stop;
        onChange('cloud.changed');
      });
  };

  const viewOf = ({ file, results, stop, error, waiting }: Job): CertificateJob => {
    const { jobId, target, act, actor, createdAt, members, perSecond, ended } = file;
    const of = (outcome: JobResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
    const state = ended ?? (stop ? 'running' : 'resting');
    return {
      ...{ jobId, target, act, actor, createdAt, count: members.length, state },
      ...{ done: of('done'), unknown: of('unknown'), refused: of('refused') },
      etaSeconds: state === 'running' ? Math.ceil((members.length - results.length) / perSecond) : null,
      ...(state === 'running' && (waiting === 'throttled' || waiting === 'unreachable')
        ? { waitingReason: waiting }
        : {}),
      ...(error ? { error: error.toJSON() } : {}),
    };
  };

  /**
   * Refuses a job where another one is about the same certificates in the same target: whichever comes last would win,
   * and a job that rests comes last.
   *
   * @throws `certificate.inJob`
   */
  const assertAlone = (file: JobFile): void => {
    const serials = new Set(file.members.map(({ serialHex }) => serialHex));
    for (const { file: other } of jobs.values()) {
      if (other.ended || other.jobId === file.jobId || other.target !== file.target) continue;
      const shared = other.members.find(({ serialHex }) => serials.has(serialHex));
      if (!shared) continue;
      const detail = `${shared.unitSerial} is in ${other.jobId} (${other.act}), which has not ended: go on with it or stop it first`;
      throw new StationError('certificate.inJob', detail, {
        data: { jobId: other.jobId, unitSerial: shared.unitSerial },
      });
    }
  };

  const named = async (jobId: string): Promise<Job> => {
    await known();
    const found = jobs.get(jobId);
    if (!found) throw new StationError('batch.notFound', `there is no job ${jobId}`, { data: { batchId: jobId } });
    return found;
  };

  return {
    async start(
      asked: CertificateChoice &
        Omit<JobFile, 'jobId' | 'createdAt' | 'members' | 'target' | 'ended'> & { target?: string | undefined },
    ): Promise<CertificateJob> {
      const { orderId, unitSerials, serials, act, actor, perSecond, reason, note } = asked;
      await known();
      const target = targetNamed(cloudLink, asked.target);
      if (!cloudLink.target(target)) await cloudLink.cloud(target);
      const members = await ledger.chosenCertificates({ orderId, unitSerials, serials });
      if (members.length === 0)
        throw new StationError('certificate.notFound', 'no certificate in use fits', { data: { serialHex: '' } });
      const now = clock.now().toISOString();
      const jobId = `C${now.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`;
      const why = reason === undefined ? {} : { reason, note };
      const file: JobFile = { jobId, target, act, actor, createdAt: now, perSecond, ...why, members };
      assertAlone(file);
      const job: Job = { file, results: [] };
      // From here on it keeps others away.
      jobs.set(jobId, job);
      await files.save(file).catch((thrown: unknown) => {
        jobs.delete(jobId);
        throw thrown;
      });
      await ledger.audit({
        entry: 'cloud.certificatesAsked',
        actor,
        subject: jobId,
        data: {
          target,
          act,
          count: members.length,
          ...(orderId === undefined ? {} : { orderId }),
          ...(reason ? { reason } : {}),
        },
      });
      begin(job);
      return viewOf(job);
    },
    async stop(jobId: string, actor: string): Promise<void> {
      const job = await named(jobId);
      if (job.file.ended) throw new StationError('batch.badState', 'this job has ended');
      await ledger.audit({
        entry: 'cloud.certificatesStopped',
        actor,
        subject: jobId,
        data: { done: job.results.length },
      });
      job.stop?.abort();
      await job.running;
      if (!job.file.ended) await files.save(Object.assign(job.file, { ended: 'stopped' as const }));
      onChange('cloud.changed');
    },
    async resume(jobId: string, actor: string): Promise<CertificateJob> {
      const job = await named(jobId);
      if (job.file.ended || job.stop) throw new StationError('batch.badState', 'this job does not rest');
      await ledger.audit({
        entry: 'cloud.certificatesResumed',
        actor,
        subject: jobId,
        data: { done: job.results.length },
      });
      begin(job);
      return viewOf(job);
    },
    /** The latest first. */
    list: async (): Promise<CertificateJob[]> => {
      await known();
      const byStart = [...jobs.values()].sort((a, b) => (a.file.createdAt < b.file.createdAt ? 1 : -1));
      return byStart.map(viewOf);
    },
    results: async (jobId: string, offset: number, limit: number) => {
      const { results } = await named(jobId);
      return { total: results.length, rows: results.slice(offset, offset + limit) };
    },
    /** Resolves when the job no longer runs. A command waits for it. */
    idle: async (jobId: string): Promise<CertificateJob> => {
      const job = await named(jobId);
      await job.running;
      return viewOf(job);
    },
    /** Goes on with the jobs that a restart interrupted. */
    async goOn(): Promise<void> {
      await known();
      for (const job of jobs.values())
        if (!isClosing && !job.file.ended && !job.stop && cloudLink.target(job.file.target)) begin(job);
      onChange('cloud.changed');
    },
    /** What runs goes on at the next start. */
    async close(): Promise<void> {
      isClosing = true;
      await reading?.catch(() => {});
      const running = [...jobs.values()].map(({ stop, running: now }) => {
        stop?.abort();
        return now;
      });
      await Promise.all(running);
    },
  };
}
