/** What the kiosk answers to those it let in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maxCallBytes } from '../../app/contract/index.ts';
import { csp } from '../../main/csp.ts';
import { createFakeStation } from '../fake.ts';
import { type Ask, ask, callAs, enter, open, readEvents, startTestKiosk, until } from './support.ts';

describe('calls', () => {
  test('travel to the station and back', async (t) => {
    const station = createFakeStation(({ method, params }) => ({ method, params }));
    const { kiosk } = await startTestKiosk(t, station);
    const keys = await enter(kiosk);
    const { status, text, headers } = await callAs(kiosk, keys, {
      method: 'units.show',
      params: { unitSerial: 'é' },
    });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), { ok: true, result: { method: 'units.show', params: { unitSerial: 'é' } } });
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(station.connections[0]?.origin, 'kiosk');
  });

  test('a body as large as allowed passes, one byte more is refused as too large', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const empty = JSON.stringify({ method: 'bench.scan', params: '' }).length;
    const body = (bytes: number) => ({ method: 'bench.scan', params: 'x'.repeat(bytes - empty) });
    assert.equal((await callAs(kiosk, keys, body(maxCallBytes))).status, 200);
    const refused = await callAs(kiosk, keys, body(maxCallBytes + 1));
    assert.equal(refused.status, 413);
    assert.equal(JSON.parse(refused.text).error.code, 'call.tooLarge');
    assert.equal(station.connections[0]?.calls.length, 1);
  });

  test('what is not JSON is refused, whether it says so or not', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const send = (type: string | undefined, body: string) =>
      ask(kiosk, '/api/call', { method: 'POST', headers: { ...keys, origin: kiosk.url, 'content-type': type }, body });
    const form = '{"method":"session.signOut","params":{}}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
      undefined,
    ]) {
      const answer = await send(type, form);
      assert.equal(answer.status, 415, String(type));
      assert.equal(JSON.parse(answer.text).error.code, 'call.malformed');
    }
    for (const body of ['', '{', 'undefined', '{"__proto__":{"admin":true}}']) {
      const answer = await send('application/json', body);
      assert.equal(answer.status, 400, body);
      assert.equal(JSON.parse(answer.text).error.code, 'call.malformed');
    }
    assert.deepEqual(station.connections[0]?.calls, []);
  });

  test('a station that breaks is an internal error without its inside', async (t) => {
    const station = createFakeStation(() => {
      throw new Error('a path and a secret');
    });
    const { kiosk } = await startTestKiosk(t, station);
    t.mock.method(process.stderr, 'write', () => true);
    const { status, text } = await callAs(kiosk, await enter(kiosk), { method: 'station.status', params: {} });
    assert.equal(status, 500);
    assert.equal(JSON.parse(text).error.code, 'internal');
    assert.doesNotMatch(text, /secret/);
  });
});

describe('files', () => {
  test('every answer carries the policy and the other headers', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const keys = await enter(kiosk);
    const stream: Ask = { headers: { ...keys, origin: kiosk.url } };
    const events = await open(kiosk, '/api/events?events=bench.changed', stream);
    const answers = await Promise.all(
      ['/', '/enter', '/assets/index-AbC123.js', '/missing', '/notice.css'].map((path) =>
        ask(kiosk, path, { headers: keys }),
      ),
    );
    for (const { headers } of [events, ...answers, await ask(kiosk, '/'), await callAs(kiosk, {}, {})]) {
      assert.equal(headers['content-security-policy'], csp);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-frame-options'], 'DENY');
    }
    events.destroy();
  });

  test('hashed files are kept by the browser, the page is asked for each time', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const headers = await enter(kiosk);
    const script = await ask(kiosk, '/assets/index-AbC123.js', { headers });
    assert.match(script.headers['cache-control'] ?? '', /max-age=31536000, immutable/);
    assert.match(script.headers['content-type'] ?? '', /javascript/);
    assert.equal((await ask(kiosk, '/', { headers })).headers['cache-control'], 'no-store');
  });

  test('a path that is not a listed file is not found, however it is written', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const headers = await enter(kiosk);
    for (const path of [
      '/secret.txt',
      '/../package.json',
      '/..%2f..%2fetc/passwd',
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/..%5csecret.txt',
      '//etc/passwd',
      '/assets/',
      '/index.html%00',
      '/.git/config',
    ]) {
      const answer = await ask(kiosk, path, { headers });
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
      assert.doesNotMatch(answer.text, /not a file of the page|root:/);
    }
  });

  test('a method that a path does not know is told which one it does', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const headers = { ...(await enter(kiosk)), origin: kiosk.url };
    const wrong: [string, string, string][] = [
      ['GET', '/api/call', 'POST'],
      ['DELETE', '/api/call', 'POST'],
      ['POST', '/', 'GET'],
      ['PUT', '/assets/index-AbC123.js', 'GET'],
      ['POST', '/api/events', 'GET'],
      ['GET', '/api/enter', 'POST'],
    ];
    for (const [method, path, allow] of wrong) {
      const answer = await ask(kiosk, path, { method, headers });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.equal(answer.headers.allow, allow);
    }
    // No method is right for what is not there.
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['POST', '/nowhere'],
      ['PUT', '/api/nothing'],
      ['DELETE', '/assets/none.js'],
    ] as const) {
      const { status, headers: given } = await ask(kiosk, path, { method, headers });
      assert.deepEqual([status, given.allow], [404, undefined], `${method} ${path}`);
    }
    assert.deepEqual(station.connections[0]?.calls, []);
  });
});

describe('events', () => {
  test('the current snapshot comes first, then each change', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    station.push('bench.changed', { seq: 1 });
    station.push('session.changed', { seq: 7 });
    const headers = { ...(await enter(kiosk)), 'sec-fetch-site': 'same-origin' };
    const message = await open(kiosk, '/api/events?events=bench.changed,session.changed', { headers });
    assert.equal(message.headers['content-type'], 'text/event-stream');
    const events = readEvents(message);
    const next = async () => (await events.next()).value;
    assert.deepEqual(await next(), { event: 'bench.changed', data: { seq: 1 } });
    assert.deepEqual(await next(), { event: 'session.changed', data: { seq: 7 } });
    station.push('bench.changed', { seq: 2 });
    assert.deepEqual(await next(), { event: 'bench.changed', data: { seq: 2 } });
    message.destroy();
  });

  test('a stream that the browser leaves is no longer listened for', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const headers = { ...(await enter(kiosk)), origin: kiosk.url };
    const message = await open(kiosk, '/api/events?events=bench.changed', { headers });
    assert.deepEqual(station.connections[0]?.listening(), ['session.changed', 'bench.changed']);
    message.destroy();
    await until(() => station.connections[0]?.listening().length === 1);
  });

  test('an unknown event, or none, is refused', async (t) => {
    const { kiosk } = await startTestKiosk(t);
    const headers = { ...(await enter(kiosk)), origin: kiosk.url };
    for (const query of ['', '?events=', '?events=toString', '?events=bench.changed,', '?events=a&events=b']) {
      const answer = await ask(kiosk, `/api/events${query}`, { headers });
      assert.equal(answer.status, 400, query);
      assert.equal(JSON.parse(answer.text).error.code, 'call.malformed');
    }
  });

  test('a reader that sleeps gets the newest snapshot when it wakes, not the history', async (t) => {
    const { kiosk, station } = await startTestKiosk(t);
    const headers = { ...(await enter(kiosk)), origin: kiosk.url };
    const message = await open(kiosk, '/api/events?events=bench.changed', { headers });
    const padding = 'x'.repeat(100_000);
    const last = 1000;
    for (let seq = 1; seq <= last; seq++) {
      station.push('bench.changed', { seq, padding });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const seen: number[] = [];
    for await (const { data } of readEvents(message)) {
      seen.push((data as { seq: number }).seq);
      if (seen.at(-1) === last) break;
    }
    assert.ok(seen.length < last / 2, `${seen.length} snapshots were kept for it`);
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
  });
});
