/** What an engineer does for people, what it does to their sessions, and a handover while units are at work. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient, type Station } from '../../app/contract/index.ts';
import { createPracticeBench } from '../../app/practice/devices/index.ts';
import { handedTo } from '../../app/station/people/handover.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { slotWhen } from '../line/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, movableClock, passphrase } from '../support.ts';

const erin = { badge: 'EN-1', pin: '2222' };
const ola = { badge: 'OP-1', pin: '1111' };
const bo = { name: 'Bo', badge: 'OP-2', pin: '735091', role: 'operator' } as const;
const quinn = { name: 'Quinn', badge: 'QA-1', pin: '480627', role: 'qa' } as const;
const asIs = ({ badge, pin }: { badge: string; pin: string }) => ({ badge, pin });

async function bedOf(
  t: TestContext,
  real: typeof systemClock = systemClock,
  opened: Promise<void> = Promise.resolve(),
) {
  const bench = createPracticeBench({ slots: 2, clock: systemClock, baud: 0, computeMs: 0 });
  const slots = [1, 2].map((slotId) => ({ slotId, name: `${slotId}`, port: `practice:${slotId}`, driver: 'agent' }));
  const dir = await makeStation(slots);
  // A unit is at work from before its port is opened.
  const ports: typeof bench = { ...bench, open: (...of) => opened.then(() => bench.open(...of)) };
  const station = await openStation({ kind: 'host', threads: false, dir, ports, clock: real });
  t.after(() => station.close());
  const connected = (origin: 'electron' | 'kiosk' = 'kiosk') => createClient(station.connect(origin));
  const engineer = connected('electron');
  await engineer.call('session.signIn', erin);
  const rowOf = async (badge: string, client: Station = engineer) =>
    (await client.call('people.list', {})).find((person) => person.badge === badge) ?? assert.fail(badge);
  const audited = async (entry: string) =>
    (await station.parts.ledger.listAudit({ limit: 100, offset: 0 })).rows.filter((row) => row.entry === entry);
  return { bench, station, engineer, connected, rowOf, audited };
}

const whoIs = async (client: Station) => (await client.call('session.current', {})).person;

test('a shift is handed over while a unit is at work: it goes on, and its end is of both', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { bench, engineer, connected, audited } = await bedOf(t, systemClock, gate.promise);
  await engineer.call('ca.unlock', { secret: passphrase });
  await engineer.call('people.add', bo);
  const screen = connected();
  await screen.call('session.signIn', ola);
  const { label } = bench.plug(1);
  await slotWhen(screen, 1, 'SCAN');
  await screen.call('bench.scan', { text: label });
  assert.equal((await slotWhen(screen, 1, 'WORKING')).unitSerial, label);

  const wrong = { badge: bo.badge, pin: '999999' };
  await assert.rejects(screen.call('session.signIn', wrong), refuses('session.wrongPin'));
  assert.equal((await whoIs(screen))?.badge, 'OP-1', 'a wrong PIN takes the bench from no one');
  await screen.call('session.signIn', asIs(bo));
  assert.equal((await whoIs(screen))?.badge, 'OP-2');
  assert.equal((await screen.call('bench.snapshot', {})).slots[0]?.state, 'WORKING', 'the unit goes on');
  gate.resolve();
  await slotWhen(screen, 1, 'PASS');

  const { journal } = await screen.call('units.show', { unitSerial: label });
  const ended = journal.find(({ entry }) => entry === 'attempt.ended');
  assert.deepEqual([ended?.actor, ended?.data.handedTo], ['Ola (OP-1)', 'Bo (OP-2)']);
  assert.ok(journal.filter(({ actor }) => actor !== 'Ola (OP-1)').length === 0, 'who began it stays on record');
  const [passed] = await audited('unit.passed');
  assert.deepEqual([passed?.actor, passed?.data.handedTo], ['Ola (OP-1)', 'Bo (OP-2)']);
  const [left] = await audited('session.ended');
  assert.deepEqual([left?.actor, left?.data], ['Ola (OP-1)', { why: 'replaced', to: 'Bo (OP-2)' }]);

  bench.unplug(1);
  const next = bench.plug(2);
  await slotWhen(screen, 2, 'SCAN');
  await screen.call('bench.scan', { text: next.label });
  await slotWhen(screen, 2, 'PASS');
  const own = await screen.call('units.show', { unitSerial: next.label });
  assert.ok(
    own.journal.every(({ actor, data }) => actor === 'Bo (OP-2)' && !('handedTo' in data)),
    'their own unit is theirs alone',
  );
});

test('the bench is handed to whoever has it: not to QA, not to a command, and to no one while its starter is there', () => {
  const at = (name: string, role: 'operator' | 'qa' | 'engineer', origin: 'kiosk' | 'cli' = 'kiosk') => ({
    origin,
    person: { personId: 1, name, badge: 'B-1', role },
  });
  const to = (...sessions: ReturnType<typeof at>[]) => handedTo({ signedIn: () => sessions }, 'Ola (B-1)');
  assert.equal(to(), undefined);
  assert.equal(to(at('Quinn', 'qa'), at('Cid', 'operator', 'cli')), undefined);
  assert.equal(to(at('Bo', 'operator'), at('Ola', 'operator', 'cli')), undefined);
  assert.equal(to(at('Quinn', 'qa'), at('Bo', 'operator'), at('Erin', 'engineer')), 'Bo (B-1)', 'who acted last');
});

test('a lost badge is replaced: it and its session end at once, the person stays the same, and no other gets it', async (t) => {
  const { engineer, connected, rowOf, audited, station } = await bedOf(t);
  const { personId } = await rowOf('OP-1');
  const finder = connected();
  await finder.call('session.signIn', ola);
  const replace = (badge: string) => engineer.call('people.replaceBadge', { personId, badge, reason: 'lost' });
  await assert.rejects(replace('EN-1'), refuses('call.badParams', { path: 'badge' }));
  assert.equal((await whoIs(finder))?.badge, 'OP-1', 'what was refused ends nothing');
  assert.deepEqual(await replace('OP-7'), { personId, name: 'Ola', badge: 'OP-7', role: 'operator' });
  assert.equal(await whoIs(finder), null);
  await assert.rejects(finder.call('units.list', {}), refuses('session.signedOut'));
  await assert.rejects(finder.call('session.signIn', ola), refuses('session.wrongPin'));
  await finder.call('session.signIn', { badge: 'OP-7', pin: '1111' });
  const { formerBadges } = await rowOf('OP-7');
  assert.deepEqual(
    formerBadges.map(({ badge, reason, replacedBy }) => [badge, reason, replacedBy]),
    [['OP-1', 'lost', 'Erin (EN-1)']],
  );
  const add = engineer.call('people.add', { ...bo, badge: 'OP-1' });
  await assert.rejects(add, refuses('call.badParams', { path: 'badge' }));
  const other = await engineer.call('people.add', bo);
  await assert.rejects(
    engineer.call('people.replaceBadge', { personId: other.personId, badge: 'OP-1', reason: 'other' }),
    refuses('call.badParams', { path: 'badge' }),
  );
  assert.equal((await engineer.call('scan.read', { text: 'OP-1' })).kind, 'badge', 'found again, it is no unit');
  await replace('OP-1');
  assert.equal((await rowOf('OP-1')).formerBadges.length, 2, 'found again, it may come back to them');
  const rows = await audited('person.badgeReplaced');
  assert.deepEqual(
    rows.map(({ actor, subject, data }) => [actor, subject, data.before, data.reason]),
    [
      ['Erin (EN-1)', 'OP-1', 'OP-7', 'lost'],
      ['Erin (EN-1)', 'OP-7', 'OP-1', 'lost'],
    ],
  );
  assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
});

test('a role is changed while its person works: the screen follows at once, and the last engineer stays one', async (t) => {
  const { engineer, connected, rowOf, audited } = await bedOf(t);
  const screen = connected();
  await screen.call('session.signIn', ola);
  const shown: (string | undefined)[] = [];
  screen.on('session.changed', ({ person }) => shown.push(person?.role));
  const { personId } = await rowOf('OP-1');
  const setRole = (role: 'operator' | 'qa' | 'engineer', of = personId) =>
    engineer.call('people.setRole', { personId: of, role });
  await assert.rejects(setRole('operator'), refuses('call.badParams', { path: 'role' }));
  assert.deepEqual(await setRole('engineer'), { personId, name: 'Ola', badge: 'OP-1', role: 'engineer' });
  assert.equal(shown.at(-1), 'engineer');
  assert.equal(await screen.call('orders.intake', {}).then(() => 'may'), 'may');
  const me = (await whoIs(engineer))?.personId ?? 0;
  await setRole('qa', me);
  await assert.rejects(engineer.call('people.unlock', { personId }), refuses('session.forbidden'));
  const last = screen.call('people.setRole', { personId, role: 'operator' });
  await assert.rejects(last, refuses('session.lastEngineer'));
  const [, first] = await audited('person.roleChanged');
  assert.deepEqual([first?.subject, first?.data], ['OP-1', { personId, role: 'engineer', before: 'operator' }]);
});

test('a forgotten PIN: another is given, ends the lock, and agrees to nothing until its person changes it', async (t) => {
  const { engineer, connected, rowOf, audited } = await bedOf(t);
  const { personId } = await engineer.call('people.add', quinn);
  const screen = connected();
  await screen.call('session.signIn', asIs(quinn));
  const forgetful = connected();
  for (let tries = 0; tries < 5; tries += 1)
    await assert.rejects(forgetful.call('session.signIn', { badge: 'QA-1', pin: '111000' }));
  const give = (pin: string, of = personId) => engineer.call('people.setPin', { personId: of, pin });
  await assert.rejects(give('123456'), refuses('session.weakPin', { reason: 'pinWeak', leastDigits: 6 }));
  await assert.rejects(give('3003'), refuses('session.weakPin', { reason: 'pinPractice', leastDigits: 6 }));
  const me = (await whoIs(engineer))?.personId ?? 0;
  await assert.rejects(give('386294', me), refuses('call.badParams'), 'one’s own takes the present one');
  await give('386294');
  assert.equal(await whoIs(screen), null, 'whoever knew the old one is out');
  await assert.rejects(forgetful.call('session.signIn', asIs(quinn)), refuses('session.wrongPin'));
  await forgetful.call('session.signIn', { badge: 'QA-1', pin: '386294' });
  assert.equal((await whoIs(forgetful))?.pinProblem, 'given');
  assert.equal((await rowOf('QA-1')).pinGiven, true);
  const scrap = (pin: string) =>
    engineer.call('units.scrap', { unitSerial: 'U-1', reason: 'broken', second: { badge: 'QA-1', pin } });
  await assert.rejects(scrap('386294'), refuses('session.secondPerson', { reason: 'pinGiven' }));
  await forgetful.call('session.changePin', { pin: '386294', newPin: '904713' });
  assert.equal((await whoIs(forgetful))?.pinProblem, undefined);
  assert.equal((await rowOf('QA-1')).pinGiven, false);
  await assert.rejects(scrap('904713'), refuses('unit.notFound', { unitSerial: 'U-1' }));
  const [entry] = await audited('person.pinGiven');
  assert.deepEqual([entry?.actor, entry?.subject, entry?.data], ['Erin (EN-1)', 'QA-1', { personId }]);
});

test('the list tells last sign-in, wrong PINs and the lock, which an engineer ends and QA only sees', async (t) => {
  const { clock, advance } = movableClock();
  const { engineer, connected, rowOf, audited } = await bedOf(t, clock);
  await engineer.call('people.add', bo);
  await engineer.call('people.add', quinn);
  assert.equal((await rowOf('OP-2')).lastSignInAt, null);
  const screen = connected();
  await screen.call('session.signIn', asIs(bo));
  const { lastSignInAt } = await rowOf('OP-2');
  assert.ok(Math.abs(Date.parse(lastSignInAt ?? '') - clock.now().getTime()) < 60_000, String(lastSignInAt));
  const guess = () =>
    screen.call('session.signIn', { badge: 'OP-2', pin: '000000' }).then(
      () => assert.fail('signed in'),
      ({ data }) => data,
    );
  for (let tries = 0; tries < 4; tries += 1) await guess();
  const { failures, lockedMs } = await rowOf('OP-2');
  assert.deepEqual([failures, lockedMs], [4, 0]);
  const delays: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    delays.push((await guess()).seconds);
    const row = await rowOf('OP-2');
    assert.ok(Math.abs(row.lockedMs - delays.at(-1)! * 1000) < 2000, `${row.lockedMs} ms are left`);
    assert.ok(Math.abs(Date.parse(row.lockedUntilAt ?? '') - clock.now().getTime() - row.lockedMs) < 2000);
    if (tries < 5) advance(row.lockedMs + 1);
  }
  assert.deepEqual(delays, [60, 120, 240, 480, 900, 900], 'it grows, up to a quarter of an hour');

  const qa = connected();
  await qa.call('session.signIn', asIs(quinn));
  const { personId, failures: seen } = await rowOf('OP-2', qa);
  assert.equal(seen, 10);
  await assert.rejects(qa.call('people.unlock', { personId }), refuses('session.forbidden', { role: 'qa' }));
  await assert.rejects(screen.call('session.signIn', asIs(bo)), { code: 'session.lockedOut' });
  await engineer.call('people.unlock', { personId });
  await screen.call('session.signIn', asIs(bo));
  assert.deepEqual([(await rowOf('OP-2')).failures, (await rowOf('OP-2')).lockedUntilAt], [0, null]);
  await assert.rejects(engineer.call('people.unlock', { personId }), refuses('call.badParams'));
  const [entry] = await audited('person.unlocked');
  assert.deepEqual([entry?.subject, entry?.data], ['OP-2', { personId, failures: 10 }]);
});

test('who left stays on record, and may be let in again', async (t) => {
  const { engineer, connected, rowOf } = await bedOf(t);
  const { personId } = await engineer.call('people.add', bo);
  const screen = connected();
  await screen.call('session.signIn', asIs(bo));
  await engineer.call('people.deactivate', { personId });
  assert.equal(await whoIs(screen), null);
  const row = await rowOf('OP-2');
  assert.deepEqual([row.active, row.name, row.lastSignInAt !== null], [false, 'Bo', true]);
  for (const [method, params] of [
    ['people.setRole', { personId, role: 'qa' }],
    ['people.setPin', { personId, pin: '386294' }],
    ['people.replaceBadge', { personId, badge: 'OP-3', reason: 'lost' }],
    ['people.unlock', { personId }],
  ] as const)
    await assert.rejects(engineer.call(method, params as never), refuses('call.badParams'), method);
  await engineer.call('people.activate', { personId });
  await assert.rejects(engineer.call('people.activate', { personId }), refuses('call.badParams'));
  await screen.call('session.signIn', asIs(bo));
  assert.equal((await whoIs(screen))?.role, 'operator');
});
