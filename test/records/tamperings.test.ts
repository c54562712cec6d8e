/** Random tamperings with the files of a station. `npm run bench -- tamper:10000` is the same at the size that is promised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTampering } from '../bench/tamper/run.ts';
import { freshFolder } from './support.ts';

test('each tampering is found, or leaves all that the file says as it was; files that were left alone are sound', {
  timeout: 120_000,
}, async (t) => {
  const { kinds, missed, blamed } = await runTampering(freshFolder(t), 72, 1);
  assert.deepEqual(missed, []);
  assert.deepEqual(blamed, []);
  assert.equal(Object.keys(kinds).length, 18);
  const mayBeEqual = Object.entries(kinds).filter(([, { equal, unbound }]) => equal + unbound > 0);
  for (const [kind] of mayBeEqual)
    assert.match(kind, /bytes|page|head|file|write-ahead/, `${kind} always says something`);
});
