/** Who is signed in: it ends at once for who has left, by itself for who went away, and never stops a unit. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type BenchSnapshot, createClient, type SessionState, type Station } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { systemClock } from '../../main/clock.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const minuteMs = 60_000;
const erin = { badge: 'EN-1', pin: '2222' };
const ola = { badge: 'OP-1', pin: '1111' };
const second = { name: 'Emil', badge: 'EN-2', pin: '735091', role: 'engineer' } as const;
const quinn = { name: 'Quinn', badge: 'QA-1', pin: '480627', role: 'qa' } as const;

async function bedOf(t: TestContext, options: Partial<OpenOptions> = {}) {
  const bench = createPracticeBench({ slots: 2, clock: systemClock, baud: 0, computeMs: 0 });
  const slots = [1, 2].map((slotId) => ({
    slotId,
    name: `Slot ${slotId}`,
    port: `practice:${slotId}`,
    driver: 'agent',
  }));
  const station = await openStation({
    kind: 'host',
    ports: bench,
    dir: await makeStation(slots, false, { idle: true }),
    ...options,
  });
  t.after(() => station.close());
  const connected = (origin: 'electron' | 'kiosk' | 'cli' | 'test' = 'test') => createClient(station.connect(origin));
  const engineer = connected();
  await engineer.call('session.signIn', erin);
  const signedIn = async (who: { badge: string; pin: string }, origin?: 'electron' | 'kiosk' | 'cli') => {
    const client = connected(origin);
    await client.call('session.signIn', { badge: who.badge, pin: who.pin });
    return client;
  };
  /** The newest entries of that name, once there are so many: a session's end is recorded behind it. */
  const audited = async (entry: string, count: number) => {
    for (;;) {
      const { rows } = await station.parts.ledger.listAudit({ limit: 100, offset: 0 });
      const found = rows.filter((row) => row.entry === entry);
      if (found.length >= count) return found;
    }
  };
  return { bench, station, engineer, connected, signedIn, audited };
}

const whoIs = async (client: Station) => (await client.call('session.current', {})).person?.badge;

/** The first snapshot that fits. */
function when<E extends 'session.changed' | 'bench.changed'>(
  client: Station,
  event: E,
  fits: (data: E extends 'bench.changed' ? BenchSnapshot : SessionState) => boolean,
): Promise<E extends 'bench.changed' ? BenchSnapshot : SessionState> {
  return new Promise((resolve) => {
    const stop = client.on(event, (data) => {
      const shown = data as E extends 'bench.changed' ? BenchSnapshot : SessionState;
      if (!fits(shown)) return;
      queueMicrotask(() => stop());
      resolve(shown);
    });
  });
}

test('a person who is deactivated is signed out at once, on every connection and origin', async (t) => {
  const { engineer, signedIn, audited } = await bedOf(t);
  const { personId } = await engineer.call('people.add', second);
  const clients = [await signedIn(second, 'electron'), await signedIn(second, 'kiosk'), await signedIn(second, 'cli')];
  const told = clients.map((client) => when(client, 'session.changed', ({ person }) => person === null));
  await engineer.call('people.deactivate', { personId });
  await Promise.all(told);
  for (const client of clients) {
    assert.equal(await whoIs(client), undefined);
    const another = { name: 'X', badge: 'EN-9', pin: '915306', role: 'engineer' } as const;
    await assert.rejects(client.call('people.add', another), refuses('session.signedOut'));
    await assert.rejects(client.call('units.list', {}), refuses('session.signedOut'));
  }
  assert.equal(await whoIs(engineer), 'EN-1', 'nobody else is');
  assert.deepEqual(
    (await audited('session.ended', 3)).map(({ actor, subject, data }) => [actor, subject, data.why]).sort(),
    ['cli', 'electron', 'kiosk'].map((origin) => ['Emil (EN-2)', origin, 'deactivated']),
  );
});

test('whatever part of the program deactivates somebody, their next call is refused', async (t) => {
  const { engineer, signedIn, station } = await bedOf(t);
  const { personId } = await engineer.call('people.add', second);
  const client = await signedIn(second);
  await station.parts.ledger.deactivatePerson({ personId, actor: 'a command' });
  await assert.rejects(client.call('orders.list', {}), refuses('session.signedOut'));
});

