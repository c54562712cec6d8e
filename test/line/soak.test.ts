/** Many slots at once, and bad neighbours: whatever one slot's unit does, the others' pass as ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRecords } from '../bench/line/judge.ts';
import { runShift } from '../bench/line/shift.ts';
import { driverNames } from '../bench/line/units.ts';

// Five units a slot.
test('a hundred and sixty units of every driver over thirty-two slots pass at the first try, each with its certificate', {
  timeout: 240_000,
}, async () => {
  const { dir, passed, failures } = await runShift({
    ...{ slots: 32, units: 160, baud: 0, computeMs: 0 },
    driver: (slotId) => driverNames[slotId % driverNames.length]!,
  });
  assert.deepEqual(failures, []);
  assert.equal(passed, 160);
  const { problems, units, attempts, certificates, known } = judgeRecords(dir);
  assert.deepEqual(problems, []);
  assert.deepEqual([units, attempts, certificates, known.live.size], [160, 160, 160, 160]);
});

// A silent unit is waited for.
test('one slot floods at full speed and one says nothing: the other six pass as ever', {
  timeout: 120_000,
}, async () => {
  const { dir, passed, failures, badEnds } = await runShift({
    ...{ slots: 8, units: 18, baud: 0, computeMs: 0 },
    driver: (slotId) => driverNames[slotId % driverNames.length]!,
    bad: (slotId) => ({ 3: 'torrent' as const, 6: 'silent' as const })[slotId],
  });
  assert.deepEqual(failures, []);
  assert.equal(passed, 18);
  const ends = (kind: string) => new Set(badEnds.filter(({ bad }) => bad === kind).map(({ end }) => end));
  assert.deepEqual([...ends('torrent')], ['link.flooded']);
  for (const end of ends('silent')) assert.equal(end, 'link.timeout');
  assert.deepEqual(judgeRecords(dir).problems, []);
});
