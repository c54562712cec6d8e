/** The log as it leaves the station: as tiles that clients of other people read, and as a checkpoint on paper. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import rfc9162 from '@transmute/rfc9162';
import { inSteps } from '../../main/cli/steps.ts';
import { openLedger } from '../../main/openstation.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { needTools, openssl } from '../ca/support.ts';
import { makeStation } from '../support.ts';
import { json } from './commandline.ts';
import { readQr } from './qr.ts';

const { RFC9162 } = rfc9162;

let [data, home] = ['', ''];
type Made = { size: number; root: string; verifierKey: string; files: number };
const tiles = async (name: string, from = data) => json('audit', 'tiles', '--data', from, '--out', join(home, name));
const pathsIn = (name: string) =>
  readdirSync(join(home, name), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(join(home, name).length + 1))
    .sort();

async function makeOrders(count: number, dir = data): Promise<void> {
  const { ledger, close } = await openLedger(join(dir, 'records.db'));
  const order = { model: 'BM-1', quantity: 1, profile: 'aws-iot-device', activate: false, actor: 'test' };
  const kept = (await ledger.listOrders()).length;
  await Promise.all(
    Array.from({ length: count }, (_, made) => ledger.makeOrder({ orderId: `T-${kept + made}`, ...order })),
  );
  await close();
}

let [older, newer] = [{} as Made, {} as Made];

before(async () => {
  data = await makeStation();
  home = dirname(data);
  // The rolled-back station of the last test.
  await makeOrders(40);
  cpSync(data, join(home, 'earlier'), { recursive: true });
  older = (await tiles('log')).value;
  cpSync(join(home, 'log'), join(home, 'older'), { recursive: true });
  await makeOrders(140);
  newer = (await tiles('log')).value;
});
after(() => rmSync(home, { recursive: true, force: true }));

test('tiles lie where the specification says, and go on from the earlier ones', () => {
  assert.ok(older.size < 256 && newer.size > 512 && newer.size < 768, `${older.size} and ${newer.size} leaves`);
  const width = newer.size - 512;
  const now = ['tile/0/000', 'tile/0/001', `tile/0/002.p/${width}`, 'tile/1/000.p/2'];
  const entries = ['tile/entries/000', 'tile/entries/001', `tile/entries/002.p/${width}`];
  const before = [`tile/0/000.p/${older.size}`, `tile/entries/000.p/${older.size}`];
  assert.deepEqual(pathsIn('older'), ['checkpoint', ...before].sort());
  assert.deepEqual(pathsIn('log'), ['checkpoint', ...now, ...entries, ...before].sort());
  assert.equal(newer.files, 1 + now.length + entries.length);
  const first = readFileSync(join(home, 'log/tile/entries/000'));
  const entry = JSON.parse(first.subarray(2, 2 + first.readUInt16BE()).toString()) as { kind: string; seq: number };
  assert.deepEqual([entry.kind, entry.seq], ['audit', 1]);
});

test('the checkpoint of the tiles is one that the verification takes', async () => {
  const note = join(home, 'log/checkpoint');
  const { code, value } = await json('audit', 'verify', '--data', data, '--checkpoint', note);
  assert.deepEqual([code, value.ok, value.root], [0, true, newer.root]);
});

test('a checkpoint on paper is read by a camera as the note, and finds records that were rolled back', async () => {
  const [file, drawing, taken] = ['friday.txt', 'friday.svg', 'taken.txt'].map((name) => join(home, name)) as [
    string,
    string,
    string,
  ];
  const given = ['audit', 'checkpoint', '--data', data];
  assert.equal((await json(...given, '--out', file, '--qr', drawing)).code, 0);
  const text = readQr(readFileSync(drawing, 'utf8'));
  assert.equal(text, readFileSync(file, 'utf8'));
  assert.match(readFileSync(drawing, 'utf8'), new RegExp(`>${newer.size} entries on 20`));
  writeFileSync(taken, text);
  const back = await json('audit', 'verify', '--data', join(home, 'earlier'), '--checkpoint', taken);
  assert.deepEqual([back.code, back.value.firstBad.what, back.value.firstBad.where], [1, 'rolledBack', 'taken.txt']);
  const nowhere = await json(...given);
  assert.deepEqual([nowhere.code, nowhere.value.error.code], [2, 'call.badParams']);
});

/** The entries in the bundles of a folder, each behind its length in two octets (c2sp.org/tlog-tiles). */
function entriesOf(name: string, size: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let bundle = 0; entries.length < size; bundle += 1) {
    const width = Math.min(256, size - bundle * 256);
    const partial = width < 256 ? `.p/${width}` : '';
    const bytes = readFileSync(join(home, name, `tile/entries/${String(bundle).padStart(3, '0')}${partial}`));
    for (let at = 0; at < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at);
      entries.push(bytes.subarray(at + 2, end));
      at = end;
    }
  }
  return entries;
}

