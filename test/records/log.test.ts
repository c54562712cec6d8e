/** The log over the records: its tree, its leaves and its signed head, each by a judge that is not the program itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { birthRecordOf, entryLines } from '../../app/records/bundle/index.ts';
import { createLedger, createLocalDatabase, migrate } from '../../app/records/index.ts';
import {
  append,
  consistencyProof,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../app/records/log/merkle.ts';
import {
  checkpointBody,
  isSignedBy,
  keyIn,
  originOf,
  publicKeyBytes,
  readCheckpoint,
  signedNote,
  verifierKey,
} from '../../app/records/log/note.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import { openLog } from '../../app/records/log/seal.ts';
import {
  checkpointOf,
  headOf,
  leafAt,
  leavesOf,
  proveConsistency,
  proveInclusion,
  rootOfFirst,
  tileOf,
} from '../../app/records/log/store.ts';
import { countTiles, tilesAt } from '../../app/records/log/tiles.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, freshFolder, makeBatch, makeBed, passUnit, refuses } from './support.ts';
import { mth, path, sha, subtrees } from './trees.ts';

const treeOf = (leaves: readonly string[]) => {
  const frontier = { size: 0, hashes: [] as Buffer[] };
  for (const leaf of leaves) append(frontier, leafHash(leaf));
  return frontier;
};

test('the tree has the roots of the test vectors that certificate transparency publishes', () => {
  // The leaves and roots of google/certificate-transparency, merkle_tree_test.
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => Buffer.from(hex, 'hex').toString('latin1'));
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  for (const [index, root] of roots.entries())
    assert.equal(rootOf(treeOf(inputs.slice(0, index + 1))).toString('hex'), root, `${index + 1} leaves`);
});

test('every proof is that of RFC 6962 and passes the check of RFC 9162; no proof passes for another leaf, place or size', () => {
  const size = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), (count, a, b) => {
      const leaves = Array.from({ length: count }, (_, index) => `leaf ${index}`);
      const [index, older] = [a % count, (b % count) + 1];
      const root = rootOf(treeOf(leaves));
      assert.deepEqual(root, mth(leaves));
      const proof = inclusionProof(subtrees(leaves), index, count);
      assert.deepEqual(proof, path(index, leaves));
      const leaf = leafHash(leaves[index]!);
      assert.ok(verifyInclusion({ leaf, index, size: count, root, proof }));
      assert.ok(!verifyInclusion({ leaf: leafHash('other'), index, size: count, root, proof }));
      assert.ok(count === 1 || !verifyInclusion({ leaf, index: (index + 1) % count, size: count, root, proof }));
      const heads = { older: { size: older, root: mth(leaves.slice(0, older)) }, newer: { size: count, root } };
      const growth = consistencyProof(subtrees(leaves), older, count);
      assert.ok(verifyConsistency({ ...heads, proof: growth }));
      assert.ok(
        !verifyConsistency({
          ...heads,
          older: { size: older, root: mth(['forged', ...leaves.slice(1, older)]) },
          proof: growth,
        }),
      );
    }),
    { numRuns: 60 },
  );
});

test('the text of any public key is read back, plus signs of base64 included, and no other is taken for it', () => {
  const origin = originOf('station-1');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const text = verifierKey(origin, key);
      assert.deepEqual(new Uint8Array(keyIn(text, origin)!), key);
      assert.equal(keyIn(text, originOf('station-2')), undefined);
      assert.equal(keyIn(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`, origin), undefined);
    }),
    { numRuns: 60 },
  );
});

/** Records whose log this key signs. */
function openSigned(file: string, privateKey: KeyObject) {
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }), {
    publicKey: publicKeyBytes(privateKey),
    sign: (text) => sign(null, text, privateKey),
  });
  const clock = createTestClock();
  return { file, database, ledger: createLedger(database, clock), clock };
}

/** A station's records with a signed log. */
async function signedBed(file: string) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const opened = openSigned(file, privateKey);
  const { issuerId } = await fillStation(opened.ledger, 1000);
  return { bed: { ...opened, issuerId }, privateKey, publicKey: publicKeyBytes(privateKey) };
}

