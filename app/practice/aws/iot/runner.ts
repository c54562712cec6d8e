import { setImmediate } from 'node:timers/promises';
import { type Account, nowSeconds, type Task } from '../account.ts';
import { iotError, ServiceError } from '../errors.ts';
import { lineRefusal, taskRefusal } from '../permissions/role.ts';
import { provision } from './provision.ts';
import { processed } from './tasks.ts';
import { readTemplate, type Template } from './template.ts';

const maxLineBytes = 256_000;
const maxParameters = { name: 2048, value: 4096 };

/**
 * Works through a task's input file, one line at a time at the account's rate, and writes its two reports. After a
 * restart a task that is InProgress continues behind its last finished line.
 */
export async function runTask(account: Account, task: Task): Promise<void> {
  const failure = account.faults.taskFails() ?? unusable(account, task);
  if (failure !== undefined) return finish(account, task, 'Failed', failure);
  const lines = inputLines(await objectBytes(account, task));
  if (lines.length === 0) return finish(account, task, 'Failed', 'The input file has no lines.');
  task.total = lines.length;
  const template = readTemplate(task.templateBody);
  const startedMs = account.clock.monotonicMs();
  const skipped = processed(task);
  for (const { number, bytes } of lines.slice(skipped)) {
    if (account.rate !== undefined) {
      const dueMs = startedMs + (1000 * (processed(task) - skipped + 1)) / account.rate;
      await account.rest(Math.max(0, dueMs - account.clock.monotonicMs()));
    } else if (processed(task) % 16 === 0) await setImmediate();
    if (account.closing()) return;
    if (task.status === 'Cancelling') return finish(account, task, 'Cancelled', 'The task was cancelled.');
    registerLine(account, task, template, number, bytes);
    task.modifiedAt = nowSeconds(account);
    account.changed();
  }
  finish(account, task, 'Completed');
}

function registerLine(account: Account, task: Task, template: Template, number: number, bytes: Buffer): void {
  let parameters: ReadonlyMap<string, string> = new Map();
  try {
    parameters = readLine(bytes);
    if (account.faults.lineFails(number)) {
      throw new ServiceError('InternalFailureException', 500, 'A fault was asked for.');
    }
    const refused = lineRefusal(account, task, parameters);
    if (refused !== undefined) {
      throw iotError('ResourceRegistrationFailureException', `AccessDeniedException: ${refused}`);
    }
    const { certificatePem, resourceArns } = provision(account, template, parameters);
    task.results.push(JSON.stringify({ response: { CertificatePem: certificatePem, ResourceArns: resourceArns } }));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // AWS documents no layout for this record. This one is the practice AWS's own and says so.
    const record = { layout: 'birthmark-practice', lineNumber: number, thingName: parameters.get('ThingName') };
    task.errors.push(JSON.stringify({ ...record, errorCode: error.name, errorMessage: error.message }));
  }
}

function readLine(bytes: Buffer): ReadonlyMap<string, string> {
  const refuse = (reason: string) => new ServiceError('InvalidRequestException', 400, reason);
  if (bytes.length > maxLineBytes) throw refuse(`The line is longer than ${maxLineBytes} bytes.`);
  let line: unknown;
  try {
    line = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse('The line is not JSON.');
  }
  if (typeof line !== 'object' || line === null || Array.isArray(line)) throw refuse('The line is not a JSON object.');
  return new Map(
    Object.entries(line).map(([name, value]: [string, unknown]) => {
      if (typeof value !== 'string') throw refuse(`The value of ${name} is not a string.`);
      if (name.length > maxParameters.name || value.length > maxParameters.value) throw refuse(`${name} is too long.`);
      return [name, value];
    }),
  );
}

/** Lines with their numbers (1-based). A byte order mark, CR before LF and blank lines are skipped. */
function inputLines(bytes: Buffer): { number: number; bytes: Buffer }[] {
  const lines: { number: number; bytes: Buffer }[] = [];
  let from = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  for (let number = 1; from < bytes.length; number += 1) {
    const newline = bytes.indexOf(0x0a, from);
    const to = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(from, to > from && bytes[to - 1] === 0x0d ? to - 1 : to);
    if (line.some((byte) => byte !== 0x20 && byte !== 0x09)) lines.push({ number, bytes: line });
    from = to + 1;
  }
  return lines;
}

function unusable(account: Account, task: Task): string | undefined {
  const refused = taskRefusal(account, task);
  if (refused !== undefined) return refused;
  const bucket = account.state.buckets.get(task.inputFileBucket);
  if (!bucket) return `The bucket ${task.inputFileBucket} does not exist.`;
  return bucket.objects.has(task.inputFileKey) ? undefined : `The object ${task.inputFileKey} does not exist.`;
}

async function objectBytes(account: Account, task: Task): Promise<Buffer> {
  const object = account.state.buckets.get(task.inputFileBucket)?.objects.get(task.inputFileKey);
  return object ? account.blobs.get(object.blob) : Buffer.alloc(0);
}

function finish(account: Account, task: Task, status: Task['status'], message?: string): void {
  task.status = status;
  if (message !== undefined) task.message = message;
  task.modifiedAt = nowSeconds(account);
  account.changed();
}
