import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createLedger, migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { people } from '../../app/records/migrations/people.ts';
import { hashCheaply } from '../../app/records/people/pins.ts';
import { lockAfter } from '../../app/records/people/signin.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, createTestClock, makeBed, openLocal, refuses } from './support.ts';

const engineer = { name: 'Erik', badge: 'ENG-1', pin: '246810', role: 'engineer', actor: 'setup' } as const;
const signedIn = { personId: 1, name: 'Erik', badge: 'ENG-1', role: 'engineer' };
const minuteMs = 60_000;

// What a PIN costs is tested in pins.test.ts.
hashCheaply();

async function wrongPins({ ledger }: Bed, badge: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await assert.rejects(ledger.signIn(badge, '0000'), refuses('session.wrongPin'));
  }
}

test('a person signs in with badge and PIN; neither file nor audit log holds the PIN', async (t) => {
  const bed = await makeBed(t);
  const { ledger, database, file } = bed;
  assert.deepEqual(await ledger.addPerson(engineer), signedIn);
  assert.deepEqual(await ledger.signIn('ENG-1', engineer.pin), signedIn);
  await wrongPins(bed, 'ENG-1', 1);
  const { rows } = await ledger.listAudit({ limit: 3, offset: 0 });
  assert.deepEqual(
    rows.map((row) => [row.entry, row.subject, row.data]),
    [
      ['session.refused', 'ENG-1', {}],
      ['session.signedIn', 'ENG-1', {}],
      ['person.added', 'ENG-1', { personId: 1, name: 'Erik', role: 'engineer' }],
    ],
  );
  await database.close();
  assert.equal(readFileSync(file).includes(engineer.pin), false);
});

test('the list says when each person signed in last, and how many wrong PINs are counted', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await ledger.addPerson(engineer);
  await ledger.addPerson({ ...engineer, name: 'Olga', badge: 'OP-1', role: 'operator' });
  const told = async () =>
    (await ledger.listPeople()).map(({ name, lastSignInAt, failures }) => [name, lastSignInAt, failures]);
  assert.deepEqual(await told(), [
    ['Erik', null, 0],
    ['Olga', null, 0],
  ]);
  for (let time = 0; time < 2; time += 1) {
    clock.advance(1000);
    await ledger.signIn('ENG-1', engineer.pin);
    const at = clock.now().toISOString();
    clock.advance(1000);
    await wrongPins(bed, 'ENG-1', 2);
    assert.deepEqual(await told(), [
      ['Erik', at, 2],
      ['Olga', null, 0],
    ]);
  }
});

test('records from before know when each person signed in last', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql, migrations.slice(0, migrations.indexOf(people)));
  const at = (hour: number) => `2026-11-21T0${hour}:00:00Z`;
  sql.exec(
    ['A', 'B', 'C']
      .map(
        (badge) => `INSERT INTO people (name, badge, role, pinSalt, pinHash, active, createdAt)
           VALUES ('${badge}', '${badge}', 'operator', zeroblob(16), zeroblob(32), 1, '${at(1)}');`,
      )
      .join(''),
  );
  for (const [entry, badge, hour] of [
    ['session.signedIn', 'A', 3],
    ['session.signedIn', 'A', 2],
    ['session.refused', 'A', 5],
    ['session.signedIn', 'B', 4],
    ['session.refused', 'C', 4],
  ] as const)
    sql.exec(
      `INSERT INTO audit (at, entry, actor, subject, data) VALUES ('${at(hour)}', '${entry}', '${badge}', '${badge}', '{}')`,
    );
  migrate(sql);
  assert.deepEqual(sql.all('SELECT personId, at FROM lastSignIns ORDER BY personId'), [
    { personId: 1, at: at(3) },
    { personId: 2, at: at(4) },
  ]);
});

test('five wrong PINs lock the badge, for longer each further time; the right one in time starts again', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await ledger.addPerson(engineer);
  await wrongPins(bed, 'ENG-1', 4);
  assert.deepEqual(await ledger.signIn('ENG-1', engineer.pin), signedIn);
  await wrongPins(bed, 'ENG-1', 5);
  await assert.rejects(ledger.signIn('ENG-1', engineer.pin), refuses('session.lockedOut', { seconds: 60 }));
  clock.advance(minuteMs - 1500);
  await assert.rejects(ledger.signIn('ENG-1', engineer.pin), refuses('session.lockedOut', { seconds: 2 }));
  clock.advance(1500);
  await wrongPins(bed, 'ENG-1', 1);
  await assert.rejects(ledger.signIn('ENG-1', engineer.pin), refuses('session.lockedOut', { seconds: 120 }));
  clock.advance(2 * minuteMs);
  assert.deepEqual(await ledger.signIn('ENG-1', engineer.pin), signedIn);
});

