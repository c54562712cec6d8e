/** SIGKILL while eight chains write the records. `npm run bench -- logkills:500` is the same at the size that is promised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runLogKills } from './logkills.ts';

test('killed while it writes, the station has all that it acknowledged, and its log goes on from the last checkpoint', {
  timeout: 120_000,
}, async () => {
  const { kills, acknowledged, wrong } = await runLogKills(3, 7);
  assert.deepEqual(wrong, []);
  assert.ok(kills === 3 && acknowledged >= 3);
});
