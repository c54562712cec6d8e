import { setImmediate } from 'node:timers/promises';
import { type Account, nowSeconds, type Task } from '../account.ts';
import { ServiceError } from '../errors.ts';
import { appendRecord, cutReports } from '../keep/report.ts';
import { taskRefusal } from '../permissions/role.ts';
import { readTemplate, type Template } from './grammar.ts';
import { type Line, linesOf } from './lines.ts';
import { provision } from './provision.ts';
import { checkIssuerAhead } from './register.ts';
import { processed } from './tasks.ts';

const maxLineBytes = 256_000;
const maxParameters = { name: 2048, value: 4096 };
/** Lines whose certificates are checked on other threads before their turn comes. */
const linesAhead = 32;
/** How long other work may wait when lines go at full speed. */
const longestTurnMs = 8;

/**
 * Works through a task's input file, one line at a time at the account's rate, and writes its two reports. The file is
 * read in pieces, and nothing of a line is kept. After a restart a task that is InProgress continues behind its last
 * saved line.
 */
export async function runTask(account: Account, task: Task): Promise<void> {
  const failure = account.faults.taskFails() ?? unusable(account, task);
  if (failure !== undefined) return finish(account, task, 'Failed', failure);
  task.total = await countLines(account, task);
  if (task.total === 0) return finish(account, task, 'Failed', 'The input file has no lines.');
  await cutReports(account.spool, task);
  const template = readTemplate(task.templateBody);
  const pace = paceOf(account);
  for await (const batch of batchesOf(account, task)) {
    const ready = batch.map(readLine);
    if (account.rate === undefined) await checkAhead(account, template, ready);
    for (const line of ready) {
      await pace();
      if (account.closing()) return;
      if (task.status === 'Cancelling') return finish(account, task, 'Cancelled', 'The task was cancelled.');
      registerLine(account, task, template, line);
      task.modifiedAt = nowSeconds(account);
      account.changed();
    }
    await account.spool.drain();
  }
  finish(account, task, 'Completed');
}

/** Waits for the turn of the next line. At full speed it only lets other work have its turn. */
function paceOf(account: Account): () => Promise<void> {
  const { rate, clock } = account;
  const startedMs = clock.monotonicMs();
  let done = 0;
  let turnMs = performance.now();
  return async () => {
    done += 1;
    if (rate !== undefined) {
      await account.rest(Math.max(0, startedMs + (1000 * done) / rate - clock.monotonicMs()));
    } else if (performance.now() - turnMs > longestTurnMs) {
      await setImmediate();
      turnMs = performance.now();
    }
  };
}

/** A line's parameters, or why it is refused. */
type Ready = { number: number; parameters: ReadonlyMap<string, string>; refused?: ServiceError };

function registerLine(account: Account, task: Task, template: Template, line: Ready): void {
  const { number, parameters, refused } = line;
  try {
    if (refused) throw refused;
    if (account.faults.lineFails(number)) {
      throw new ServiceError('InternalFailureException', 500, 'A fault was asked for.');
    }
    const { certificatePem, resourceArns } = provision(account, template, parameters, task.roleArn);
    const response = { CertificatePem: certificatePem, ResourceArns: resourceArns };
    appendRecord(account.spool, task, 'RESULTS', JSON.stringify({ response }));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // AWS documents no layout for this record. This one is the practice AWS's own and says so.
    const record = { layout: 'birthmark-practice', lineNumber: number, thingName: parameters.get('ThingName') };
    const { name: errorCode, message: errorMessage } = error;
    appendRecord(account.spool, task, 'ERRORS', JSON.stringify({ ...record, errorCode, errorMessage }));
  }
}

function readLine({ number, bytes }: Line): Ready {
  try {
    return { number, parameters: parametersOf(bytes) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { number, parameters: new Map(), refused: error };
  }
}

function parametersOf(bytes: Buffer): ReadonlyMap<string, string> {
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

const checkAhead = (account: Account, template: Template, lines: readonly Ready[]): Promise<unknown> =>
  Promise.all(lines.map(({ parameters }) => checkIssuerAhead(account, template, parameters)));

/** The lines that are still to be done. */
async function* batchesOf(account: Account, task: Task): AsyncGenerator<Line[]> {
  let skip = processed(task);
  let batch: Line[] = [];
  for await (const line of inputOf(account, task)) {
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    batch.push(line);
    if (batch.length < linesAhead) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

async function countLines(account: Account, task: Task): Promise<number> {
  let count = 0;
  for await (const _line of inputOf(account, task)) count += 1;
  return count;
}

function inputOf(account: Account, task: Task): AsyncIterable<Line> {
  const object = account.state.buckets.get(task.inputFileBucket)?.objects.get(task.inputFileKey);
  return linesOf(object ? account.blobs.read(object.blob) : nothing(), maxLineBytes);
}

async function* nothing(): AsyncGenerator<Buffer> {}

function unusable(account: Account, task: Task): string | undefined {
  const denied = taskRefusal(account, task);
  if (denied !== undefined) return denied;
  const bucket = account.state.buckets.get(task.inputFileBucket);
  if (!bucket) return `The bucket ${task.inputFileBucket} does not exist.`;
  return bucket.objects.has(task.inputFileKey) ? undefined : `The object ${task.inputFileKey} does not exist.`;
}

function finish(account: Account, task: Task, status: Task['status'], message?: string): void {
  task.status = status;
  if (message !== undefined) task.message = message;
  task.modifiedAt = nowSeconds(account);
  account.changed();
}