test('a wrong PIN says how many tries are left, then for how long the badge is locked, whether it is on record or not', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  await ledger.addPerson(engineer);
  const wrong = (badge: string) =>
    ledger.signIn(badge, '0000').then(
      () => assert.fail('signed in'),
      (thrown) => [thrown.code, thrown.detail, thrown.data],
    );
  const run = async (badge: string) => {
    const told = [];
    for (let time = 0; time < 5; time += 1) told.push(await wrong(badge));
    clock.advance(30_000);
    told.push(await wrong(badge));
    clock.advance(30_000);
    told.push(await wrong(badge));
    clock.advance(2 * minuteMs);
    return told;
  };
  const told = await run('ENG-1');
  assert.deepEqual(
    told.map(([code, , data]) => [code, data]),
    [
      ['session.wrongPin', { triesLeft: 4 }],
      ['session.wrongPin', { triesLeft: 3 }],
      ['session.wrongPin', { triesLeft: 2 }],
      ['session.wrongPin', { triesLeft: 1 }],
      ['session.wrongPin', { triesLeft: 0, seconds: 60 }],
      ['session.lockedOut', { seconds: 30 }],
      ['session.wrongPin', { triesLeft: 0, seconds: 120 }],
    ],
  );
  // A command prints the detail.
  assert.match(told[3]![1], /1 try left$/);
  assert.match(told[4]![1], /locked for 60 s$/);
  assert.deepEqual(await run('NOBODY-7'), told, 'a badge of no person is answered alike');
  assert.deepEqual(await ledger.signIn('ENG-1', engineer.pin), signedIn);
});

test('lock times double up to a quarter of an hour', () => {
  const at = '2026-11-21T08:00:00.000Z';
  const minutes = [1, 4, 5, 6, 7, 8, 9, 10, 60].map((failures) => {
    const until = lockAfter(failures, at);
    return until === null ? 0 : (Date.parse(until) - Date.parse(at)) / minuteMs;
  });
  assert.deepEqual(minutes, [0, 0, 1, 2, 4, 8, 15, 15, 15]);
});

test('guesses made at once count like those made in turn', async (t) => {
  const { ledger } = await makeBed(t);
  await ledger.addPerson(engineer);
  const guesses = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => ledger.signIn('ENG-1', `000${n}`)));
  const codes = guesses.map((guess) => guess.status === 'rejected' && guess.reason.code);
  assert.equal(codes.filter((code) => code === 'session.wrongPin').length, 5);
  assert.equal(codes.filter((code) => code === 'session.lockedOut').length, 3);
});

test('failures survive a restart', async (t) => {
  const bed = await makeBed(t, { threads: true });
  await bed.ledger.addPerson(engineer);
  await wrongPins(bed, 'ENG-1', 5);
  await bed.database.close();
  const again = openLocal(bed.file);
  t.after(() => again.close());
  await assert.rejects(createLedger(again, bed.clock).signIn('ENG-1', engineer.pin), refuses('session.lockedOut'));
});

test('an unknown badge and a person who left cannot be told from a wrong PIN', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { personId } = await ledger.addPerson({ ...engineer, badge: 'ENG-2' });
  await ledger.addPerson(engineer);
  await ledger.deactivatePerson({ personId, actor: 'ENG-1' });
  for (const badge of ['NOBODY', 'ENG-2']) {
    await wrongPins(bed, badge, 4);
    await assert.rejects(ledger.signIn(badge, engineer.pin), refuses('session.wrongPin'));
    await assert.rejects(ledger.signIn(badge, engineer.pin), refuses('session.lockedOut', { seconds: 60 }));
  }
  assert.deepEqual(
    (await ledger.listPeople()).map((person) => [person.badge, person.active]),
    [
      ['ENG-2', false],
      ['ENG-1', true],
    ],
  );
});

