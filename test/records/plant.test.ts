/** What the records keep of documents of a plant that do not count. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBed } from './support.ts';

test('a document that is not taken is told once, until it or its problem changes, or nothing speaks against it', async (t) => {
  const { ledger } = await makeBed(t);
  const found = { version: 3, hash: 'ab', problem: 'badSignature', why: 'another key signed it' } as const;
  const reject = (changes: object | null) =>
    ledger.rejectPlantDocument({ kind: 'people', found: changes && { ...found, ...changes } });
  const rejected = async () => (await ledger.plantDocuments('plant')).rejected;
  const told = async () =>
    (await ledger.listAudit({ limit: 9, offset: 0 })).rows.filter(({ entry }) => entry === 'plant.rejected');
  assert.equal(await reject(null), false, 'nothing was wrong');
  assert.deepEqual([await reject({}), await reject({}), await reject({ why: 'in other words' })], [true, false, false]);
  assert.deepEqual(await rejected(), [{ kind: 'people', ...found }]);
  for (const changes of [{ version: 4 }, { hash: 'cd' }, { problem: 'older' }]) {
    assert.equal(await reject(changes), true);
    assert.deepEqual(await rejected(), [{ kind: 'people', ...found, ...changes }]);
  }
  assert.deepEqual(
    (await told()).map(({ subject, data }) => [subject, data.problem]),
    [
      ['people/3', 'older'],
      ['people/3', 'badSignature'],
      ['people/4', 'badSignature'],
      ['people/3', 'badSignature'],
    ],
  );
  assert.deepEqual([await reject(null), await reject(null)], [true, false]);
  assert.deepEqual(await rejected(), []);
});
