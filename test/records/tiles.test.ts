/** Tiles of logs of any size, by the rules of c2sp.org/tlog-tiles, and the proofs that are made of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { migrate } from '../../app/records/index.ts';
import { beginLog } from '../../app/records/log/begin.ts';
import { leafHash, rootAt, verifyConsistency, verifyInclusion } from '../../app/records/log/merkle.ts';
import { schemaOf } from '../../app/records/log/schema.ts';
import {
  headOf,
  leafAt,
  leavesOf,
  proveConsistency,
  proveInclusion,
  rootOfFirst,
  subtreesOf,
  tileOf,
} from '../../app/records/log/store.ts';
import { countTiles, tilePath, tilesAt } from '../../app/records/log/tiles.ts';
import { verifyLog } from '../../app/records/log/verify.ts';
import type { Sql } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { freshFolder } from './support.ts';
import { problemsAfter } from './tampering.ts';
import { mth } from './trees.ts';

const hashBytes = 32;
const width = 256;

/** The files of a tree of `size` leaves, by the sentences of the specification. */
function filesOf(size: number): string[] {
  const names: string[] = [];
  for (let level = 0; width ** level <= size; level += 1) {
    const hashes = Math.floor(size / width ** level);
    for (let tile = 0; tile * width < hashes; tile += 1) {
      const part = Math.min(width, hashes - tile * width);
      const name = `${String(tile).padStart(3, '0')}${part < width ? `.p/${part}` : ''}`;
      names.push(`tile/${level}/${name}`);
      if (level === 0) names.push(`tile/entries/${name}`);
    }
  }
  return names.sort();
}

test('the path of a tile has its number in parts of three digits, and the width of one that is not full', () => {
  const paths: [string, string][] = [
    [tilePath(0, 0, 256), 'tile/0/000'],
    [tilePath(0, 0, 1), 'tile/0/000.p/1'],
    [tilePath(1, 7, 255), 'tile/1/007.p/255'],
    [tilePath('entries', 999, 256), 'tile/entries/999'],
    [tilePath(0, 1000, 256), 'tile/0/x001/000'],
    [tilePath(0, 1_000_000, 256), 'tile/0/x001/x000/000'],
    // The example of the specification.
    [tilePath(2, 1_234_067, 256), 'tile/2/x001/x234/067'],
  ];
  for (const [path, wanted] of paths) assert.equal(path, wanted);
});

test('the number of files is that of the specification, whatever the size', () => {
  for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000, 131_072])
    assert.equal(countTiles(size), filesOf(size).length, `${size}`);
});