test('a PIN that is being checked while its owner is deactivated signs nobody in, and agrees to nothing', async (t) => {
  const { engineer, signedIn, connected } = await bedOf(t);
  const { personId } = await engineer.call('people.add', second);
  const late = connected();
  const entering = late.call('session.signIn', { badge: second.badge, pin: second.pin });
  const leaving = engineer.call('people.deactivate', { personId });
  await assert.rejects(entering, refuses('session.wrongPin'));
  await leaving;
  assert.equal(await whoIs(late), undefined);

  const qa = await engineer.call('people.add', quinn);
  const operator = await signedIn(ola);
  const scrap = { unitSerial: 'U-1', reason: 'broken in two', second: { badge: quinn.badge, pin: quinn.pin } };
  const agreeing = operator.call('units.scrap', scrap);
  await engineer.call('people.deactivate', { personId: qa.personId });
  await assert.rejects(agreeing, refuses('session.wrongPin'));
  await assert.rejects(operator.call('units.scrap', scrap), refuses('session.wrongPin'));
});

test('a call that waits for a second person is refused when the first one was deactivated meanwhile', async (t) => {
  const { engineer, signedIn, station } = await bedOf(t);
  await engineer.call('people.add', second);
  const operator = await signedIn(ola);
  const olaId = (await engineer.call('people.list', {})).find(({ badge }) => badge === 'OP-1')?.personId ?? 0;
  const scrap = { unitSerial: 'U-1', reason: 'broken in two', second: { badge: second.badge, pin: second.pin } };
  const asking = operator.call('units.scrap', scrap);
  await station.parts.ledger.deactivatePerson({ personId: olaId, actor: 'test' });
  await assert.rejects(asking, refuses('session.signedOut'));
});

test('one may deactivate oneself and is out; the last engineer stays, and is told why', async (t) => {
  const { engineer, signedIn } = await bedOf(t);
  const own = (await engineer.call('session.current', {})).person?.personId ?? 0;
  await assert.rejects(engineer.call('people.deactivate', { personId: own }), refuses('session.lastEngineer'));
  assert.equal(await whoIs(engineer), 'EN-1');
  await engineer.call('people.add', second);
  await engineer.call('people.deactivate', { personId: own });
  assert.equal(await whoIs(engineer), undefined);
  const other = await signedIn(second);
  const { personId } = (await other.call('session.current', {})).person!;
  await assert.rejects(other.call('people.deactivate', { personId }), refuses('session.lastEngineer'));
});

test('a sign-out or a second sign-in overtakes a PIN that is still being checked', async (t) => {
  const { connected, station } = await bedOf(t);
  const client = connected();
  const first = client.call('session.signIn', erin);
  const then = client.call('session.signIn', ola);
  await assert.rejects(first, refuses('call.cancelled'));
  assert.equal((await then).badge, 'OP-1');
  assert.equal(await whoIs(client), 'OP-1');
  const connection = station.connect('test');
  const entering = createClient(connection).call('session.signIn', erin);
  connection.close();
  await assert.rejects(entering, refuses('call.cancelled'));
});

