/** A thread that answers requests, as the main thread sees it. */
import { Worker } from 'node:worker_threads';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { closedError } from '../../app/records/database.ts';
import { rebuilt, type ThreadData, type ThreadReply } from './protocol.ts';

export type Thread = {
  ask: (name: string, params: unknown) => Promise<unknown>;
  close: () => Promise<void>;
  /**
   * Rejects all pending requests, and does not wait for the thread to end: the thread may be in a call that never
   * returns.
   */
  abandon: (reason: StationError) => void;
  /** Resolves when the thread is gone. */
  exited: Promise<void>;
};
/** The owner of a thread, named in the error that reports the thread's death. */
export type Owner = { code: ErrorCode; what: string };
const records: Owner = { code: 'records.failed', what: 'the records' };

/** The file of a thread beside this one, in the sources or in a bundle. */
export const besides = (name: string): URL => {
  const file = `./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
  return new URL(file, import.meta.url);
};

/**
 * What a thread makes and drops at once, in MB. V8 takes three times 16 for it, which each thread then keeps. The writer has that: it
 * makes most, and the line waits for it.
 */
const mostYoungMb = 24;

type Pending = { resolve: (result: unknown) => void; reject: (reason: StationError) => void };

/** Resolves once the thread has opened its file. A thread that dies rejects all pending requests. */
export function startThread(
  program: URL,
  name: string,
  workerData: ThreadData | null,
  owner: Owner = records,
): Promise<Thread> {
  const resourceLimits = name === 'writer' ? {} : { maxYoungGenerationSizeMb: mostYoungMb };
  const worker = new Worker(program, { workerData, name, resourceLimits });
  const pending = new Map<number, Pending>();
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let lastId = 0;
  /** Why the thread takes no more requests. */
  let ended: StationError | undefined;

  const end = (reason: StationError) => {
    ended ??= reason;
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
  };
  const settle = (reply: Extract<ThreadReply, { id: number }>) => {
    const asked = pending.get(reply.id);
    pending.delete(reply.id);
    if ('error' in reply) asked?.reject(rebuilt(reply.error));
    else asked?.resolve(reply.result);
  };
  const thread: Thread = {
    ask: (name, params) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, name, params });
      }),
    async close() {
      if (!ended) {
        ended = closedError();
        worker.postMessage({ close: true });
      }
      await exited;
    },
    abandon(reason) {
      end(reason);
      void worker.terminate();
      worker.unref();
    },
    exited,
  };

  return new Promise((resolve, reject) => {
    const died = (cause: unknown) => {
      const reason = new StationError(owner.code, `the ${name} thread of ${owner.what} died`, { cause });
      reject(reason);
      end(reason);
    };
    worker.on('error', died);
    worker.on('exit', (exitCode) => died(new Error(`exit code ${exitCode}`)));
    worker.on('message', (reply: ThreadReply) => {
      if ('ready' in reply) resolve(thread);
      else if ('failed' in reply) reject(rebuilt(reply.failed));
      else settle(reply);
    });
  });
}
