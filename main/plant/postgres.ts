/** The only importer of `pg`: one connection to a plant. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { StationError } from '../../app/contract/errors.ts';
import { addressOf, errorOf, type PlantSql } from '../../app/plant/index.ts';

const connectMs = 10_000;
/** A page takes a fraction of it; a server that does not answer is given up. */
const answerMs = 60_000;

/**
 * Opens a connection. Certificates are checked, except on loopback, where there is no TLS. A password that the address does
 * not have comes from PGPASSWORD or the .pgpass file.
 *
 * @throws plant.unreachable, plant.refused, call.badParams
 */
export async function openPlant(url: string): Promise<PlantSql> {
  const { host, port, database, user, password, rootFile, tls } = addressOf(url);
  const ca = rootFile === undefined ? undefined : await readFile(rootFile, 'utf8').catch(unreadable(rootFile));
  const client = new pg.Client({
    ...{ host, port, database, user },
    ...(password === undefined ? {} : { password }),
    ...(tls ? { ssl: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca ? { ca } : {}) } } : { ssl: false }),
    application_name: 'birthmark',
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  // A connection that breaks while nothing is asked fails with the next question.
  client.on('error', () => {});
  await client.connect().catch(fail);
  // A connection answers one question at a time.
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
      const mine = last
        .then(() => (params === undefined ? client.query(text) : client.query(text, [...params])))
        .then(({ rows }) => rows as T[], fail);
      last = mine.catch(() => {});
      return mine;
    },
    close: () => client.end().catch(() => {}),
  };
}

function fail(thrown: unknown): never {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no answer';
  throw errorOf(code, thrown);
}

const unreadable = (file: string) => (cause: unknown) => {
  throw new StationError('call.badParams', `the root certificate ${file} cannot be read`, { cause });
};
