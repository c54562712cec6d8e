import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLedger } from '../../app/records/index.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, freshFolder, start } from '../records/support.ts';

type Said = { word: string; serialHex: string; unitSerial: string };

/** Lets a station work until it has said `count` things, kills it, and returns all that it said. */
async function killedAfter(t: TestContext, file: string, count: number): Promise<Said[]> {
  const program = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const gone = once(child, 'close');
  const said: Said[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, serialHex, unitSerial] = line.split(' ');
    if (word && serialHex && unitSerial) said.push({ word, serialHex, unitSerial });
    if (said.length === count) child.kill('SIGKILL');
  }
  const [, signal] = await gone;
  assert.equal(signal, 'SIGKILL');
  return said;
}

type Row = { serialHex: string; unitSerial: string; state: string; der: Uint8Array | null; unitState: string };

for (let run = 1; run <= 4; run += 1) {
  const count = 1 + Math.floor(Math.random() * 150);
  test(`killed after it said ${count} things: what it said is in the file, and nothing is there by half`, async (t) => {
    const file = join(freshFolder(t), 'records.db');
    const said = await killedAfter(t, file, count);
    assert.ok(said.length >= count);

    const sql = openSqlite(file);
    t.after(() => sql.close());
    const rows = sql.all<Row>(
      `SELECT serialHex, unitSerial, c.state, der, j.state AS unitState FROM certificates c JOIN journalIndex j USING (unitSerial)`,
    );
    const kept = new Map(rows.map((row) => [row.serialHex, row]));
    for (const { word, serialHex, unitSerial } of said) {
      const row = kept.get(serialHex);
      assert.equal(row?.unitSerial, unitSerial, `${serialHex} was reported and is not in the file`);
      if (word !== 'reserved') assert.equal(row?.state, 'issued');
      if (word === 'passed') assert.equal(row?.unitState, 'passed');
    }
    const entries = (entry: string) =>
      new Set(
        sql
          .all<{ subject: string }>('SELECT subject FROM audit WHERE entry = @entry', { entry })
          .map((row) => row.subject),
      );
    assert.deepEqual(entries('sign.intent'), new Set(kept.keys()));
    assert.deepEqual(
      entries('sign.done'),
      new Set(rows.filter((row) => row.state === 'issued').map((row) => row.serialHex)),
    );
    assert.deepEqual(
      entries('unit.passed'),
      new Set(rows.filter((row) => row.unitState === 'passed').map((row) => row.unitSerial)),
    );

    const database = await openDatabase(file);
    t.after(() => database.close());
    const ledger = createLedger(database, createTestClock());
    assert.deepEqual(await ledger.integrityCheck(), []);
    const open = await ledger.openAttempts();
    const started = entries('attempt.started');
    assert.equal(open.length, started.size - entries('unit.passed').size, 'every unit has passed or is found open');
    for (const { unitSerial, attempt } of open) {
      await ledger.endAttempt({ unitSerial, attempt, outcome: 'ABORTED', actor: 'recovery', ms: null });
      const again = await ledger.startAttempt(start(unitSerial));
      assert.equal(again.attempt, attempt + 1);
    }
  });
}
