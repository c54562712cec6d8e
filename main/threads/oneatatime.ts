/**
 * Sends one request at a time to a thread that may hang. Each has a time limit, and a thread that exceeds it is
 * abandoned.
 */
import { StationError } from '../../app/contract/errors.ts';
import type { Thread } from './thread.ts';

export type Turns = {
  /**
   * `limitMs` counts from the start of the request.
   * @throws `ca.tokenFailed` – when the limit has passed, and for as long as the thread still hangs
   */
  ask: (name: string, params: unknown, limitMs: number) => Promise<unknown>;
  close: (limitMs: number) => Promise<void>;
};

/** The first request starts the thread. `onLost` is called when the thread is abandoned or dies. */
export function createTurns(start: () => Promise<Thread>, onLost: () => void): Turns {
  let thread: Promise<Thread> | undefined;
  let hung: StationError | undefined;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function started(): Promise<Thread> {
    const made = await start();
    void made.exited.then(() => {
      thread = undefined;
      hung = undefined;
      process.off('exit', endByForce);
      onLost();
    });
    return made;
  }

  function giveUp(current: Thread, limitMs: number): void {
    // No second thread starts while the first hangs: it would wait for the same lock in the module, and so would the
    // next.
    hung = new StationError('ca.tokenFailed', `the token has not answered for ${limitMs / 1000} s`);
    process.once('exit', endByForce);
    current.abandon(hung);
    onLost();
  }

  async function turn(name: string, params: unknown, limitMs: number): Promise<unknown> {
    if (hung !== undefined) throw hung;
    thread ??= started();
    let current: Thread;
    try {
      current = await thread;
    } catch (thrown) {
      thread = undefined;
      throw thrown;
    }
    const timer = setTimeout(() => giveUp(current, limitMs), limitMs);
    try {
      return await current.ask(name, params);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    ask(name, params, limitMs) {
      if (closed) return Promise.reject(new StationError('ca.tokenFailed', 'the tokens are closed'));
      const answer = last.then(() => turn(name, params, limitMs));
      last = answer.catch(() => undefined);
      return answer;
    },
    async close(limitMs) {
      if (closed) return;
      closed = true;
      const current = await thread?.catch(() => undefined);
      if (current === undefined || hung !== undefined) return;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        giveUp(current, limitMs);
        resolve();
      }, limitMs);
      await Promise.race([last.then(() => current.close()), late]);
      clearTimeout(timer);
    },
  };
}

/**
 * A process waits for its threads when it ends. It would wait without end for one in a call that never returns.
 * Everything else is done by then.
 */
function endByForce(): void {
  process.kill(process.pid, 'SIGKILL');
}
