/** What a PIN's hash costs: on record, and raised when its owner signs in. */
// By itself: the support of other tests lets the hashes of its process cost little.
import assert from 'node:assert/strict';
import { randomBytes, scryptSync } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLedger, migrate } from '../../app/records/index.ts';
import { migrations } from '../../app/records/migrations/index.ts';
import { hashPin, isCheap, pinCost, pinMatches } from '../../app/records/people/pins.ts';
import { systemClock } from '../../main/clock.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder, openLocal, refuses } from './support.ts';

type Row = { pinSalt: Uint8Array; pinHash: Uint8Array; pinN: number; pinR: number; pinP: number };

/** OWASP, Password Storage Cheat Sheet: with N = 2^15 and r = 8, p is 3 or more. */
const leastWork = 2 ** 15 * 8 * 3;

test('a new hash costs what is held to be enough, and another program agrees on it', async () => {
  const hashed = await hashPin('275183');
  assert.ok(hashed.pinN * hashed.pinR * hashed.pinP >= leastWork);
  assert.ok(hashed.pinN * hashed.pinR * 128 >= 32 * 2 ** 20, 'memory: 32 MiB');
  const options = { N: hashed.pinN, r: hashed.pinR, p: hashed.pinP, maxmem: 2 ** 27 };
  assert.deepEqual(Buffer.from(hashed.pinHash), scryptSync('275183', hashed.pinSalt, 32, options));
  assert.equal(await pinMatches('275183', hashed), true);
  assert.equal(await pinMatches('275184', hashed), false);
  assert.equal(await pinMatches('275183', { ...hashed, pinP: 1 }), false, 'the cost on record is what counts');
  assert.equal(await pinMatches('275183', null), false);
  assert.equal(isCheap(hashed), false);
  for (const less of [{ pinN: 2 ** 14 }, { pinR: 4 }, { pinP: 1 }, { pinN: 2 ** 14, pinP: 8 }])
    assert.ok(isCheap({ ...pinCost, ...less }), JSON.stringify(less));
  assert.equal(isCheap({ pinN: 2 ** 17, pinR: 8, pinP: 1 }), false, 'more is left alone');
});

test('a file of before opens, its people sign in as ever, and their hashes are raised when they do', async (t) => {
  const file = join(freshFolder(t), 'old.db');
  const old = openSqlite(file, { create: true });
  migrate(
    old,
    migrations.slice(
      0,
      migrations.findIndex((step) => step.includes('pinN')),
    ),
  );
  const pinSalt = new Uint8Array(randomBytes(16));
  const pinHash = new Uint8Array(scryptSync('2222', pinSalt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 }));
  for (const badge of ['EN-1', 'EN-2']) {
    old.run(
      `INSERT INTO people (name, badge, role, pinSalt, pinHash, active, createdAt)
       VALUES ('Erin', @badge, 'engineer', @pinSalt, @pinHash, 1, '2026-01-01T00:00:00Z')`,
      { badge, pinSalt, pinHash },
    );
  }
  old.close();

  const database = openLocal(file);
  const ledger = createLedger(database, systemClock);
  const look = openSqlite(file, { create: false });
  t.after(async () => {
    look.close();
    await database.close();
  });
  const rowOf = (badge: string) =>
    look.get<Row>('SELECT pinSalt, pinHash, pinN, pinR, pinP FROM people WHERE badge = @badge', { badge })!;
  const costOf = (badge: string) => {
    const { pinN, pinR, pinP } = rowOf(badge);
    return { pinN, pinR, pinP };
  };
  const cheap = { pinN: 2 ** 15, pinR: 8, pinP: 1 };
  const raisedEntries = async () =>
    (await ledger.listAudit({ limit: 50, offset: 0 })).rows.filter(({ entry }) => entry === 'person.pinHashRaised');

  assert.deepEqual([costOf('EN-1'), costOf('EN-2')], [cheap, cheap]);
  await assert.rejects(ledger.signIn('EN-1', '2223'), refuses('session.wrongPin'));
  assert.deepEqual(costOf('EN-1'), cheap, 'a wrong PIN changes nothing');
  await ledger.signIn('EN-1', '2222');
  assert.deepEqual(costOf('EN-1'), pinCost);
  assert.notDeepEqual(rowOf('EN-1').pinSalt, pinSalt, 'with a salt of its own');
  assert.deepEqual(costOf('EN-2'), cheap, 'whoever has not signed in is as before');
  assert.deepEqual(
    (await raisedEntries()).map(({ subject, actor }) => [subject, actor]),
    [['EN-1', 'station']],
  );
  await ledger.signIn('EN-1', '2222');
  assert.equal((await raisedEntries()).length, 1, 'once');
  await assert.rejects(ledger.signIn('EN-1', '2223'), refuses('session.wrongPin'));
});

test('a changed PIN is the only one that counts from then on', async (t) => {
  const file = join(freshFolder(t), 'a.db');
  const database = openLocal(file);
  t.after(() => database.close());
  const ledger = createLedger(database, systemClock);
  const erik = { name: 'Erik', badge: 'ENG-1', pin: '246813', role: 'engineer', actor: 'setup' } as const;
  const { personId } = await ledger.addPerson(erik);
  await ledger.changePin({ personId, newPin: '904713', actor: 'Erik (ENG-1)' });
  await assert.rejects(ledger.signIn('ENG-1', '246813'), refuses('session.wrongPin'));
  assert.equal((await ledger.signIn('ENG-1', '904713')).personId, personId);
  const [entry] = (await ledger.listAudit({ limit: 50, offset: 0 })).rows.filter(
    (row) => row.entry === 'person.pinChanged',
  );
  assert.deepEqual([entry?.subject, entry?.actor, entry?.data], ['ENG-1', 'Erik (ENG-1)', { personId }]);
  await assert.rejects(ledger.changePin({ personId: 99, newPin: '904713', actor: 'x' }), refuses('call.badParams'));
});
