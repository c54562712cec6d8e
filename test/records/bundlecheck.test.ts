/** Bundles whose maker has the key: each part is checked for what it says, not only for its hash in the signed list. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BundleSource, checkBundle, entryLines, makeBundle } from '../../app/records/bundle/index.ts';
import { type Manifest, manifestText, readManifest } from '../../app/records/bundle/manifest.ts';
import { createLedger, createLocalDatabase, type Database, migrate } from '../../app/records/index.ts';
import { checkpointBody, originOf, publicKeyBytes, signedNote, verifierKey } from '../../app/records/log/note.ts';
import { checkpointOf } from '../../app/records/log/store.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, freshFolder, makeBed, passUnit, refuses } from './support.ts';

/** By name, with a character for each byte. */
type Files = Record<string, string>;

const file = join(freshFolder(), 'records.db');
const sql = openSqlite(file, { create: true });
const { privateKey } = generateKeyPairSync('ed25519');
const publicKey = publicKeyBytes(privateKey);
const signer = { publicKey, sign: (text: Uint8Array) => sign(null, text, privateKey) };
const origin = originOf('station-1');
let database: Database;
let early: string;
let sound: Files;
let key: string;

/** A checkpoint that the key of the log signs, whatever it says. */
const noteOf = (head: { size: number; root: Uint8Array }, of = origin) =>
  signedNote(of, head, { publicKey, signature: signer.sign(Buffer.from(checkpointBody(of, head))) });

function run<T>(steps: Generator<unknown, T>): { value: T; told: unknown[] } {
  const told: unknown[] = [];
  for (let next = steps.next(); ; next = steps.next()) {
    if (next.done) return { value: next.value, told };
    told.push(next.value);
  }
}

function made(options: Partial<Parameters<typeof makeBundle>[2]> = {}, from = sql) {
  const files = new Map<string, string>();
  let name = '';
  const sink = {
    begin: (next: string) => {
      name = next;
      files.set(name, '');
    },
    write: (chunk: string | Uint8Array) =>
      void files.set(name, files.get(name) + Buffer.from(chunk as string).toString('latin1')),
    end: () => {},
  };
  const { value, told } = run(makeBundle(from, sink, { scope: { unitSerial: 'U1' }, signer, ...options }));
  return { value, told, files: Object.fromEntries(files) };
}

/** Signs the list of these files once more; `over` replaces what it says. */
function signed({ 'manifest.json': _, 'manifest.sig': __, ...files }: Files, over: Partial<Manifest> = {}): Files {
  const manifest = readManifest(sound['manifest.json']!)!;
  const listed = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text, 'latin1');
    return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const text = manifestText({ ...manifest, files: listed, ...over });
  return {
    ...files,
    'manifest.json': text,
    'manifest.sig': Buffer.from(signer.sign(Buffer.from(text))).toString('latin1'),
  };
}

function checked(files: Files, expected = {}, names = Object.keys(files)) {
  const source: BundleSource = {
    names,
    *read(name) {
      const bytes = Buffer.from(files[name] ?? assert.fail(`${name} is not there`), 'latin1');
      // In pieces, as a file is read.
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
  return run(checkBundle(source, expected)).value;
}
const badOf = (files: Files, expected = {}) => {
  const { ok, firstBad } = checked(files, expected);
  return ok ? 'ok' : `${firstBad?.file}${firstBad?.line === undefined ? '' : ` ${firstBad.line}`}: ${firstBad?.reason}`;
};

before(async () => {
  migrate(sql);
  database = createLocalDatabase(sql, openSqlite(file, { readOnly: true }), signer);
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await fillStation(ledger, 99);
  const bed = { file, database, ledger, clock, issuerId };
  await passUnit(bed, 'U0');
  early = checkpointOf(sql)!.note;
  for (const unit of ['U1', 'U2']) await passUnit(bed, unit);
  const { files, value } = made({ since: early });
  sound = files;
  ({ key } = value);
});
after(() => database.close());

/** The bytes of a text, as `Files` has them, and back. */
const bytesOf = (text: string) => Buffer.from(text).toString('latin1');
const textOf = (bytes: string) => Buffer.from(bytes, 'latin1').toString();
const linesOf = (name: string) => sound[name]!.trimEnd().split('\n');
const withLines = (name: string, lines: readonly string[], and: Files = {}): Files => ({
  ...sound,
  ...and,
  [name]: lines.map((line) => `${line}\n`).join(''),
});
const without = (files: Files, name: string): Files => {
  const { [name]: _, ...rest } = files;
  return rest;
};
/** Another digit in place of the first one. */
const changed = (text: string) => text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10));

