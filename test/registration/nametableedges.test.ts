/** A table of names at its edges: the longest names, the first and the last places before it grows. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createNameTable, longer } from '../../app/registration/nametable.ts';

/** A table of these names, and whether it finds each in its place and none beside. */
function assertHolds(names: readonly string[], absent: readonly string[] = []) {
  const table = createNameTable();
  assert.equal(table.find(names[0] ?? ''), undefined, 'nothing is in an empty table');
  for (const [place, name] of names.entries()) {
    table.add(name);
    assert.equal(table.find(name), place);
  }
  for (const [place, name] of names.entries()) assert.equal(table.find(name), place);
  for (const name of absent) assert.equal(table.find(name), undefined);
}

suite('a table of names', () => {
  test('has names of 1,024 characters of any width, and no longer ones', () => {
    const [plain, wide] = ['x'.repeat(1024), '語'.repeat(1024)];
    assertHolds([plain, wide, 'x'], [plain.slice(1), wide.slice(1)]);
    const table = createNameTable();
    const names = ['before', `${plain}y`, `${wide}語`, 'behind'];
    for (const name of names) table.add(name);
    assert.deepEqual(
      [...names, plain].map((name) => table.find(name)),
      [0, undefined, undefined, 3, undefined],
    );
  });

  test('tells names apart by any one of their bytes, and by their length', () => {
    const names = ['abcdef', 'bbcdef', 'abcdeg', 'abxdef', 'abcde', 'abcdefg', 'bcdef', 'a', 'f'];
    assertHolds(names, ['', 'ab', 'g', 'abcdeh', 'cbcdef']);
  });

  test('keeps the names of before each time that it grows', () => {
    for (const count of [1, 2, 1023, 1024, 1025, 2047, 2048, 2049, 4096, 4097, 9000])
      assertHolds(
        Array.from({ length: count }, (_, n) => `unit-${n}`),
        ['unit-', `unit-${count}`],
      );
  });

  test('keeps long names, however many fill it', () => {
    const long = (n: number, size: number) => String(n).padStart(size, '-');
    for (const size of [1, 63, 64, 1000, 1024])
      assertHolds(Array.from({ length: 300 }, (_, n) => long(n + 10_000, Math.max(size, 5))));
  });

  test('the last place of a name that comes again counts, also after it has grown', () => {
    const table = createNameTable();
    for (let place = 0; place < 5000; place += 1) table.add(`unit-${place % 100}`);
    for (let n = 0; n < 100; n += 1) assert.equal(table.find(`unit-${n}`), 4900 + n);
  });

  test('an empty name and an id that is no hex take places in which nothing is found', () => {
    const table = createNameTable('hex');
    const odd = ['', 'abc', 'zz', `${'0'.repeat(1024)}00`];
    for (const name of [...odd, 'ab', 'ABCD']) table.add(name);
    assert.deepEqual(
      [...odd, 'ab', 'abcd', 'AB'].map((name) => table.find(name)),
      [undefined, undefined, undefined, undefined, 4, 5, 4],
    );
  });

  test('a name that differs in its first letter only is another one, wherever the table puts it', () => {
    const table = createNameTable();
    for (let n = 0; n < 2000; n += 1) table.add(`0-${n}`);
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456789';
    for (const letter of letters)
      for (let n = 0; n < 2000; n += 1) assert.equal(table.find(`${letter}-${n}`), undefined);
  });

  test('ids of certificates are found among many, and their neighbours are not', () => {
    const table = createNameTable('hex');
    const idOf = (n: number) => (n * 2).toString(16).padStart(64, '0');
    for (let n = 0; n < 5000; n += 1) table.add(idOf(n));
    for (let n = 0; n < 5000; n += 1) {
      assert.equal(table.find(idOf(n)), n);
      assert.equal(table.find(idOf(n + 0.5)), undefined);
    }
  });
});

test('a longer list begins as the given one', () => {
  assert.deepEqual([...longer(new Uint32Array([1, 2, 3]))], [1, 2, 3, 0, 0, 0]);
});