test('each commit leaves a head over all that is on record, and any leaf and any older head can be proved', async (t) => {
  const bed = await makeBed(t);
  for (let unit = 0; unit < 32; unit += 1) await passUnit(bed, `U${unit}`);
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const earlier = headOf(sql)!;
  await makeBatch(bed, 'B1');
  const head = headOf(sql)!;
  const leaves = [...leavesOf(sql, 0, head.size)].map(({ text }) => text);
  assert.ok(head.size > 512, `${head.size} leaves: more than two tiles`);
  assert.equal(leaves.length, head.size);
  assert.deepEqual(Buffer.from(head.root), mth(leaves));
  const kinds = Object.groupBy(
    leaves.map((leaf) => JSON.parse(leaf) as { kind: string }),
    ({ kind }) => kind,
  );
  const count = (table: string) => sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)!.n;
  assert.equal(kinds.audit?.length, count('audit'));
  assert.equal(kinds.journal?.length, count('journal'));
  for (const leaf of leaves) assert.equal(leaf, sorted(JSON.parse(leaf)), 'the members of a leaf are in order');
  for (const index of [0, 255, 256, 300, head.size - 1]) {
    assert.equal(leafAt(sql, index), leaves[index]);
    const proof = proveInclusion(sql, index);
    assert.ok(verifyInclusion({ leaf: leafHash(leaves[index]!), index, size: head.size, root: head.root, proof }));
  }
  assert.ok(verifyConsistency({ older: earlier, newer: head, proof: proveConsistency(sql, earlier.size) }));
  assert.deepEqual(rootOfFirst(sql, 300), mth(leaves.slice(0, 300)));
  assert.deepEqual(tileOf(sql, 0, 1), Buffer.concat(leaves.slice(256, 512).map((leaf) => leafHash(leaf))));
  assert.deepEqual(tileOf(sql, 1, 0).subarray(0, 32), mth(leaves.slice(0, 256)));
});

/** JSON with sorted members, by another way than the program's. */
const sorted = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${sorted(one)}`).join(',')}}`;
};

test('a row that gets another key is stated under both: the old one is gone', (t) => {
  const sql = openSqlite(':memory:', { create: true });
  t.after(() => sql.close());
  migrate(sql);
  const log = openLog(sql);
  const commit = (text: string) => {
    sql.exec('BEGIN');
    log.begin();
    sql.exec(text);
    log.seal();
    sql.exec('COMMIT');
  };
  commit(`INSERT INTO hookRows VALUES ('main', 'serial', 'A', NULL, 'telling', '2026-11-21T08:00:00.000Z')`);
  commit(`UPDATE hookRows SET state = 'told' WHERE name = 'A'`);
  commit(`UPDATE hookRows SET name = 'B' WHERE name = 'A'`);
  const stated = sql.all<{ rowKey: string; isGone: number }>(
    `SELECT rowKey, digest IS NULL AS isGone FROM logStatements WHERE ofTable = 'hookRows' ORDER BY statementId`,
  );
  assert.deepEqual(
    stated.map(({ rowKey, isGone }) => [JSON.parse(rowKey)[2], isGone]),
    [
      ['A', 0],
      ['A', 0],
      ['A', 1],
      ['B', 0],
    ],
  );
});

