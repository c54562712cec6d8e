import type { Report, Task } from '../account.ts';
import type { Spool } from './blobs.ts';

/** The two reports of a task, as files of the spool. They are written while the task runs and read in parts. */

export const linesPerReport = 10_000;
export type ReportType = 'RESULTS' | 'ERRORS';

export const emptyReport = (): Report => ({ lines: 0, bytes: 0, marks: [] });
export const reportOf = (task: Task, type: ReportType): Report => (type === 'RESULTS' ? task.results : task.errors);
const nameOf = (task: Task, type: ReportType) => `report-${task.taskId}-${type}`;

/** `record` is one line of JSON without its end. */
export function appendRecord(spool: Spool, task: Task, type: ReportType, record: string): void {
  const report = reportOf(task, type);
  if (report.lines % linesPerReport === 0) report.marks.push(report.bytes);
  spool.append(nameOf(task, type), `${record}\n`);
  report.lines += 1;
  report.bytes += Buffer.byteLength(record) + 1;
}

/** Takes back what was written after the task was last saved. */
export async function cutReports(spool: Spool, task: Task): Promise<void> {
  for (const type of ['RESULTS', 'ERRORS'] as const) await spool.cut(nameOf(task, type), reportOf(task, type).bytes);
}

/** The file `index` of a report. Undefined when there is none. */
export async function readReport(
  spool: Spool,
  task: Task,
  type: ReportType,
  index: number,
): Promise<Buffer | undefined> {
  const { marks, bytes } = reportOf(task, type);
  const from = marks[index];
  return from === undefined ? undefined : spool.read(nameOf(task, type), from, marks[index + 1] ?? bytes);
}
