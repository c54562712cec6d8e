/** What the records keep of a plant: its documents, what it refused and revoked, its leases, and the pages for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf, leavesOf, rootOfFirst } from '../../app/records/log/store.ts';
import { hashCheaply } from '../../app/records/people/pins.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, keyOf, makeBed, passUnit, refuses, sha256, start } from './support.ts';

test('a document that is not taken is told once, until it or its problem changes, or nothing speaks against it', async (t) => {
  const { ledger } = await makeBed(t);
  const found = { version: 3, hash: 'ab', problem: 'badSignature', why: 'another key signed it' } as const;
  const reject = (changes: object | null) =>
    ledger.rejectPlantDocument({ kind: 'people', found: changes && { ...found, ...changes } });
  const rejected = async () => (await ledger.plantDocuments('plant')).rejected;
  const told = async () =>
    (await ledger.listAudit({ limit: 9, offset: 0 })).rows.filter(({ entry }) => entry === 'plant.rejected');
  assert.equal(await reject(null), false, 'nothing was wrong');
  assert.deepEqual([await reject({}), await reject({}), await reject({ why: 'in other words' })], [true, false, false]);
  assert.deepEqual(await rejected(), [{ kind: 'people', ...found }]);
  for (const changes of [{ version: 4 }, { hash: 'cd' }, { problem: 'older' }]) {
    assert.equal(await reject(changes), true);
    assert.deepEqual(await rejected(), [{ kind: 'people', ...found, ...changes }]);
  }
  assert.deepEqual(
    (await told()).map(({ subject, data }) => [subject, data.problem]),
    [
      ['people/3', 'older'],
      ['people/3', 'badSignature'],
      ['people/4', 'badSignature'],
      ['people/3', 'badSignature'],
    ],
  );
  assert.deepEqual([await reject(null), await reject(null)], [true, false]);
  assert.deepEqual(await rejected(), []);
});

const plantId = 'plant';
/** A document as the plant signs it; its signature is checked before it comes here. */
const documentOf = (kind: string, version: number, items: readonly object[]) => ({
  document: {
    ...{ format: 'birthmark plant document 1', plantId, kind, version, items, signedAt: '2026-11-21T08:00:00.000Z' },
    versions: { profiles: 0, recipes: 0, people: 0, revocations: 0, [kind]: version },
  },
  ...{ hash: sha256(`document ${version}`), keyId: '01'.repeat(32), signature: new Uint8Array(64).fill(version) },
});
const apply = ({ ledger }: Bed, kind: string, version: number, items: readonly object[], more: object = {}) =>
  ledger.applyPlantDocument({ ...documentOf(kind, version, items), ...more } as never);
const entriesSince = async ({ ledger }: Bed, seq: number) =>
  (await ledger.searchAudit({ descending: false, limit: 500 })).rows
    .filter((row) => row.seq > seq)
    .map(({ entry, subject, actor, data }) => ({ entry, subject, actor, data }));
const lastSeq = async ({ ledger }: Bed) => (await ledger.listAudit({ limit: 1, offset: 0 })).rows[0]!.seq;

