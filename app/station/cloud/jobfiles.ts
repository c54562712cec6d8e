/** The files of a job on device certificates: what it is, and a line for each certificate that is done with. */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { certificateAct, certificateResult } from '../../contract/certificatejobs.ts';
import { hex, isoTime, revocationReason } from '../../contract/model.ts';
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

/** The files in `folder`. A line that a power cut left half-written is dropped; its certificate is done again. */
export function jobFiles(folder: string) {
  const pathOf = (jobId: string) => join(folder, `${jobId}.json`);
  const resultsOf = (jobId: string) => join(folder, `${jobId}.results.jsonl`);
  return {
    async save(job: JobFile): Promise<void> {
      await mkdir(folder, { recursive: true });
      await writeWhole(pathOf(job.jobId), `${JSON.stringify(job)}\n`);
    },
    async append(jobId: string, result: JobResult): Promise<void> {
      await appendFile(resultsOf(jobId), `${JSON.stringify(result)}\n`);
    },
    async load(): Promise<JobFile[]> {
      const names = await readdir(folder).catch((): string[] => []);
      const files = names.filter((name) => name.endsWith('.json')).sort();
      return Promise.all(
        files.map(async (name) => jobFile.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
      );
    },
    async results(jobId: string): Promise<JobResult[]> {
      const text = await readFile(resultsOf(jobId), 'utf8').catch(() => '');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole !== text) await writeWhole(resultsOf(jobId), whole);
      return whole
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => certificateResult.parse(JSON.parse(line)));
    },
  };
}
