/** A small station for tests of hosts: answers what it is told to, counts its connections, pushes what it is given. */
import type { CallEnvelope, Connect, Connection, EventName, Origin, Reply } from '../app/contract/index.ts';

export type FakeConnection = Connection & {
  origin: Origin;
  calls: CallEnvelope[];
  closed: boolean;
  listening(): EventName[];
};

export function createFakeStation(
  answer: (envelope: CallEnvelope, connection: FakeConnection) => unknown = () => ({}),
) {
  const connections: FakeConnection[] = [];
  const snapshots = new Map<EventName, unknown>();
  const listeners = new Set<{ event: EventName; owner: FakeConnection; listener: (data: unknown) => void }>();

  const connect: Connect = (origin) => {
    const connection: FakeConnection = {
      origin,
      calls: [],
      closed: false,
      async call(envelope): Promise<Reply> {
        connection.calls.push(envelope);
        return { ok: true, result: await answer(envelope, connection) };
      },
      subscribe(event, listener) {
        const entry = { event, owner: connection, listener };
        listeners.add(entry);
        if (snapshots.has(event)) listener(snapshots.get(event));
        return () => void listeners.delete(entry);
      },
      close() {
        connection.closed = true;
        for (const entry of listeners) if (entry.owner === connection) listeners.delete(entry);
      },
      listening: () => [...listeners].filter(({ owner }) => owner === connection).map(({ event }) => event),
    };
    connections.push(connection);
    return connection;
  };

  return {
    connect,
    connections,
    push(event: EventName, data: unknown) {
      snapshots.set(event, data);
      for (const entry of listeners) if (entry.event === event) entry.listener(data);
    },
  };
}

/** What a host asks beside calls, of a station where nothing is at work. */
export const idle = {
  onWork(listener: (units: number) => void) {
    listener(0);
    return () => {};
  },
  suspend: async () => {},
  resume: async () => {},
};
