/** The life of a page's keys: when they change, what ends with them, what finds back. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileMemory } from '../../main/kiosk/memory.ts';
import { createFakeStation } from '../fake.ts';
import { type Ask, askIn, callAs, enter, type Keys, keysOf, open, startTestKiosk, until } from './support.ts';

const current = { method: 'session.current', params: {} };
const signIn = { method: 'session.signIn', params: {} };
const signOut = { method: 'session.signOut', params: {} };
const events = '/api/events?events=bench.changed';
const looking = (keys: Keys): Ask => ({ headers: { ...keys, 'sec-fetch-site': 'same-origin' } });
const memoryFile = async () => join(await mkdtemp(join(tmpdir(), 'birthmark-memory-')), 'kiosk.json');

/** A station that tells the connection who signed in. */
function stationOfPeople() {
  const station = createFakeStation(({ method }) => {
    if (method === 'session.signIn') station.push('session.changed', { person: { personId: 7 } });
    if (method === 'session.signOut') station.push('session.changed', { person: null });
    return {};
  });
  station.push('session.changed', { person: null });
  return station;
}

test('every sign-in and sign-out answers with other keys, also one that is refused; the old ones open nothing', async (t) => {
  const { kiosk } = await startTestKiosk(t, stationOfPeople());
  let keys = await enter(kiosk);
  for (const envelope of [signIn, signOut, signIn, { method: 'session.signIn', params: 7 }]) {
    const before = keys;
    keys = keysOf(await callAs(kiosk, before, envelope), before);
    assert.notEqual(keys.cookie, before.cookie);
    assert.notEqual(keys['birthmark-page'], before['birthmark-page']);
    for (const old of [before, { ...before, cookie: keys.cookie }, { ...keys, cookie: before.cookie }])
      assert.equal((await callAs(kiosk, old, current)).status, 401);
    const kept = await callAs(kiosk, keys, current);
    assert.deepEqual(
      [kept.status, kept.headers['set-cookie'], kept.headers['birthmark-page']],
      [200, undefined, undefined],
    );
    assert.equal((await askIn(kiosk, {}, before)).status, 401, 'nor do they lead back, once the new ones were used');
  }
});

test('a stream that was opened with the old keys ends with them', async (t) => {
  const { kiosk, station } = await startTestKiosk(t, stationOfPeople());
  const keys = await enter(kiosk);
  const stream = await open(kiosk, events, looking(keys));
  const ended = new Promise((resolve) => stream.resume().once('close', resolve));
  await callAs(kiosk, keys, signIn);
  await ended;
  assert.deepEqual(station.connections[0]?.listening(), ['session.changed']);
});

test('an answer that was lost on its way costs a sign-in, not the page', async (t) => {
  const { kiosk, station } = await startTestKiosk(t, stationOfPeople());
  const keys = await enter(kiosk);
  await callAs(kiosk, keys, signIn);
  assert.equal((await callAs(kiosk, keys, current)).status, 401);
  const back = await askIn(kiosk, {}, keys);
  assert.equal(back.status, 200);
  assert.equal(station.connections[0]?.closed, true, 'whoever was signed in there is not any more');
  assert.equal((await callAs(kiosk, keysOf(back), current)).status, 200);
});

test('signed out by the station itself, a page comes back with other keys only', async (t) => {
  const { kiosk, station } = await startTestKiosk(t, stationOfPeople());
  const keys = keysOf(await callAs(kiosk, await enter(kiosk), signIn));
  const stream = await open(kiosk, events, looking(keys));
  const ended = new Promise((resolve) => stream.resume().once('close', resolve));
  station.push('session.changed', { person: { personId: 7 }, signsOutInMs: 60_000 });
  assert.equal((await callAs(kiosk, keys, current)).status, 200, 'a warning is no sign-out');
  station.push('session.changed', { person: null });
  await ended;
  assert.equal((await callAs(kiosk, keys, current)).status, 401);
  const next = keysOf(await askIn(kiosk, {}, keys));
  assert.notEqual(next['birthmark-page'], keys['birthmark-page']);
  assert.equal((await callAs(kiosk, next, current)).status, 200);
  assert.equal((await askIn(kiosk, {}, keys)).status, 401, 'once');
});

