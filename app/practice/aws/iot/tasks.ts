import { randomBytes, randomUUID } from 'node:crypto';
import { type Account, nowSeconds, type Task } from '../account.ts';
import { iotError } from '../errors.ts';
import { page } from './pages.ts';
import {
  label,
  needBody,
  needQuery,
  oneOf,
  operation,
  pageSize,
  query,
  roleArn,
  templateBody,
  text,
} from './shapes.ts';
import { readTemplate } from './template.ts';

const taskId = text(0, 40);
const status = oneOf('InProgress', 'Completed', 'Failed', 'Cancelled', 'Cancelling');
const reportType = oneOf('ERRORS', 'RESULTS');
export const linesPerReport = 10_000;

export const taskOperations = {
  StartThingRegistrationTask: operation(
    'POST',
    '/thing-registration-tasks',
    {
      templateBody: needBody(templateBody),
      inputFileBucket: needBody(text(3, 256, /^[a-zA-Z0-9._-]+$/)),
      inputFileKey: needBody(text(1, 1024, /^[a-zA-Z0-9!_.*'()-/]+$/)),
      roleArn: needBody(roleArn),
    },
    (input, account) => {
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
        results: [],
        errors: [],
        token: randomBytes(16).toString('hex'),
      };
      account.state.tasks.set(task.taskId, task);
      account.changed();
      account.run(task);
      return { taskId: task.taskId };
    },
  ),

  DescribeThingRegistrationTask: operation(
    'GET',
    '/thing-registration-tasks/{taskId}',
    { taskId: label(taskId) },
    (input, account) => {
      const task = findTask(account, input.taskId);
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
        successCount: task.results.length,
        failureCount: task.errors.length,
        percentageProgress: task.total === 0 ? 0 : Math.floor((100 * processed(task)) / task.total),
      };
    },
  ),

  ListThingRegistrationTasks: operation(
    'GET',
    '/thing-registration-tasks',
    { nextToken: query(text(1, 1024)), maxResults: query(pageSize), status: query(status) },
    (input, account) => {
      const all = [...account.state.tasks.values()].reverse();
      const wanted = all.filter((task) => input.status === undefined || task.status === input.status);
      const { items, next } = page(wanted, input.nextToken, input.maxResults);
      return { taskIds: items.map((task) => task.taskId), nextToken: next };
    },
  ),

  ListThingRegistrationTaskReports: operation(
    'GET',
    '/thing-registration-tasks/{taskId}/reports',
    {
      taskId: label(taskId),
      reportType: needQuery(reportType),
      nextToken: query(text(1, 1024)),
      maxResults: query(pageSize),
    },
    (input, account) => {
      const task = account.state.tasks.get(input.taskId);
      if (!task) throw iotError('InvalidRequestException', 'The task does not exist.');
      const lines = isRunning(task) ? [] : reportLines(task, input.reportType);
      const links = Array.from(
        { length: Math.ceil(lines.length / linesPerReport) },
        (_, index) => `${account.endpoint}/-/reports/${task.taskId}/${task.token}/${input.reportType}/${index}.json`,
      );
      const { items, next } = page(links, input.nextToken, input.maxResults);
      return { resourceLinks: items, reportType: input.reportType, nextToken: next };
    },
  ),

  StopThingRegistrationTask: operation(
    'PUT',
    '/thing-registration-tasks/{taskId}/cancel',
    { taskId: label(taskId) },
    (input, account) => {
      const task = findTask(account, input.taskId);
      if (!isRunning(task)) throw iotError('InvalidRequestException', `The task is ${task.status} already.`);
      task.status = 'Cancelling';
      task.modifiedAt = nowSeconds(account);
      account.changed();
      account.wake();
      return {};
    },
  ),
};

/** The text behind a report link, or undefined when the link is not one of ours. */
export function reportText(account: Account, segments: readonly string[]): string | undefined {
  const [, , id = '', token, kind, file = ''] = segments;
  const task = account.state.tasks.get(id);
  const index = /^(\d{1,6})\.json$/.exec(file)?.[1];
  if (!task || task.token !== token || index === undefined || (kind !== 'RESULTS' && kind !== 'ERRORS'))
    return undefined;
  const lines = reportLines(task, kind).slice(Number(index) * linesPerReport, (Number(index) + 1) * linesPerReport);
  return lines.map((line) => `${line}\n`).join('');
}

export const isRunning = (task: Task): boolean => task.status === 'InProgress' || task.status === 'Cancelling';
export const processed = (task: Task): number => task.results.length + task.errors.length;
const reportLines = (task: Task, kind: 'RESULTS' | 'ERRORS') => (kind === 'RESULTS' ? task.results : task.errors);

function findTask(account: Account, id: string): Task {
  const task = account.state.tasks.get(id);
  if (!task) throw iotError('ResourceNotFoundException', 'The task does not exist.');
  return task;
}
