/** A station that a signal ends in the middle of its units: each is passed or goes on, nothing is open, nothing is signed twice. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '../../app/contract/index.ts';
import { openHost } from '../../main/compose.ts';
import { judgeRecords } from '../bench/line/judge.ts';
import { folderFor } from '../device/support.ts';

const child = join(import.meta.dirname, 'closingchild.ts');

async function runChild(dir: string, ...args: string[]) {
  const ran = await promisify(execFile)(process.execPath, [child, dir, ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
  return { code: ran.code, ...(JSON.parse(ran.stdout) as { atWork: number; units: number; overdue?: boolean }) };
}

for (const [signal, count, screens] of [
  ['SIGTERM', '1', 'well'],
  ['SIGHUP', '3', 'well'],
  ['SIGINT', '2', 'hang'],
] as const)
  test(`${signal} with ${count} certificates on record, screens ${screens}: every unit has ended and may go on`, async (t) => {
    const dir = join(folderFor(t), 'station');
    const { code, atWork, units, overdue = false } = await runChild(dir, signal, count, screens);
    assert.ok(atWork > 0, 'units were at work when the signal came');
    assert.equal(units, 0, 'and none was when the program ended');
    assert.deepEqual([code, overdue], screens === 'hang' ? [3, true] : [0, false]);
    // `openMay` is not set: nothing was left for the next start to find.
    const { problems, open, attempts } = judgeRecords(dir);
    assert.deepEqual([problems, open], [[], []]);
    assert.equal(attempts, 4);

    const host = await openHost({ practice: true, dataDir: dir });
    t.after(() => host.close());
    const client = createClient(host.connect('test'));
    const { badge = '', pin = '' } =
      (await client.call('station.status', {})).practiceBadges?.find(({ role }) => role === 'qa') ?? {};
    await client.call('session.signIn', { badge, pin });
    const { rows } = await client.call('units.list', {});
    assert.equal(rows.length, 4);
    for (const { unitSerial, state } of rows) {
      assert.ok(['passed', 'aborted'].includes(state), `${unitSerial} is ${state}`);
      if (state === 'passed') continue;
      const { journal } = await client.call('units.show', { unitSerial });
      assert.match(JSON.stringify(journal.at(-1)), /the station was closed/, 'no person stopped it');
    }
  });