test('a badge belongs to one person, and the last engineer stays', async (t) => {
  const { ledger } = await makeBed(t);
  const { personId } = await ledger.addPerson(engineer);
  await assert.rejects(ledger.addPerson({ ...engineer, name: 'Eve' }), refuses('call.badParams', { path: 'badge' }));
  await ledger.addPerson({ ...engineer, badge: 'OP-1', role: 'operator' });
  await assert.rejects(ledger.deactivatePerson({ personId, actor: 'x' }), refuses('session.lastEngineer'));
  const second = await ledger.addPerson({ ...engineer, badge: 'ENG-2' });
  const results = await Promise.allSettled(
    [personId, second.personId].map((id) => ledger.deactivatePerson({ personId: id, actor: 'x' })),
  );
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected'],
  );
  await assert.rejects(ledger.deactivatePerson({ personId, actor: 'x' }), refuses('call.badParams'));
});

test('a badge that differs only in capitals is the same badge, and none is what the log writes for no person', async (t) => {
  const { ledger } = await makeBed(t);
  const { personId } = await ledger.addPerson(engineer);
  const other = { ...engineer, name: 'Eve' };
  for (const badge of ['eng-1', 'Eng-1', 'OS-USER', 'os-user', 'kiosk'])
    await assert.rejects(ledger.addPerson({ ...other, badge }), refuses('call.badParams', { path: 'badge' }), badge);
  // The person's own badge may be written in another way, and the former one stays theirs.
  await ledger.replaceBadge({ personId, badge: 'eng-1', reason: 'other', actor: 'x' });
  await assert.rejects(ledger.signIn('ENG-1', engineer.pin), refuses('session.wrongPin'));
  assert.equal((await ledger.signIn('eng-1', engineer.pin)).name, 'Erik');
  await ledger.replaceBadge({ personId, badge: 'ENG-2', reason: 'lost', actor: 'x' });
  await assert.rejects(ledger.addPerson({ ...other, badge: 'eNG-1' }), refuses('call.badParams', { path: 'badge' }));
});

test('who left, and who got another PIN, is in the audit log; a person who left gets none', async (t) => {
  const { ledger } = await makeBed(t);
  const { personId } = await ledger.addPerson(engineer);
  const { personId: second } = await ledger.addPerson({ ...engineer, badge: 'ENG-0', name: 'Anna' });
  const last = async () => {
    const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
    return [rows[0]?.entry, rows[0]?.actor, rows[0]?.subject, rows[0]?.data];
  };
  await ledger.changePin({ personId, newPin: '975310', actor: 'x' });
  assert.deepEqual(await last(), ['person.pinChanged', 'x', 'ENG-1', { personId }]);
  await ledger.deactivatePerson({ personId: second, actor: 'y' });
  assert.deepEqual(await last(), ['person.deactivated', 'y', 'ENG-0', { personId: second }]);
  await assert.rejects(ledger.changePin({ personId: second, newPin: '1', actor: 'x' }), refuses('call.badParams'));
  await ledger.addPerson({ ...engineer, badge: 'OP-9', role: 'operator' });
  assert.deepEqual(
    (await ledger.listPeople()).map(({ name, badge, active }) => [name, badge, active]),
    [
      ['Anna', 'ENG-0', false],
      ['Erik', 'ENG-1', true],
      ['Erik', 'OP-9', true],
    ],
    'by name, and then as they were added',
  );
});

test('a person who is deactivated while their PIN is compared does not sign in', async (t) => {
  const { ledger } = await makeBed(t);
  await ledger.addPerson({ ...engineer, badge: 'ENG-2' });
  const { personId } = await ledger.addPerson(engineer);
  const signedInMeanwhile = ledger.signIn('ENG-1', engineer.pin);
  await ledger.deactivatePerson({ personId, actor: 'x' });
  await assert.rejects(signedInMeanwhile, refuses('session.wrongPin'));
  const { rows } = await ledger.listAudit({ limit: 1, offset: 0 });
  assert.deepEqual([rows[0]?.entry, rows[0]?.subject], ['session.refused', 'ENG-1']);
});