test('the newest document of each kind counts; one that came before, or comes once more, changes nothing', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger } = bed;
  const profile = (text: string) => ({ name: 'sensor', text: JSON.stringify(text) });
  const old = { name: 'old', text: '{}' };
  const more = { name: 'more', text: '{}' };
  const found = { version: 2, hash: 'x', problem: 'badSignature', why: 'y' } as const;
  for (const kind of ['profiles', 'recipes'] as const) await ledger.rejectPlantDocument({ kind, found });
  assert.deepEqual(await apply(bed, 'profiles', 2, [profile('a'), old]), { isNew: true });
  assert.deepEqual(
    (await ledger.plantDocuments(plantId)).rejected.map(({ kind }) => kind),
    ['recipes'],
    'what counts is refused no more',
  );
  for (const version of [2, 1])
    assert.deepEqual(await apply(bed, 'profiles', version, [profile('b')]), { isNew: false });
  assert.deepEqual(await ledger.plantProfiles(), [old, profile('a')]);
  const seq = await lastSeq(bed);
  await apply(bed, 'profiles', 5, [profile('c'), more]);
  assert.deepEqual(await ledger.plantProfiles(), [more, profile('c')]);
  assert.deepEqual(
    (await entriesSince(bed, seq)).map(({ entry, subject, actor }) => [entry, subject, actor]),
    [
      ['profile.saved', 'sensor', 'plant'],
      ['profile.saved', 'more', 'plant'],
      ['profile.removed', 'old', 'plant'],
      ['plant.applied', 'profiles/5', 'plant'],
    ],
  );
  const again = await lastSeq(bed);
  await apply(bed, 'profiles', 6, [profile('c'), more]);
  const [applied, ...others] = await entriesSince(bed, again);
  assert.deepEqual([applied?.data.before, others], [5, []], 'nothing changed but the document');
  const { applied: all } = await ledger.plantDocuments(plantId);
  assert.deepEqual(
    all.map(({ kind, version, hash, versions }) => [kind, version, hash, versions.profiles]),
    [['profiles', 6, sha256('document 6'), 6]],
  );
  assert.deepEqual((await ledger.plantDocuments('another')).applied, []);
});

const verifier = (fill: number) => ({
  salt: Buffer.alloc(16, fill).toString('base64'),
  hash: Buffer.alloc(32, fill).toString('base64'),
  ...{ n: 2 ** 15, r: 8, p: 3 },
});
const person = (badge: string, over: object = {}) => ({
  ...{ badge, name: `Name ${badge}`, role: 'operator', verifier: verifier(1) },
  ...over,
});

test('the people of the plant are those of its document, each difference with its entry; those of the station stay', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger } = bed;
  hashCheaply();
  const own = await ledger.addPerson({ name: 'Own', badge: 'B-1', pin: '482913', role: 'engineer', actor: 'x' });
  await ledger.replaceBadge({ personId: own.personId, badge: 'B-2', reason: 'lost', actor: 'x' });
  const first = (
    await apply(
      bed,
      'people',
      1,
      ['B-1', 'B-2', 'P-1', 'P-2', 'P-3'].map((badge) => person(badge)),
    )
  ).people!;
  assert.deepEqual(first.clashes, ['B-1', 'B-2'], 'a badge that is or was the own person’s');
  assert.deepEqual(
    [first.present.map(({ badge }) => badge), first.gone, first.newPins],
    [['P-1', 'P-2', 'P-3'], [], []],
  );
  const [one, two, three] = first.present.map(({ personId }) => personId);
  const standing = async () =>
    Object.fromEntries(
      (await ledger.listPeople()).map(({ badge, name, role, active }) => [badge, [name, role, active]]),
    );
  const ownStands = ['Own', 'engineer', true];
  assert.deepEqual(await standing(), {
    'B-2': ownStands,
    ...Object.fromEntries(['P-1', 'P-2', 'P-3'].map((badge) => [badge, [`Name ${badge}`, 'operator', true]])),
  });
  for (let time = 0; time < 3; time += 1)
    for (const badge of ['P-1', 'P-3'])
      await assert.rejects(ledger.signIn(badge, '000000'), refuses('session.wrongPin'));

  const seq = await lastSeq(bed);
  const changes = [person('P-1', { name: 'Other', role: 'qa' }), person('P-3', { verifier: verifier(2) })];
  const { people } = await apply(bed, 'people', 2, changes);
  assert.deepEqual([people?.gone, people?.newPins, people?.clashes], [[two], [three], []]);
  assert.deepEqual(
    (await entriesSince(bed, seq)).map(({ entry, subject, data }) => [entry, subject, data.personId]),
    [
      ['person.renamed', 'P-1', one],
      ['person.roleChanged', 'P-1', one],
      ['person.pinGiven', 'P-3', three],
      ['person.deactivated', 'P-2', two],
      ['plant.applied', 'people/2', undefined],
    ],
  );
  assert.deepEqual(await standing(), {
    ...{ 'B-2': ownStands, 'P-1': ['Other', 'qa', true], 'P-2': ['Name P-2', 'operator', false] },
    'P-3': ['Name P-3', 'operator', true],
  });
  const failures = Object.fromEntries((await ledger.listPeople()).map(({ badge, failures }) => [badge, failures]));
  assert.deepEqual([failures['P-1'], failures['P-3']], [3, 0], 'a new PIN ends a lock');

  const before = await lastSeq(bed);
  const back = await apply(bed, 'people', 3, [...changes, person('P-2')]);
  assert.deepEqual([back.people?.gone, back.people?.newPins, back.people?.present.length], [[], [], 3]);
  assert.deepEqual(
    (await entriesSince(bed, before)).map(({ entry, subject }) => [entry, subject]),
    [
      ['person.activated', 'P-2'],
      ['plant.applied', 'people/3'],
    ],
  );
  let version = 3;
  for (const cost of [{ n: 2 ** 14 }, { r: 9 }, { p: 4 }, { salt: verifier(3).salt }]) {
    version += 1;
    const { people: next } = await apply(bed, 'people', version, [
      person('P-1', { verifier: { ...verifier(1), ...cost } }),
    ]);
    assert.deepEqual(next?.newPins, [one], JSON.stringify(cost));
    version += 1;
    await apply(bed, 'people', version, [person('P-1')]);
  }
});

