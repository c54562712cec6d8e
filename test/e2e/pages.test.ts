/** Pages of the kiosk in a browser: what another server of this host gets, reloads, second tabs, closing, restarts. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import type { StationHandle } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { fileMemory, type Memory } from '../../main/kiosk/memory.ts';
import { type Kiosk, startKiosk } from '../../main/kiosk/server.ts';
import { openStation } from '../../main/openstation.ts';
import { axe, buildScreens, openBrowser, shoot } from '../renderer/browser.ts';
import { makeStation, passphrase } from '../support.ts';

const slots = [{ slotId: 1, name: 'Slot 1', port: 'practice:1', driver: 'agent' }];

describe('pages of the kiosk', { concurrency: false }, () => {
  let browser: Browser | undefined;
  let assetsDir: string;
  let station: StationHandle;
  let kiosk: Kiosk;
  let memory: Memory;
  let context: BrowserContext;

  before(async () => {
    browser = await openBrowser();
    if (!browser) return;
    assetsDir = await buildScreens('pages');
    const ports = createPracticeBench({ slots: 1, clock: systemClock });
    station = await openStation({ dir: await makeStation(slots), kind: 'host', ports });
    await station.parts.authority.unlock(passphrase);
  });
  after(async () => {
    await browser?.close();
    await station?.close();
  });
  const start = async (options: { graceMs?: number; port?: number } = {}) => {
    kiosk = await startKiosk({ connect: station.connect, assetsDir, memory, ...options });
  };
  beforeEach(async () => {
    if (!browser) return;
    memory = fileMemory(join(await mkdtemp(join(tmpdir(), 'birthmark-pages-')), 'kiosk.json'));
    await start();
    context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(15_000);
  });
  afterEach(async () => {
    await context?.close();
    await kiosk?.close();
  });

  const on = (name: string, act: () => Promise<void>) =>
    test(name, { timeout: 120_000 }, async (t) => {
      if (!browser) return t.skip('NO CHROMIUM AT /usr/bin/chromium: NO PAGE WAS TESTED');
      await act();
    });

  const opened = async (address = kiosk.address): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('.tile').first().waitFor();
    return page;
  };
  const signIn = async (page: Page, badge = 'OP-1', pin = '1111') => {
    await page.getByRole('button', { name: 'Sign in' }).first().click();
    await page.getByLabel('Badge number').fill(badge);
    await page.getByLabel('PIN').fill(pin);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  };
  const secretOf = (page: Page) => page.evaluate(() => sessionStorage.getItem('birthmark.page') ?? '');
  const untilNobody = async () => {
    while (station.parts.sessions.anyOf(['operator', 'engineer']))
      await new Promise((resolve) => setTimeout(resolve, 10));
  };

  on('the address bar keeps no token, and the page’s secret stands in no address and no cookie', async () => {
    const page = await opened();
    assert.equal(page.url(), `${kiosk.url}/`);
    const secret = (await secretOf(page)).split('.')[1] ?? '';
    assert.equal(secret.length, 43);
    const seen: string[] = [];
    page.on('request', (request) => seen.push(request.url()));
    await signIn(page);
    assert.equal(await page.evaluate(() => document.cookie), '', 'no script reads the cookie');
    for (const cookie of await context.cookies()) assert.doesNotMatch(cookie.value, new RegExp(secret));
    const now = (await secretOf(page)).split('.')[1] ?? '-';
    assert.ok(seen.length > 0 && !seen.some((url) => url.includes(secret) || url.includes(now)));
  });

  on('another server on this host’s loopback gets the cookie, and it opens nothing', async () => {
    const page = await opened();
    await signIn(page, 'EN-1', '2222');
    const got: IncomingMessage['headers'][] = [];
    const thief: Server = createServer((request, response) => {
      got.push(request.headers);
      response.setHeader('content-type', 'text/html');
      response.end('<title>other</title>');
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${(thief.address() as AddressInfo).port}/`);
    const cookie = got[0]?.cookie ?? '';
    assert.match(cookie, /birthmark-\d+-/, 'the browser sent it: cookies do not know ports');

    const replay = (path: string, init: RequestInit = {}) =>
      fetch(new URL(path, kiosk.url), {
        ...init,
        headers: { cookie, origin: kiosk.url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      });
    const add = { method: 'people.add', params: { name: 'Mallory', badge: 'MA-1', pin: '123456', role: 'engineer' } };
    for (const body of [add, { method: 'session.current', params: {} }, { method: 'station.status', params: {} }])
      assert.equal((await replay('/api/call', { method: 'POST', body: JSON.stringify(body) })).status, 401);
    assert.equal((await replay('/api/events?events=session.changed')).status, 401);
    for (const body of [{}, { beside: true }, { token: '' }]) {
      const asked = await replay('/api/enter', { method: 'POST', body: JSON.stringify(body) });
      assert.equal(asked.status, 401);
      assert.deepEqual([asked.headers.getSetCookie(), (await asked.text()).includes('"page"')], [[], false]);
    }
    for (const path of ['/', '/enter']) assert.doesNotMatch(await (await replay(path)).text(), /birthmark-page|EN-1/);

    // From its own page, in the same browser, whose cookies the browser would add by itself.
    const fromThere = await other.evaluate(async (url) => {
      const outcome = async (path: string, init: RequestInit) =>
        fetch(`${url}${path}`, { credentials: 'include', ...init }).then(
          (response) => `answered ${response.type}`,
          () => 'refused',
        );
      const json = { 'content-type': 'application/json' };
      const events = new EventSource(`${url}/api/events?events=session.changed`, { withCredentials: true });
      const stream = await new Promise((resolve) => {
        events.onopen = () => resolve('opened');
        events.onerror = () => resolve('refused');
      });
      events.close();
      return [
        await outcome('/api/call', { method: 'POST', headers: json, body: '{}' }),
        await outcome('/api/enter', { method: 'POST', headers: json, body: '{}' }),
        stream,
      ];
    }, kiosk.url);
    assert.deepEqual(fromThere, ['refused', 'refused', 'refused']);
    assert.deepEqual((await station.parts.ledger.listPeople()).map(({ badge }) => badge).includes('MA-1'), false);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    thief.closeAllConnections();
    thief.close();
  });

  on('secret and cookie change at sign-in and sign-out; the old ones open nothing (session fixation)', async () => {
    const page = await opened();
    const keys = async () => {
      const cookies = await context.cookies();
      return {
        cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        'birthmark-page': await secretOf(page),
      };
    };
    const works = async (shown: Record<string, string>) => {
      const call = await fetch(new URL('/api/call', kiosk.url), {
        method: 'POST',
        headers: { ...shown, origin: kiosk.url, 'content-type': 'application/json' },
        body: JSON.stringify({ method: 'session.current', params: {} }),
      });
      const enter = await fetch(new URL('/api/enter', kiosk.url), {
        method: 'POST',
        headers: { ...shown, origin: kiosk.url, 'content-type': 'application/json' },
        body: '{"beside":true}',
      });
      return [call.status, enter.status];
    };
    const before = await keys();
    await signIn(page);
    const signedIn = await keys();
    assert.notEqual(before.cookie, signedIn.cookie);
    assert.notEqual(before['birthmark-page'], signedIn['birthmark-page']);
    assert.deepEqual(await works(before), [401, 401]);
    assert.deepEqual(await works({ ...before, cookie: signedIn.cookie }), [401, 401]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('No one is signed in', { exact: true }).waitFor();
    await page.waitForFunction((old) => sessionStorage.getItem('birthmark.page') !== old, signedIn['birthmark-page']);
    assert.deepEqual(await works(signedIn), [401, 401]);
    await signIn(page);
    await page.getByText('Connection to the station lost').waitFor({ state: 'detached' });
  });

  on(
    'a reloaded page is who it was; a new tab is not let in and says what to do; a duplicate is nobody yet',
    async () => {
      const page = await opened();
      await signIn(page);
      await page.reload();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();

      const fresh = await context.newPage();
      await fresh.goto(kiosk.url);
      await fresh.getByRole('heading', { name: 'This tab is not let in' }).waitFor();
      assert.deepEqual(await axe(fresh), []);
      await shoot(fresh, 'page-not-let-in');
      await fresh.getByRole('button', { name: 'Deutsch' }).click();
      await fresh.getByText('Starten Sie die Station neu.').waitFor();
      await fresh.getByRole('button', { name: 'English' }).click();

      const [double] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate(() => void window.open('/', '_blank', 'opener')),
      ]);
      await double.getByRole('article', { name: 'LOCKED', exact: true }).waitFor();
      await double.getByRole('button', { name: 'Sign in' }).first().waitFor();
      assert.notEqual(await secretOf(double), await secretOf(page));
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await page.locator('.tile[data-state="EMPTY"]').waitFor();

      const used = await context.newPage();
      await used.goto(kiosk.address);
      await used.getByRole('heading', { name: 'This address was used already' }).waitFor();
      const next = kiosk.newAddress();
      await used.goto(next);
      await used.locator('.tile').first().waitFor();
    },
  );

  on('whoever was signed in on a page that is closed is signed out', async () => {
    await kiosk.close();
    await start({ graceMs: 200 });
    const page = await opened();
    await signIn(page);
    await page.close();
    await untilNobody();
  });

  on('after a restart the page finds back by itself, signed out, on the same port', async () => {
    const page = await opened();
    await signIn(page);
    const { url } = kiosk;
    const secret = await secretOf(page);
    await kiosk.close();
    await page.getByText('Connection to the station lost').waitFor();
    await start();
    assert.equal(kiosk.url, url, 'the port of the last time');
    await page.getByRole('button', { name: 'Sign in' }).first().waitFor();
    await page.getByText('Connection to the station lost').waitFor({ state: 'detached' });
    await page.locator('.tile[data-state="LOCKED"]').first().waitFor();
    assert.notEqual(await secretOf(page), secret);
    await signIn(page);
  });

  on('where the station remembers nothing, the page says what to do; while it is away, too', async () => {
    const page = await opened();
    const { port } = new URL(kiosk.url);
    await kiosk.close();
    await page.getByRole('heading', { name: 'The station does not answer' }).waitFor();
    assert.deepEqual(await axe(page), []);
    await shoot(page, 'page-station-gone');
    memory = fileMemory(join(await mkdtemp(join(tmpdir(), 'birthmark-pages-')), 'kiosk.json'));
    await start({ port: Number(port) });
    await page.getByRole('heading', { name: 'The station does not know this page any more' }).waitFor();
    await shoot(page, 'page-forgotten');
    await page.goto(kiosk.address);
    await page.locator('.tile').first().waitFor();
  });
});