test('openssl finds the signature of a checkpoint good, and of a changed one bad', async (t) => {
  const dir = freshFolder(t);
  const { bed, publicKey } = await signedBed(join(dir, 'records.db'));
  t.after(() => bed.database.close());
  await passUnit(bed, 'U1');
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const { note, verifierKey: key } = checkpointOf(sql)!;
  const checkpoint = readCheckpoint(note)!;
  assert.equal(checkpoint.origin, 'birthmark/station-1');
  assert.ok(isSignedBy(checkpoint, publicKey));
  // The same, from the text alone: the body up to the empty line, the key after the last plus, its first byte the kind.
  const [body = '', line = ''] = note.split('\n\n');
  const raw = Buffer.from(key.split('+').slice(2).join('+'), 'base64').subarray(1);
  const pem = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]).toString('base64');
  writeFileSync(join(dir, 'key.pem'), `-----BEGIN PUBLIC KEY-----\n${pem}\n-----END PUBLIC KEY-----\n`);
  writeFileSync(join(dir, 'signature'), Buffer.from(line.trim().split(' ')[2]!, 'base64').subarray(4));
  const judge = (text: string) => {
    writeFileSync(join(dir, 'body'), text);
    const file = (name: string) => join(dir, name);
    const options = [
      '-verify',
      '-pubin',
      '-rawin',
      '-inkey',
      file('key.pem'),
      '-sigfile',
      file('signature'),
      '-in',
      file('body'),
    ];
    return spawnSync('openssl', ['pkeyutl', ...options]).status;
  };
  assert.equal(judge(`${body}\n`), 0);
  assert.equal(judge(`${body}\n`.replace(`\n${checkpoint.size}\n`, `\n${checkpoint.size + 1}\n`)), 1);
  const keyId = sha(Buffer.from('birthmark/station-1\n'), Buffer.of(1), raw).subarray(0, 4).toString('hex');
  assert.equal(verifierKey('birthmark/station-1', raw).split('+')[1], keyId);
});

test('a checkpoint that this key signed and the log does not have contradicts it; no other one does', async (t) => {
  const dir = freshFolder(t);
  const { bed, privateKey } = await signedBed(join(dir, 'records.db'));
  t.after(() => bed.database.close());
  const noteOf = async ({ ledger }: Pick<typeof bed, 'ledger'>) => (await ledger.currentCheckpoint())?.note ?? '';
  const early = await noteOf(bed);
  // The file goes back to this moment, as by a restore.
  const copy = join(dir, 'copy.db');
  for (const end of ['', '-wal']) copyFileSync(`${bed.file}${end}`, `${copy}${end}`);
  await passUnit(bed, 'U1');
  const late = await noteOf(bed);
  for (const note of [early, late]) assert.equal(await bed.ledger.isContradiction(note), false);

  const restored = openSigned(copy, privateKey);
  t.after(() => restored.database.close());
  assert.equal(await restored.ledger.isContradiction(early), false);
  assert.equal(await restored.ledger.isContradiction(late), true, 'a longer log');
  for (const unit of ['U2', 'U3']) await passUnit({ ...restored, issuerId: bed.issuerId }, unit);
  assert.equal(await restored.ledger.isContradiction(late), true, 'another log');
  const { bed: other } = await signedBed(join(dir, 'other.db'));
  t.after(() => other.database.close());
  const otherBeginning = (fill: number) => {
    const head = { size: 3, root: Buffer.alloc(32, fill) };
    const signature = sign(null, Buffer.from(checkpointBody(originOf('station-1'), head)), privateKey);
    return signedNote(originOf('station-1'), head, { publicKey: publicKeyBytes(privateKey), signature });
  };
  for (const fill of [0, 255])
    assert.equal(await bed.ledger.isContradiction(otherBeginning(fill)), true, 'another beginning');
  const [body = '', signature = ''] = late.split('\n\n');
  const forged: [string, string][] = [
    ['no checkpoint', 'hello'],
    ['of another key', await noteOf(other)],
    ['of another station', late.replaceAll('station-1', 'station-2')],
    ['changed', `${body.replace(/\n\d+\n/, '\n999999\n')}\n\n${signature}`],
  ];
  for (const [what, note] of forged) assert.equal(await restored.ledger.isContradiction(note), false, what);
});