test("another program's Merkle tree over the entries has the root of each checkpoint, and openssl accepts its signature", async (t) => {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const entries = entriesOf('log', newer.size);
  assert.equal(base64(await RFC9162.treeHead(entries)), newer.root);
  assert.equal(
    base64(await RFC9162.treeHead(entries.slice(0, older.size))),
    older.root,
    'the earlier tree is its beginning',
  );
  const tile = readFileSync(join(home, 'log/tile/0/001'));
  for (const at of [0, 100, 255])
    assert.equal(
      base64(tile.subarray(at * 32, at * 32 + 32)),
      base64(await RFC9162.leaf(entries[256 + at]!)),
      'a hash of a tile',
    );
  const changed = entries.with(300, Buffer.concat([entries[300]!, Buffer.from(' ')]));
  assert.notEqual(base64(await RFC9162.treeHead(changed)), newer.root);

  if (!needTools(t, 'openssl')) return;
  const note = readFileSync(join(home, 'log/checkpoint'), 'utf8');
  const [, size, root] = note.split('\n');
  assert.deepEqual([Number(size), root], [newer.size, newer.root]);
  // c2sp.org/signed-note: the text up to the empty line; the key behind its algorithm, the signature behind the key's id.
  const at = (name: string) => join(home, name);
  const key = Buffer.from(newer.verifierKey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  const signature = Buffer.from(note.trimEnd().split(' ').at(-1) ?? '', 'base64').subarray(4);
  writeFileSync(at('key.der'), spki);
  writeFileSync(at('signature'), signature);
  const judge = (text: string) => {
    writeFileSync(at('text'), text);
    const files = ['-inkey', at('key.der'), '-keyform', 'DER', '-in', at('text'), '-sigfile', at('signature')];
    return openssl(['pkeyutl', '-verify', '-rawin', '-pubin', ...files]).ok;
  };
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  assert.deepEqual([judge(text), judge(text.replace(`\n${size}\n`, '\n9999\n'))], [true, false]);
});

test('tiles of a log that does not go on from those in the folder are refused, and leave them as they are', async () => {
  const kept = readFileSync(join(home, 'log/checkpoint'));
  const back = await tiles('log', join(home, 'earlier'));
  assert.deepEqual([back.code, back.value.error.code], [3, 'records.damaged']);
  assert.match(back.value.error.detail, new RegExp(`the tiles have ${newer.size} entries, the log has ${older.size}`));
  await makeOrders(150, join(home, 'earlier'));
  const fork = await tiles('log', join(home, 'earlier'));
  assert.match(fork.value.error.detail, new RegExp(`the first ${newer.size} entries are not those of the tiles`));
  assert.deepEqual(readFileSync(join(home, 'log/checkpoint')), kept);
  const other = await makeStation([], false, { own: true });
  await makeOrders(1, other);
  const foreign = await tiles('log', other);
  rmSync(dirname(other), { recursive: true });
  assert.deepEqual([foreign.code, foreign.value.error.code], [2, 'call.badParams']);
  mkdirSync(join(home, 'mixed'));
  writeFileSync(join(home, 'mixed/letter.txt'), 'Dear');
  assert.match((await tiles('mixed')).value.error.detail, /holds other files/);
});

test('a bundle that cannot hold a long entry is left out by name, and all tiles are there', async () => {
  const { ledger, close } = await openLedger(join(data, 'records.db'));
  await ledger.makeOrder({
    ...{ orderId: 'LONG', model: 'x'.repeat(70_000), quantity: 1, profile: 'aws-iot-device' },
    ...{ activate: false, actor: 'test' },
  });
  await close();
  const { code, value } = await tiles('long');
  assert.deepEqual([code, value.leftOut.length, value.leftOut[0].bytes > 70_000], [0, 1, true]);
  const paths = pathsIn('long');
  assert.ok(paths.includes(`tile/0/002.p/${value.size - 512}`) && paths.includes('tile/entries/001'));
  assert.ok(!paths.some((path) => path.startsWith('tile/entries/002')));
});

test('an entry that is not as it was stops the export before there is a checkpoint', async (t) => {
  const sql = openSqlite(join(data, 'records.db'));
  t.after(() => sql.close());
  for (const { name } of sql.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'`,
  ))
    sql.exec(`DROP TRIGGER ${name}`);
  const refused = async (seq: string, detail: RegExp) => {
    const { actor } = sql.get<{ actor: string }>(`SELECT actor FROM audit WHERE seq = ${seq}`)!;
    sql.exec(`UPDATE audit SET actor = 'another' WHERE seq = ${seq}`);
    const { code, value } = await tiles('changed');
    sql.exec(`UPDATE audit SET actor = '${actor}' WHERE seq = ${seq}`);
    assert.deepEqual([code, value.error.code], [3, 'records.damaged']);
    assert.match(value.error.detail, detail);
    assert.ok(!existsSync(join(home, 'changed/checkpoint')));
  };
  await refused('3', /entry \d+ of the log is not as it was: see audit verify --data/);
  await refused('(SELECT max(seq) FROM audit)', /do not have the root that was signed: see audit verify --data/);
});

test('Ctrl-C ends long work between two steps, also one that waits for a disk, and what it has open is closed', async () => {
  let closed = false;
  async function* work() {
    try {
      for (let done = 1; ; done += 1) {
        // Its own listener only: the test runner has one, too.
        if (done === 3) process.listeners('SIGINT').at(-1)?.('SIGINT');
        yield { done, of: 100 };
        await new Promise<void>((resolve) => setTimeout(resolve, 25));
      }
    } finally {
      closed = true;
    }
  }
  await assert.rejects(inSteps(work(), { json: true }, 'stopped: the rest is for the next run'), {
    ...{ code: 'call.cancelled', detail: 'stopped: the rest is for the next run' },
  });
  assert.ok(closed);
});
