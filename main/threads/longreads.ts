/** Reads of all records, each on a thread and a connection of its own for as long as it takes. */
import { closedError, type Database } from '../../app/records/database.ts';
import type { ThreadData } from './protocol.ts';
import { besides, startThread, type Thread } from './thread.ts';

export type LongReads = {
  read: Database['read'];
  /** Gives up what is under way: it may take a minute more, and nothing is lost with it. */
  close(): void;
};

export function openLongReads(data: ThreadData): LongReads {
  const running = new Set<Thread>();
  let closed = false;
  return {
    async read(name, asked) {
      if (closed) throw closedError();
      const thread = await startThread(besides('reader'), 'longreader', data);
      running.add(thread);
      try {
        if (closed) throw closedError();
        return await thread.ask(name, asked);
      } finally {
        running.delete(thread);
        if (closed) thread.abandon(closedError());
        else await thread.close();
      }
    },
    close() {
      closed = true;
      for (const thread of running) thread.abandon(closedError());
    },
  };
}
