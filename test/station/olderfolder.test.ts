/** A data folder that an older program left, killed in two units: it opens, both are continued, and all of it verifies. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { firstTargetName } from '../../app/contract/targets.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import { auditLines, verifyAuditLines } from '../../app/records/audit/file.ts';
import { createLedger, type Database, type Ledger } from '../../app/records/index.ts';
import { doctor } from '../../app/station/doctor.ts';
import {
  configStore,
  createLog,
  createStation,
  paths,
  readConfig,
  type StationHandle,
} from '../../app/station/index.ts';
import { buildAgent } from '../../main/agentbinary.ts';
import { practiceTargetName } from '../../main/practiceline.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { needTools, openssl, scratch } from '../ca/support.ts';
import { startAgent, whyNoAgent } from '../native/agent/support.ts';
import { movableClock, passphrase } from '../support.ts';

const fixture = join(import.meta.dirname, 'fixtures', 'older.tar.gz');

describe('a folder of an older program', { concurrency: false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-older-'));
  const dir = join(folder, 'older', 'station');
  const { clock, set } = movableClock();
  let database: Database;
  let ledger: Ledger;
  let station: StationHandle;

  before(async () => {
    execFileSync('tar', ['-xzf', fixture, '-C', folder]);
    // An hour after it was left: its CA, its CRL and its certificates hold, whenever this test runs.
    set('2026-11-29T02:00:00.000Z');
    database = openDatabaseHere(paths(dir).records);
    ledger = createLedger(database, clock);
    station = await createStation({
      dir,
      version: 'test',
      config: configStore(dir, await readConfig(dir)),
      ledger,
      clock,
      ports: serialPorts,
      driverNamed,
      driverNames: ['agent'],
      openCloud: () => Promise.reject(new Error('no cloud here')),
      log: createLog(),
    });
    await station.parts.authority.unlock(passphrase);
  });
  after(async () => {
    await station?.close();
    await database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const statesOf = async (unitSerial: string) =>
    (await ledger.showUnit(unitSerial)).certificates.map(({ state }) => state);

  async function continueUnit(unitSerial: string) {
    const agent = await startAgent(await buildAgent(), ['--state', join(folder, 'older', 'agents', unitSerial)]);
    try {
      const tools = station.parts.lineTools;
      const job = { unitSerial, orderId: 'WO-OLD', slotId: null, actor: 'OP-1' };
      const start = await startAttempt(job, await tools.recipeFor(job.orderId, { driver: 'agent' }), tools);
      return await runUnit({
        job,
        start,
        tools,
        open: (settings) => serialPorts.open(agent.path, settings),
        onSteps: () => {},
        signal: new AbortController().signal,
      });
    } finally {
      await agent.stop();
    }
  }

  test('what was under way is closed at the start: no serial stays reserved, no certificate is lost', async () => {
    assert.deepEqual(await ledger.openAttempts(), []);
    assert.deepEqual(await statesOf('OLD-11'), ['issued']);
    assert.deepEqual(await statesOf('OLD-12'), ['void']);
  });

  test('both units are continued on their boards, and pass', async (t) => {
    const why = whyNoAgent();
    if (why) return t.skip(why);
    const [recorded] = (await ledger.showUnit('OLD-11')).certificates;
    const first = await continueUnit('OLD-11');
    assert.deepEqual([first.outcome, first.certificateId], ['PASS', recorded?.certificateId], first.error?.detail);
    assert.deepEqual(await statesOf('OLD-11'), ['issued'], 'what was recorded is installed, and nothing signed again');
    const second = await continueUnit('OLD-12');
    assert.equal(second.outcome, 'PASS', second.error?.detail);
    assert.deepEqual(await statesOf('OLD-12'), ['void', 'issued']);
    assert.equal((await ledger.listTranscripts('OLD-12')).length, 1);
  });

  test('the records, the audit log and the doctor find nothing wrong', async () => {
    assert.deepEqual(await ledger.integrityCheck(), []);
    const checks = await doctor(station.parts);
    const records = checks.filter(({ name }) => ['records', 'clock', 'ca'].includes(name));
    assert.deepEqual(
      records.map(({ name, ok }) => [name, ok]),
      [
        ['records', true],
        ['clock', true],
        ['ca', true],
      ],
    );
    const { total, rows } = await ledger.listAudit({ limit: 10_000, offset: 0 });
    assert.equal(rows.length, total);
    const { stationId, name } = await ledger.station();
    const { lines } = auditLines({ stationId, name, madeAt: clock.now().toISOString() }, rows.toReversed());
    assert.deepEqual(verifyAuditLines(lines), { ok: true, entries: total });
  });

  test('everything of then is listed', async () => {
    const { rows } = await ledger.listUnits({ limit: 100 });
    const stateOf = new Map(rows.map(({ unitSerial, state }) => [unitSerial, state]));
    const of = (state: string) => rows.filter((row) => row.state === state).map(({ unitSerial }) => unitSerial);
    assert.equal(rows.length, 12);
    assert.deepEqual(of('registered').toSorted(), ['OLD-1', 'OLD-2', 'OLD-3', 'OLD-7']);
    assert.deepEqual(of('failed').toSorted(), ['OLD-5', 'OLD-6']);
    assert.deepEqual(
      ['OLD-4', 'OLD-8', 'OLD-9', 'OLD-10'].map((unitSerial) => stateOf.get(unitSerial)),
      ['passed', 'scrapped', 'passed', 'passed'],
    );
    assert.deepEqual(await statesOf('OLD-4'), ['revoked']);
    assert.deepEqual(await statesOf('OLD-7'), ['revoked', 'issued']);
    assert.deepEqual(await statesOf('OLD-8'), ['revoked']);
    for (const { unitSerial } of rows) {
      const { journal } = await ledger.showUnit(unitSerial);
      assert.equal(journal[0]?.entry, 'attempt.started', unitSerial);
      for (const { attempt, startedAt } of await ledger.listTranscripts(unitSerial)) {
        assert.ok((await ledger.transcript({ unitSerial, attempt, startedAt })).data.length > 0, unitSerial);
      }
    }

    const orders = (await ledger.listOrders()).map(({ orderId, active, recipe }) => ({ orderId, active, recipe }));
    assert.deepEqual(
      orders.find(({ active }) => active),
      { orderId: 'WO-OLD', active: true, recipe: 'older' },
    );
    const recipes = await ledger.recipes();
    assert.deepEqual(
      recipes.map(({ version, inUse, approvedBy }) => [version, inUse, approvedBy !== null]),
      [
        [1, true, true],
        [2, false, false],
      ],
    );
    assert.deepEqual((await ledger.listPeople()).map(({ badge, role }) => [badge, role]).toSorted(), [
      ['EN-1', 'engineer'],
      ['OP-1', 'operator'],
      ['QA-1', 'qa'],
    ]);
    assert.equal((await ledger.signIn('OP-1', '482913')).name, 'Olga Operator');
    const batches = await ledger.listBatches();
    assert.deepEqual(
      batches.map(({ state, count, registered }) => ({ state, count, registered })),
      [
        { state: 'made', count: 1, registered: 0 },
        { state: 'done', count: 4, registered: 4 },
      ],
    );
    const [made] = batches;
    assert.ok(made && existsSync(join(paths(dir).batches, `${made.batchId}-${made.digest}.json`)));
  });

  test('what was in a batch before targets had names is ready for no target again, on the practice line neither', async () => {
    const readyFor = async (target: string) =>
      (await ledger.batchCandidates({ target })).map(({ unitSerial }) => unitSerial);
    for (const target of [firstTargetName, practiceTargetName]) {
      const ready = await readyFor(target);
      for (const unitSerial of ['OLD-1', 'OLD-2', 'OLD-3', 'OLD-7'])
        assert.ok(!ready.includes(unitSerial), `${unitSerial} is ready again in ${target}`);
      assert.ok(
        ['OLD-9', 'OLD-10'].some((unitSerial) => ready.includes(unitSerial)),
        `ready: ${ready}`,
      );
    }
  });

  test('openssl agrees: every certificate in use chains to the root, a revoked one is in the CRL', async (t) => {
    if (!needTools(t, 'openssl')) return;
    const file = scratch(t);
    const where = paths(dir);
    const at = String(Math.floor(clock.now().getTime() / 1000));
    const chain = ['-attime', at, '-CAfile', where.rootCertificate, '-untrusted', where.issuingCertificate];
    const crl = ['-crl_check', '-CRLfile', join(dir, 'crl', 'issuing.crl.pem')];
    let [good, revoked] = [0, 0];
    for (const { unitSerial } of (await ledger.listUnits({ limit: 100 })).rows) {
      for (const { pem, state, serialHex } of (await ledger.showUnit(unitSerial)).certificates) {
        if (!pem) continue;
        const { ok, output } = openssl(['verify', ...chain, ...crl, file(`${serialHex}.pem`, pem)]);
        if (state === 'issued') {
          assert.ok(ok, `${unitSerial}: ${output}`);
          good += 1;
        } else {
          assert.match(output, /certificate revoked/, unitSerial);
          revoked += 1;
        }
      }
    }
    assert.deepEqual([good >= 7, revoked], [true, 3], `${good} in use, ${revoked} revoked`);
  });
});
