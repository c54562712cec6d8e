/** The reports of a task: kept as files, and compared with the members of the batch. */
import { dirname, join, parse } from 'node:path';
import type { Clock } from '../contract/clock.ts';
import type { Cloud, ReportKind } from './cloud.ts';
import { linesOfFile, writeLinesFile } from './linesfile.ts';
import { type Calm, pause } from './patience.ts';
import { createReconciler, type ReconcileCounts, type ReconcileMember } from './reconcile.ts';
import type { Recording } from './recording.ts';

const maxTries = 6;
export const reportKinds = ['RESULTS', 'ERRORS'] as const satisfies readonly ReportKind[];

/** A report as it is kept beside the batch's file. `digest` is SHA-256 of its bytes, lower-case hex. */
export type KeptReport = { digest: string; lines: number; bytes: number };
export type KeptReports = Record<ReportKind, KeptReport>;

/** Where the report of the batch with this file is kept. A batch that is submitted again gets new ones. */
export const reportFile = (batchFile: string, kind: ReportKind): string =>
  join(dirname(batchFile), `${parse(batchFile).name}.${kind.toLowerCase()}.json`);

type CollectPorts = {
  cloud: Cloud;
  clock: Clock;
  signal: AbortSignal | undefined;
  calm: Calm;
  onWait(): void;
};

/**
 * Brings both reports of a batch's task to disk, as often as it takes: they may come later than the task's end. So while
 * they have fewer lines than AWS counted, this asks again, for about a minute.
 */
export async function keepReports(
  batch: { taskId?: string | undefined; file: string },
  ports: CollectPorts,
): Promise<KeptReports> {
  const { cloud, clock, signal } = ports;
  const taskId = batch.taskId ?? '';
  const keep = async (kind: ReportKind, isKnown: boolean): Promise<KeptReport> => {
    const file = reportFile(batch.file, kind);
    const lines = isKnown ? withNewlines(cloud.reports(taskId, kind, signal)) : none();
    const { digest, lines: count, bytes } = await writeLinesFile(dirname(file), () => parse(file).base, lines);
    return { digest, lines: count, bytes };
  };
  for (let tries = 0; ; tries += 1) {
    const { reports, isWhole } = await ports.calm(async () => {
      const task = await cloud.describeTask(taskId, signal);
      const reports = {
        RESULTS: await keep('RESULTS', task !== undefined),
        ERRORS: await keep('ERRORS', task !== undefined),
      };
      const expected = task === undefined ? 0 : task.succeeded + task.failed;
      return { reports, isWhole: reports.RESULTS.lines + reports.ERRORS.lines >= expected };
    });
    if (isWhole || tries >= maxTries) return reports;
    ports.onWait();
    await pause(clock, 1_000 * 2 ** tries, signal);
  }
}

/**
 * Compares the reports on disk with the members, and records each one's result. Lines and members pass by; only names and
 * results stay in memory. The errors come first: then a registered member is settled as soon as it is read, and the records
 * write while the rest of RESULTS, which takes longest to read, is being read.
 *
 * @throws records.damaged – a report cannot be read
 * @throws what `recording` throws; some results are on record then
 */
export async function reconcileReports(
  batchFile: string,
  members: AsyncIterable<ReconcileMember>,
  recording: Recording,
): Promise<ReconcileCounts> {
  const reconciler = createReconciler();
  for await (const member of members) reconciler.member(member);
  for await (const lines of linesOfFile(reportFile(batchFile, 'ERRORS'))) lines.forEach(reconciler.error);
  for await (const lines of linesOfFile(reportFile(batchFile, 'RESULTS'))) {
    lines.forEach(reconciler.result);
    for (const page of reconciler.settled()) await recording.page(page);
  }
  const { results, ...counts } = reconciler.finish();
  await recording.rest(results());
  return counts;
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function* none(): AsyncIterable<string> {}