test('what the plant revoked: a certificate from here goes onto the list, the unit of another station is refused', async (t) => {
  const bed = await makeBed(t, { strange: true });
  const { ledger } = bed;
  const revocation = (over: object) => ({
    ...{
      serialHex: null,
      unitSerial: null,
      reason: 'keyCompromise',
      note: 'stolen',
      revokedAt: '2026-11-21T07:00:00.000Z',
    },
    ...over,
  });
  const own = await passUnit(bed, 'OWN');
  const whole = await passUnit(bed, 'WHOLE');
  await passUnit(bed, 'FINE');
  const items = [
    revocation({ serialHex: own.serialHex, unitSerial: 'OWN' }),
    revocation({ serialHex: 'ab12', unitSerial: 'THEIRS', note: 'of another station' }),
    revocation({ unitSerial: 'WHOLE', reason: 'superseded' }),
    revocation({ serialHex: 'cd34' }),
  ];
  assert.equal(await ledger.readyUnits(), 3);
  await apply(bed, 'revocations', 1, items);
  const due = async () => (await ledger.plantRevocationsDue()).toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
  const { serialHex } = own;
  assert.deepEqual(await due(), [
    { serialHex, reason: 'keyCompromise', note: 'stolen' },
    { serialHex: whole.serialHex, reason: 'superseded', note: 'stolen' },
  ]);
  assert.equal(await ledger.readyUnits(), 2, 'OWN waits for its revocation here');
  const revoked = (revocation: string, note: string, unitSerial: string) =>
    refuses('plant.revoked', { unitSerial, revocation, note });
  await assert.rejects(ledger.startAttempt(start('THEIRS')), revoked('keyCompromise', 'of another station', 'THEIRS'));
  await ledger.startAttempt(start('OTHER'));
  for (const { serialHex: serial, reason, note } of await due())
    await ledger.revokeCertificate({ serialHex: serial, reason, note, actor: 'plant' });
  assert.deepEqual(await due(), []);
  await ledger.startAttempt(start('OWN'));
  await assert.rejects(ledger.startAttempt(start('WHOLE')), revoked('superseded', 'stolen', 'WHOLE'));
  await apply(bed, 'revocations', 2, []);
  await assert.rejects(ledger.startAttempt(start('THEIRS')), refuses('plant.revoked'), 'none is ever taken back');
});

