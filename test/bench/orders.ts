/** What an order costs at its first unit and at its last: `npm run -s bench -- orders:300000`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger, createLocalDatabase, type Ledger, migrate, type Sql } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { lintedTbs, sha256 } from '../records/support.ts';
import { spread } from './stats.ts';

const orderId = 'WO-1';
const actor = 'bench';
const rounds = 40;

/** @param count the units that the order has made at the end; 300,000 without it */
export async function benchOrders(count = 300_000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-orders-'));
  const file = join(dir, 'records.db');
  const writer = openSqlite(file, { create: true });
  migrate(writer);
  const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }));
  const ledger = createLedger(database, { now: () => new Date() });
  try {
    const createdAt = new Date().toISOString();
    await ledger.initStation({ stationId: 's', name: 'Bench', practice: true, createdAt, actor });
    const { issuerId } = await ledger.addAuthority({ certificateDer: new Uint8Array([1]), kind: 'issuing', actor });
    await ledger.makeOrder({ orderId, model: 'M', quantity: 1_000_000, profile: 'p', activate: true, actor });
    console.log(`\nOrders: milliseconds, median (p5–p95) of ${rounds}`);
    console.log(
      `  ${'units made'.padEnd(12)} ${['scan', 'reserve', 'list of orders', 'units of the order'].map((name) => name.padEnd(20)).join(' ')}`,
    );
    let made = 0;
    for (const share of [0, 0.01, 0.1, 1]) {
      const goal = Math.max(made, Math.floor(count * share));
      seed(writer, { from: made, to: goal, issuerId });
      made = goal;
      const costs = await measure(ledger, { issuerId, made });
      console.log(`  ${String(made).padEnd(12)} ${costs.map((cost) => spread(cost, 2).padEnd(20)).join(' ')}`);
      made += rounds;
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Units that passed, with their journal and certificates. */
function seed(sql: Sql, { from, to, issuerId }: { from: number; to: number; issuerId: string }): void {
  const at = new Date(Date.now() - 7_200_000).toISOString();
  const numbers = `WITH RECURSIVE n(i) AS (SELECT @first UNION ALL SELECT i + 1 FROM n WHERE i < @last)`;
  for (let first = from + 1; first <= to; first += 10_000) {
    const params = { first, last: Math.min(to, first + 9_999) };
    sql.exec('BEGIN');
    sql.run(
      `${numbers} INSERT INTO units (unitSerial, orderId, model, practice, createdAt)
       SELECT printf('SN-%08d', i), @orderId, 'M', 1, @at FROM n`,
      { ...params, orderId, at },
    );
    sql.run(
      `${numbers} INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile,
         subject, spkiSha256, notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
       SELECT printf('%032x', i), @issuerId, 'device', printf('SN-%08d', i), @orderId, 1, 'x', 'issued', 'p', 's',
         printf('%064x', i), @at, @at, x'00', x'00', printf('%064x', i), @at, @at FROM n`,
      { ...params, orderId, issuerId, at },
    );
    for (const [position, entry, state] of [
      [1, 'attempt.started', 'started'],
      [2, 'attempt.ended', 'passed'],
    ] as const) {
      sql.run(
        `${numbers} INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state)
         SELECT printf('SN-%08d', i), @position, @at, 1, @entry, 'x', '{}', @state FROM n`,
        { ...params, position, entry, state, at },
      );
    }
    sql.exec('COMMIT');
  }
}

async function measure(ledger: Ledger, { issuerId, made }: { issuerId: string; made: number }): Promise<number[][]> {
  const costs: number[][] = [[], [], [], []];
  const timed = async <T>(column: number, act: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await act();
    costs[column]!.push(performance.now() - began);
    return result;
  };
  for (let round = 1; round <= rounds; round += 1) {
    const unitSerial = `SN-${String(made + round).padStart(8, '0')}`;
    const begin = { unitSerial, orderId, slotId: 1, actor, driver: 'agent', practice: true };
    const { attempt } = await timed(0, () => ledger.startAttempt(begin));
    const linted = lintedTbs(issuerId, { profile: 'p', spkiSha256: sha256(unitSerial) });
    await timed(1, () => ledger.reserve(linted, { unitSerial, attempt, actor }));
    await timed(2, () => ledger.listOrders());
    await timed(3, () => ledger.listUnits({ orderId }));
  }
  return costs;
}