describe('a log of three levels', () => {
  const older = 65_536;
  let sql: Sql;
  let texts: string[];
  before(() => {
    sql = openSqlite(join(freshFolder(), 'records.db'), { create: true });
    migrate(sql);
    sql.exec(`
      INSERT INTO station (only, stationId, name, practice, createdAt) VALUES (1, 'station-1', 'Test', 1, '2026-11-21T08:00:00.000Z');
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${older})
      INSERT INTO audit (at, entry, actor, subject, data) SELECT '2026-11-21T08:00:00.000Z', 'session.refused', 'x', 's' || i, '{}' FROM n`);
    beginLog(sql);
    texts = [...leavesOf(sql, 0, Number.MAX_SAFE_INTEGER)].map(({ text }) => text);
  });

  test('has the root of its leaves, and of any beginning', () => {
    const { size, root, adopted } = headOf(sql)!;
    assert.ok(size > older && adopted > older && size > adopted, `${size} leaves`);
    assert.equal(texts.length, size);
    assert.deepEqual(Buffer.from(root), mth(texts));
    for (const part of [0, 1, 255, 256, 257, 3000, older - 1, older, older + 1])
      assert.deepEqual(rootOfFirst(sql, part), mth(texts.slice(0, part)), `the first ${part}`);
    assert.deepEqual(tileOf(sql, 2, 0), mth(texts.slice(0, older)), 'the top of a whole tile of tiles');
    assert.throws(() => rootOfFirst(sql, size + 1), RangeError);
    assert.throws(() => leafAt(sql, size), RangeError);
    assert.throws(() => subtreesOf(sql)(16, 1), RangeError);
  });

  test('proves each leaf and each beginning from its tiles', () => {
    const { size, root } = headOf(sql)!;
    for (const index of [0, 255, 256, 40_000, older - 1, older, size - 1]) {
      assert.equal(leafAt(sql, index), texts[index]);
      const leaf = leafHash(texts[index]!);
      assert.ok(verifyInclusion({ leaf, index, size, root, proof: proveInclusion(sql, index) }), `${index}`);
      const early = { leaf, index, size: index + 1, root: rootAt(subtreesOf(sql), index + 1) };
      assert.ok(verifyInclusion({ ...early, proof: proveInclusion(sql, index, index + 1) }), `${index}`);
    }
    for (const part of [1, 256, 40_000, older, older + 1]) {
      const first = { size: part, root: mth(texts.slice(0, part)) };
      assert.ok(verifyConsistency({ older: first, newer: { size, root }, proof: proveConsistency(sql, part) }));
    }
  });

  test('has the files of the specification, at its size and at each before', () => {
    const { size } = headOf(sql)!;
    for (const part of [0, 1, 255, 256, 257, 600, older, size]) {
      const files = [...tilesAt(sql, part)].map((file) => ('path' in file ? file : assert.fail('nothing is too long')));
      assert.deepEqual(files.map(({ path }) => path).sort(), filesOf(part), `${part}`);
      const tiles = files.filter(({ path }) => path.startsWith('tile/0/'));
      const hashes = Buffer.concat(tiles.map(({ bytes }) => bytes));
      assert.equal(hashes.length, part * hashBytes);
      if (part > 0) assert.deepEqual(hashes.subarray(-hashBytes), leafHash(texts[part - 1]!));
    }
    assert.throws(() => [...tilesAt(sql, size + 1)], { name: 'StationError', code: 'records.damaged' });
  });

  test('verifies, and a changed hash of any level is found', () => {
    const steps = verifyLog(sql, { schema: schemaOf(sql) });
    const told: { done: number; of: number }[] = [];
    for (let next = steps.next(); ; next = steps.next()) {
      if (!next.done) {
        told.push(next.value);
        continue;
      }
      assert.deepEqual(next.value.problems, []);
      assert.equal(next.value.size, headOf(sql)!.size);
      break;
    }
    assert.ok(told.length > 60, 'it is told how far it is');
    assert.ok(told.every(({ done }, at) => done >= (told[at - 1]?.done ?? 0)));
    assert.ok(told.every(({ done, of }) => done <= of));
    // Bytes below and above all others.
    const zeros = (column: string) => `zeroblob(length(${column}))`;
    const ones = (column: string) => `unhex(replace(hex(${zeros(column)}), '00', 'ff'))`;
    const found = (text: string) =>
      problemsAfter(sql, () => sql.exec(text)).map(({ what, where }) => `${what} ${where}`);
    for (const bytes of [zeros, ones]) {
      for (const [place, where] of [
        ['level = 0 AND position = 3', 'entryChanged audit 769'],
        ['level = 1 AND position = 0', 'tree tile 1/0'],
        ['level = 2 AND position = 0', 'tree tile 2/0'],
      ] as const)
        assert.equal(found(`UPDATE logTiles SET hashes = ${bytes('hashes')} WHERE ${place}`)[0], where);
      for (const column of ['root', 'frontier'])
        assert.deepEqual(found(`UPDATE logHead SET ${column} = ${bytes(column)}`), ['tree log head'], column);
    }
    assert.deepEqual(found('INSERT INTO logTiles SELECT 7, 0, hashes FROM logTiles WHERE level = 2'), ['tree tiles']);
    assert.deepEqual(found('UPDATE logHead SET adopted = adopted - 1'), ['tree log head']);
  });
});

test('an entry of 65,535 bytes fits its bundle; of longer ones the first is told in place of the bundle', (t) => {
  const file = join(freshFolder(t), 'records.db');
  const sql = openSqlite(file, { create: true });
  t.after(() => sql.close());
  migrate(sql);
  const put = (text: string) =>
    sql.run(
      `INSERT INTO audit (at, entry, actor, subject, data) VALUES ('2026-11-21T08:00:00.000Z', 'session.refused', 'x', @text, '{}')`,
      { text },
    );
  // The log would state it with the first entry.
  sql.exec('DELETE FROM outboxMark');
  const log = beginLog(sql);
  const sealed = (texts: readonly string[]) => {
    sql.exec('BEGIN IMMEDIATE');
    log.begin();
    for (const text of texts) put(text);
    log.seal();
    sql.exec('COMMIT');
    return headOf(sql)!.size;
  };
  const bare = Buffer.byteLength(leafAt(sql, sealed(['']) - 1));
  // A letter of two bytes: the length counts bytes.
  const most = `ä${'x'.repeat(0xffff - bare - 2)}`;
  const size = sealed([most]);
  assert.equal(Buffer.byteLength(leafAt(sql, size - 1)), 0xffff);
  const bundle = [...tilesAt(sql, size)].find((one) => 'path' in one && one.path.startsWith('tile/entries/'));
  assert.ok(bundle && 'path' in bundle && Buffer.from(bundle.bytes).includes('x'.repeat(100)));
  const long = sealed([`${most}x`, `${most}xx`]);
  const files = [...tilesAt(sql, long)];
  assert.deepEqual(
    files.flatMap((one) => ('entry' in one ? [one] : [])),
    [{ entry: size, bytes: 0x10000 }],
  );
  assert.ok(files.some((one) => 'path' in one && one.path.startsWith('tile/0/')));
  assert.ok(!files.some((one) => 'path' in one && one.path.startsWith('tile/entries/')));
});
