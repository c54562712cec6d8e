/** SIGKILL before and after each durable act of a unit's life, with a real device on a pseudo-terminal. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
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
import { type RunningAgent, startAgent } from '../native/agent/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';
import { runKilled, sidesOf } from './killed.ts';
import { liveUnit } from './unitlife.ts';

/** What was said is there with the outcome, or neither is; an attempt that recovery closed has none. */
function assertTranscripts(story: NonNullable<Awaited<ReturnType<typeof recordsHold>>>, where: string) {
  const ended = story.journal.filter(({ entry, actor }) => entry === 'attempt.ended' && actor !== 'recovery');
  const attempts = (rows: { attempt: number }[]) => rows.map(({ attempt }) => attempt);
  assert.deepEqual(attempts(story.transcripts), attempts(ended), `${where}: conversations and outcomes`);
}

/** What the device says it holds, asked without the station. */
async function deviceHolds(port: string): Promise<string | undefined> {
  const device = agentDriver.connect(await serialPorts.open(port, agentDriver.line), { clock: systemClock });
  try {
    await device.identify();
    return (await heldBy(device)).certificate;
  } finally {
    await device.close();
  }
}

async function recordsHold(dir: string, unitSerial: string) {
  const database = openDatabaseHere(paths(dir).records);
  try {
    const ledger = createLedger(database, systemClock);
    const story = await ledger.showUnit(unitSerial).catch(() => undefined);
    return story && { ...story, transcripts: await ledger.listTranscripts(unitSerial) };
  } finally {
    await database.close();
  }
}

describe('a station killed at any durable act', { concurrency: false, timeout: 300_000 }, () => {
  let binary: string;
  let acts: string[] = [];
  const serialsSeen = new Set<string>();

  before(async () => {
    binary = await buildAgent();
    const [dir, agent] = [await makeStation(), await freshAgent()];
    const life = { dir, port: agent.path, unitSerial: 'CRASH-NONE' };
    const run = await runKilled('unitchild.ts', [JSON.stringify(life), 'none']);
    await agent.stop();
    assert.equal(JSON.parse(run.last ?? '{}').outcome, 'PASS', run.last);
    acts = run.acts;
  });

  const freshAgent = async (): Promise<RunningAgent> =>
    startAgent(binary, ['--state', await mkdtemp(join(tmpdir(), 'birthmark-agent-'))]);

  /** The station is killed in a process of its own; the next life of the same folder needs none. */
  const round = async (dir: string, where: string, unitSerial: string) => {
    const agent = await freshAgent();
    const life = { dir, port: agent.path, unitSerial };
    try {
      const killed = await runKilled('unitchild.ts', [JSON.stringify(life), where]);
      assert.equal(killed.signal, 'SIGKILL', `${where}: the station was to be killed`);

      const onDevice = await deviceHolds(agent.path);
      const onRecord = await recordsHold(dir, unitSerial);
      if (onDevice !== undefined) {
        const known = onRecord?.certificates.some((one) => one.certificateId === onDevice);
        assert.ok(known, `${where}: the device holds a certificate that the records lack`);
      }

      if (onRecord) assertTranscripts(onRecord, where);

      // Killed after the outcome was on disk, the unit has passed and a second scan is refused.
      if (onRecord?.state === 'passed') await assert.rejects(liveUnit(life), refuses('unit.alreadyPassed'), where);
      else {
        const { outcome, error } = await liveUnit(life);
        assert.equal(outcome, 'PASS', `${where}: ${error?.code}`);
      }
      const story = await recordsHold(dir, unitSerial);
      assert.ok(story);
      assertTranscripts(story, `${where}, and then run again`);
      assert.ok(story.transcripts.length > 0);
      const issued = story.certificates.filter((one) => one.state === 'issued');
      assert.equal(issued.length, 1, `${where}: exactly one certificate lives`);
      assert.equal(await deviceHolds(agent.path), issued[0]?.certificateId);
      const before = onRecord?.certificates.find((one) => one.state === 'issued');
      if (before)
        assert.equal(issued[0]?.serialHex, before.serialHex, `${where}: a recorded certificate is never signed again`);
      // A sealed device takes no second install: what it was told it is called is on record nevertheless.
      const installed = story.journal.filter(({ entry, step }) => entry === 'step.done' && step === 'install');
      const told = installed.filter(({ data }) => data.certificateId === issued[0]?.certificateId && data.thingName);
      assert.ok(told.length > 0, `${where}: the name the device was given is on record`);
      for (const one of story.certificates) {
        assert.ok(!serialsSeen.has(one.serialHex), `${where}: certificate serial ${one.serialHex} twice`);
        serialsSeen.add(one.serialHex);
      }
    } finally {
      await agent.stop();
    }
  };

  test('the acts of a unit are the ones the design names', () => {
    const names = acts.map((act) => act.split(' ')[2]);
    for (const name of [
      'ledger.startAttempt',
      'device.makeKey',
      'ledger.reserve',
      'ledger.recordIssued',
      'device.install',
      'ledger.recordPending',
      'device.seal',
      'ledger.endAttempt',
    ]) {
      assert.ok(names.includes(name), `${name} among ${names.join(', ')}`);
    }
    const commits = names.filter((name) => name?.startsWith('ledger.'));
    assert.deepEqual(
      commits,
      ['startAttempt', 'recordDevice', 'reserve', 'recordIssued', 'recordPending', 'endAttempt'].map(
        (n) => `ledger.${n}`,
      ),
      'a unit waits for no other commit',
    );
    assert.ok(names.indexOf('ledger.reserve') < names.indexOf('ledger.recordIssued'));
    assert.ok(names.indexOf('ledger.recordIssued') < names.indexOf('device.install'));
    assert.ok(names.indexOf('device.install') < names.indexOf('ledger.recordPending'));
    assert.ok(names.indexOf('ledger.recordPending') < names.indexOf('device.seal'));
  });

  // Two processes and a judge of the records for each act.
  test('resumes or is closed, and passes with one certificate', { concurrency: 2, timeout: 300_000 }, async (t) => {
    // Each side has a station of its own, on which one life follows the other.
    const rounds = (['before', 'after'] as const).map(async (side) => {
      const dir = await makeStation();
      for (const [index, act] of acts.entries()) {
        if (!sidesOf(index).includes(side)) continue;
        await t.test(`${side} ${act}`, () => round(dir, `${side}:${index + 1}`, `CRASH-${side}-${index + 1}`));
      }
    });
    await Promise.all(rounds);
  });

  after(() => {
    assert.ok(serialsSeen.size > acts.length, 'every round issued a certificate');
  });
});