test('whoever does nothing is signed out in time, warned before; reading is nothing, an act is', async (t) => {
  const { clock, advance } = movableClock();
  const { engineer, signedIn, audited } = await bedOf(t, { clock });
  assert.equal((await engineer.call('station.status', {})).session.idleMinutes, 15, 'unless it is set');
  await engineer.call('station.configure', { session: { idleMinutes: 10 } });
  const operator = await signedIn(ola);
  advance(8 * minuteMs);
  await operator.call('session.stay', {});
  advance(8 * minuteMs);
  assert.equal(await whoIs(operator), 'OP-1', 'an act counts from the beginning');
  assert.equal(await whoIs(engineer), undefined, 'whoever did nothing is out, and nobody else');

  const warned = when(operator, 'session.changed', ({ signsOutInMs }) => signsOutInMs !== undefined);
  advance(minuteMs + 1000);
  const { signsOutInMs = 0, person } = await warned;
  assert.equal(person?.badge, 'OP-1');
  assert.ok(signsOutInMs > 50_000 && signsOutInMs <= minuteMs, String(signsOutInMs));
  const taken = when(operator, 'session.changed', (state) => state.signsOutInMs === undefined);
  await operator.call('session.stay', {});
  await taken;

  advance(9 * minuteMs + 1000);
  for (const method of ['units.list', 'orders.list', 'station.status', 'bench.snapshot'] as const)
    await operator.call(method, {});
  const out = when(operator, 'session.changed', (state) => state.person === null);
  advance(minuteMs);
  await out;
  assert.deepEqual(
    (await audited('session.ended', 2)).map(({ actor, data }) => [actor, data.why]),
    [
      ['Ola (OP-1)', 'idle'],
      ['Erin (EN-1)', 'idle'],
    ],
  );
});

test('0 minutes: never; a shorter time holds at once; a command is never signed out', async (t) => {
  const { clock, advance } = movableClock();
  const { engineer, signedIn } = await bedOf(t, { clock });
  const command = await signedIn(erin, 'cli');
  await engineer.call('station.configure', { session: { idleMinutes: 0 } });
  advance(24 * 60 * minuteMs);
  assert.equal(await whoIs(engineer), 'EN-1');
  await engineer.call('station.configure', { session: { idleMinutes: 1 } });
  advance(minuteMs + 1);
  assert.equal(await whoIs(engineer), undefined);
  assert.equal(await whoIs(command), 'EN-1');
});

test('a unit at work goes on when its operator is signed out; the bench locks, and no label is used afterwards', async (t) => {
  const { engineer, signedIn, bench, connected } = await bedOf(t);
  await engineer.call('ca.unlock', { secret: passphrase });
  const emil = await engineer.call('people.add', { ...second, role: 'operator' });
  const operator = await signedIn(second);
  const onlooker = connected();
  const { label } = bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  await operator.call('bench.scan', { text: label });
  await engineer.call('people.deactivate', { personId: emil.personId });
  await engineer.call('session.signOut', {});
  await assert.rejects(operator.call('bench.abort', { slotId: 1 }), refuses('session.signedOut'));
  const passed = await slotWhen(onlooker, 1, 'PASS');
  assert.equal(passed.unitSerial, label);
  const shown = await when(onlooker, 'bench.changed', ({ slots }) => slots[1]?.state === 'LOCKED');
  assert.equal(shown.locked, 'signedOut');
  const next = bench.plug(2);
  await slotWhen(onlooker, 2, 'LOCKED');
  await assert.rejects(operator.call('bench.scan', { text: next.label }), refuses('session.signedOut'));
});

test('a screen with nobody signed in shows the bench locked, also when somebody runs it from another one', async (t) => {
  const { engineer, signedIn, connected, bench } = await bedOf(t);
  await engineer.call('ca.unlock', { secret: passphrase });
  const operator = await signedIn(ola);
  await engineer.call('session.signOut', {});
  bench.plug(1);
  await slotWhen(operator, 1, 'SCAN');
  const other = connected();
  for (const shown of [
    await other.call('bench.snapshot', {}),
    await when(other, 'bench.changed', ({ slots }) => slots.length === 2),
  ]) {
    assert.deepEqual(
      shown.slots.map(({ state, lockReason, ask, prompt }) => [state, lockReason, ask, prompt]),
      [1, 2].map(() => ['LOCKED', 'signedOut', 'signIn', undefined]),
    );
    assert.equal(shown.locked, 'signedOut');
    assert.equal(shown.askedSlotId, undefined);
  }
  const open = when(other, 'bench.changed', ({ locked }) => locked === undefined);
  await other.call('session.signIn', ola);
  assert.equal((await open).slots[0]?.state, 'SCAN');
  const locked = when(other, 'bench.changed', (shown) => shown.locked === 'signedOut');
  await other.call('session.signOut', {});
  await locked;
  assert.equal((await operator.call('bench.snapshot', {})).locked, undefined);
});
