/** Who the kiosk lets in, and what it says to the others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { csp } from '../../main/csp.ts';
import { maxSessions } from '../../main/kiosk/sessions.ts';
import { createFakeStation } from '../fake.ts';
import { ask, callAs, enter, open, pathOf, startTestKiosk } from './support.ts';

const call = { method: 'station.status', params: {} };

describe('the address', () => {
  test('is on loopback and is exchanged for a cookie that no script reads', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    assert.match(kiosk.address, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const answer = await ask(kiosk, pathOf(kiosk.address));
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, '/');
    const [cookie] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie ?? '', /; HttpOnly/);
    assert.match(cookie ?? '', /; SameSite=Strict/);
    const page = await ask(kiosk, '/', { headers: { cookie: cookie?.split(';')[0] } });
    assert.equal(page.status, 200);
    assert.match(page.text, /<title>Page/);
  });

  test('works once; a second browser needs another one', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    await enter(kiosk);
    const again = await ask(kiosk, pathOf(kiosk.address));
    assert.equal(again.status, 403);
    assert.equal(again.headers['set-cookie'], undefined);
    assert.equal(station.connections.length, 1);
    assert.notEqual(await enter(kiosk, kiosk.newAddress()), '');
    assert.equal(station.connections.length, 2);
  });

  test('a newer address replaces the one before it', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const newer = kiosk.newAddress();
    assert.equal((await ask(kiosk, pathOf(kiosk.address))).status, 403);
    assert.equal((await ask(kiosk, pathOf(newer))).status, 303);
  });

  test('opened again by the browser it let in, it leads to the page and spends nothing', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const cookie = await enter(kiosk);
    const next = kiosk.newAddress();
    for (const address of [kiosk.address, next]) {
      const answer = await ask(kiosk, pathOf(address), { headers: { cookie } });
      assert.equal(answer.status, 303);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.equal((await ask(kiosk, pathOf(next))).status, 303);
    assert.equal(station.connections.length, 2);
  });

  test('a guessed token, two tokens and an empty one are turned away', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const token = pathOf(kiosk.address).slice('/?token='.length);
    for (const query of ['', 'x', `${token}x`, token.slice(1), `${token}&token=${token}`]) {
      assert.equal((await ask(kiosk, `/?token=${query}`)).status, 403, query);
    }
    assert.equal(station.connections.length, 0);
  });
});

describe('without a session', () => {
  test('no cookie or a forged one: no page, no file, no call, no events', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const real = await enter(kiosk);
    const [name] = real.split('=');
    for (const cookie of [undefined, `${name}=`, `${name}=${'A'.repeat(43)}`, `${real}A`, `other=${real}`]) {
      assert.equal((await ask(kiosk, '/', { headers: { cookie } })).status, 403);
      assert.equal((await ask(kiosk, '/assets/index-AbC123.js', { headers: { cookie } })).status, 403);
      const refused = await callAs(kiosk, cookie ?? '', call);
      assert.equal(refused.status, 401);
      assert.equal(JSON.parse(refused.text).error.code, 'session.forbidden');
      const events = await ask(kiosk, '/api/events?events=bench.changed', { headers: { cookie, origin: kiosk.url } });
      assert.equal(events.status, 401);
    }
    assert.deepEqual(station.connections[0]?.calls, []);
  });
});

describe('names and origins', () => {
  test('a Host that is not this machine’s loopback is turned away (DNS rebinding)', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const cookie = await enter(kiosk);
    const { port } = new URL(kiosk.url);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${Number(port) + 1}`,
      `127.0.0.1.evil:${port}`,
      `[::1]:${port}`,
    ]) {
      const answer = await ask(kiosk, '/', { headers: { host, cookie } });
      assert.equal(answer.status, 421, host);
      assert.equal(answer.headers['content-security-policy'], csp);
      const posted = await callAs(kiosk, cookie, call, { host, origin: `http://${host}` });
      assert.equal(posted.status, 421, host);
    }
    assert.equal((await ask(kiosk, '/', { headers: { host: `localhost:${port}`, cookie } })).status, 200);
  });

  test('a call without our Origin is refused, even with the cookie', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const cookie = await enter(kiosk);
    const { port } = new URL(kiosk.url);
    for (const origin of [
      undefined,
      'null',
      'http://evil.example',
      `http://127.0.0.1:${Number(port) + 1}`,
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
    ]) {
      const answer = await callAs(kiosk, cookie, call, { origin });
      assert.equal(answer.status, 403, String(origin));
      assert.equal(JSON.parse(answer.text).error.code, 'session.forbidden');
    }
    assert.deepEqual(station.connections[0]?.calls, []);
    const local = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    assert.equal((await callAs(kiosk, cookie, call, local)).status, 200);
  });

  test('an event stream is for our page only: its Origin, or a same-origin fetch', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const cookie = await enter(kiosk);
    const path = '/api/events?events=bench.changed';
    const foreign: Record<string, string | undefined>[] = [
      {},
      { origin: 'http://evil.example' },
      { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of foreign) {
      assert.equal((await ask(kiosk, path, { headers: { cookie, ...headers } })).status, 403, JSON.stringify(headers));
    }
    assert.deepEqual(station.connections[0]?.listening(), []);
    for (const headers of [{ origin: kiosk.url }, { 'sec-fetch-site': 'same-origin' }]) {
      const message = await open(kiosk, path, { headers: { cookie, ...headers } });
      assert.equal(message.statusCode, 200);
      message.destroy();
    }
  });

  test('nothing is shared across origins', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const preflight = await ask(kiosk, '/api/call', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
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

describe('sessions', () => {
  test('two browsers have two: what one signs in to, the other does not see', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const first = await enter(kiosk);
    const second = await enter(kiosk, kiosk.newAddress());
    await callAs(kiosk, first, { method: 'session.signIn', params: {} });
    await callAs(kiosk, second, { method: 'session.current', params: {} });
    assert.deepEqual(
      station.connections.map(({ calls }) => calls.map(({ method }) => method)),
      [['session.signIn'], ['session.current']],
    );
  });

  test('a reloaded page is in the session it was in', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const cookie = await enter(kiosk);
    const stream = { headers: { cookie, origin: kiosk.url } };
    for (let load = 0; load < 3; load++) {
      assert.equal((await ask(kiosk, '/', { headers: { cookie } })).status, 200);
      (await open(kiosk, '/api/events?events=bench.changed', stream)).destroy();
      assert.equal((await callAs(kiosk, cookie, call)).status, 200);
    }
    assert.equal(station.connections.length, 1);
    assert.equal(station.connections[0]?.closed, false);
  });

  test('when there are too many, the one idle for longest goes; one that is looked at stays', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const cookies = [await enter(kiosk)];
    const looking = (cookie: string | undefined) =>
      open(kiosk, '/api/events?events=bench.changed', { headers: { cookie, origin: kiosk.url } });
    await looking(cookies[0]);
    for (let n = 1; n < maxSessions; n++) cookies.push(await enter(kiosk, kiosk.newAddress()));
    await callAs(kiosk, cookies[1] ?? '', call);
    await enter(kiosk, kiosk.newAddress());
    assert.deepEqual(
      station.connections.flatMap(({ closed }, index) => (closed ? [index] : [])),
      [2],
    );
    assert.equal((await callAs(kiosk, cookies[2] ?? '', call)).status, 401);
    assert.equal((await callAs(kiosk, cookies[0] ?? '', call)).status, 200);
  });

  test('when all of them are looked at, one more is turned away and told why', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    for (let n = 0; n < maxSessions; n++) {
      const cookie = await enter(kiosk, kiosk.newAddress());
      await open(kiosk, '/api/events?events=bench.changed', { headers: { cookie, origin: kiosk.url } });
    }
    const answer = await ask(kiosk, pathOf(kiosk.newAddress()));
    assert.equal(answer.status, 503);
    assert.match(answer.text, /Too many screens/);
    assert.equal(
      station.connections.some(({ closed }) => closed),
      false,
    );
  });

  test('closing the kiosk ends every session and its streams', async (t) => {
    const { kiosk, station } = await startTestKiosk(t, createFakeStation());
    const cookie = await enter(kiosk);
    const stream = await open(kiosk, '/api/events?events=bench.changed', { headers: { cookie, origin: kiosk.url } });
    const ended = new Promise((resolve) => stream.resume().once('close', resolve));
    await kiosk.close();
    await ended;
    assert.equal(station.connections[0]?.closed, true);
    await assert.rejects(ask(kiosk, '/'), /ECONNREFUSED/);
  });
});
