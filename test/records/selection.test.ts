/** Which leaves an export has, and where the log has them: also of a file whose ids had gaps before its log. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ExportScope } from '../../app/contract/exports.ts';
import { auditEntries, birthRecordOf, entryLines } from '../../app/records/bundle/index.ts';
import { selectLeaves } from '../../app/records/bundle/selection.ts';
import { createLedger, createLocalDatabase, type Database, migrate } from '../../app/records/index.ts';
import { publicKeyBytes } from '../../app/records/log/note.ts';
import { headOf, leavesOf } from '../../app/records/log/store.ts';
import { hashCheaply } from '../../app/records/people/pins.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder, model, passUnit, refuses, reserveFor } from './support.ts';

hashCheaply();

const file = join(freshFolder(), 'records.db');
const sql = openSqlite(file, { create: true });
let database: Database;

type Leaf = {
  index: number;
  text: string;
  kind: 'audit' | 'journal' | 'row';
  at: string;
  actor: string;
  subject: string;
  unitSerial: string;
  of: string;
  key: string[];
};
let leaves: Leaf[];
/** Unit serials, and the certificate serials of each. */
const serials = new Map<string, string[]>();

before(async () => {
  migrate(sql);
  const at = `'2026-11-20T08:00:00.000Z'`;
  // Numbers as of a file of an early version: with gaps, and one of more numbers than a page has.
  const seqs = [1, 2, 5, 6, 7, 40, 41, 3000, 3001, 60_000];
  const ids = [2, 3, 9, 4000, 4001, 4500];
  sql.exec(`
    INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, ${at});
    INSERT INTO orders (orderId, model, quantity, profile, state, active, createdAt) VALUES ('OLD', 'M', 9, 'p', 'open', 0, ${at});
    INSERT INTO units (unitSerial, orderId, model, practice, createdAt) VALUES ('OLD-1', 'OLD', 'M', 1, ${at}), ('OLD-2', 'OLD', 'M', 1, ${at});
    ${seqs.map((seq, index) => `INSERT INTO audit (seq, at, entry, actor, subject, data) VALUES (${seq}, ${at}, 'attempt.started', 'x', 'OLD-${1 + (index % 2)}', '{ "b": 1, "a": 2 }');`).join('\n')}
    ${ids.map((id, index) => `INSERT INTO journal (entryId, unitSerial, position, at, attempt, entry, actor, data, state) VALUES (${id}, 'OLD-${1 + (index % 2)}', ${1 + Math.floor(index / 2)}, ${at}, 1, 'attempt.ended', 'x', '{}', 'failed');`).join('\n')}`);
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = { publicKey: publicKeyBytes(privateKey), sign: (text: Uint8Array) => sign(null, text, privateKey) };
  database = createLocalDatabase(sql, openSqlite(file, { readOnly: true }), signer);
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await ledger.addAuthority({ certificateDer: Uint8Array.of(1), kind: 'issuing', actor: 'x' });
  const bed = { file, database, ledger, clock, issuerId };
  await ledger.addPerson({ name: 'Olga', badge: 'OP-1', pin: '482913', role: 'operator', actor: 'x' });
  for (const orderId of ['A', 'B'])
    await ledger.makeOrder({
      orderId,
      model,
      quantity: 99,
      profile: 'aws-iot-device',
      activate: false,
      actor: 'Olga (OP-1)',
    });
  await ledger.signIn('OP-1', '482913');
  for (let unit = 0; unit < 12; unit += 1) {
    clock.advance(60_000);
    const unitSerial = `U-${unit}`;
    const orderId = unit % 3 === 0 ? 'A' : 'B';
    const { serialHex } = await (unit === 7 ? reserveFor : passUnit)(bed, unitSerial, unitSerial, orderId);
    serials.set(unitSerial, [serialHex]);
  }
  for (const unitSerial of ['OLD-1', 'OLD-2']) serials.set(unitSerial, []);
  leaves = [...leavesOf(sql, 0, Number.MAX_SAFE_INTEGER)].map(({ index, text }) => ({
    ...(JSON.parse(text) as Omit<Leaf, 'index' | 'text'>),
    ...{ index, text },
  }));
});
after(() => database.close());

const select = (scope: ExportScope) =>
  [...selectLeaves(sql, scope, headOf(sql)!).leaves].flatMap((leaf) =>
    leaf === undefined ? [] : [`${leaf.index} ${leaf.text}`],
  );
const said = (fits: (leaf: Leaf) => boolean) => leaves.filter(fits).map(({ index, text }) => `${index} ${text}`);
const isEntry = ({ kind }: Leaf) => kind !== 'row';

/** What a person means by these units and these further subjects. */
const isAbout = (units: readonly string[], subjects: readonly string[]) => {
  const mine = new Set([...units, ...units.flatMap((unit) => serials.get(unit) ?? [])]);
  const all = new Set([...mine, ...subjects]);
  return (leaf: Leaf) => {
    if (leaf.kind === 'audit') return all.has(leaf.subject);
    if (leaf.kind === 'journal') return units.includes(leaf.unitSerial);
    if (leaf.of === 'orders') return subjects.includes(leaf.key[0]!);
    return ['units', 'certificates'].includes(leaf.of) && mine.has(leaf.key[0]!);
  };
};

