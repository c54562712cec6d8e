/** The files of a job on device certificates: what it is, and a line for each certificate that is done with. */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { certificateAct, certificateResult } from '../../contract/certificatejobs.ts';
import { StationError } from '../../contract/errors.ts';
import { hex, isoTime, revocationReason } from '../../contract/model.ts';
import { systemCodeOf, unwritten, whyUnwritten } from '../../files/reasons.ts';
import { writeWhole } from '../folder/folder.ts';

const jobFile = z.strictObject({
  jobId: z.string(),
  target: z.string(),
  act: certificateAct,
  actor: z.string(),
  createdAt: isoTime,
  perSecond: z.number(),
  reason: revocationReason.optional(),
  note: z.string().optional(),
  members: z.array(z.strictObject({ serialHex: hex, certificateId: hex, unitSerial: z.string() })),
  ended: z.enum(['ended', 'stopped']).optional(),
});
export type JobFile = z.infer<typeof jobFile>;
export type JobResult = z.infer<typeof certificateResult>;

/**
 * The files in `folder`. A line that a power cut left half-written is dropped; its certificate is done again.
 *
 * @throws `records.failed` – the system does not give or take them; `records.diskFull`; `records.damaged` – one is none
 */
export function jobFiles(folder: string) {
  const pathOf = (jobId: string) => join(folder, `${jobId}.json`);
  const resultsOf = (jobId: string) => join(folder, `${jobId}.results.jsonl`);
  return {
    async save(job: JobFile): Promise<void> {
      await mkdir(folder, { recursive: true });
      await writeWhole(pathOf(job.jobId), `${JSON.stringify(job)}\n`);
    },
    async append(jobId: string, result: JobResult): Promise<void> {
      await appendFile(resultsOf(jobId), `${JSON.stringify(result)}\n`).catch((thrown: unknown) => {
        throw unwritten(resultsOf(jobId), thrown);
      });
    },
    async load(): Promise<JobFile[]> {
      const names = (await unlessAbsent(folder, readdir(folder))) ?? [];
      const files = names.filter((name) => name.endsWith('.json')).sort();
      return Promise.all(
        files.map(async (name) => {
          const path = join(folder, name);
          return parsed(path, jobFile, (await unlessAbsent(path, readFile(path, 'utf8'))) ?? '');
        }),
      );
    },
    async results(jobId: string): Promise<JobResult[]> {
      const path = resultsOf(jobId);
      // One that is there and cannot be read is no empty one: all its certificates would be done again, and counted twice.
      const text = (await unlessAbsent(path, readFile(path, 'utf8'))) ?? '';
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole !== text) await writeWhole(path, whole);
      return whole
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => parsed(path, certificateResult, line));
    },
  };
}

/** Undefined for what is not there. */
async function unlessAbsent<T>(path: string, reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (cause) {
    if (systemCodeOf(cause) === 'ENOENT') return undefined;
    throw new StationError('records.failed', `${path} cannot be read: ${whyUnwritten(cause)}`, { cause });
  }
}

function parsed<T>(path: string, schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const detail = `${path} cannot be read as a job on certificates; move it out of the folder to go on without it`;
    throw new StationError('records.damaged', detail, { cause });
  }
}
