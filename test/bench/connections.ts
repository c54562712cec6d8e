/** The watch of first connections with as many units as a large station has after some years: what each look and fact costs. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionPages, csvRows } from '../../app/contract/connectiontable.ts';
import { createLedger, type Ledger } from '../../app/records/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { fillConnections, serialOf } from './connections/fill.ts';
import { quantile } from './stats.ts';

/** A screen is told at most 20 times a second: what a person looks at has half of that time. */
const screenMs = 25;
/** A round and a fact share the writer with the line, whose commits take up to 20 ms. */
const writeMs = 20;
const seed = 12;

type Row = { what: string; times: number; limitMs: number; act: (n: number) => Promise<unknown> };

/** `connections:100000` has so many units. */
export async function benchConnections(units = 1_000_000): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'birthmark-connections-'));
  const file = join(dir, 'records.db');
  try {
    const began = performance.now();
    await fillConnections(file, units, seed);
    const { size } = await stat(file);
    console.log(
      `connections: ${units} units (seed ${seed}) in ${(size / 1e6).toFixed(0)} MB, made in ` +
        `${((performance.now() - began) / 1000).toFixed(0)} s; load ${loadavg()[0]?.toFixed(1)}`,
    );
    console.log('ms: median and p95 by the clock, then of processor time, which is held against the limit');
    const database = openDatabaseHere(file);
    const ledger = createLedger(database, systemClock);
    for (const { what, times, limitMs, act } of rowsOf(ledger, units)) {
      const took: number[] = [];
      const spentMs: number[] = [];
      for (let n = 0; n < times; n += 1) {
        const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
        await act(n);
        took.push(performance.now() - startedMs);
        const { user, system } = process.cpuUsage(cpu);
        spentMs.push((user + system) / 1000);
      }
      const cell = (ms: number) => ms.toFixed(1).padStart(8);
      const of = (values: number[]) => `${cell(quantile(values, 0.5))}${cell(quantile(values, 0.95))}`;
      const verdict = quantile(spentMs, 0.95) <= limitMs ? '' : '  ABOVE';
      console.log(`${what.padEnd(34)}${of(took)}${of(spentMs)}${cell(limitMs)}${verdict}`);
    }
    const startedMs = performance.now();
    let [count, bytes] = [0, 0];
    for await (const page of connectionPages((asked) => ledger.listConnections(asked), {})) {
      count += page.length;
      bytes += csvRows(page).length;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    console.log(`export: ${count} rows, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`);
    await database.close();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function rowsOf(ledger: Ledger, units: number): Row[] {
  const look = (what: string, act: Row['act'], times = 40): Row => ({ what, times, limitMs: screenMs, act });
  const write = (what: string, act: Row['act'], times = 40): Row => ({ what, times, limitMs: writeMs, act });
  /** Units far from each other, the same in each run. */
  const some = (n: number) => serialOf((n * 7919 + 13) % units);
  const limit = 100;
  return [
    look('counts of each order, reasons', () => ledger.connectionCounts()),
    look('list: first page', () => ledger.listConnections({ limit })),
    look('list: a page in the middle', () => ledger.listConnections({ limit, offset: Math.floor(units / 2) }), 10),
    look('list: the last page', () => ledger.listConnections({ limit, offset: units - limit }), 10),
    look('list: after a unit', (n) => ledger.listConnections({ limit, after: { unitSerial: some(n), target: 'eu' } })),
    look('list: waiting', () => ledger.listConnections({ limit, state: 'waiting' })),
    look('list: failed in one target', () => ledger.listConnections({ limit, state: 'failed', target: 'us' })),
    look('list: connected of an order', (n) =>
      ledger.listConnections({ limit, orderId: `WO-${n}`, state: 'connected' }),
    ),
    look('list: one target', () => ledger.listConnections({ limit, target: 'us' })),
    look('list: a target of ten units', () => ledger.listConnections({ limit, target: 'new' })),
    look('list: a target that has none', () => ledger.listConnections({ limit, target: 'none' })),
    look('list: a rare reason', () => ledger.listConnections({ limit, reason: 'otherType' })),
    look('list: a rare reason of an order', (n) =>
      ledger.listConnections({ limit, orderId: `WO-${n}`, reason: 'otherType' }),
    ),
    look('list: a reason in one target', () =>
      ledger.listConnections({ limit, target: 'us', reason: 'templateFailed' }),
    ),
    look('one unit', (n) => ledger.showConnections(some(n))),
    look('a page of a check', (n) =>
      ledger.openConnections({ limit: 50, after: { unitSerial: some(n), target: 'eu' } }),
    ),
    look('targets and ways to watch', () => ledger.watchedTargets({ targets: ['eu', 'us'] })),
    look('a round: whom to ask', () => ledger.connectionsToAsk({ target: 'eu', ways: ['claim', 'jitp'], limit: 50 })),
    write('a round: 50 answers noted', async (n) => {
      const noted = Array.from({ length: 50 }, (_, at) => ({
        ...{ unitSerial: some(n * 50 + at), target: 'eu', askAt: '2031-01-01T00:00:00.000Z' },
        fact: { kind: 'found' as const, reason: null, made: null },
      }));
      await ledger.noteConnections({ noted });
    }),
    look('a message: whose it is', (n) =>
      ledger.connectionsNamed({ target: 'eu', certificateIds: ['f'.repeat(64)], clientIds: [some(n)] }),
    ),
    write('a message noted', (n) =>
      ledger.noteConnections({
        noted: [
          {
            ...{ unitSerial: some(1000 + n), target: 'eu' },
            fact: {
              ...{ kind: 'seen', connectedAt: '2030-01-01T00:00:00.000Z', source: 'presence' },
              ...{ clientId: some(1000 + n), sourceIp: '192.0.2.7' },
            },
          },
        ],
      }),
    ),
    look('units that passed since', () => ledger.newPasses()),
    write('units that are overdue: 200', () => ledger.markOverdue({ limit: 200 })),
  ];
}
