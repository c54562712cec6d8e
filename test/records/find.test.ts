/** The one search of the desk: what each group of hits has, in which order, and when it says that there are more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Found, hitsShown } from '../../app/contract/desk.ts';
import { hashCheaply } from '../../app/records/people/pins.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, derOf, issueFor, lintedTbs, makeBed, model, passUnit, sha256, start } from './support.ts';

hashCheaply();

type Group = Exclude<keyof Found, 'exact' | 'day'>;
const actor = 'x';
const terms = { quantity: 9, profile: 'aws-iot-device', activate: false, actor };
const fail = async ({ ledger }: Bed, unitSerial: string, code: string, order?: string) => {
  const { attempt } = await ledger.startAttempt(start(unitSerial, order));
  const error = { code: code as 'link.lost', detail: '' };
  await ledger.endAttempt({ unitSerial, attempt, outcome: 'FAIL', actor, ms: 1, error });
};
const codes = [
  'link.lost',
  'link.noPort',
  'link.noise',
  'link.booting',
  'link.timeout',
  'link.wrongFirmware',
  'link.otherProgram',
  'csr.weakKey',
  'csr.malformed',
];

/** Makes one more of each group, and the text that finds all of them and nothing else of it. */
const groups: Record<Group, { query: string; add(bed: Bed, number: number): Promise<unknown> }> = {
  units: { query: 'gp-', add: ({ ledger }, number) => ledger.startAttempt(start(`GP-${number}`)) },
  certificates: {
    query: 'AB:CD',
    add: async ({ ledger, issuerId }, number) => {
      const serialHex = `abcd${String(number).padStart(28, '0')}`;
      const linted = lintedTbs(issuerId, { serialHex, purpose: 'caVerification' });
      await ledger.reserve(linted, { unitSerial: null, attempt: 0, actor });
    },
  },
  orders: {
    query: 'ord%',
    add: ({ ledger }, number) => ledger.makeOrder({ ...terms, model, orderId: `ORD%${number}` }),
  },
  batches: {
    query: 'lot_',
    add: ({ ledger }, number) => ledger.beginBatch({ batchId: `LOT_${number}`, wanted: {}, upTo: 0, actor }),
  },
  models: {
    query: 'mod',
    add: async ({ ledger }, number) => {
      await ledger.makeOrder({ ...terms, model: `MOD-${number}`, orderId: `of model ${number}` });
      await ledger.startAttempt(start(`of model ${number}`, `of model ${number}`));
    },
  },
  people: {
    query: 'pat',
    add: ({ ledger }, number) =>
      ledger.addPerson({ name: `Pat ${number}`, badge: `B-${number}`, pin: '482913', role: 'qa', actor }),
  },
  errors: { query: 'no such word', add: (bed, number) => fail(bed, `fails ${number}`, codes[number - 1]!) },
};

for (const [name, { query, add }] of Object.entries(groups))
  test(`${name}: as many hits as are shown are all, and one more says that there are more`, async (t) => {
    const bed = await makeBed(t);
    const group = async () => (await bed.ledger.find({ query, codes }))[name as Group];
    assert.deepEqual(await group(), { hits: [], more: false });
    for (let number = 1; number <= hitsShown; number += 1) await add(bed, number);
    const all = await group();
    assert.deepEqual([all.hits.length, all.more], [hitsShown, false]);
    await add(bed, hitsShown + 1);
    const more = await group();
    assert.deepEqual([more.hits.length, more.more], [hitsShown, true]);
    assert.equal(new Set(more.hits.map((hit) => JSON.stringify(hit))).size, hitsShown);
  });

