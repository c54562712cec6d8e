import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Kiosk, type KioskOptions, startKiosk } from '../../main/kiosk/server.ts';
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

/** What a page shows of itself with each request: both are needed. */
export type Keys = { cookie: string; 'birthmark-page': string };

export const tokenOf = (address: string) => address.slice(address.indexOf('#') + 1);

/** A page's question for its keys, as its script asks it. */
export const askIn = (kiosk: Kiosk, body: unknown, headers: Ask['headers'] = {}) =>
  ask(kiosk, '/api/enter', {
    method: 'POST',
    headers: { origin: kiosk.url, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The keys an answer carries; those of before where it carries none. */
export function keysOf({ headers, text }: Answer, before: Keys = { cookie: '', 'birthmark-page': '' }): Keys {
  const set = headers['set-cookie']?.map((cookie) => cookie.split(';')[0] ?? '').filter((pair) => !pair.endsWith('='));
  const page = headers['birthmark-page'] ?? (JSON.parse(text) as { result?: { page?: string } }).result?.page;
  return {
    cookie: set?.[0] ?? before.cookie,
    'birthmark-page': typeof page === 'string' ? page : before['birthmark-page'],
  };
}

/** Exchanges an address for a page's keys. */
export const enter = async (kiosk: Kiosk, address = kiosk.address): Promise<Keys> =>
  keysOf(await askIn(kiosk, { token: tokenOf(address) }));

/** A call as the page makes it. */
export const callAs = (kiosk: Kiosk, keys: Partial<Keys>, envelope: unknown, headers: Ask['headers'] = {}) =>
  ask(kiosk, '/api/call', {
    method: 'POST',
    headers: { ...keys, origin: kiosk.url, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(envelope),
  });

/** Waits for what happens by itself. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function startTestKiosk(
  t: TestContext,
  station = createFakeStation(),
  options: Partial<KioskOptions> = {},
) {
  const assetsDir = mkdtempSync(join(tmpdir(), 'birthmark-kiosk-'));
  mkdirSync(join(assetsDir, 'assets'));
  writeFileSync(join(assetsDir, 'index.html'), '<!doctype html><title>Page</title>');
  writeFileSync(join(assetsDir, 'assets/index-AbC123.js'), 'export {};\n');
  writeFileSync(join(assetsDir, 'secret.txt'), 'not a file of the page');
  const kiosk = await startKiosk({ connect: station.connect, assetsDir, ...options });
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
