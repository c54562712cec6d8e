/** QA's desk on a large ledger: what a person waits for a search, a list, an order's units and the overview. */
import { rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger, createLocalDatabase, type Ledger } from '../../app/records/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { fillLedger } from './desk/fill.ts';
import { quantile } from './stats.ts';

const usualUnits = 100_000;
const seed = 1;
const rounds = 30;

/** `desk:1000000` is the size that is promised: ten million entries, some four gigabytes of disk. */
export async function benchDesk(units = usualUnits): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-desk-'));
  const file = join(folder, 'records.db');
  try {
    const began = performance.now();
    fillLedger(file, units, seed);
    const seconds = (performance.now() - began) / 1000;
    const load = loadavg()[0]!.toFixed(1);
    console.log(
      `\nQA's desk: ${units} units, ${units * 10} entries, seed ${seed}, ${(statSync(file).size / 1e6).toFixed(0)} MB, written in ${seconds.toFixed(0)} s; ${availableParallelism()} cores, load ${load}`,
    );
    console.log(`  ${'ms'.padEnd(48)} ${'median'.padStart(8)} ${'p95'.padStart(8)} ${'p99'.padStart(8)}`);
    const writer = openSqlite(file);
    const database = createLocalDatabase(writer, openSqlite(file, { readOnly: true }));
    await ask(createLedger(database, { now: () => new Date() }), units);
    await database.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const serialOf = (index: number) => `SN-${String(index * 7 + seed).padStart(8, '0')}`;
/** The units lie one after another, so each round asks for other ones. */
const spread = (round: number, of: number) => (round * 7919 + 13) % of;

async function ask(ledger: Ledger, units: number): Promise<void> {
  const orders = Math.ceil(units / 5000);
  const lastDay = new Date(Date.parse('2025-01-01T00:00:00Z') + Math.floor((units - 1) / 4000) * 86_400_000);
  const days = Array.from({ length: 7 }, (_, index) => {
    const since = new Date(lastDay.getTime() + (index - 6) * 86_400_000);
    return { since: since.toISOString(), until: new Date(since.getTime() + 86_400_000).toISOString() };
  });
  await told('exact serial: search over everything', rounds * 10, (round) =>
    ledger.find({ query: serialOf(spread(round, units)), codes: [] }),
  );
  await told('exact serial: Units screen', rounds * 10, (round) =>
    ledger.listUnits({ query: serialOf(spread(round, units)) }),
  );
  await told('a part of a serial: search over everything', rounds, (round) =>
    ledger.find({ query: serialOf(spread(round, units)).slice(5, 10), codes: [] }),
  );
  await told('a part of a serial: Units screen', rounds, (round) =>
    ledger.listUnits({ query: serialOf(spread(round, units)).slice(6, 11) }),
  );
  await told('nothing has it', rounds, (round) => ledger.find({ query: `X${round}Y`, codes: [] }));
  await told('Units screen, latest first', rounds, () => ledger.listUnits({}));
  await told('Units screen, its 10,000th row', rounds, () => ledger.listUnits({ offset: 9900 }));
  await told('Units by serial, failed ones', rounds, () =>
    ledger.listUnits({ state: 'failed', orderBy: 'unitSerial' }),
  );
  await told('Units of an order', rounds, (round) =>
    ledger.listUnits({ orderId: `WO-${String(spread(round, orders)).padStart(5, '0')}` }),
  );
  await told('Units of an order that failed', rounds, (round) =>
    ledger.listUnits({ orderId: `WO-${String(spread(round, orders)).padStart(5, '0')}`, state: 'failed' }),
  );
  await told('Certificates, latest first', rounds, () => ledger.listCertificates({}));
  await told('Audit log of a person on one day', rounds, (round) => {
    const day = new Date(Date.parse('2025-01-01T00:00:00Z') + spread(round, Math.ceil(units / 4000)) * 86_400_000);
    const until = new Date(day.getTime() + 86_400_000).toISOString();
    return ledger.searchAudit({ actor: 'Operator 3', since: day.toISOString(), until });
  });
  await told('Audit log of a unit', rounds, (round) => ledger.searchAudit({ subject: serialOf(spread(round, units)) }));
  await told('Overview', rounds, () => ledger.overview({ days }));
}

async function told(name: string, times: number, act: (round: number) => Promise<unknown>): Promise<void> {
  const found: number[] = [];
  for (let round = 0; round < times; round++) {
    const began = performance.now();
    await act(round);
    found.push(performance.now() - began);
  }
  const at = (q: number) => quantile(found, q).toFixed(1).padStart(8);
  console.log(`  ${name.padEnd(48)} ${at(0.5)} ${at(0.95)} ${at(0.99)}`);
}