test('all entries, those of a period and those of a person, each at its place in the log', () => {
  assert.ok(leaves.length > 200 && headOf(sql)!.adopted > 16);
  assert.deepEqual(select({}), said(isEntry));
  const [from, to] = ['2026-11-21T08:04:00.000Z', '2026-11-21T08:09:00.000Z'];
  assert.ok(leaves.some(({ at }) => at === from) && leaves.some(({ at }) => at === to));
  assert.deepEqual(
    select({ from }),
    said((leaf) => isEntry(leaf) && leaf.at >= from),
  );
  assert.deepEqual(
    select({ to }),
    said((leaf) => isEntry(leaf) && leaf.at < to),
  );
  assert.deepEqual(
    select({ from, to }),
    said((leaf) => isEntry(leaf) && leaf.at >= from && leaf.at < to),
  );
  const olgas = said(({ actor }) => ['Olga (OP-1)', 'OP-1'].includes(actor));
  assert.equal(olgas.length, 3, 'two orders and a sign-in');
  for (const operator of ['Olga', 'OP-1', 'Olga (OP-1)']) assert.deepEqual(select({ operator }), olgas, operator);
  const olga = said(({ actor }) => actor === 'olga');
  assert.deepEqual(select({ operator: 'olga' }), olga, 'a name that no person here has');
  assert.deepEqual(select({ operator: 'Olga', to: '2026-11-20T00:00:00.000Z' }), []);
});

test('of each unit, and of an order, with what the log states of them', () => {
  for (const unit of serials.keys()) assert.deepEqual(select({ unitSerial: unit }), said(isAbout([unit], [])), unit);
  const ofA = [...serials.keys()].filter((unit) => unit.startsWith('U-') && Number(unit.slice(2)) % 3 === 0);
  assert.deepEqual(select({ orderId: 'A' }), said(isAbout(ofA, ['A'])));
  assert.deepEqual(select({ orderId: 'OLD' }), said(isAbout(['OLD-1', 'OLD-2'], ['OLD'])));
  assert.deepEqual(select({ orderId: 'A', unitSerial: 'U-3' }), said(isAbout(['U-3'], [])));
  assert.deepEqual(select({ orderId: 'A', unitSerial: 'U-4' }), [], 'a unit of another order');
  const from = '2026-11-21T08:04:00.000Z';
  const about = isAbout(ofA, ['A']);
  assert.deepEqual(
    select({ orderId: 'A', from }),
    said((leaf) => isEntry(leaf) && about(leaf) && leaf.at >= from),
    'what is stated of a row has no time',
  );
});

test('it is told how many rows are looked at', () => {
  const of = (scope: ExportScope) => selectLeaves(sql, scope, headOf(sql)!).of;
  const last = (kind: string, id: 'seq' | 'entryId') =>
    Math.max(...leaves.filter((leaf) => leaf.kind === kind).map(({ text }) => JSON.parse(text)[id]));
  assert.equal(of({}), last('audit', 'seq') + last('journal', 'entryId'));
  assert.equal(of({ unitSerial: 'U-3' }), select({ unitSerial: 'U-3' }).length);
});

test('an audit export has the entries of the audit log alone, the oldest first', () => {
  const entries = (scope: ExportScope) => [...auditEntries(sql, scope)].map(({ seq, ...entry }) => ({ seq, ...entry }));
  const wanted = (fits: (leaf: Leaf) => boolean) =>
    leaves
      .filter((leaf) => leaf.kind === 'audit' && fits(leaf))
      .map(({ text }) => {
        const { seq, at, entry, actor, subject, data } = JSON.parse(text) as ReturnType<typeof entries>[number];
        return { seq, at, entry, actor, subject, data };
      });
  assert.deepEqual(
    entries({}),
    wanted(() => true),
  );
  assert.deepEqual(entries({ unitSerial: 'U-3' }), wanted(isAbout(['U-3'], [])));
  const empty = openSqlite(':memory:', { create: true });
  migrate(empty);
  assert.throws(() => [...auditEntries(empty, {})], refuses('records.failed'));
  empty.close();
});

/** The cells of a line of CSV. */
const cellsOf = (line: string) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = '']) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));

test('CSV has a column for each part of an entry, under its name', () => {
  const lines: string[] = [];
  const steps = entryLines(sql, { unitSerial: 'U-3' }, 'csv', (text) => lines.push(...text.split('\r\n')));
  let last = steps.next();
  while (!last.done) last = steps.next();
  assert.equal(lines.pop(), '');
  const [names = '', ...rows] = lines;
  const wanted = leaves.filter((leaf) => isEntry(leaf) && isAbout(['U-3'], [])(leaf));
  assert.deepEqual([last.value.entries, rows.length], [wanted.length, wanted.length]);
  for (const [place, { index, text }] of wanted.entries()) {
    const leaf = JSON.parse(text) as Record<string, string | number | null>;
    const { data, ...cells } = Object.fromEntries(
      names.split(',').map((name, at) => [name, cellsOf(rows[place]!)[at]]),
    );
    assert.deepEqual(cells, {
      ...{ leaf: `${index}`, kind: leaf.kind, id: `${leaf.seq ?? leaf.entryId}`, at: leaf.at, entry: leaf.entry },
      ...{ actor: leaf.actor, subject: leaf.subject ?? leaf.unitSerial, attempt: `${leaf.attempt ?? ''}` },
      ...{ step: leaf.step ?? '', ms: `${leaf.ms ?? ''}` },
    });
    assert.deepEqual(JSON.parse(data ?? ''), leaf.data);
  }
});

test('a birth record says how many leaves are about the unit, and which are the first and the last', () => {
  const { station, unit, log } = birthRecordOf(sql, 'U-3');
  assert.deepEqual([station, unit.unitSerial], [{ stationId: 'station-1', name: 'Test' }, 'U-3']);
  const mine = leaves.filter(isAbout(['U-3'], []));
  const { leaves: count, first, last } = log!;
  assert.deepEqual([count, first, last], [mine.length, mine[0]?.index, mine.at(-1)?.index]);
});
