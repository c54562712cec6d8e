import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../account.ts';
import type { LambdaFunction } from '../nouns.ts';
import { roleOf } from '../permissions/role.ts';
import { createEnvironment, type Environment } from './environment.ts';
import { functionArn, functionNamed } from './functions.ts';
import type { Invocation } from './invocation.ts';
import { unzip, writeFiles } from './zip.ts';

export type InvokeOptions = { timeoutMs: number };

/** Environments of one function at a time. More events wait for their turn. */
const maxEnvironments = 3;
/** An environment without an event ends after this time. */
const idleMs = 60_000;

/** The environments of a function, as it was when they began. */
type Running = {
  made: LambdaFunction;
  folder: string;
  sdks: string[];
  idle: Environment[];
  all: Set<Environment>;
  waiting: ((environment: Environment) => void)[];
  /** The function has changed since. What waits is still done, and then this ends. */
  isOld: boolean;
};
type Begun = { as: string; running: Promise<Running> };
/** By name of the function. */
const runners = new WeakMap<Account, Map<string, Begun>>();

/**
 * Runs a function of the account with one event, as Lambda does: on Node, in a thread with the function's environment,
 * with the credentials of its role and against the account's own endpoint. An environment is used again for the next
 * event. The function's own timeout counts from its handler; `timeoutMs` from the start of its turn. It never throws.
 */
export async function invoke(
  account: Account,
  functionArn: string,
  event: unknown,
  { timeoutMs }: InvokeOptions,
): Promise<Invocation> {
  const requestId = randomUUID();
  const invocation: Invocation =
    account.faults.outage() === 'functionsRefuse'
      ? { ok: true, value: { allowProvisioning: false, result: 'refused by the practice' } }
      : await invoked(account, functionArn, event, timeoutMs, requestId);
  account.log.note({
    eventType: 'FunctionExecution',
    status: invocation.ok ? 'Success' : 'Failure',
    ...(!invocation.ok && { reason: invocation.message }),
    details:
      `${functionArn.split(':').at(-1)} ${invocation.ok ? shortened(JSON.stringify(invocation.value)) : ''}`.trim(),
  });
  return invocation;
}

/** Ends all functions that run. */
export async function closeFunctions(account: Account): Promise<void> {
  const runner = runners.get(account);
  runners.delete(account);
  for (const { running } of runner?.values() ?? []) await running.then(endAll, () => {});
}

async function invoked(
  account: Account,
  arn: string,
  event: unknown,
  timeoutMs: number,
  awsRequestId: string,
): Promise<Invocation> {
  const made = functionNamed(account, arn);
  if (!made) return { ok: false, kind: 'missing', message: `Function not found: ${arn}` };
  if (!/^nodejs\d+\.x$/.test(made.runtime))
    return { ok: false, kind: 'crashed', message: `The practice AWS runs Node.js only, and not ${made.runtime}.` };
  let running: Running;
  try {
    running = await runningOf(account, made);
  } catch (error) {
    return { ok: false, kind: 'crashed', message: `The code cannot be unzipped: ${(error as Error).message}` };
  }
  const environment = await freeOf(account, running);
  const context = {
    functionName: made.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(account, made.name),
    memoryLimitInMB: String(made.memory),
    awsRequestId,
  };
  const invocation = await environment.run(event, context, { own: made.timeout * 1000, caller: timeoutMs });
  release(account, running, environment);
  return invocation;
}

/** Environments with the code and the settings that the function has now. */
function runningOf(account: Account, made: LambdaFunction): Promise<Running> {
  const runner = runners.get(account) ?? new Map<string, Begun>();
  runners.set(account, runner);
  const as = JSON.stringify(made);
  const known = runner.get(made.name);
  if (known?.as === as) return known.running;
  void known?.running.then(retire, () => {});
  const running = begin(account, made);
  runner.set(made.name, { as, running });
  return running;
}

function retire(running: Running): void {
  running.isOld = true;
  if (running.idle.length === running.all.size) void endAll(running);
}

async function begin(account: Account, made: LambdaFunction): Promise<Running> {
  const files = unzip(await account.blobs.get(made.blob));
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-function-'));
  await writeFiles(join(folder, 'task'), files);
  return {
    made: structuredClone(made),
    folder,
    sdks: sdksIn(files),
    idle: [],
    all: new Set(),
    waiting: [],
    isOld: false,
  };
}

async function endAll({ all, folder }: Running): Promise<void> {
  // A place in the folder that a thread still has open is removed after it.
  await Promise.all([...all].map((environment) => environment.end()));
  await rm(folder, { recursive: true, force: true });
}

async function freeOf(account: Account, running: Running): Promise<Environment> {
  const idle = running.idle.pop();
  if (idle) return idle;
  if (running.all.size < maxEnvironments) return start(account, running);
  return new Promise((resolve) => running.waiting.push(resolve));
}

function start(account: Account, running: Running): Environment {
  const { made, folder, sdks } = running;
  const environment = createEnvironment({
    program: account.functionProgram,
    data: { folder, handler: made.handler, sdks },
    env: environmentOf(account, made, folder),
    memoryMb: made.memory,
    log: (text) =>
      account.log.note({
        eventType: 'FunctionExecution',
        status: 'Success',
        details: `${made.name}: ${shortened(text)}`,
      }),
  });
  running.all.add(environment);
  return environment;
}

/** Gives the environment to the next event, or keeps it for a while. */
function release(account: Account, running: Running, environment: Environment): void {
  const isAlive = environment.isAlive();
  if (!isAlive) running.all.delete(environment);
  const next = running.waiting.shift();
  if (next) {
    next(isAlive ? environment : start(account, running));
    return;
  }
  if (isAlive) running.idle.push(environment);
  if (running.isOld) retire(running);
  setTimeout(() => {
    const at = running.idle.indexOf(environment);
    if (at === -1) return;
    running.idle.splice(at, 1);
    running.all.delete(environment);
    void environment.end();
  }, idleMs).unref();
}

/** "Defined runtime environment variables", Lambda developer guide. Nothing of this process is in it. */
function environmentOf(account: Account, made: LambdaFunction, folder: string): Record<string, string> {
  const { credentials } = roleOf(account, made.role) ?? { credentials: account.state.credentials };
  const sessionToken = 'sessionToken' in credentials ? credentials.sessionToken : undefined;
  return {
    ...((made.environment?.Variables ?? {}) as Record<string, string>),
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ENDPOINT_URL: account.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    AWS_EXECUTION_ENV: `AWS_Lambda_${made.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: made.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(made.memory),
    _HANDLER: made.handler,
    LAMBDA_TASK_ROOT: join(folder, 'task'),
    // Settings that a person of this PC has for AWS are not the function's.
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

const sdkNames = ['@aws-sdk/client-iot', '@aws-sdk/client-dynamodb', '@aws-sdk/client-s3'];

/** The packages of the SDK that the code names: loading one takes a moment. */
function sdksIn(files: Readonly<Record<string, Uint8Array>>): string[] {
  const code = Object.entries(files)
    .filter(([name]) => /\.[cm]?js$/.test(name) && !name.includes('node_modules/'))
    .map(([, bytes]) => Buffer.from(bytes).toString('utf8'))
    .join('\n');
  const named = sdkNames.filter((name) => code.includes(name));
  return named.length > 0 || !code.includes('@aws-sdk/') ? named : sdkNames;
}

const shortened = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text);
