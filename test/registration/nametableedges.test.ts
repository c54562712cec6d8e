/** A table of names at its edges: the longest names, the first and the last places before it grows. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createIdTable, createNameTable, createNumbers } from '../../app/registration/nametable.ts';

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

  test('an empty name and one that is too long take places in which nothing is found', () => {
    const table = createNameTable();
    for (const name of ['', 'a', 'x'.repeat(1025), 'b']) table.add(name);
    assert.deepEqual(
      ['', 'a', 'x'.repeat(1025), 'b'].map((name) => table.find(name)),
      [undefined, 1, undefined, 3],
    );
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => table.at(place)),
      ['', 'a', '', 'b'],
    );
  });

  test('what is no id takes a place in which nothing is found', () => {
    const table = createIdTable();
    const odd = ['', 'abc', 'z'.repeat(64), `${'a'.repeat(63)}g`, '0'.repeat(62), '0'.repeat(66)];
    for (const name of [...odd, 'ab'.repeat(32), 'CD'.repeat(32)]) table.add(name);
    assert.deepEqual(
      [...odd, 'ab'.repeat(32), 'cd'.repeat(32), 'AB'.repeat(32)].map((name) => table.find(name)),
      [...odd.map(() => undefined), 6, 7, 6],
    );
  });

  test('ids are told apart by any of their last 32 digits', () => {
    const table = createIdTable();
    const idOf = (digit: number) => `${'1'.repeat(32)}${'0'.repeat(digit)}8${'0'.repeat(31 - digit)}`;
    for (let digit = 0; digit < 32; digit += 1) assert.equal(table.add(idOf(digit)), undefined);
    for (let digit = 0; digit < 32; digit += 1) assert.equal(table.find(idOf(digit)), digit);
    assert.equal(table.find('0'.repeat(64)), undefined);
  });

  test('a name that differs in its first letter only is another one, wherever the table puts it', () => {
    const table = createNameTable();
    for (let n = 0; n < 2000; n += 1) table.add(`0-${n}`);
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456789';
    for (const letter of letters)
      for (let n = 0; n < 2000; n += 1) assert.equal(table.find(`${letter}-${n}`), undefined);
  });

  test('ids of certificates are found among many, and their neighbours are not', () => {
    const table = createIdTable();
    const idOf = (n: number) => (n * 2).toString(16).padStart(64, '0');
    for (let n = 0; n < 5000; n += 1) table.add(idOf(n));
    for (let n = 0; n < 5000; n += 1) {
      assert.equal(table.find(idOf(n)), n);
      assert.equal(table.find(idOf(n + 0.5)), undefined);
    }
  });
});

test('a list of numbers holds any of 32 bits at any place, and 0 where none was set', () => {
  const numbers = createNumbers();
  const places = [0, 1, 16_383, 16_384, 16_385, 100_000];
  for (const place of places) numbers.set(place, 0xffffffff - place);
  for (const place of places) assert.equal(numbers.at(place), 0xffffffff - place);
  for (const place of [2, 16_382, 50_000, 99_999, 1_000_000]) assert.equal(numbers.at(place), 0);
});
