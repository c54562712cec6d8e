import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createNameTable } from '../../app/registration/nametable.ts';

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

  test('hex is compared as bytes; what is no hex is in no place, and takes one all the same', () => {
    const table = createNameTable('hex');
    for (const one of ['00ff', 'no hex', '0', '00fe']) table.add(one);
    assert.deepEqual(
      ['00ff', 'no hex', '0', '00fe', '00'].map((one) => table.find(one)),
      [0, undefined, undefined, 3, undefined],
    );
  });

  test('a name of a megabyte is looked for at no cost', () => {
    assert.equal(createNameTable().find('x'.repeat(1024 * 1024)), undefined);
  });
});