test('orders and batches come with the latest first, models and people by name, errors with the most units first', async (t) => {
  const bed = await makeBed(t);
  const { ledger, clock } = bed;
  for (const number of [2, 3, 1]) {
    for (const name of ['orders', 'batches', 'people'] as const) await groups[name].add(bed, number);
    clock.advance(1000);
  }
  await ledger.makeOrder({ ...terms, model: 'MOD-2', orderId: 'ORD%0' });
  await ledger.makeOrder({ ...terms, model: 'MOD-1', orderId: 'ORD%9' });
  await ledger.startAttempt(start('A', 'ORD%0'));
  await ledger.startAttempt(start('B', 'ORD%9'));
  await ledger.startAttempt(start('C', 'ORD%9'));
  const find = (query: string) => ledger.find({ query, codes: [] });
  assert.deepEqual(
    (await find('ORD%')).orders.hits.map(({ orderId }) => orderId),
    ['ORD%0', 'ORD%9', 'ORD%1', 'ORD%3', 'ORD%2'],
  );
  assert.deepEqual(
    (await find('LOT_')).batches.hits,
    [1, 3, 2].map((number) => ({ batchId: `LOT_${number}`, state: 'making', count: 0 })),
  );
  assert.deepEqual(
    (await find('Pat')).people.hits.map(({ name }) => name),
    ['Pat 1', 'Pat 2', 'Pat 3'],
  );
  assert.deepEqual((await find('mod-')).models.hits, [{ model: 'MOD-1' }, { model: 'MOD-2' }]);
  await fail(bed, 'D', 'link.lost');
  for (const unit of ['E', 'F']) await fail(bed, unit, 'csr.weakKey');
  await fail(bed, 'E', 'link.lost');
  await fail(bed, 'G', 'link.lost');
  const counted = [
    { code: 'link.lost', units: 3 },
    { code: 'csr.weakKey', units: 1 },
  ];
  assert.deepEqual((await ledger.find({ query: 'x', codes: ['csr.weakKey', 'link.lost'] })).errors.hits, counted);
  for (const part of ['link', 'k.l', 'LOST'])
    assert.deepEqual((await find(part)).errors.hits, counted.slice(0, 1), part);
  assert.deepEqual((await find('k%l')).errors.hits, [], 'a wildcard is a character like any other');
});

test('a certificate by the beginning of its serial or its id, with its state; of less than four digits none', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  const { serialHex, certificateId } = await passUnit(bed, 'U-1');
  const find = async (query: string) => (await ledger.find({ query, codes: [] })).certificates.hits;
  const hit = { serialHex, state: 'issued', unitSerial: 'U-1' };
  for (const id of [serialHex, certificateId]) {
    for (const length of [4, 5, 31, id.length])
      assert.deepEqual(await find(id.slice(0, length)), [hit], id.slice(0, length));
    assert.deepEqual(await find(id.slice(0, 3)), [], 'three digits say nothing');
    assert.deepEqual(await find(id.slice(1, 30)), [], 'from the middle');
  }
  await ledger.revokeCertificate({ serialHex, reason: 'superseded', note: 'x', actor });
  assert.equal((await find(serialHex.slice(0, 6)))[0]?.state, 'revoked');
  const none = lintedTbs(bed.issuerId, { purpose: 'caVerification' });
  await ledger.reserve(none, { unitSerial: null, attempt: 0, actor });
  const der = derOf(none.serialHex);
  await ledger.recordIssued({ serialHex: none.serialHex, der, certificateId: sha256(der) });
  assert.deepEqual(await find(none.serialHex.slice(0, 8)), [
    { serialHex: none.serialHex, state: 'issued', unitSerial: null },
  ]);
});

test('what was scanned exactly is the one hit, whatever else has the text in it', async (t) => {
  const bed = await makeBed(t);
  const { ledger } = bed;
  await issueFor(bed, 'U-1');
  for (const unit of ['U-10', 'XU-1']) await ledger.startAttempt(start(unit));
  const find = async (query: string) => {
    const { exact, units } = await ledger.find({ query, codes: [] });
    return [exact, units.hits.map(({ unitSerial }) => unitSerial)];
  };
  assert.deepEqual(await find('u-1'), [{ kind: 'unit', unitSerial: 'U-1' }, ['U-1']]);
  assert.deepEqual(await find(' U-1 '), [{ kind: 'unit', unitSerial: 'U-1' }, ['U-1']]);
  assert.deepEqual(await find('hw-u-1'), [{ kind: 'unit', unitSerial: 'U-1' }, ['U-1']]);
  assert.deepEqual(await find('U-'), [null, ['U-1', 'U-10', 'XU-1']]);
  const { units } = await ledger.find({ query: 'U-10', codes: [] });
  assert.deepEqual(units.hits, [{ unitSerial: 'U-10', state: 'started', orderId: 'WO-1', model }]);
});

test('a model that another program wrote, and that is no text, does not keep the search', async (t) => {
  const bed = await makeBed(t);
  await passUnit(bed, 'U-1');
  const sql = openSqlite(bed.file);
  t.after(() => sql.close());
  sql.exec(`UPDATE journalIndex SET model = CAST(x'ff' AS TEXT)`);
  assert.deepEqual((await bed.ledger.find({ query: 'BM', codes: [] })).models.hits, []);
});