test('units that the plant refused are told once, and those that are not on record are passed over', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await passUnit(bed, 'A');
  await passUnit(bed, 'B');
  const of = (unitSerial: string, kind = 'key') => ({
    ...{ unitSerial, kind: kind as 'key', value: 'v', ownerId: 'o', owner: 'North', ownerUnit: 'N-1' },
  });
  assert.equal((await ledger.plantStanding()).refused, 0);
  assert.equal(await ledger.recordPlantRefusals([of('A'), of('A', 'hardwareId'), of('NONE')]), 2);
  assert.equal(await ledger.recordPlantRefusals([of('A')]), 0);
  assert.equal((await ledger.plantStanding()).refused, 1, 'units, and not what was refused of them');
  assert.deepEqual(
    (await ledger.showUnit('A')).journal.flatMap(({ entry, data, attempt }) =>
      entry === 'unit.refused' ? [[data.kind, attempt]] : [],
    ),
    [
      ['key', 1],
      ['hardwareId', 1],
    ],
  );
  await assert.rejects(
    ledger.reworkUnit({ unitSerial: 'NONE', reason: 'x', actor: 'a', agreedBy: 'b' }),
    refuses('unit.notFound'),
  );
  assert.equal(await ledger.readyUnits(), 1);
  assert.deepEqual(await ledger.batchCandidates({ unitSerials: ['B'] }).then((all) => all.length), 1);
  await assert.rejects(ledger.batchCandidates({ unitSerials: ['A'] }), refuses('plant.collision'));
});

test('a lease becomes an order here, within its quantity and its range; what was not used of it goes back, once', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const lease = {
    ...{
      leaseId: '0123456789abcdef',
      plantOrder: 'PO-1',
      model: 'BM-1',
      quantity: 3,
      serialFrom: 'S-01',
      serialTo: 'S-05',
    },
  };
  const orderId = 'PO-1-01234567';
  assert.deepEqual(await ledger.keepPlantLeases([lease]), [{ ...lease, orderId }]);
  assert.equal((await ledger.keepPlantLeases([lease])).length, 1, 'it still has no order');
  const terms = { model: 'BM-1', profile: 'aws-iot-device', activate: false, actor: 'plant' };
  await ledger.makeOrder({ ...terms, orderId, quantity: 2, serialFrom: 'S-01', serialTo: 'S-05' });
  assert.deepEqual(await ledger.keepPlantLeases([lease]), []);
  const change = (quantity: number) => ledger.changeOrder({ orderId, quantity, actor: 'erik' });
  assert.equal((await change(3)).quantity, 3);
  await assert.rejects(change(4), refuses('order.leased', { orderId, quantity: 3 }));
  assert.equal(
    (await ledger.changeOrder({ orderId: 'WO-1', quantity: 9999, actor: 'erik' })).quantity,
    9999,
    'not leased',
  );
  await passUnit(bed, 'S-02', 'S-02', orderId);
  const { attempt } = await ledger.startAttempt(start('S-04', orderId));
  await ledger.endAttempt({ unitSerial: 'S-04', attempt, outcome: 'FAIL', actor: 'x', ms: 1 });
  const here = async () =>
    (await ledger.leasesHere()).map(({ orderId, made, state, returned }) => [orderId, made, state, returned]);
  assert.deepEqual(await here(), [[orderId, 1, 'open', null]]);
  await ledger.pauseOrder({ orderId, actor: 'erik' });
  assert.deepEqual(await here(), [[orderId, 1, 'paused', null]]);
  await assert.rejects(ledger.giveBackLease({ lease: 'none', actor: 'erik' }), refuses('order.notFound'));
  const serials = [
    ['S-01', 'S-01'],
    ['S-03', 'S-03'],
    ['S-05', 'S-05'],
  ];
  assert.deepEqual(await ledger.giveBackLease({ lease: orderId, actor: 'erik' }), {
    ...{ leaseId: lease.leaseId, plantOrder: 'PO-1', orderId, quantity: 2, serials },
  });
  assert.deepEqual(await here(), [[orderId, 1, 'closed', 2]]);
  for (const name of [orderId, lease.leaseId])
    await assert.rejects(ledger.giveBackLease({ lease: name, actor: 'erik' }), refuses('plant.returned'));
  const { rows } = await ledger.searchAudit({ entry: 'lease.returned' });
  assert.deepEqual(
    rows.map(({ subject, data }) => [subject, data]),
    [[orderId, { leaseId: lease.leaseId, plantOrder: 'PO-1', quantity: 2, serials: 3 }]],
  );
  const bare = { ...lease, leaseId: 'ffff0000', plantOrder: 'P'.repeat(40), serialFrom: null, serialTo: null };
  const [named] = await ledger.keepPlantLeases([bare]);
  assert.equal(named?.orderId, `${'P'.repeat(31)}-ffff0000`);
  assert.deepEqual(await ledger.giveBackLease({ lease: 'ffff0000', actor: 'erik' }), {
    ...{ leaseId: 'ffff0000', plantOrder: bare.plantOrder, orderId: named?.orderId, quantity: 3, serials: [] },
  });
  assert.deepEqual(await ledger.keepPlantLeases([bare]), [], 'it went back');
});

