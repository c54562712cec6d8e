import { Worker } from 'node:worker_threads';
import type { Invocation } from './invocation.ts';
import type { EnvironmentData, FromEnvironment, ToEnvironment } from './thread.ts';

/** "Lambda runtime environment lifecycle", Lambda developer guide: the init phase may last ten seconds. */
const initMs = 10_000;

export type EnvironmentOptions = {
  program: URL;
  data: EnvironmentData;
  env: Record<string, string>;
  memoryMb: number;
  log: (text: string) => void;
};
export type Environment = {
  /** One event at a time. `limits` in milliseconds: of the function, and of the caller from now on. */
  run(event: unknown, context: Record<string, unknown>, limits: { own: number; caller: number }): Promise<Invocation>;
  isAlive(): boolean;
  end(): Promise<void>;
};

/** Starts a thread with a function in it. It holds the process only while it answers. */
export function createEnvironment({ program, data, env, memoryMb, log }: EnvironmentOptions): Environment {
  const worker = new Worker(program, {
    workerData: data,
    env,
    name: 'function',
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => log(String(chunk).trimEnd()));
  let ended: Invocation | undefined;
  let answer: ((invocation: Invocation) => void) | undefined;
  let isReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const settle = (invocation: Invocation) => {
    answer?.(invocation);
    answer = undefined;
  };
  const finish = (message: string) => {
    ended ??= { ok: false, kind: 'crashed', message };
    settle(ended);
    isReady();
  };
  worker.on('message', (message: FromEnvironment) => {
    if (message.said === 'ready') isReady();
    else if (message.said === 'log') log(message.text);
    else if (message.said === 'value') settle({ ok: true, value: JSON.parse(message.value) });
    else if (message.said === 'thrown')
      settle({ ok: false, kind: 'thrown', message: `${message.type}: ${message.message}` });
    else {
      finish(message.message);
      void worker.terminate();
    }
  });
  worker.on('error', (error: Error & { code?: string }) =>
    finish(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? `Runtime.OutOfMemory: it needed more than ${memoryMb} MB`
        : `Runtime.UnhandledPromiseRejection or an error outside of the handler: ${error.message}`,
    ),
  );
  worker.on('exit', (code) => finish(`Runtime.ExitError: Runtime exited with error: exit status ${code}`));
  worker.unref();

  return {
    isAlive: () => ended === undefined,
    end: async () => {
      finish('The function was ended.');
      await worker.terminate();
    },
    run: (event, context, limits) =>
      new Promise((resolve) => {
        worker.ref();
        let timer: NodeJS.Timeout;
        const startedMs = performance.now();
        const allow = (ms: number) => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
            ended ??= { ok: false, kind: 'timeout', message: `Task timed out after ${seconds} seconds` };
            settle(ended);
            void worker.terminate();
          }, ms);
        };
        answer = (invocation) => {
          clearTimeout(timer);
          worker.unref();
          resolve(invocation);
        };
        allow(Math.min(initMs, limits.caller));
        void ready.then(() => {
          if (ended) return settle(ended);
          const leftMs = limits.caller - (performance.now() - startedMs);
          const ms = Math.max(0, Math.min(limits.own, leftMs));
          allow(ms);
          const message: ToEnvironment = { event: JSON.stringify(event ?? null), context, deadlineMs: Date.now() + ms };
          worker.postMessage(message);
        });
      }),
  };
}