test('what is made is sound, and signing it once more changes nothing', () => {
  assert.equal(badOf(sound, { key, checkpoint: early }), 'ok');
  assert.deepEqual(Object.keys(signed(sound)).sort(), Object.keys(sound).sort());
  assert.equal(badOf(signed(sound), { key, checkpoint: early }), 'ok');
  const verdict = checked(sound);
  assert.deepEqual([verdict.entries, verdict.key], [linesOf('entries.jsonl').length, key]);
});

test('rows that are not what the log states are told with their line', () => {
  const rows = linesOf('rows.jsonl');
  assert.ok(rows.length >= 2);
  type Row = { id: number; content: string; blobs: Record<string, string> };
  const put = (at: number, over: (row: Row) => Partial<Row>) => {
    const row = JSON.parse(rows[at]!) as Row;
    return badOf(signed(withLines('rows.jsonl', rows.with(at, JSON.stringify({ ...row, ...over(row) })))));
  };
  const blobs = rows.findIndex((row) => row.includes('"der"'));
  const name = (at: number) => `rows.jsonl ${at + 1}: this is not what the log states`;
  for (const at of [0, 1])
    assert.equal(
      put(at, ({ content }) => ({ content: changed(content) })),
      name(at),
    );
  assert.equal(
    put(1, () => ({ id: 99_999 })),
    name(1),
  );
  const forged = { der: Buffer.from('forged').toString('base64') };
  assert.equal(
    put(blobs, (row) => ({ blobs: { ...row.blobs, ...forged } })),
    `rows.jsonl ${blobs + 1}: its der is not what the log states`,
  );
  assert.match(
    put(blobs, (row) => ({ blobs: { ...row.blobs, more: 'AA==' } })),
    /its more is not what the log states/,
  );
});

test('proofs of single entries: one for each, of hashes, for the place of its entry', () => {
  const proofs = linesOf('inclusion.jsonl');
  const last = proofs.length;
  const bad = (lines: readonly string[]) => badOf(signed(withLines('inclusion.jsonl', lines)));
  assert.match(bad(proofs.slice(0, -1)), new RegExp(`^entries.jsonl ${last}: there is no proof for this line`));
  assert.match(bad([...proofs, proofs[0]!]), /^entries.jsonl: an entry is missing at its end/);
  const { index, proof } = JSON.parse(proofs[1]!);
  const second = (one: object) => bad(proofs.with(1, JSON.stringify({ index, proof, ...one })));
  for (const wrong of [null, 'x', [7], ['xyz'], [`${'a'.repeat(63)}G`], [...proof, 'A'.repeat(64)]])
    assert.equal(second({ proof: wrong }), 'entries.jsonl 2: its proof is no list of hashes');
  for (const wrong of [{ index: index + 1 }, { index: -1 }, { proof: proof.slice(1) }, { proof: [...proof, proof[0]] }])
    assert.match(second(wrong), /^entries.jsonl 2: this line is not what the log has there/);
});

