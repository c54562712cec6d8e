/** SIGKILL before and after each durable act of a rework, with the C agent on a pseudo-terminal. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { paths } from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { heldBy } from '../device/support.ts';
import { startAgent } from '../native/agent/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';
import { runKilled, sidesOf } from './killed.ts';
import { liveUnit } from './unitlife.ts';

const unitSerial = 'REWORKED';

/** What a step leaves in the journal is killed with every unit's; of a rework there is the old key's end. */
const isOfRework = (act: string, before = ''): boolean =>
  !/ledger\.(journal|recordDevice|recordDecision)/.test(act) || before.includes('device.erase');

async function deviceHolds(port: string): Promise<string | undefined> {
  const device = agentDriver.connect(await serialPorts.open(port, agentDriver.line), { clock: systemClock });
  try {
    await device.identify();
    return (await heldBy(device)).certificate;
  } finally {
    await device.close();
  }
}

async function recordsHold(dir: string) {
  const database = openDatabaseHere(paths(dir).records);
  try {
    const ledger = createLedger(database, systemClock);
    const story = await ledger.showUnit(unitSerial);
    return { ...story, problems: await ledger.integrityCheck(), untold: await ledger.cloudRevocations(10) };
  } finally {
    await database.close();
  }
}

describe('a station killed at any durable act of a rework', { concurrency: false, timeout: 300_000 }, () => {
  let folder: string;
  let binary: string;
  let first: string;
  let acts: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'birthmark-rework-'));
    binary = await buildAgent();
    await cp(await makeStation(), join(folder, 'station'), { recursive: true });
    const agent = await startAgent(binary, ['--state', join(folder, 'device')]);
    const passed = await liveUnit({ dir: join(folder, 'station'), port: agent.path, unitSerial, kind: 'unsealed' });
    await agent.stop();
    assert.equal(passed.outcome, 'PASS', passed.error?.message);
    first = passed.certificateId ?? '';
    ({ acts } = await round('none'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The passed unit and its station, both as they were, killed at `where` and then left to go on. */
  const round = async (where: string) => {
    const copy = join(folder, where.replace(':', '-'));
    await cp(join(folder, 'station'), join(copy, 'station'), { recursive: true });
    await cp(join(folder, 'device'), join(copy, 'device'), { recursive: true });
    const dir = join(copy, 'station');
    const agent = await startAgent(binary, ['--state', join(copy, 'device')]);
    try {
      const life = { dir, port: agent.path, unitSerial, kind: 'rework' } as const;
      const run = await runKilled('unitchild.ts', [JSON.stringify(life), where]);
      if (where !== 'none') {
        assert.equal(run.signal, 'SIGKILL', `${where}: the station was to be killed`);
        const left = await recordsHold(dir);
        const live = left.certificates.filter(({ state }) => state === 'issued' || state === 'reserved');
        assert.ok(live.length <= 1, `${where}: two live certificates`);
        const onDevice = await deviceHolds(agent.path);
        const known = left.certificates.map(({ certificateId }) => certificateId);
        assert.ok(
          onDevice === undefined || known.includes(onDevice),
          `${where}: the device holds one the records lack`,
        );
        const passedAgain = left.state === 'passed' && left.certificates[0]?.state === 'revoked';
        // Killed after the outcome was on disk, a second run is refused.
        if (passedAgain) await assert.rejects(liveUnit(life), refuses('unit.alreadyPassed'), where);
        else assert.equal((await liveUnit(life)).outcome, 'PASS', where);
      }
      const { state, certificates, problems, untold } = await recordsHold(dir);
      assert.equal(state, 'passed', `${where}: ${run.last}`);
      assert.deepEqual(problems, []);
      const issued = certificates.filter((one) => one.state === 'issued');
      assert.equal(issued.length, 1, `${where}: exactly one certificate lives`);
      const [old] = certificates;
      assert.deepEqual(
        [old?.certificateId, old?.state, old?.supersededBy],
        [first, 'revoked', issued[0]?.serialHex],
        where,
      );
      assert.deepEqual(
        untold.map(({ certificateId }) => certificateId),
        [first],
        'AWS is told of the old one, once',
      );
      assert.equal(await deviceHolds(agent.path), issued[0]?.certificateId, `${where}: records and device agree`);
      for (const { state: became, serialHex } of certificates.slice(1))
        assert.ok(became === 'void' || serialHex === issued[0]?.serialHex, `${where}: a second certificate was signed`);
      return run;
    } finally {
      await agent.stop();
      await rm(copy, { recursive: true, force: true });
    }
  };

  test('the old key goes after the agreement is on record, and before another one is made', () => {
    const names = acts.map((act) => act.split(' ')[2]);
    const order = ['ledger.reworkUnit', 'ledger.startAttempt', 'device.erase', 'device.makeKey', 'ledger.reserve'];
    const places = order.map((name) => names.indexOf(name));
    assert.deepEqual(
      [...places].sort((one, other) => one - other),
      places,
      names.join(', '),
    );
    assert.ok(!places.includes(-1), names.join(', '));
  });

  // Two processes and a judge of the records for each act.
  test('it ends with one live certificate, that of the device', { concurrency: 2, timeout: 300_000 }, async (t) => {
    const rounds = acts.flatMap((act, index) => {
      if (!isOfRework(act, acts[index - 1])) return [];
      return sidesOf(index).map((side) =>
        t.test(`${side} ${act}`, async () => void (await round(`${side}:${index + 1}`))),
      );
    });
    assert.ok(rounds.length >= 10, 'every act was killed');
    await Promise.all(rounds);
  });
});
