/** The way in to its last character, the port that was asked for, and an end that takes no longer than it must. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { closeAll } from '../../main/kiosk/closing.ts';
import type { Memory } from '../../main/kiosk/memory.ts';
import { createFakeStation } from '../fake.ts';
import { askIn, callAs, enter, startTestKiosk, tokenOf } from './support.ts';

test('a token may have 128 characters; a refusal says that it is one, with its code and its reason', async (t) => {
  const { kiosk } = await startTestKiosk(t);
  const refusalOf = async (body: unknown) => {
    const { status, text } = await askIn(kiosk, body);
    const { ok, error } = JSON.parse(text) as { ok: boolean; error: { code: string; data?: { reason: string } } };
    return [status, ok, error.code, error.data?.reason];
  };
  assert.deepEqual(await refusalOf({ token: 'x'.repeat(128) }), [401, false, 'session.unknownPage', 'spent']);
  assert.deepEqual(await refusalOf({ token: 'x'.repeat(129) }), [400, false, 'call.malformed', undefined]);
  assert.deepEqual(await refusalOf({}), [401, false, 'session.unknownPage', 'none']);
  assert.deepEqual(await refusalOf({ beside: true }), [401, false, 'session.unknownPage', 'none']);
  assert.deepEqual(await refusalOf({ beside: false }), [400, false, 'call.malformed', undefined]);
});

test('who comes in loses the cookies of our pages that are gone, and no other one', async (t) => {
  const { kiosk } = await startTestKiosk(t);
  const { port } = new URL(kiosk.url);
  const here = await enter(kiosk);
  const others = ['lang=de', 'birthmark-1-page=of-another-station'];
  const gone = [`birthmark-${port}-gone=x`, `birthmark-${port}-gone2=x`];
  const cookie = [here.cookie, ...others, ...gone].join('; ');
  const { status, headers } = await askIn(kiosk, { token: tokenOf(kiosk.newAddress()) }, { cookie });
  assert.equal(status, 200);
  const [cleared, kept] = [true, false].map((isCleared) =>
    (headers['set-cookie'] ?? []).filter((text) => /=;/.test(text) === isCleared),
  );
  assert.deepEqual(
    cleared?.map((text) => text.split('=')[0]),
    [`birthmark-${port}-gone`, `birthmark-${port}-gone2`],
  );
  for (const text of cleared ?? []) assert.match(text, /Path=\/; Expires=Thu, 01 Jan 1970/);
  assert.equal(kept?.length, 1, 'its own');
  assert.equal(
    (await callAs(kiosk, here, { id: 1, method: 'session.state', params: {} })).status,
    200,
    'that page stays',
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('the port that is asked for outweighs the one of the last time', async (t) => {
  const [last, asked] = [await freePort(), await freePort()];
  const memory: Memory = { load: async () => ({ port: last, pages: [] }), save: () => {}, settled: async () => {} };
  const { kiosk } = await startTestKiosk(t, createFakeStation(), { memory, port: asked });
  assert.equal(new URL(kiosk.url).port, String(asked));
  const again = await startTestKiosk(t, createFakeStation(), { memory });
  assert.equal(new URL(again.kiosk.url).port, String(last));
});

test('an end that hangs is overdue after five seconds; one that is done never is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let overdue = 0;
  const note = () => {
    overdue += 1;
  };
  const done: string[] = [];
  const ends = (what: string) => ({ close: async () => void done.push(what) });
  await closeAll({ kiosk: ends('screens'), host: ends('host') }, note);
  assert.deepEqual(done, ['screens', 'host']);
  t.mock.timers.tick(60_000);
  assert.equal(overdue, 0);
  const hangs = { close: () => new Promise<void>(() => {}) };
  void closeAll({ kiosk: hangs, host: ends('host') }, note);
  t.mock.timers.tick(4999);
  assert.equal(overdue, 0);
  t.mock.timers.tick(1);
  assert.equal(overdue, 1);
});
