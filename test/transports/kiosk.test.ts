import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventName, Reply, Transport } from '../../app/contract/index.ts';
import { startKiosk } from '../../main/kiosk/server.ts';
import { enter, type Keys } from '../kiosk/support.ts';
import { transportSuite } from './suite.ts';

transportSuite('HTTP on loopback (the kiosk)', async (station) => {
  const assetsDir = await mkdtemp(join(tmpdir(), 'birthmark-assets-'));
  await writeFile(join(assetsDir, 'index.html'), '<!doctype html><title>Page</title>');
  const kiosk = await startKiosk({ connect: station.connect, assetsDir });
  return { transport: httpTransport(kiosk.url, await enter(kiosk)), close: () => kiosk.close() };
});

/** What the page's own transport does, without a browser. */
function httpTransport(url: string, entered: Keys): Transport {
  let keys = entered;
  const headers = () => ({ ...keys, origin: new URL(url).origin, 'content-type': 'application/json' });
  return {
    async call(envelope) {
      const response = await fetch(new URL('/api/call', url), {
        method: 'POST',
        headers: headers(),
        body: JSON.stringify(envelope),
      });
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? keys.cookie;
      keys = { cookie, 'birthmark-page': response.headers.get('birthmark-page') ?? keys['birthmark-page'] };
      return (await response.json()) as Reply;
    },
    subscribe(event, listener) {
      const stop = new AbortController();
      void readEvents(
        new URL(`/api/events?events=${event}`, url),
        { ...headers(), 'sec-fetch-site': 'same-origin' },
        stop.signal,
        listener,
      );
      return () => stop.abort();
    },
  };
}

async function readEvents(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
  listener: (data: unknown) => void,
): Promise<EventName | undefined> {
  const response = await fetch(url, { headers, signal });
  let rest = '';
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + chunk).split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data !== undefined && !signal.aborted) listener(JSON.parse(data));
      }
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
  return undefined;
}
