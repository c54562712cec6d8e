import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Kiosk, startKiosk } from '../../main/kiosk/server.ts';
import { createFakeStation } from '../fake.ts';

export type Answer = { status: number; headers: IncomingMessage['headers']; text: string };
export type Ask = { method?: string; headers?: Record<string, string | undefined>; body?: string | Buffer };

/** A request as written, whatever its Host and path: `fetch` would tidy both. */
export function open(kiosk: Kiosk, path: string, { method = 'GET', headers = {}, body }: Ask = {}) {
  const { port } = new URL(kiosk.url);
  const sent = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).filter(([, value]) => value !== undefined);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: Object.fromEntries(sent) },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export async function ask(kiosk: Kiosk, path: string, options?: Ask): Promise<Answer> {
  const message = await open(kiosk, path, options);
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return { status: message.statusCode ?? 0, headers: message.headers, text };
}

export const pathOf = (address: string) => address.slice(address.indexOf('/?'));

/** Exchanges an address for a session; returns the Cookie header a browser would send from now on. */
export async function enter(kiosk: Kiosk, address = kiosk.address): Promise<string> {
  const { headers } = await ask(kiosk, pathOf(address));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** A call as the page makes it. */
export const callAs = (kiosk: Kiosk, cookie: string, envelope: unknown, headers: Ask['headers'] = {}) =>
  ask(kiosk, '/api/call', {
    method: 'POST',
    headers: { cookie, origin: kiosk.url, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(envelope),
  });

export async function startTestKiosk(t: TestContext, station = createFakeStation()) {
  const assetsDir = mkdtempSync(join(tmpdir(), 'birthmark-kiosk-'));
  mkdirSync(join(assetsDir, 'assets'));
  writeFileSync(join(assetsDir, 'index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(assetsDir, 'assets/index-AbC123.js'), 'export {};\n');
  writeFileSync(join(assetsDir, 'secret.txt'), 'not a file of the page');
  const kiosk = await startKiosk({ connect: station.connect, assetsDir });
  t.after(async () => {
    await kiosk.close();
    rmSync(assetsDir, { recursive: true });
  });
  return { kiosk, station };
}

/** Reads server-sent events one by one; comments are skipped. */
export async function* readEvents(message: IncomingMessage): AsyncGenerator<{ event: string; data: unknown }> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) };
    }
  }
}
