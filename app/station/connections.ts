/** A client's connection to the station: its calls, its events, and the end of its session. */
import type { BenchSnapshot, Person } from '../contract/model.ts';
import type { Connection, Origin } from '../contract/wire.ts';
import { viewOf } from './bench/view.ts';
import type { Dispatch } from './dispatch.ts';
import { sessionState } from './handlers/session.ts';
import type { Session, Sessions } from './people/sessions.ts';
import type { SnapshotHub } from './snapshots.ts';

export type ConnectOptions = {
  sessions: Sessions;
  /** The listeners of each session. The station calls them. */
  told: Map<Session, Set<(data: unknown) => void>>;
  dispatch: Dispatch;
  hub: SnapshotHub;
  /** Called when a connection closes. The work of its session ends. */
  onClose: (session: Session) => void;
  /** Whether there is a practice line whose events can be sent. */
  practice: boolean;
};

/** Makes connections. `person` acts on a connection before any sign-in. */
export const createConnect =
  ({ sessions, told, dispatch, hub, onClose, practice }: ConnectOptions) =>
  (origin: Origin, person: Person | null = null): Connection => {
    const listeners = new Set<(data: unknown) => void>();
    const stops = new Set<() => void>();
    const session = sessions.open(origin, person);
    told.set(session, listeners);
    return {
      call: (envelope) => dispatch(session, envelope),
      subscribe(event, listener) {
        if (event === 'session.changed') {
          listeners.add(listener);
          queueMicrotask(() => listeners.has(listener) && listener(sessionState(session, sessions)));
          return () => void listeners.delete(listener);
        }
        if (event === 'practice.changed' && !practice) return () => {};
        const seen = (data: unknown) => listener(viewOf(data as BenchSnapshot, session));
        const stop = hub.subscribe(event, event === 'bench.changed' ? seen : listener);
        stops.add(stop);
        return () => {
          stop();
          stops.delete(stop);
        };
      },
      close() {
        if (!told.delete(session)) return;
        for (const stop of stops) stop();
        onClose(session);
        sessions.close(session);
      },
    };
  };
