/** Sends snapshots to listeners. Changes are coalesced: each event comes at most 20 times a second. */
import type { EventData, EventName } from '../contract/methods.ts';

const minimumGapMs = 50;

/** One sequence for the process. It grows across stations. The clock seeds it, so it grows across restarts, too. */
let lastSeq = Date.now();
/** The next number of the sequence. */
export const nextSeq = (): number => ++lastSeq;

export type Sources = { [E in EventName]?: () => Promise<Omit<EventData<E>, 'seq'>> };
type Listener = (data: unknown) => void;

export type SnapshotHub = {
  /** Call it when this event's snapshot has changed. */
  changed: (event: EventName) => void;
  /** Sends the current snapshot first, then each coalesced change. Returns the function that stops this. */
  subscribe: (event: EventName, listener: Listener) => () => void;
  snapshot: <E extends EventName>(event: E) => Promise<EventData<E>>;
  close: () => void;
};

/** A hub over these sources. `onError` gets the errors of sources and listeners. */
export function createSnapshotHub(sources: Sources, onError: (thrown: unknown) => void): SnapshotHub {
  const listeners = new Map<EventName, Set<Listener>>();
  const pending = new Map<EventName, NodeJS.Timeout>();
  const lastSentAt = new Map<EventName, number>();
  let closed = false;

  const snapshot = async <E extends EventName>(event: E): Promise<EventData<E>> => {
    const source = sources[event];
    if (!source) throw new Error(`no source for ${event}`);
    return { seq: nextSeq(), ...(await source()) } as EventData<E>;
  };

  /** A listener that fails (its window is gone) must not keep the others from their events. */
  const deliver = (listener: Listener, data: unknown) => {
    try {
      listener(data);
    } catch (thrown) {
      onError(thrown);
    }
  };

  const send = async (event: EventName) => {
    pending.delete(event);
    lastSentAt.set(event, performance.now());
    const to = listeners.get(event);
    if (closed || !to || to.size === 0) return;
    try {
      const data = await snapshot(event);
      for (const listener of to) deliver(listener, data);
    } catch (thrown) {
      onError(thrown);
    }
  };

  return {
    snapshot,
    changed(event) {
      if (closed || pending.has(event) || !listeners.get(event)?.size) return;
      const wait = Math.max(0, (lastSentAt.get(event) ?? 0) + minimumGapMs - performance.now());
      pending.set(
        event,
        setTimeout(() => void send(event), wait),
      );
    },
    subscribe(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(listener));
      snapshot(event).then((data) => {
        if (!closed && set.has(listener)) deliver(listener, data);
      }, onError);
      return () => void set.delete(listener);
    },
    close() {
      closed = true;
      for (const timer of pending.values()) clearTimeout(timer);
      listeners.clear();
    },
  };
}
