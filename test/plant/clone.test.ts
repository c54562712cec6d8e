/** A station and its copy on one plant, servers that stand still, and databases that are fit for no plant. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import type { WireError } from '../../app/contract/errors.ts';
import { plantConfig } from '../../app/contract/model.ts';
import { addressOf, admitLogin, initPlant } from '../../app/plant/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAsking } from '../../app/station/plant/asking.ts';
import { plantChecks } from '../../app/station/plant/checks.ts';
import { systemClock } from '../../main/clock.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { passUnit, refuses } from '../records/support.ts';
import { sharedCluster, withoutPostgres } from './cluster.ts';
import { makePlant, makeStationBed, type StationBed, ship } from './support.ts';

type Asking = Parameters<typeof createAsking>[0];
const claims = [{ kind: 'unitSerial' as const, value: 'SN-9', unitSerial: 'SN-9' }];

/** The rule `goOn`: a plant that is away keeps no unit waiting. */
const askingOf = ({ ledger, url }: StationBed, problem: () => WireError | null = () => null) =>
  createAsking({
    ...{ ledger, clock: systemClock, problem, open: () => openPlant(url) },
    log: { warn() {} } as unknown as Asking['log'],
    settings: () => plantConfig.parse({ offline: 'goOn', askMs: 30_000 }),
  });

describe('a plant', { skip: withoutPostgres }, () => {
  test('of a station and its copy, the one whose log is another makes no unit, also where work goes on without a plant', async (t) => {
    const plant = await makePlant(t);
    const first = await makeStationBed(t, plant, 'first');
    await passUnit(first, 'SN-1');
    await ship(first);
    const folder = mkdtempSync(join(tmpdir(), 'birthmark-copy-'));
    cpSync(dirname(first.file), folder, { recursive: true });
    const file = join(folder, 'records.db');
    const database = openDatabaseHere(file);
    t.after(async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const copy = { ...first, file, database, ledger: createLedger(database, first.clock) };
    const [asked, copyAsked] = [askingOf(first), askingOf(copy)];
    t.after(() => {
      for (const one of [asked, copyAsked]) one.forget();
    });
    // Nothing tells them apart yet.
    await copyAsked.ask(claims);
    await passUnit(first, 'SN-2');
    await passUnit(copy, 'SN-2');
    await ship(first);
    await assert.rejects(ship(copy), refuses('plant.forked'));
    copyAsked.reset();
    await assert.rejects(copyAsked.ask(claims), refuses('plant.forked'));
    await asked.ask(claims);
    // A connection from before knows it by what the log met.
    const told = askingOf(first, () => ({ code: 'plant.forked', detail: 'another log' }));
    await assert.rejects(told.ask(claims), refuses('plant.forked'));
  });

  test('a server that is frozen keeps no one who says good-bye to it', async (t) => {
    const plant = await makePlant(t);
    const { url } = await makeStationBed(t, plant, 'first');
    const sql = await openPlant(url);
    const { user } = addressOf(url);
    const pids = plant.cluster
      .run('postgres', `SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE usename = '${user}'`)
      .split(' ');
    execFileSync('kill', ['-STOP', ...pids]);
    // Without a bound this would last as long as TCP waits, which is hours.
    await sql.close();
    execFileSync('kill', ['-CONT', ...pids]);
  });

  test('a server that is there and cannot do it is not called away', async (t) => {
    const plant = await makePlant(t);
    const station = await makeStationBed(t, plant, 'first');
    await passUnit(station, 'SN-1');
    const set = (rule: string) => plant.cluster.run('postgres', `ALTER DATABASE ${plant.database} ${rule}`);
    set('SET default_transaction_read_only = on');
    await assert.rejects(ship(station), refuses('plant.failed', { reason: 'plantReadOnly' }));
    set('RESET default_transaction_read_only');
    assert.ok((await ship(station)) > 0);
  });

  test('a plant is made only where it can keep all that stations write, and it is said who may make it', async (t) => {
    const cluster = await sharedCluster();
    const fresh = async (name: string, how: string, url = cluster.adminUrl(`${name}_${process.pid}`)) => {
      cluster.run('postgres', `CREATE DATABASE ${name}_${process.pid} ${how}`);
      const sql = await openPlant(url);
      t.after(() => sql.close());
      return sql;
    };
    for (const encoding of ['LATIN1', 'SQL_ASCII']) {
      const how = `ENCODING '${encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`;
      const sql = await fresh(encoding.toLowerCase(), how);
      await assert.rejects(initPlant(sql), refuses('plant.refused', { reason: 'plantEncoding' }), encoding);
    }
    const foreign = await fresh('foreign', '');
    await foreign.query('CREATE SCHEMA birthmark; CREATE TABLE birthmark.migrations (name text)');
    await assert.rejects(initPlant(foreign), refuses('plant.refused', { reason: 'plantForeign' }));
    const weak = `weak_${process.pid}`;
    cluster.run('postgres', `CREATE ROLE ${weak} LOGIN PASSWORD 'x'`);
    const owned = await fresh('owned', `OWNER ${weak}`, cluster.url(weak, 'x', `owned_${process.pid}`));
    await assert.rejects(initPlant(owned), refuses('plant.refused', { reason: 'plantOwner' }));
    await owned.query('ROLLBACK');
    await assert.rejects(
      admitLogin(owned, `more_${process.pid}`, 'station'),
      refuses('plant.refused', { reason: 'plantOwner' }),
    );
  });
});

test('Health names at once what does not pass by itself, with its own next act', async () => {
  const clock = { now: () => new Date('2026-12-01T08:10:00.000Z') };
  const checked = async (code: WireError['code']) => {
    const problem = { code, detail: 'why' };
    const status = { config: {}, size: 9, acknowledged: 5, reachedAt: '2026-12-01T08:00:00.000Z', refused: 0 };
    const plant = { status: async () => ({ ...status, problem, error: 'why', documents: [] }) };
    const [check] = await plantChecks({ plant, clock } as unknown as Parameters<typeof plantChecks>[0]);
    return [check?.ok, check?.finding.remedy];
  };
  assert.deepEqual(await checked('plant.unreachable'), [true, undefined]);
  assert.deepEqual(await checked('plant.failed'), [true, undefined]);
  assert.deepEqual(await checked('plant.forked'), [false, 'joinAgain']);
  assert.deepEqual(await checked('plant.refused'), [false, 'letIn']);
  assert.deepEqual(await checked('plant.untrusted'), [false, 'letIn']);
});
