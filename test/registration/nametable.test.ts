import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createIdTable, createNameTable } from '../../app/registration/nametable.ts';

suite('a table of names', () => {
  test('property: it finds what a Map finds, for names of any kind', () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z0-9:_-]{1,4}$/), fc.string({ minLength: 1, maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), fc.array(name, { maxLength: 30 }), (added, asked) => {
        const [table, map] = [createNameTable(), new Map<string, number>()];
        for (const [place, one] of added.entries()) {
          assert.equal(table.add(one), map.get(one), 'it tells where the name was before');
          map.set(one, place);
        }
        for (const one of [...added, ...asked]) assert.equal(table.find(one), map.get(one));
        assert.deepEqual(
          added.map((_, place) => table.at(place)),
          added,
        );
      }),
    );
  });

  test('it grows beyond its first size, and each of a hundred thousand names keeps its place', () => {
    const table = createNameTable();
    for (let place = 0; place < 100_000; place += 1) table.add(`unit-${place}`);
    for (let place = 0; place < 100_000; place += 7) {
      assert.equal(table.find(`unit-${place}`), place);
      assert.equal(table.at(place), `unit-${place}`);
    }
    assert.equal(table.find('unit-100000'), undefined);
  });

  test('property: names of many lengths lie side by side, however the pieces of memory end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1024 }), fc.constantFrom('x', 'ü', '語'), (length, letter) => {
        const table = createNameTable();
        const nameOf = (place: number) => `${letter.repeat((length + place * 37) % 1020)}${place}`;
        for (let place = 0; place < 700; place += 1) table.add(nameOf(place));
        for (let place = 0; place < 700; place += 1) {
          assert.equal(table.find(nameOf(place)), place);
          assert.equal(table.at(place), nameOf(place));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a name of a megabyte is looked for at no cost', () => {
    assert.equal(createNameTable().find('x'.repeat(1024 * 1024)), undefined);
  });
});

suite('a table of ids', () => {
  test('property: it finds what a Map finds, in either case', () => {
    const id = fc.oneof(
      fc.nat(5).map((n) => n.toString(16).padStart(64, '0')),
      fc.stringMatching(/^[0-9a-f]{64}$/),
      fc.stringMatching(/^[0-9a-f]{0,66}$/),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 60 }), fc.array(id, { maxLength: 30 }), (added, asked) => {
        const [table, map] = [createIdTable(), new Map<string, number>()];
        for (const [place, one] of added.entries()) {
          const isId = one.length === 64;
          assert.equal(table.add(place % 2 === 0 ? one : one.toUpperCase()), isId ? map.get(one) : undefined);
          if (isId) map.set(one, place);
        }
        for (const one of [...added, ...asked]) {
          assert.equal(table.find(one), map.get(one));
          assert.equal(table.find(one.toUpperCase()), map.get(one));
        }
      }),
    );
  });

  test('they take half of their bytes and their slots, so that a million fit into 30 MB', () => {
    const before = process.memoryUsage().arrayBuffers;
    const table = createIdTable();
    const bytes = Buffer.alloc(32);
    for (let n = 0; n < 200_000; n += 1) {
      bytes.writeUInt32BE(Math.imul(n, 0x9e3779b1) >>> 0, 28);
      table.add(bytes.toString('hex'));
    }
    const each = (process.memoryUsage().arrayBuffers - before) / 200_000;
    assert.ok(each < 40, `${each} bytes each`);
    assert.equal(table.find('ff'), undefined);
  });
});