test('a person whose identity is proved elsewhere is on the list, signs in nowhere, and gets no PIN here', async (t) => {
  const { ledger, file, database } = await makeBed(t, { strange: true });
  const { personId } = await ledger.addPerson(engineer);
  await ledger.addPerson({ ...engineer, badge: 'ENG-2' });
  await database.close();
  const sql = openSqlite(file);
  sql.exec(`UPDATE people SET source = 'a directory' WHERE personId = ${personId}`);
  sql.close();
  const again = openLocal(file);
  t.after(() => again.close());
  const now = createLedger(again, createTestClock());
  const row = (await now.listPeople()).find((person) => person.personId === personId);
  assert.deepEqual([row?.source, row?.active], ['a directory', true]);
  await assert.rejects(now.signIn('ENG-1', engineer.pin), refuses('session.wrongPin'));
  await assert.rejects(now.changePin({ personId, newPin: '975310', actor: 'x' }), refuses('call.badParams'));
  await assert.rejects(now.givePin({ personId, newPin: '975310', actor: 'x' }), refuses('call.badParams'));
  assert.equal((await now.signIn('ENG-2', engineer.pin)).badge, 'ENG-2');
});

test('a badge that is replaced while its PIN is compared signs in no one; rows of people and of former badges stay', async (t) => {
  const { ledger, file, database } = await makeBed(t);
  const { personId } = await ledger.addPerson(engineer);
  const entering = ledger.signIn('ENG-1', engineer.pin);
  await ledger.replaceBadge({ personId, badge: 'ENG-9', reason: 'lost', actor: 'x' });
  await assert.rejects(entering, refuses('session.wrongPin'));
  assert.equal((await ledger.signIn('ENG-9', engineer.pin)).personId, personId);
  await database.close();
  const sql = openSqlite(file);
  t.after(() => sql.close());
  for (const text of ['DELETE FROM people', 'DELETE FROM formerBadges', `UPDATE formerBadges SET badge = 'X'`])
    assert.throws(() => sql.exec(text), /stays on record|append-only/, text);
});

test('a lock ends when a PIN is given or the badge is unlocked, and not when the PIN is changed', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { personId } = await ledger.addPerson(engineer);
  const acting = { personId, actor: 'lea' };
  await assert.rejects(ledger.unlockPerson(acting), refuses('call.badParams'), 'there is nothing to forget');
  const locked = () => assert.rejects(ledger.signIn('ENG-1', '135790'), refuses('session.lockedOut'));
  await wrongPins(bed, 'ENG-1', 5);
  await ledger.changePin({ ...acting, newPin: '135790' });
  await locked();
  await ledger.unlockPerson(acting);
  assert.deepEqual(await ledger.signIn('ENG-1', '135790'), signedIn);
  await wrongPins(bed, 'ENG-1', 5);
  await locked();
  await ledger.givePin({ ...acting, newPin: '135790' });
  assert.deepEqual(await ledger.signIn('ENG-1', '135790'), { ...signedIn, pinGiven: true });
  const { rows } = await ledger.listAudit({ limit: 99, offset: 0 });
  assert.deepEqual(rows.find(({ entry }) => entry === 'person.unlocked')?.data, { personId, failures: 5 });
});

test('a person comes back as they were, and gets another role, but the last engineer keeps theirs', async (t) => {
  const { ledger } = await makeBed(t);
  await ledger.addPerson(engineer);
  const added = await ledger.addPerson({ ...engineer, name: 'Lea', badge: 'ENG-2' });
  const lea = { personId: added.personId, actor: 'erik' };
  await assert.rejects(ledger.activatePerson(lea), refuses('call.badParams'), 'she never left');
  await ledger.deactivatePerson(lea);
  await assert.rejects(ledger.signIn('ENG-2', engineer.pin), refuses('session.wrongPin'));
  assert.deepEqual(await ledger.activatePerson(lea), added);
  assert.deepEqual(await ledger.signIn('ENG-2', engineer.pin), added);

  await assert.rejects(ledger.setRole({ ...lea, role: 'engineer' }), refuses('call.badParams', { path: 'role' }));
  assert.deepEqual(await ledger.setRole({ ...lea, role: 'qa' }), { ...added, role: 'qa' });
  assert.equal((await ledger.signIn('ENG-2', engineer.pin)).role, 'qa');
  await assert.rejects(
    ledger.setRole({ personId: 1, role: 'operator', actor: 'lea' }),
    refuses('session.lastEngineer'),
  );
  const { rows } = await ledger.listAudit({ limit: 99, offset: 0 });
  assert.deepEqual(
    rows.flatMap(({ entry, data }) => (entry === 'person.roleChanged' ? [data] : [])),
    [{ personId: lea.personId, role: 'qa', before: 'engineer' }],
  );
  assert.ok(rows.some(({ entry, subject }) => entry === 'person.activated' && subject === 'ENG-2'));
});
