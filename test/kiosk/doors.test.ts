/** Who the kiosk lets in, and what it says to the others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { csp } from '../../main/csp.ts';
import { maxPages } from '../../main/kiosk/pages.ts';
import { createFakeStation } from '../fake.ts';
import { type Ask, ask, askIn, callAs, enter, type Keys, keysOf, open, startTestKiosk, tokenOf } from './support.ts';

const call = { method: 'station.status', params: {} };
const events = '/api/events?events=bench.changed';
const reasonOf = (text: string) => {
  const { error } = JSON.parse(text) as { error: { code: string; data?: { reason?: string } } };
  return `${error.code} ${error.data?.reason}`;
};

describe('the address', () => {
  test('is on loopback; its token is sent to nobody but by the page, which gets a secret and a cookie no script reads', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    assert.match(kiosk.address, /^http:\/\/127\.0\.0\.1:\d+\/enter#[\w-]{43}$/);
    const page = await ask(kiosk, '/enter');
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>Page/);
    assert.equal(page.headers['set-cookie'], undefined);
    const answer = await askIn(kiosk, { token: tokenOf(kiosk.address) });
    assert.equal(answer.status, 200);
    const [cookie] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie ?? '', /; HttpOnly/);
    assert.match(cookie ?? '', /; SameSite=Strict/);
    const keys = keysOf(answer);
    assert.doesNotMatch(answer.text, new RegExp(keys.cookie.split('=')[1] ?? '-'), 'the page cannot read its cookie');
    assert.equal((await callAs(kiosk, keys, call)).status, 200);
  });

  test('works once; a second page needs another one, and a newer one replaces the one before it', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    await enter(kiosk);
    const again = await askIn(kiosk, { token: tokenOf(kiosk.address) });
    assert.equal(again.status, 401);
    assert.equal(reasonOf(again.text), 'session.unknownPage spent');
    assert.equal(again.headers['set-cookie'], undefined);
    const { error } = JSON.parse(again.text) as { error: { data: unknown } };
    assert.deepEqual(
      error.data,
      { reason: 'spent', terminal: false },
      'nobody is sent to a terminal that is not there',
    );
    const replaced = kiosk.newAddress();
    const newest = kiosk.newAddress();
    assert.equal((await askIn(kiosk, { token: tokenOf(replaced) })).status, 401);
    assert.equal((await askIn(kiosk, { token: tokenOf(newest) })).status, 200);
    assert.equal(station.connections.length, 2);
  });

  test('a guessed token, none, and what is no question at all are turned away', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const token = tokenOf(kiosk.address);
    for (const guess of ['', 'x', `${token}x`, token.slice(1)])
      assert.equal((await askIn(kiosk, { token: guess })).status, 401, guess);
    assert.equal(reasonOf((await askIn(kiosk, {})).text), 'session.unknownPage none');
    for (const body of [null, [], { token: 7 }, { token, extra: 1 }, { token: [token] }, { beside: 'yes' }])
      assert.equal((await askIn(kiosk, body)).status, 400, JSON.stringify(body));
    assert.equal((await askIn(kiosk, { beside: true })).status, 401);
    assert.equal((await ask(kiosk, `/?token=${token}`)).headers['set-cookie'], undefined);
    assert.equal(station.connections.length, 0);
    assert.equal((await askIn(kiosk, { token })).status, 200, 'none of that spent it');
  });

  test('is exchanged for a page of our own origin only', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    for (const origin of [undefined, 'null', 'http://127.0.0.1:1', 'http://evil.example'])
      assert.equal((await askIn(kiosk, { token: tokenOf(kiosk.address) }, { origin })).status, 403);
    assert.equal(station.connections.length, 0);
  });
});

describe('a page’s keys', () => {
  test('the cookie alone opens nothing, the secret alone opens nothing, and neither does another page’s', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const other = await enter(kiosk, kiosk.newAddress());
    const page = keys['birthmark-page'];
    const wrong: Partial<Keys>[] = [
      {},
      { cookie: keys.cookie },
      { 'birthmark-page': page },
      { cookie: other.cookie, 'birthmark-page': page },
      { cookie: `${keys.cookie}A`, 'birthmark-page': page },
      { cookie: keys.cookie, 'birthmark-page': `${page}A` },
      { cookie: keys.cookie, 'birthmark-page': page.split('.')[0] ?? '' },
      { cookie: keys.cookie, 'birthmark-page': `${page}.x` },
      { cookie: keys.cookie, 'birthmark-page': '__proto__.x' },
    ];
    for (const shown of wrong) {
      const refused = await callAs(kiosk, shown, call);
      assert.equal(refused.status, 401, JSON.stringify(shown));
      assert.equal(JSON.parse(refused.text).error.code, 'session.unknownPage');
      assert.equal((await ask(kiosk, events, { headers: { ...shown, origin: kiosk.url } })).status, 401);
      for (const body of [{}, { beside: true }]) {
        const asked = await askIn(kiosk, body, shown);
        assert.equal(asked.status, 401, JSON.stringify(shown));
        assert.equal(asked.headers['set-cookie'], undefined);
        assert.doesNotMatch(asked.text, /"page"/);
      }
    }
    assert.deepEqual(station.connections[0]?.calls, []);
    assert.equal((await callAs(kiosk, keys, call)).status, 200);
  });

  test('are in no address, and no page or file needs them: the files are the product’s, not the station’s', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    for (const path of ['/', '/enter', '/assets/index-AbC123.js']) {
      const answer = await ask(kiosk, path);
      assert.equal(answer.status, 200, path);
      assert.doesNotMatch(answer.text, new RegExp(keys['birthmark-page']));
    }
    assert.equal(
      (
        await ask(kiosk, `${events}&page=${keys['birthmark-page']}`, {
          headers: { cookie: keys.cookie, origin: kiosk.url },
        })
      ).status,
      401,
    );
  });

  test('a duplicate of a page gets keys and a session of its own', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const first = await enter(kiosk);
    const answer = await askIn(kiosk, { beside: true }, first);
    assert.equal(answer.status, 200);
    const second = keysOf(answer);
    assert.notEqual(second['birthmark-page'], first['birthmark-page']);
    await callAs(kiosk, first, { method: 'orders.list', params: {} });
    await callAs(kiosk, second, { method: 'session.current', params: {} });
    assert.deepEqual(
      station.connections.map(({ calls }) => calls.map(({ method }) => method)),
      [['orders.list'], ['session.current']],
    );
  });

  test('an address opened in a page that was let in replaces what it was', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const first = await enter(kiosk);
    const answer = await askIn(kiosk, { token: tokenOf(kiosk.newAddress()) }, first);
    assert.equal((await callAs(kiosk, keysOf(answer), call)).status, 200);
    assert.equal((await callAs(kiosk, first, call)).status, 401);
    assert.deepEqual(
      station.connections.map(({ closed }) => closed),
      [true, false],
    );
  });
});

describe('names and origins', () => {
  test('a Host that is not this machine’s loopback is turned away (DNS rebinding), in a page that says what to do', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const { port } = new URL(kiosk.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${Number(port) + 1}`,
      `127.0.0.1.evil:${port}`,
      `[::1]:${port}`,
    ]) {
      const answer = await ask(kiosk, '/', { headers: { host, ...keys, 'accept-language': 'de-DE,en;q=0.5' } });
      assert.equal(answer.status, 421, host);
      assert.equal(answer.headers['content-security-policy'], csp);
      assert.match(answer.headers['content-type'] ?? '', /text\/html/);
      assert.match(answer.text, /<html lang="de">.*Öffnen Sie die Adresse.*<section lang="en">.*Open the address/s);
      assert.doesNotMatch(answer.text, /<script|style=|evil/);
      for (const path of ['/api/call', '/api/enter']) {
        const posted = await ask(kiosk, path, {
          method: 'POST',
          headers: { host, ...keys, origin: `http://${host}`, 'content-type': 'application/json' },
          body: JSON.stringify(call),
        });
        assert.equal(posted.status, 421, host);
      }
    }
    const local = { host: `localhost:${port}` };
    assert.equal((await ask(kiosk, '/', { headers: local })).status, 200);
    assert.equal((await ask(kiosk, '/notice.css', { headers: { host: 'evil.example' } })).status, 200);
  });

  test('a call without our Origin is refused, even with the keys', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const { port } = new URL(kiosk.url);
    for (const origin of [
      undefined,
      'null',
      'http://evil.example',
      `http://127.0.0.1:${Number(port) + 1}`,
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
    ]) {
      const answer = await callAs(kiosk, keys, call, { origin });
      assert.equal(answer.status, 403, String(origin));
      assert.equal(JSON.parse(answer.text).error.code, 'session.forbidden');
    }
    assert.deepEqual(station.connections[0]?.calls, []);
    const local = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    assert.equal((await callAs(kiosk, keys, call, local)).status, 200);
  });

  test('an event stream is for our page only: its Origin, or a same-origin fetch', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const foreign: Record<string, string | undefined>[] = [
      {},
      { origin: 'http://evil.example' },
      { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of foreign) {
      assert.equal(
        (await ask(kiosk, events, { headers: { ...keys, ...headers } })).status,
        403,
        JSON.stringify(headers),
      );
    }
    assert.deepEqual(station.connections[0]?.listening(), ['session.changed']);
    for (const headers of [{ origin: kiosk.url }, { 'sec-fetch-site': 'same-origin' }]) {
      const message = await open(kiosk, events, { headers: { ...keys, ...headers } });
      assert.equal(message.statusCode, 200);
      message.destroy();
    }
  });

  test('nothing is shared across origins', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const preflight = await ask(kiosk, '/api/call', {
      method: 'OPTIONS',
      headers: {
        origin: 'http://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'birthmark-page',
      },
    });
    assert.equal(preflight.status, 405);
    const called = await callAs(kiosk, await enter(kiosk), call);
    for (const { headers } of [preflight, called]) {
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control-')),
        [],
      );
    }
  });
});

describe('room', () => {
  const looking = (keys: Keys): Ask => ({ headers: { ...keys, 'sec-fetch-site': 'same-origin' } });

  test('when there are too many pages, the one idle for longest goes; one that is looked at stays', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const pages = [await enter(kiosk)];
    await open(kiosk, events, looking(pages[0]!));
    for (let n = 1; n < maxPages; n++) pages.push(await enter(kiosk, kiosk.newAddress()));
    await callAs(kiosk, pages[1]!, call);
    await enter(kiosk, kiosk.newAddress());
    assert.deepEqual(
      station.connections.flatMap(({ closed }, index) => (closed ? [index] : [])),
      [2],
    );
    assert.equal((await callAs(kiosk, pages[2]!, call)).status, 401);
    assert.equal((await callAs(kiosk, pages[0]!, call)).status, 200);
  });

  test('when all of them are looked at, one more is turned away and told why; its address stays good', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const pages: Keys[] = [];
    for (let n = 0; n < maxPages; n++) {
      pages.push(await enter(kiosk, kiosk.newAddress()));
      await open(kiosk, events, looking(pages[n]!));
    }
    const token = tokenOf(kiosk.newAddress());
    const answer = await askIn(kiosk, { token });
    assert.equal(answer.status, 503);
    assert.equal(reasonOf(answer.text), 'session.unknownPage full');
    assert.equal(
      station.connections.some(({ closed }) => closed),
      false,
    );
    assert.equal((await askIn(kiosk, { token }, pages[0])).status, 200, 'in place of one of them it is no more');
  });

  test('closing the kiosk ends every session and its streams', async (t) => {
    const { kiosk, station } = await startTestKiosk(t, createFakeStation());
    const stream = await open(kiosk, events, looking(await enter(kiosk)));
    const ended = new Promise((resolve) => stream.resume().once('close', resolve));
    await kiosk.close();
    await ended;
    assert.equal(station.connections[0]?.closed, true);
    await assert.rejects(ask(kiosk, '/'), /ECONNREFUSED/);
  });
});