test('the tiles of a log have every hash and every entry, and none when an entry is gone or another one', async (t) => {
  const bed = await makeBed(t);
  for (let unit = 0; unit < 16; unit += 1) await passUnit(bed, `U${unit}`);
  const sql = openSqlite(bed.file, {});
  t.after(() => sql.close());
  const { size } = headOf(sql)!;
  const leaves = [...leavesOf(sql, 0, size)].map(({ text }) => text);
  assert.ok(size > 256 && size < 512, `${size} leaves: one whole tile and a part`);
  const files = new Map<string, unknown>(
    [...tilesAt(sql, size)].map((file) => ('path' in file ? [file.path, file.bytes] : ['long', file])),
  );
  const rest = size - 256;
  const names = [
    'tile/0/000',
    `tile/0/001.p/${rest}`,
    'tile/1/000.p/1',
    'tile/entries/000',
    `tile/entries/001.p/${rest}`,
  ];
  assert.deepEqual([...files.keys()].sort(), names);
  assert.equal(countTiles(size), names.length);
  const hashes = leaves.map((leaf) => leafHash(leaf));
  assert.deepEqual(files.get('tile/0/000'), Buffer.concat(hashes.slice(0, 256)));
  assert.deepEqual(files.get(`tile/0/001.p/${rest}`), Buffer.concat(hashes.slice(256)));
  assert.deepEqual(files.get('tile/1/000.p/1'), mth(leaves.slice(0, 256)));
  const entries = (texts: readonly string[]) =>
    Buffer.concat(
      texts.flatMap((text) => [
        Buffer.of(Buffer.byteLength(text) >> 8, Buffer.byteLength(text) & 255),
        Buffer.from(text),
      ]),
    );
  assert.deepEqual(files.get('tile/entries/000'), entries(leaves.slice(0, 256)));
  assert.deepEqual(files.get(`tile/entries/001.p/${rest}`), entries(leaves.slice(256)));

  sql.run('DROP TRIGGER auditNoUpdate');
  sql.run('DROP TRIGGER auditNoDelete');
  const damage = (statement: string) => {
    sql.run('SAVEPOINT whole');
    sql.run(statement);
    assert.throws(() => [...tilesAt(sql, size)], refuses('records.damaged'), statement);
    sql.run('ROLLBACK TO whole');
  };
  damage("UPDATE audit SET actor = 'nobody' WHERE seq = 7");
  damage('DELETE FROM audit WHERE seq = 7');
});

test('an export of entries names the signed head it was made at, and is refused where no head is signed', async (t) => {
  const { bed } = await signedBed(join(freshFolder(t), 'records.db'));
  t.after(() => bed.database.close());
  await passUnit(bed, 'U1');
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const { size, root, verifierKey: key } = checkpointOf(sql)!;
  const leaves = [...leavesOf(sql, 0, size)].filter(({ text }) =>
    ['audit', 'journal'].includes((JSON.parse(text) as { kind: string }).kind),
  );
  const read = (from: typeof sql) => {
    const written: string[] = [];
    const steps = entryLines(from, {}, 'jsonl', (text) => written.push(text));
    for (;;) {
      const { done, value } = steps.next();
      if (done) return { made: value, lines: written.join('').trimEnd().split('\n') };
    }
  };
  const { made, lines } = read(sql);
  assert.deepEqual(made, { entries: leaves.length, size, root: Buffer.from(root).toString('base64'), key });
  assert.deepEqual(
    lines,
    leaves.map(({ text }) => text),
  );
  const unsigned = openSqlite((await makeBed(t)).file, { readOnly: true });
  t.after(() => unsigned.close());
  assert.throws(() => read(unsigned), refuses('records.failed'));
});

test('the birth record of a unit says which leaves it has, and under which signed head', async (t) => {
  const { bed } = await signedBed(join(freshFolder(t), 'records.db'));
  t.after(() => bed.database.close());
  for (const unit of ['U1', 'U2']) await passUnit(bed, unit);
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const checkpoint = checkpointOf(sql)!;
  const scope = { unitSerial: 'U1' };
  const lines: string[] = [];
  const steps = entryLines(sql, scope, 'csv', (text) => lines.push(...text.trimEnd().split('\r\n')));
  while (!steps.next().done);
  const entries = lines.slice(1).map((line) => Number(line.split(',')[0]));
  const { station, unit, log } = birthRecordOf(sql, 'U1');
  assert.deepEqual([station.stationId, unit.unitSerial, unit.certificates.length], ['station-1', 'U1', 1]);
  assert.deepEqual(log?.checkpoint, checkpoint);
  assert.ok(log.leaves >= entries.length && log.leaves < checkpoint.size / 2, `${log.leaves} leaves`);
  assert.ok(log.first <= Math.min(...entries) && log.first > 0);
  assert.ok(log.last >= Math.max(...entries) && log.last < checkpoint.size - 5, 'U2 came after it');
  assert.ok(log.last - log.first + 1 >= log.leaves);
  assert.throws(() => birthRecordOf(sql, 'U9'), refuses('unit.notFound'));
  const unsigned = await makeBed(t);
  await passUnit(unsigned, 'U1');
  const plain = openSqlite(unsigned.file, { readOnly: true });
  t.after(() => plain.close());
  assert.equal(birthRecordOf(plain, 'U1').log, null);
});

