import type { CallEnvelope, EventName, Reply, Transport, WindowAct } from '../app/contract/index.ts';
import { createEntrance, type Outside, pageHeader } from './entrance.ts';
import { listenToEvents } from './eventstream.ts';

/** The link to the station. `lost` means that the screen may be old, `out` that this page is not let in. */
export type Link = 'connecting' | 'up' | 'lost' | 'out';

/** A transport that also reports its link. `onLink` calls back at each change. */
export type LinkedTransport = Transport & {
  link(): Link;
  onLink(listener: () => void): () => void;
  /** How often the link came back after it was lost. What was read before that may be old. */
  returns(): number;
  /** Why this page is not let in; undefined when it is. */
  outside(): Outside | undefined;
};

declare global {
  interface Window {
    /** Offered by Electron's preload. Absent in a browser. */
    birthmark?: Transport & { act(act: WindowAct): Promise<Reply> };
  }
}

/** Within one program the link cannot be lost without the window. */
const direct = (inner: Transport): LinkedTransport => ({
  call: (envelope) => inner.call(envelope),
  subscribe: (event, listener) => inner.subscribe(event, listener),
  link: () => 'up',
  onLink: () => () => undefined,
  returns: () => 0,
  outside: () => undefined,
});

const refused = (code: 'station.noAnswer' | 'session.unknownPage', detail: string): Reply => ({
  ok: false,
  error: { code, detail },
});

/** Methods whose answers carry other keys for this page. */
const turns: readonly string[] = ['session.signIn', 'session.signOut'];
/** The number of tries: with these keys, with keys that came meanwhile, and with keys from being let in again. */
const mostTries = 3;

/** POST for calls, and one stream for all events. The stream is opened again when the set of wanted events changes. */
function http(): LinkedTransport {
  const wanted = new Map<EventName, Set<(data: unknown) => void>>();
  const latest = new Map<EventName, { text: string; data: unknown }>();
  const linkListeners = new Set<() => void>();
  const entrance = createEntrance(() => setLink('out'));
  let link: Link = 'connecting';
  let returns = 0;
  let stop: (() => void) | undefined;
  let opened = '';
  let queued = false;
  /** A running sign-in or sign-out. Other calls wait for the keys that come with its answer. */
  let turning: Promise<unknown> = Promise.resolve();

  function setLink(next: Link) {
    if (next === link) return;
    if (link === 'lost' && next === 'up') returns += 1;
    link = next;
    if (next !== 'up') latest.clear();
    for (const listener of linkListeners) listener();
  }

  const open = () => {
    queued = false;
    const names = [...wanted.keys()].sort();
    if (names.join(',') === opened) return;
    stop?.();
    opened = names.join(',');
    if (names.length === 0) return;
    stop = listenToEvents({
      entrance,
      names,
      settled: () => turning,
      onOpen: () => setLink('up'),
      onLost: () => setLink('lost'),
      onEvent(name, text) {
        // Each new stream begins with all snapshots. The screens have drawn most of them.
        if (latest.get(name)?.text === text) return;
        const data: unknown = JSON.parse(text);
        latest.set(name, { text, data });
        for (const listener of wanted.get(name) ?? []) listener(data);
      },
    });
  };
  const queueOpen = () => {
    if (queued) return;
    queued = true;
    queueMicrotask(open);
  };

  const send = async (envelope: CallEnvelope): Promise<Reply> => {
    for (let tries = 1; ; tries += 1) {
      const page = await entrance.page();
      if (page === undefined) return refused('session.unknownPage', 'this page is not let in');
      const response = await fetch('/api/call', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [pageHeader]: page },
        body: JSON.stringify(envelope),
      });
      const next = response.headers.get(pageHeader);
      if (next !== null) entrance.keep(next);
      if (response.status !== 401 || tries === mostTries) return (await response.json()) as Reply;
      await entrance.again(page);
    }
  };
  const sendSafely = (envelope: CallEnvelope): Promise<Reply> =>
    send(envelope).catch((cause: unknown) => refused('station.noAnswer', `${envelope.method}: ${String(cause)}`));

  return {
    async call(envelope) {
      const before = turning;
      if (turns.includes(envelope.method)) {
        const mine = before.then(() => sendSafely(envelope));
        turning = mine;
        return mine;
      }
      await before;
      return sendSafely(envelope);
    },
    subscribe(event, listener) {
      const listeners = wanted.get(event) ?? new Set();
      wanted.set(event, listeners.add(listener));
      const known = latest.get(event);
      if (known) listener(known.data);
      queueOpen();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && wanted.get(event) === listeners) wanted.delete(event);
        queueOpen();
      };
    },
    link: () => link,
    returns: () => returns,
    onLink(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
    outside: entrance.outside,
  };
}

export const openTransport = (): LinkedTransport => (window.birthmark ? direct(window.birthmark) : http());