test('a page that nobody looks at any more is closed after a short grace; one that reloads within it is not', async (t) => {
  const { kiosk, station } = await startTestKiosk(t, createFakeStation(), { graceMs: 300 });
  const keys = await enter(kiosk);
  for (let load = 0; load < 3; load += 1) {
    const stream = await open(kiosk, events, looking(keys));
    stream.destroy();
    assert.equal((await callAs(kiosk, keys, current)).status, 200);
  }
  const [first] = station.connections;
  assert.equal(first?.closed, false);
  const looked = await enter(kiosk, kiosk.newAddress());
  await open(kiosk, events, looking(looked));
  await until(() => first?.closed === true);
  assert.equal(station.connections[1]?.closed, false, 'one that is looked at stays');
  assert.equal((await askIn(kiosk, {}, keys)).status, 200, 'it may come back, with nobody signed in');
});

test('a call under way keeps its page open, however long it takes', async (t) => {
  let finish = () => {};
  const station = createFakeStation(() => new Promise((resolve) => (finish = () => resolve({}))));
  const { kiosk } = await startTestKiosk(t, station, { graceMs: 500 });
  const keys = await enter(kiosk);
  // The call begins first: on a busy machine the other page may take longer to come in than a page is waited for.
  const slow = callAs(kiosk, keys, { method: 'station.doctor', params: {} });
  const idle = await enter(kiosk, kiosk.newAddress());
  await until(() => station.connections[1]?.closed === true);
  assert.equal(station.connections[0]?.closed, false);
  finish();
  assert.equal((await slow).status, 200);
  assert.equal((await callAs(kiosk, idle, current)).status, 401);
});

test('after a restart, on the same port, a page exchanges its keys for others; the file holds neither of them', async (t) => {
  const file = await memoryFile();
  const first = await startTestKiosk(t, createFakeStation(), { memory: fileMemory(file) });
  const keys = await enter(first.kiosk);
  await first.kiosk.close();
  const text = await readFile(file, 'utf8');
  const secrets = [keys.cookie.split('=')[1], keys['birthmark-page'].split('.')[1]];
  for (const secret of secrets) assert.ok(secret && !text.includes(secret));
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);

  const second = await startTestKiosk(t, createFakeStation(), { memory: fileMemory(file) });
  assert.equal(second.kiosk.url, first.kiosk.url);
  assert.equal((await callAs(second.kiosk, keys, current)).status, 401, 'not by themselves');
  for (const part of [{ cookie: keys.cookie }, { 'birthmark-page': keys['birthmark-page'] }])
    assert.equal((await askIn(second.kiosk, {}, part)).status, 401);
  assert.equal(second.station.connections.length, 0);
  const back = keysOf(await askIn(second.kiosk, {}, keys));
  assert.equal((await callAs(second.kiosk, back, current)).status, 200);
  assert.equal((await askIn(second.kiosk, {}, keys)).status, 401);
});

test('where its port is taken, or the file is damaged, it serves all the same', async (t) => {
  const file = await memoryFile();
  const first = await startTestKiosk(t, createFakeStation(), { memory: fileMemory(file) });
  const { port } = new URL(first.kiosk.url);
  const other = await memoryFile();
  await writeFile(other, JSON.stringify({ port: Number(port), pages: [] }));
  const second = await startTestKiosk(t, createFakeStation(), { memory: fileMemory(other) });
  assert.notEqual(second.kiosk.url, first.kiosk.url);
  for (const text of ['', '{', '{"port":0,"pages":[]}', '{"port":1,"pages":[{"id":"a","secret":"x"}]}']) {
    const damaged = await memoryFile();
    await writeFile(damaged, text);
    const { kiosk } = await startTestKiosk(t, createFakeStation(), { memory: fileMemory(damaged) });
    assert.equal((await callAs(kiosk, await enter(kiosk), current)).status, 200);
  }
});
