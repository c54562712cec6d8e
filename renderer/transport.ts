import type { EventName, Reply, Transport, WindowAct } from '../app/contract/index.ts';

/** Whether the station hears us. `lost` means what is on screen may be old. */
export type Link = 'connecting' | 'up' | 'lost';

/** A transport that also says how the link is; `onLink` calls back at each change. */
export type LinkedTransport = Transport & {
  link(): Link;
  onLink(listener: () => void): () => void;
};

declare global {
  interface Window {
    /** Offered by Electron's preload; absent in a browser. */
    birthmark?: Transport & { act(act: WindowAct): Promise<Reply> };
  }
}

const eventsPath = '/api/events';
const reopenAfterMs = 1500;

/** Inside one program the link cannot be lost without the window. */
const direct = (inner: Transport): LinkedTransport => ({
  call: (envelope) => inner.call(envelope),
  subscribe: (event, listener) => inner.subscribe(event, listener),
  link: () => 'up',
  onLink: () => () => undefined,
});

const unreachable = (detail: string): Reply => ({ ok: false, error: { code: 'internal', detail } });

/** POST for calls, one EventSource for all events (WHATWG HTML §9.2), reopened when the wanted set changes. */
function http(): LinkedTransport {
  const wanted = new Map<EventName, Set<(data: unknown) => void>>();
  const latest = new Map<EventName, unknown>();
  const linkListeners = new Set<() => void>();
  let link: Link = 'connecting';
  let source: EventSource | undefined;
  let opened = '';
  let queued = false;

  const setLink = (next: Link) => {
    if (next === link) return;
    link = next;
    if (next === 'lost') latest.clear();
    for (const listener of linkListeners) listener();
  };

  const open = () => {
    queued = false;
    const names = [...wanted.keys()].sort().join(',');
    if (names === opened && source?.readyState !== EventSource.CLOSED) return;
    source?.close();
    opened = names;
    if (names === '') return;
    const mine = new EventSource(`${eventsPath}?events=${names}`);
    source = mine;
    mine.onopen = () => setLink('up');
    mine.onerror = () => {
      if (mine !== source) return;
      setLink('lost');
      if (mine.readyState === EventSource.CLOSED) setTimeout(queueOpen, reopenAfterMs);
    };
    for (const name of wanted.keys()) {
      mine.addEventListener(name, (message) => {
        const data: unknown = JSON.parse((message as MessageEvent<string>).data);
        latest.set(name, data);
        for (const listener of wanted.get(name) ?? []) listener(data);
      });
    }
  };
  const queueOpen = () => {
    if (queued) return;
    queued = true;
    queueMicrotask(open);
  };

  return {
    async call(envelope) {
      try {
        const response = await fetch('/api/call', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(envelope),
        });
        return (await response.json()) as Reply;
      } catch (cause) {
        return unreachable(`The station did not answer ${envelope.method}: ${String(cause)}`);
      }
    },
    subscribe(event, listener) {
      const listeners = wanted.get(event) ?? new Set();
      wanted.set(event, listeners.add(listener));
      if (latest.has(event)) listener(latest.get(event));
      queueOpen();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && wanted.get(event) === listeners) wanted.delete(event);
        queueOpen();
      };
    },
    link: () => link,
    onLink(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
  };
}

export const openTransport = (): LinkedTransport => (window.birthmark ? direct(window.birthmark) : http());
