/** Reads of all records are beside everything else: nothing waits for them, and they hold up no end of the station. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBed, passUnit, refuses } from '../records/support.ts';

test('a question that comes while all records are checked is answered first', async (t) => {
  const bed = await makeBed(t, { threads: true });
  await passUnit(bed, 'U1');
  const answered: string[] = [];
  await Promise.all([
    bed.ledger.integrityCheck().then((problems) => answered.push(`check: ${problems.length}`)),
    bed.ledger.showUnit('U1').then(({ unitSerial }) => answered.push(unitSerial)),
  ]);
  assert.deepEqual(answered, ['U1', 'check: 0']);
  assert.deepEqual(await bed.ledger.integrityCheck(), [], 'and there is another check after it');
});

test('a check of all records is given up when the records are closed, and none begins after that', async (t) => {
  const bed = await makeBed(t, { threads: true });
  await passUnit(bed, 'U1');
  const checking = bed.ledger.integrityCheck();
  const refused = assert.rejects(checking, refuses('records.failed'));
  await bed.database.close();
  await refused;
  await assert.rejects(bed.ledger.integrityCheck(), refuses('records.failed'));
});
