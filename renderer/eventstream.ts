/** The station's events over HTTP: server-sent events (WHATWG HTML §9.2), read by `fetch`, which can send a header. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type EventName, heartbeatMs, isEventName } from '../app/contract/index.ts';
import { type Entrance, pageHeader } from './entrance.ts';

const reopenAfterMs = 1500;
/** A station that hangs ends no stream, so this many heartbeats without a word count as its end. */
const missedBeats = 3;

export type EventsOptions = {
  entrance: Entrance;
  names: readonly EventName[];
  /** Resolves when no sign-in is running. Its answer brings the keys for the next stream. */
  settled: () => Promise<unknown>;
  onOpen: () => void;
  /** `text` is the snapshot as JSON. */
  onEvent: (name: EventName, text: string) => void;
  onLost: () => void;
};

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, reopenAfterMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Listens until it is stopped or the page is not let in, and reopens streams that end. Returns the function that stops
 * this.
 */
export function listenToEvents(options: EventsOptions): () => void {
  const stop = new AbortController();
  const { signal } = stop;

  /** Opens the stream once. Returns whether it was open. */
  const once = async (): Promise<boolean> => {
    await options.settled();
    const page = await options.entrance.page();
    if (page === undefined) {
      stop.abort();
      return false;
    }
    const silent = new AbortController();
    const response = await fetch(`/api/events?events=${options.names.join(',')}`, {
      headers: { [pageHeader]: page },
      cache: 'no-store',
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (response.status === 401) return options.entrance.again(page).then(() => true);
    if (!response.ok || !response.body) return false;
    options.onOpen();
    // Beats are counted, not time: while this PC sleeps, none of them pass.
    let missed = 0;
    const heard = () => {
      missed = 0;
    };
    const reader = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment: heard }))
      .getReader();
    const watch = setInterval(() => {
      missed += 1;
      if (missed === missedBeats) silent.abort();
    }, heartbeatMs);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || signal.aborted) return true;
        heard();
        if (value.event !== undefined && isEventName(value.event)) options.onEvent(value.event, value.data);
      }
    } finally {
      clearInterval(watch);
    }
  };

  /** Reopens a stream at once if it was open, because it may have ended only to change its keys. */
  const run = async () => {
    let wasOpen = true;
    while (!signal.aborted) {
      const open = await once().catch(() => false);
      if (signal.aborted) return;
      if (open && wasOpen) {
        wasOpen = false;
        continue;
      }
      options.onLost();
      await pause(signal);
      wasOpen = true;
    }
  };
  void run();
  return () => stop.abort();
}
