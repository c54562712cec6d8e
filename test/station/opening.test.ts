import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../app/contract/clock.ts';
import { systemClock } from '../../main/clock.ts';
import { openStation } from '../../main/openstation.ts';
import { lockFolder } from '../../main/threads/lock.ts';
import { makeStation } from '../support.ts';

test('a station that cannot be opened leaves no timer, which would keep its command, and no lock', async () => {
  const dir = await makeStation([{ slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'agent' }]);
  let waiting = 0;
  const clock: Clock = {
    ...systemClock,
    after(ms, fire) {
      waiting += 1;
      let isDone = false;
      const done = () => {
        if (!isDone) waiting -= 1;
        isDone = true;
      };
      const stop = systemClock.after(ms, () => {
        done();
        fire();
      });
      return () => {
        done();
        stop();
      };
    },
  };
  let begun = 0;
  const broken = () => {
    begun = waiting;
    throw new Error('the ports of this PC cannot be watched');
  };
  const opening = openStation({ dir, kind: 'command', clock, ports: { open: broken, list: broken, watch: broken } });
  await assert.rejects(opening, /cannot be watched/);
  assert.notEqual(begun, 0, 'parts were begun before');
  assert.equal(waiting, 0);
  (await lockFolder(dir, 'command', { waitMs: 0 })).release();
});