test('without proofs of their own the entries still have to give the root', () => {
  const bare = without(sound, 'inclusion.jsonl');
  assert.equal(badOf(signed(bare)), 'ok');
  const entries = linesOf('entries.jsonl');
  const bad = (lines: readonly string[]) =>
    badOf(signed(without(withLines('entries.jsonl', lines), 'inclusion.jsonl')));
  for (let at = 0; at < entries.length; at += 5)
    assert.match(bad(entries.with(at, changed(entries[at]!))), /^entries.jsonl: its entries do not give the root/);
  assert.match(bad([entries[1]!, entries[0]!, ...entries.slice(2)]), /do not give the root/);
  assert.match(bad(entries.slice(0, -1)), /^entries.jsonl: entries are missing at its end/);
  assert.match(bad([...entries, entries[0]!]), /^entries.jsonl: it has more entries than the proof/);
  const endless = { ...bare, 'entries.jsonl': bare['entries.jsonl']!.slice(0, -1) };
  assert.match(badOf(signed(endless)), /^entries.jsonl: its end is missing/);
  const proof = linesOf('proof.txt');
  const hash = proof.findIndex((line) => line.startsWith('hash') && !line.startsWith('hash 0'));
  const level = (line: string, to: number) => line.replace(/^hash \d+/, `hash ${to}`);
  const badProof = (lines: readonly string[]) =>
    badOf(signed(without(withLines('proof.txt', lines), 'inclusion.jsonl')));
  assert.equal(badProof(proof.with(hash, 'hello')), `proof.txt ${hash + 1}: this line is not part of a proof`);
  assert.equal(
    badProof(proof.with(hash, `${proof[hash]} `)),
    `proof.txt ${hash + 1}: this line is not part of a proof`,
  );
  assert.match(badProof([`hash 0 ${'a'.repeat(64)}`, ...proof]), /^proof.txt \d+: this line is not part of a proof/);
  assert.match(badProof(proof.with(hash, level(proof[hash]!, 0))), /do not give the root|is not part of a proof/);
  assert.match(badProof(proof.slice(0, -1)), /do not give the root|more entries than the proof/);
});

test('the signed list: its form, its key, its count of entries, and each file once', () => {
  const manifest = readManifest(sound['manifest.json']!)!;
  const { checkpoint, entries } = manifest;
  assert.equal(
    badOf(signed(sound, { entries: entries + 1 })),
    `entries.jsonl: it has ${entries} entries and not ${entries + 1}`,
  );
  const others: Record<string, object> = {
    'another format': { format: 'birthmark-bundle/2' },
    'no station': { stationId: 7 },
    'no key': { key: null },
    'no origin': { checkpoint: { ...checkpoint, origin: 7 } },
    'fewer than no entries': { entries: -1 },
    'half an entry': { entries: 1.5 },
    'a size below zero': { checkpoint: { ...checkpoint, size: -1 } },
    'a root in capitals': { checkpoint: { ...checkpoint, root: checkpoint.root.toUpperCase() } },
    'a root that is too short': { checkpoint: { ...checkpoint, root: checkpoint.root.slice(1) } },
    'no checkpoint': { checkpoint: undefined },
  };
  for (const [what, over] of Object.entries(others))
    assert.match(
      badOf(signed(sound, over as Partial<Manifest>)),
      /^manifest.json: it is not the manifest of a bundle/,
      what,
    );
  for (const wrong of [{ name: '../x' }, { name: '' }, { bytes: 1.5 }, { sha256: 'x' }]) {
    const files = [{ ...manifest.files[0]!, ...wrong }, ...manifest.files.slice(1)];
    assert.match(badOf(signed(sound, { files })), /^manifest.json: it is not the manifest of a bundle/);
  }
  for (const [what, text] of Object.entries({ 'an empty text': '', 'no object': 'null', 'no JSON': '{' }))
    assert.equal(readManifest(text), undefined, what);
  const foreign = verifierKey('birthmark/station-2', publicKey);
  assert.match(badOf(signed(sound, { key: foreign })), /^manifest.json: its key is none of this log/);
  const twice = checked(sound, {}, [...Object.keys(sound), 'proof.txt']).firstBad;
  assert.deepEqual([twice?.file, twice?.reason], ['proof.txt', 'it is in the bundle twice']);
  for (const bytes of [0, 63, 65]) {
    const signature = Buffer.alloc(bytes, Buffer.from(sound['manifest.sig']!, 'latin1')).toString('latin1');
    assert.match(badOf({ ...sound, 'manifest.sig': signature }), /the signature does not fit/, `${bytes} bytes`);
  }
});