test('a page of the log for the plant has the next leaves with their root, and the facts that they tell of', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const passed = await passUnit(bed, 'A');
  await ledger.startAttempt(start('B'));
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const { size } = headOf(sql)!;
  const texts = [...leavesOf(sql, 0, size)].map(({ text }) => text);
  const hex = (count: number) => Buffer.from(rootOfFirst(sql, count)).toString('hex');
  const page = (from: number, limit: number, root: string | null = from === 0 ? null : hex(from)) =>
    ledger.plantPage({ size: from, root, limit });
  assert.equal(await page(size, 5), 'whole');
  assert.equal(await page(5, 5, hex(6)), 'forked');
  assert.equal(await page(size + 1, 5, hex(size)), 'forked');
  const units = new Set<string>();
  for (let from = 0; from < size; from += 7) {
    const found = await page(from, 7);
    if (typeof found === 'string') return assert.fail(found);
    const to = Math.min(size, from + 7);
    assert.deepEqual([found.from, found.leaves, found.checkpoint], [from, texts.slice(from, to), null]);
    assert.equal(Buffer.from(found.root).toString('hex'), hex(to));
    const named = texts.slice(from, to).flatMap((text) => {
      const { kind, unitSerial, of, key } = JSON.parse(text);
      return kind === 'journal' ? [unitSerial] : of === 'units' ? key : [];
    });
    assert.deepEqual(found.facts.units.map(({ unitSerial }) => unitSerial).sort(), [...new Set(named)].sort());
    for (const { unitSerial } of found.facts.units) units.add(unitSerial);
    for (const key of found.facts.keys) assert.deepEqual(key, { spkiSha256: keyOf('A'), unitSerial: 'A' });
    for (const { unitSerial, certificateId } of found.facts.certificates)
      assert.deepEqual([unitSerial, certificateId], ['A', passed.certificateId]);
  }
  assert.deepEqual([...units].sort(), ['A', 'B']);
  const all = await page(0, 9999);
  if (typeof all === 'string') return assert.fail(all);
  assert.deepEqual([all.facts.keys.length, all.facts.certificates.length, all.facts.refused], [1, 1, []]);
  assert.deepEqual(all.facts.units.map(({ unitSerial, state, hardwareId }) => [unitSerial, state, hardwareId]).sort(), [
    ['A', 'passed', 'hw-A'],
    ['B', 'started', null],
  ]);
});
