import { type EventName, heartbeatMs, type Transport } from '../../app/contract/index.ts';

/** The parts of a socket's response that a stream needs. */
export type Sink = {
  write(text: string): boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  end(): void;
};

/**
 * Server-sent events (WHATWG HTML §9.2). While the reader is slow, only the newest snapshot of each event waits. So a
 * sleeping browser costs one snapshot per event, not the history of the shift. Returns the function that ends the
 * stream.
 */
export function streamEvents(sink: Sink, transport: Transport, events: readonly EventName[]): () => void {
  const waiting = new Map<EventName, unknown>();
  let blocked = false;
  let ended = false;

  const write = (text: string) => {
    if (sink.write(text)) return;
    blocked = true;
    sink.once('drain', () => {
      blocked = false;
      flush();
    });
  };
  const flush = () => {
    for (const [event, data] of waiting) {
      if (blocked || ended) return;
      waiting.delete(event);
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  };

  const heartbeat = setInterval(() => {
    if (!blocked) write(': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();
  write(': open\n\n');
  const stops = events.map((event) =>
    transport.subscribe(event, (data) => {
      waiting.delete(event);
      waiting.set(event, data);
      flush();
    }),
  );

  const end = () => {
    if (ended) return;
    ended = true;
    clearInterval(heartbeat);
    for (const stop of stops) stop();
    sink.end();
  };
  sink.once('close', end);
  return end;
}
