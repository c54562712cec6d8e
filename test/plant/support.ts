/** Stations and a plant for tests. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admitLogin, initPlant, joinPlant, type PlantSql, shipAll } from '../../app/plant/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { headOf, leavesOf } from '../../app/records/log/store.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { type Bed, createTestClock, model, orderId } from '../records/support.ts';
import { type Cluster, sharedCluster } from './cluster.ts';

/** A test, or a bench. */
type Ending = { after: (end: () => unknown) => void };

export type PlantBed = { cluster: Cluster; database: string; admin: PlantSql };

let count = 0;
/** A plant in a database of its own. */
export async function makePlant(t: Ending): Promise<PlantBed> {
  const cluster = await sharedCluster();
  count += 1;
  const database = `plant_${process.pid}_${count}`;
  cluster.run('postgres', `CREATE DATABASE ${database}`);
  const admin = await openPlant(cluster.adminUrl(database));
  t.after(() => admin.close());
  await initPlant(admin);
  return { cluster, database, admin };
}

export type StationBed = Bed & { stationId: string; name: string; url: string; file: string };

/** A station with a signed log and an order, which has joined. */
export async function makeStationBed(t: Ending, plant: PlantBed, name: string): Promise<StationBed> {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-plant-'));
  const file = join(dir, 'records.db');
  const database = openDatabaseHere(file, { create: true });
  t.after(async () => {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const stationId = randomUUID();
  const by = { createdAt: clock.now().toISOString(), actor: 'test' };
  await ledger.initStation({ stationId, name, practice: true, ...by });
  const certificateDer = new TextEncoder().encode(`issuing CA of ${stationId}`);
  const { issuerId } = await ledger.addAuthority({ certificateDer, kind: 'issuing', actor: 'test' });
  const profile = 'aws-iot-device';
  await ledger.makeOrder({ orderId, model, quantity: 100_000, profile, activate: true, actor: 'test' });
  const login = `${name}_${plant.database}`;
  const url = plant.cluster.url(login, await admitLogin(plant.admin, login, 'station'), plant.database);
  const bed = { file, database, ledger, clock, issuerId, stationId, name, url };
  await joinAgain(bed, false);
  return bed;
}

export async function joinAgain({ url, ledger, stationId, name }: StationBed, again: boolean): Promise<void> {
  const sql = await openPlant(url);
  const { publicKey } = await ledger.plantStanding();
  await joinPlant(sql, { stationId, name, publicKey: publicKey!, again }).finally(() => sql.close());
}

/** Ships all; `through` may spoil the connection. */
export async function ship(
  { url, ledger, stationId }: StationBed,
  { pageLeaves = 40, through = (sql: PlantSql) => sql } = {},
): Promise<number> {
  const sql = await openPlant(url);
  return shipAll({ sql: through(sql), ledger, stationId, pageLeaves }).finally(() => sql.close());
}

/** The log of the station as its file has it. */
export function leavesHere({ file }: Pick<StationBed, 'file'>): string[] {
  const sql = openSqlite(file, { readOnly: true });
  try {
    return [...leavesOf(sql, 0, headOf(sql)!.size)].map(({ text }) => text);
  } finally {
    sql.close();
  }
}

/** The open log of the station as the plant has it. */
export const leavesThere = async ({ admin }: PlantBed, { stationId }: StationBed): Promise<string[]> =>
  (
    await admin.query<{ leaf: string; index: number }>(
      `SELECT v.leaf, v.leaf_index::int AS index FROM birthmark.leaves v JOIN birthmark.logs l USING (log_id)
       WHERE l.station_id = $1 AND l.ended_at IS NULL ORDER BY v.leaf_index`,
      [stationId],
    )
  ).map(({ leaf, index }, at) => (index === at ? leaf : `leaf ${index} in the place of ${at}`));
