import { useSyncExternalStore } from 'react';
import { createClient, type EventData, type EventName, type Station } from '../app/contract/index.ts';
import { atStart } from './atstart.ts';
import type { Outside } from './entrance.ts';
import { type Link, type LinkedTransport, openTransport } from './transport.ts';

let transport: LinkedTransport;
export const station: Station = createClient({
  call: (envelope) => transport.call(envelope),
  subscribe: (event, listener) => transport.subscribe(event, listener),
});

type Store = { subscribe(changed: () => void): () => void; get(): unknown };

/** Holds the newest snapshot of one event while a component shows it. It asks again when the link comes back. */
function storeOf(event: EventName): Store {
  const lookers = new Set<() => void>();
  let snapshot: unknown;
  let stop: (() => void) | undefined;
  let stopLink: (() => void) | undefined;
  const start = () => {
    stop = station.on(event, (data) => {
      snapshot = data;
      for (const changed of lookers) changed();
    });
  };
  return {
    subscribe(changed) {
      lookers.add(changed);
      if (lookers.size === 1) {
        start();
        stopLink = transport.onLink(() => {
          // A restarted station may count its snapshots from a lower number, so only a new subscription accepts them.
          if (transport.link() !== 'up') return;
          stop?.();
          start();
        });
      }
      return () => {
        lookers.delete(changed);
        if (lookers.size > 0) return;
        stop?.();
        stopLink?.();
      };
    },
    get: () => snapshot,
  };
}

const stores = new Map<EventName, Store>();
atStart(() => {
  transport = openTransport();
  stores.clear();
});
function store(event: EventName): Store {
  const known = stores.get(event) ?? storeOf(event);
  stores.set(event, known);
  return known;
}

/** The newest snapshot of an event that a component shows. */
export const latest = <E extends EventName>(event: E): EventData<E> | undefined =>
  store(event).get() as EventData<E> | undefined;

/** The newest snapshot of an event, or undefined before the first one. */
export function useEvent<E extends EventName>(event: E): EventData<E> | undefined {
  const { subscribe, get } = store(event);
  return useSyncExternalStore(subscribe, get) as EventData<E> | undefined;
}

export const useSession = () => useEvent('session.changed');
export const useStationStatus = () => useEvent('station.changed');
export const useBench = () => useEvent('bench.changed');
export const useBatches = () => useEvent('batches.changed');
export const useConnections = () => useEvent('connections.changed');
export const useDrift = () => useEvent('drift.changed');
export const useCertificateJobs = () => useEvent('cloud.changed')?.jobs;
export const usePractice = () => useEvent('practice.changed');

export const useLink = (): Link => useSyncExternalStore(transport.onLink, transport.link);
/** How often the link came back: a reading that depends on it is made again then. */
export const useReturns = (): number => useSyncExternalStore(transport.onLink, transport.returns);
export const useOutside = (): Outside | undefined => useSyncExternalStore(transport.onLink, transport.outside);