test('after a restore the key before still stands for what the backup had, and for nothing later', async (t) => {
  const { bed, privateKey } = await signedBed(join(freshFolder(t), 'records.db'));
  t.after(() => bed.database.close());
  await passUnit(bed, 'U1');
  const before = generateKeyPairSync('ed25519').privateKey;
  const publicKey = publicKeyBytes(before);
  const sql = openSqlite(bed.file, { readOnly: true });
  t.after(() => sql.close());
  const { size, root } = headOf(sql)!;
  const backup = {
    backup: 'b.db',
    madeAt: '2026-11-21T07:00:00.000Z',
    size,
    root: Buffer.from(root).toString('base64'),
  };
  const lost = { publicKey: Buffer.from(publicKey).toString('base64'), known: size + 9, lost: 9, actor: 'setup' };
  await bed.ledger.noteRestore({ ...backup, ...lost });

  const origin = originOf('station-1');
  const noteBy = (key: KeyObject, head: { size: number; root: Uint8Array }) =>
    signedNote(origin, head, {
      publicKey: publicKeyBytes(key),
      signature: sign(null, Buffer.from(checkpointBody(origin, head)), key),
    });
  const problems = (note: string, from: { fromAnyone?: true } = {}) => {
    const steps = verifyLog(sql, {
      schema: schemaOf(sql),
      publicKey: publicKeyBytes(privateKey),
      checkpoints: [{ name: 'shown', note, ...from }],
    });
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value.problems.map(({ what, where }) => `${what} ${where}`);
    }
  };
  const wrong = { size, root: Buffer.alloc(32, 7) };
  assert.deepEqual(problems(noteBy(before, { size, root })), []);
  assert.deepEqual(problems(noteBy(before, wrong)), ['checkpoint shown'], 'the backup never had it');
  assert.deepEqual(problems(noteBy(before, { ...wrong, size: size + 1 })), [], 'given up by the restore');
  assert.deepEqual(problems(noteBy(privateKey, wrong)), ['checkpoint shown']);
  assert.deepEqual(problems(noteBy(generateKeyPairSync('ed25519').privateKey, { size, root })), ['checkpoint shown']);
  const foreign = noteBy(generateKeyPairSync('ed25519').privateKey, { size, root });
  const others = {
    'of another key': foreign,
    none: 'hello',
    'of another log': noteBy(before, wrong).replaceAll('station-1', 'x'),
  };
  for (const [what, note] of Object.entries(others)) {
    assert.deepEqual(problems(note), ['checkpoint shown'], what);
    assert.deepEqual(problems(note, { fromAnyone: true }), [], `${what}: anyone may have put it there`);
  }
  for (const key of [before, privateKey])
    assert.deepEqual(
      problems(noteBy(key, wrong), { fromAnyone: true }),
      ['checkpoint shown'],
      'a key of ours signed it',
    );
  assert.deepEqual(problems(noteBy(before, { size, root }), { fromAnyone: true }), []);
  for (const fill of [0, 255])
    assert.deepEqual(problems(noteBy(privateKey, { size: size - 1, root: Buffer.alloc(32, fill) })), [
      'checkpoint shown',
    ]);
  const longer = noteBy(privateKey, { size: size + 100, root });
  assert.deepEqual(problems(longer, { fromAnyone: true }), ['rolledBack shown']);
});