test('the checkpoint of the bundle is that of the list, and the log goes on from each earlier one', () => {
  const { checkpoint } = readManifest(sound['manifest.json']!)!;
  const now = { size: checkpoint.size, root: Buffer.from(checkpoint.root, 'hex') };
  const bad = (note: string) => badOf(signed({ ...sound, checkpoint: bytesOf(note) }));
  assert.equal(bad(noteOf(now)), 'ok');
  for (const other of [
    { ...now, size: now.size - 1 },
    { ...now, root: Buffer.alloc(32) },
    { ...now, root: Buffer.alloc(32, 255) },
  ])
    assert.equal(bad(noteOf(other)), 'checkpoint: it is not the checkpoint of the manifest');
  assert.equal(bad('hello'), 'checkpoint: this is no checkpoint');
  assert.match(bad(noteOf(now, 'birthmark/x')), /^checkpoint: this is a checkpoint of birthmark\/x and not of/);
  assert.equal(bad(noteOf(now).replace(/.{4}\n$/, 'AAA=\n')), 'checkpoint: the signature of this checkpoint is wrong');

  const older = linesOf('consistency.jsonl');
  assert.ok(older.length >= 2);
  const line = JSON.parse(older[1]!);
  const second = (over: object) =>
    badOf(signed(withLines('consistency.jsonl', older.with(1, JSON.stringify({ ...line, ...over })))));
  assert.equal(second({}), 'ok');
  const from = (size: number, root: Buffer) => second({ note: bytesOf(noteOf({ size, root })), proof: line.proof });
  assert.match(from(line.size, Buffer.alloc(32)), /^consistency.jsonl 2: the log does not go on from this checkpoint/);
  assert.match(second({ proof: [] }), /^consistency.jsonl 2: the log does not go on/);
  assert.match(second({ proof: 'x' }), /^consistency.jsonl 2: its proof is no list of hashes/);
  assert.match(second({ key: 'x' }), /^consistency.jsonl 2: its key is none of this log/);
  assert.match(second({ note: 'x' }), /^consistency.jsonl 2: this is no checkpoint/);
});

test('a checkpoint that a person kept must be the beginning of the log, by a proof in the bundle', () => {
  const { size } = JSON.parse(linesOf('consistency.jsonl').at(-1)!);
  const kept = (checkpoint: string) => badOf(sound, { checkpoint });
  assert.equal(kept(early), 'ok');
  assert.equal(kept(textOf(sound.checkpoint!)), 'ok', 'the head itself');
  for (const fill of [0, 255])
    assert.match(
      kept(noteOf({ size, root: Buffer.alloc(32, fill) })),
      /the log is not the one of this checkpoint: it was rewritten/,
    );
  assert.match(kept(noteOf({ size: size + 1, root: Buffer.alloc(32) })), /the bundle has no proof from \d+ leaves on/);
  assert.match(kept(noteOf({ size, root: Buffer.alloc(32) }, 'birthmark/x')), /is a checkpoint of birthmark\/x/);
  assert.match(kept('hello'), /this is no checkpoint/);
  const foreign = verifierKey(origin, publicKeyBytes(generateKeyPairSync('ed25519').privateKey));
  assert.match(badOf(sound, { key: foreign }), /and not with the key that was given/);
});

test('no bundle is made of a log that is not signed, with another key, or from a checkpoint that is not of this log', async (t) => {
  const { size } = checkpointOf(sql)!;
  const refused = (since: string, why: RegExp) =>
    assert.throws(
      () => made({ since }),
      ({ code, detail }: { code: string; detail: string }) => code === 'records.damaged' && why.test(detail),
      String(why),
    );
  refused('hello', /is no checkpoint/);
  refused(noteOf({ size: 1, root: Buffer.alloc(32) }, 'birthmark/x'), /is of birthmark\/x/);
  refused(noteOf({ size: size + 1, root: Buffer.alloc(32) }), /it is an older file/);
  for (const fill of [0, 255]) refused(noteOf({ size, root: Buffer.alloc(32, fill) }), /the log was rewritten/);
  const head = checkpointOf(sql)!;
  const foreign = generateKeyPairSync('ed25519').privateKey;
  const signature = sign(null, Buffer.from(checkpointBody(origin, head)), foreign);
  refused(
    signedNote(origin, head, { publicKey: publicKeyBytes(foreign), signature }),
    /is not signed with the key of this log/,
  );
  assert.equal(badOf(made({ since: head.note }).files, { checkpoint: head.note }), 'ok', 'of all its leaves');

  const otherSigner = { publicKey: publicKeyBytes(foreign), sign: (text: Uint8Array) => sign(null, text, foreign) };
  assert.throws(() => made({ signer: otherSigner }), refuses('records.failed'));
  const unsigned = openSqlite((await makeBed(t)).file, { readOnly: true });
  t.after(() => unsigned.close());
  assert.throws(() => made({ scope: {} }, unsigned), refuses('records.failed'));
});

