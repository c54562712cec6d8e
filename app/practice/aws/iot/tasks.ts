import { randomBytes, randomUUID } from 'node:crypto';
import { type Account, nowSeconds, type Task } from '../account.ts';
import { iotError } from '../errors.ts';
import { emptyReport, type ReportType, readReport, reportOf } from '../keep/report.ts';
import { readTemplate } from './grammar.ts';
import type { Handlers } from './operation.ts';
import { list } from './pages.ts';
import { find } from './records.ts';
import type { taskTable } from './table/tasks.ts';

export const taskHandlers: Handlers<Omit<typeof taskTable, 'DescribeEndpoint'>> = {
  StartThingRegistrationTask: (input, account) => {
    readTemplate(input.templateBody);
    if ([...account.state.tasks.values()].some(isRunning)) {
      throw iotError('InvalidRequestException', 'Another thing registration task is running in this account.');
    }
    const now = nowSeconds(account);
    const task: Task = {
      ...input,
      taskId: randomUUID(),
      status: 'InProgress',
      createdAt: now,
      modifiedAt: now,
      total: 0,
      results: emptyReport(),
      errors: emptyReport(),
      token: randomBytes(16).toString('hex'),
    };
    account.state.tasks.set(task.taskId, task);
    account.changed();
    account.run(task);
    return { taskId: task.taskId };
  },

  DescribeThingRegistrationTask: ({ taskId }, account) => {
    const task = find(account, 'tasks', taskId);
    return {
      taskId: task.taskId,
      creationDate: task.createdAt,
      lastModifiedDate: task.modifiedAt,
      templateBody: task.templateBody,
      inputFileBucket: task.inputFileBucket,
      inputFileKey: task.inputFileKey,
      roleArn: task.roleArn,
      status: task.status,
      message: task.message,
      successCount: task.results.lines,
      failureCount: task.errors.lines,
      percentageProgress: task.total === 0 ? 0 : Math.floor((100 * processed(task)) / task.total),
    };
  },

  ListThingRegistrationTasks: (input, account) =>
    list(account, input, 'taskIds', {
      keys: [...account.state.tasks.keys()].reverse(),
      show: (id) => {
        const status = account.state.tasks.get(id)?.status;
        return (input.status ?? status) === status ? id : undefined;
      },
    }),

  ListThingRegistrationTaskReports: (input, account) => {
    const { reportType } = input;
    const task = account.state.tasks.get(input.taskId);
    // ResourceNotFoundException is not an error of this operation.
    if (!task) throw iotError('InvalidRequestException', 'The task does not exist.');
    const files = isRunning(task) ? [] : reportOf(task, reportType).marks;
    const links = list(account, input, 'resourceLinks', {
      keys: files.map((_, index) => String(index)),
      show: (index) => `${account.endpoint}/-/reports/${task.taskId}/${task.token}/${reportType}/${index}.json`,
    });
    return { ...links, reportType };
  },

  StopThingRegistrationTask: ({ taskId }, account) => {
    const task = find(account, 'tasks', taskId);
    if (!isRunning(task)) throw iotError('InvalidRequestException', `The task is ${task.status} already.`);
    task.status = 'Cancelling';
    task.modifiedAt = nowSeconds(account);
    account.changed();
    account.wake();
    return {};
  },
};

/** The bytes behind a report link, or undefined when the link is not one of ours. */
export async function reportBytes(account: Account, segments: readonly string[]): Promise<Buffer | undefined> {
  const [, , id = '', token, type, file = ''] = segments;
  const task = account.state.tasks.get(id);
  const index = /^(\d{1,6})\.json$/.exec(file)?.[1];
  if (!task || task.token !== token || index === undefined || !isReportType(type)) return undefined;
  return readReport(account.spool, task, type, Number(index));
}

const isReportType = (type: string | undefined): type is ReportType => type === 'RESULTS' || type === 'ERRORS';
export const isRunning = (task: Task): boolean => task.status === 'InProgress' || task.status === 'Cancelling';
export const processed = (task: Task): number => task.results.lines + task.errors.lines;
