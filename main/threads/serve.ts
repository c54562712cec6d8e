/**
 * The thread's end: opens, reports that it is ready, and answers. On `close` it finishes earlier requests before it
 * closes the port.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { failureOf, type ThreadData, type ThreadReply, type ThreadRequest } from './protocol.ts';

export type Served = {
  answer: (name: string, params: unknown) => Promise<unknown>;
  /** Finishes its work and closes. */
  close: () => void | Promise<void>;
};

export function serve(open: (data: ThreadData) => Served): void {
  const port = parentPort as MessagePort;
  const say = (reply: ThreadReply) => port.postMessage(reply);
  let served: Served;
  try {
    served = open(workerData as ThreadData);
  } catch (thrown) {
    say({ failed: failureOf(thrown) });
    return;
  }
  port.on('message', (request: ThreadRequest) => {
    if ('close' in request) {
      // Answers of the last commit are queued as microtasks. The port closes after them. An error ends the thread.
      void Promise.resolve(served.close()).then(() => setImmediate(() => port.close()));
      return;
    }
    const { id, name, params } = request;
    served.answer(name, params).then(
      (result) => say({ id, result }),
      (thrown) => say({ id, error: failureOf(thrown) }),
    );
  });
  say({ ready: true });
}