test('long work says how far it is: never back, never beyond its end, and not at each line', async (t) => {
  const dir = freshFolder(t);
  const long = openSqlite(join(dir, 'records.db'), { create: true });
  migrate(long);
  const open = createLocalDatabase(long, openSqlite(join(dir, 'records.db'), { readOnly: true }), signer);
  t.after(() => open.close());
  const ledger = createLedger(open, createTestClock());
  await fillStation(ledger, 99);
  const actor = 'x'.repeat(900);
  await Promise.all(
    Array.from({ length: 620 }, (_, n) =>
      ledger.audit({ entry: 'session.refused', actor: `${actor}${n}`, subject: `s${n}`, data: {} }),
    ),
  );
  const sane = (told: unknown[], lines: number) => {
    const all = told as { done: number; of: number }[];
    assert.ok(all.length >= 2 && all.length < lines / 10, `${all.length} for ${lines}`);
    for (const [at, { done, of }] of all.entries()) {
      assert.ok(done <= of, `${done} of ${of}`);
      assert.ok(done >= (all[at - 1]?.done ?? 0));
    }
  };
  const { value, told, files } = made({ scope: {} }, long);
  assert.ok(value.entries > 620);
  sane(told, value.entries);
  const source: BundleSource = {
    names: Object.keys(files),
    *read(name) {
      yield Buffer.from(files[name]!, 'latin1');
    },
  };
  const check = run(checkBundle(source, {}));
  assert.equal(check.value.ok, true);
  sane(check.told, value.entries);
  for (const format of ['jsonl', 'csv'] as const) {
    const pieces: string[] = [];
    const exported = run(entryLines(long, {}, format, (text) => pieces.push(text)));
    sane(exported.told, value.entries);
    assert.ok(pieces.length > 2, 'it does not wait for the end');
    const lines = pieces.join('').trimEnd().split('\n');
    assert.equal(lines.length, value.entries + (format === 'csv' ? 1 : 0));
    for (let n = 0; n < 620; n += 1) assert.ok(lines[lines.length - 620 + n]?.includes(`${actor}${n}`), `${n}`);
  }
});

test('a bundle has the files that its entries need, and its page names what it is about', (t) => {
  const idle = '<b>"&';
  sql.exec('SAVEPOINT people');
  t.after(() => sql.exec('ROLLBACK TO people; RELEASE people'));
  sql.run(
    `INSERT INTO people (name, badge, role, pinSalt, pinHash, active, createdAt)
     VALUES (@idle, 'OP-9', 'operator', zeroblob(16), zeroblob(32), 1, '2026-11-20T08:00:00.000Z')`,
    { idle },
  );
  const always = ['README.html', 'checkpoint', 'consistency.jsonl', 'entries.jsonl', 'log.pub.pem'];
  const proofs = ['manifest.json', 'manifest.sig', 'proof.txt', 'verify.py'];
  const namesOf = (scope: object) => Object.keys(made({ scope }).files).sort();
  assert.deepEqual(namesOf({ unitSerial: 'U1' }), [...always, 'inclusion.jsonl', 'rows.jsonl', ...proofs].sort());
  assert.deepEqual(namesOf({ operator: 'olga' }), [...always, 'inclusion.jsonl', ...proofs].sort());
  assert.deepEqual(namesOf({ operator: idle }), [...always, ...proofs].sort(), 'without an entry');
  assert.throws(() => namesOf({ operator: 'no such person' }), /there is no person no such person on record/);
  const pageOf = (scope: object) => made({ scope }).files['README.html']!.replaceAll('\n', ' ');
  assert.match(pageOf({}), /This bundle has all entries of station <code>station-1<\/code>/);
  assert.match(
    pageOf({ orderId: 'WO-1', from: '2026-11-20T00:00:00.000Z' }),
    /the entries of order WO-1, from 2026-11-20|the entries from 2026-11-20T00:00:00.000Z, of order WO-1/,
  );
  assert.match(pageOf({ operator: idle }), /the entries by &lt;b&gt;&quot;&amp; of station/);
  assert.doesNotMatch(pageOf({ operator: idle }), /is in the log/, 'there is no line to check by hand');
  assert.match(pageOf({ operator: 'olga' }), /is in the log/);
});
