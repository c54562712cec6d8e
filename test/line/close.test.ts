/** A station closed in the middle of a scan leaves nothing open: what had begun is ended, and nothing begins after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StationError } from '../../app/contract/index.ts';
import { judgeRecords } from '../bench/line/judge.ts';
import { makeBed, slotWhen } from './support.ts';

test('closed at any moment after a label was scanned, every attempt that had begun has ended', async () => {
  let dir: string | undefined;
  let begun = 0;
  // From the same moment on to one so late that an attempt is well under way.
  for (let turns = 0; begun < 3; turns = turns * 2 + 1) {
    const bed = await makeBed(1, dir === undefined ? {} : { dir });
    dir = bed.station.parts.dir;
    const { label } = bed.bench.plug(1);
    await slotWhen(bed.operator, 1, 'SCAN');
    // Refused, or begun and stopped.
    const scanned = bed.operator.call('bench.scan', { text: label }).catch((thrown: unknown) => {
      assert.ok(thrown instanceof StationError, String(thrown));
    });
    for (let each = 0; each < turns; each += 1) await turn();
    await bed.close();
    await scanned;
    const { problems, open, attempts } = judgeRecords(dir);
    assert.deepEqual([problems, open], [[], []], `closed after ${turns} turns`);
    begun = attempts;
  }
});
