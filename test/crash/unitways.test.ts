/** SIGKILL at a seeded place while units are registered one by one: going on, AWS has each unit exactly once. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { paths } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { liveBatch } from './batchlife.ts';
import { runKilled } from './killed.ts';
import { stationWithPassedUnits } from './passedunits.ts';

const unitCount = 3;
/** The batches of so many accounts are made by this act. Each unit takes at least two more in each of them. */
const madeBy = (accounts: number) => 1 + 7 * accounts;
const placeIn = (accounts: number) =>
  fc.record({
    act: fc.integer({ min: madeBy(accounts), max: madeBy(accounts) + 2 * unitCount * accounts }),
    side: fc.constantFrom('before', 'after'),
  });
/** `anyClient`: each account takes the credentials of the first one. */
const targetIn = ({ region, bucket, roleArn, policyName, endpoint: endpointUrl }: PracticeAws) => {
  return { region, bucket, roleArn, policyNames: [policyName], endpointUrl };
};

let folder: string;
let prepared: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'birthmark-unitways-'));
  prepared = await stationWithPassedUnits(unitCount);
});
after(() => rm(folder, { recursive: true, force: true }));

async function statesOnRecord(dir: string) {
  const database = openDatabaseHere(paths(dir).records);
  try {
    const ledger = createLedger(database, systemClock);
    const batches = await ledger.listBatches();
    const shown = await Promise.all(batches.map(({ batchId }) => ledger.showBatch({ batchId })));
    return { count: batches.length, members: shown.flatMap(({ members }) => members.map(({ state }) => state)) };
  } finally {
    await database.close();
  }
}

for (const [way, accounts] of [
  ['registerThing', 1],
  ['registerCertificate', 1],
  ['withoutCa', 1],
  ['withoutCa', 2],
] as const)
  test(`${way}, accounts: ${accounts}: each unit is registered exactly once in each, or waits`, {
    timeout: 300_000,
  }, async (t) => {
    const seed = Math.floor(Math.random() * 1e6);
    t.diagnostic(`seed ${seed}`);
    for (const { act, side } of fc.sample(placeIn(accounts), { seed, numRuns: 1 })) {
      const where = `${side}:${act}`;
      const dir = join(folder, `${way}-${accounts}-${side}-${act}`);
      await cp(prepared, dir, { recursive: true });
      const clouds: PracticeAws[] = [];
      for (let n = 0; n < accounts; n += 1) {
        const accountId = `${123_456_789_012 + n}`;
        const options = { clock: systemClock, rate: Number.POSITIVE_INFINITY, accountId, anyClient: n > 0 };
        const aws = await startPracticeAws(options);
        t.after(() => aws.close());
        clouds.push(aws);
      }
      const { credentials } = clouds[0]!;
      const [first, ...others] = clouds.map((aws, n) => ({ ...targetIn(aws), name: n > 0 ? `account-${n}` : 'main' }));
      const target = { ...first!, way, others };
      const killed = await runKilled('batchchild.ts', [dir, JSON.stringify(target), where], {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      });
      assert.equal(killed.signal, 'SIGKILL', `${where}: ${killed.acts.join(', ')}`);
      const between = await statesOnRecord(dir);
      assert.ok(
        between.members.every((state) => state === 'waiting' || state === 'registered'),
        `${where}: ${between.members.join(', ')}`,
      );
      const registered = between.members.filter((state) => state === 'registered').length;
      const things = clouds.reduce((sum, aws) => sum + aws.snapshot().things, 0);
      assert.ok(things >= registered, `${where}: the records say more than AWS has`);

      const { batch, error } = await liveBatch(dir, { ...target, credentials });
      assert.deepEqual([batch.state, error], ['done', null], where);
      const ended = await statesOnRecord(dir);
      assert.deepEqual(ended, { count: accounts, members: Array(unitCount * accounts).fill('registered') }, where);
      for (const aws of clouds)
        assert.deepEqual([aws.snapshot().things, aws.snapshot().certificates], [unitCount, unitCount], where);
    }
  });
