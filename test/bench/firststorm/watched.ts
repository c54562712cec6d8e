/** The station of a storm: its records, and the process that watches them and dies meanwhile. */
import { type ChildProcess, fork } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { FirstConnection } from '../../../app/contract/firstconnections.ts';
import { createLedger } from '../../../app/records/index.ts';
import { systemClock } from '../../../main/clock.ts';
import { openDatabaseHere } from '../../../main/threads/database.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { seedUnits } from '../batches/seed.ts';
import type { StormAccount } from './aws.ts';
import type { Unit } from './units.ts';
import type { Watching } from './watchchild.ts';
import type { Way } from './ways.ts';

/** Units that are connected, those of them whose thing is known where AWS makes it, and those with something wrong. */
export type Known = { connected: number; made: number; failed: number };
const knownSql = `SELECT count(*) FILTER (WHERE state = 'connected') AS connected, count(*) FILTER (WHERE state = 'failed') AS failed,
  count(*) FILTER (WHERE state = 'connected' AND (registeredAt IS NOT NULL OR way IN ('registerThing', 'withoutCa'))) AS made
  FROM firstConnections`;
/** A unit in the records after the storm: its rows, and the entries of its journal about its connections. */
export type Told = { rows: FirstConnection[]; entries: string[] };
export type StormStation = Awaited<ReturnType<typeof startStormStation>>;

/** The first one has the table of the allow-list. */
export const targetNames = ['storm', 'other'] as const;
const recipeMark = { name: 'storm', version: 1 };
const order = { orderId: 'WO-1', model: 'BM-1', quantity: 1, profile: 'aws-iot-device', activate: true };
const actor = 'bench';
/** The rates of the account are not what a storm is about. */
const rates = { DescribeCertificate: 5000, ListPrincipalThings: 5000, ListAttachedPolicies: 5000, DescribeThing: 5000 };

const recipeOf = (way: Way, targets: readonly string[]): Watching['recipe'] => {
  const byTemplate = { target: targets[0] ?? '', template: 'storm' };
  const config = { endpoint: '', thingName: '{unitSerial}' };
  if (way === 'claim') return { config, provisioning: { way, ...byTemplate } };
  if (way === 'trustedUser') return { config, provisioning: { way, by: 'device', parameters: {}, ...byTemplate } };
  return { config, provisioning: { way, targets: [...targets] }, firstConnection: {} } as Watching['recipe'];
};

/** Records of units that passed a moment ago, by a recipe of this way, and a watch of them. */
export async function startStormStation(
  folder: string,
  { way, units, ca, accounts }: { way: Way; units: readonly Unit[]; ca: string; accounts: readonly StormAccount[] },
) {
  const file = join(folder, 'records.db');
  await withLedger(file, async (ledger) => {
    const createdAt = systemClock.now().toISOString();
    await ledger.initStation({ stationId: 'station-1', name: 'Storm', practice: true, createdAt, actor });
    await ledger.addAuthority({ certificateDer: new X509Certificate(ca).raw, kind: 'issuing', actor });
    await ledger.makeOrder({ ...order, actor });
  });
  seedUnits(file, units.length, (n) => {
    const { name, certificatePem } = units[n]!;
    const der = new X509Certificate(certificatePem).raw;
    return { unitSerial: name, thingName: name, der, recipe: recipeMark, at: systemClock.now().toISOString() };
  });
  const targets = accounts.map(({ place }, at) => {
    const { region, roleArn, policyName, endpoint: endpointUrl } = place;
    return { name: targetNames[at]!, region, bucket: 'bench', roleArn, policyNames: [policyName], endpointUrl, rates };
  });
  const credentials = Object.fromEntries(accounts.map(({ place }, at) => [targetNames[at]!, place.credentials]));
  const recipe = recipeOf(
    way,
    targets.map(({ name }) => name),
  );
  const wanted: Watching = { targets, credentials, recipe };
  let child: ChildProcess;
  let listens = false;
  const start = () => {
    listens = false;
    child = fork(join(import.meta.dirname, 'watchchild.ts'), [file, JSON.stringify(wanted)]);
    child.once('message', () => {
      listens = true;
    });
  };
  const gone = () => new Promise<void>((resolve) => child.once('exit', () => resolve()));
  start();
  const sql = openSqlite(file, { readOnly: true });
  return {
    /** Whether the process is so far that it hears the accounts. */
    listens: () => listens,
    /** What is on record now. */
    known: () => sql.get<Known>(knownSql)!,
    /** SIGKILL, and a new process on the same records. */
    async kill(): Promise<void> {
      const over = gone();
      child.kill('SIGKILL');
      await over;
      start();
    },
    async end(): Promise<void> {
      if (child.exitCode !== null || !child.connected) return;
      const over = gone();
      child.send('end');
      await over;
    },
    close: () => sql.close(),
    /** By unit serial. The watch has ended. */
    told: () =>
      withLedger(file, async (ledger) => {
        const told = new Map<string, Told>();
        for (const { name } of units) {
          const { journal } = await ledger.showUnit(name);
          const entries = journal.map(({ entry }) => entry).filter((entry) => entry.startsWith('connection.'));
          told.set(name, { rows: await ledger.showConnections(name), entries });
        }
        return told;
      }),
  };
}

async function withLedger<T>(file: string, act: (ledger: ReturnType<typeof createLedger>) => Promise<T>): Promise<T> {
  const database = openDatabaseHere(file, { create: true });
  try {
    return await act(createLedger(database, systemClock));
  } finally {
    await database.close();
  }
}
