/** The only importer of `pg`: one connection to a plant. */
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { StationError } from '../../app/contract/errors.ts';
import { readPemFile } from '../../app/files/index.ts';
import { addressOf, errorOf, noTls, type PlantAddress, type PlantSql } from '../../app/plant/index.ts';

const connectMs = 10_000;
/** A page takes a fraction of it; a server that does not answer is given up. */
const answerMs = 60_000;
/** So long a server may take to a good-bye. One that is frozen says nothing, and the connection is broken off. */
const byeMs = 2000;

/**
 * Opens a connection. Certificates are checked, except on loopback, where there is no TLS. A password that the address does
 * not have comes from PGPASSWORD or the .pgpass file.
 *
 * @throws plant.unreachable, plant.refused, plant.untrusted, call.badParams
 */
export async function openPlant(url: string): Promise<PlantSql> {
  const { host, port, database, user, password, tls, ...files } = addressOf(url);
  const socket = new Socket();
  let isPlain = false;
  // The first byte answers the question for TLS: S or N (PostgreSQL's protocol, SSLRequest).
  if (tls) socket.once('data', ([first]: Buffer) => (isPlain = first === 0x4e));
  const client = new pg.Client({
    ...{ host, port, database, user },
    ...(password === undefined ? {} : { password }),
    ssl: tls && { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(await certificatesIn(files)) },
    stream: () => socket,
    application_name: 'birthmark',
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  // A connection that breaks while nothing is asked fails with the next question.
  client.on('error', () => {});
  await client.connect().catch((thrown: unknown) => {
    throw isPlain ? errorOf(noTls, thrown) : failure(thrown, !client.password ? invalidPassword : 'no answer');
  });
  // A connection answers one question at a time.
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<T>(text: string, params?: readonly unknown[]): Promise<T[]> {
      const mine = last
        .then(() => (params === undefined ? client.query(text) : client.query(text, [...params])))
        .then(
          ({ rows }) => rows as T[],
          (thrown: unknown) => {
            throw failure(thrown);
          },
        );
      last = mine.catch(() => {});
      return mine;
    },
    async close() {
      const late = setTimeout(() => socket.destroy(), byeMs);
      await client.end().catch(() => {});
      clearTimeout(late);
    },
  };
}

/** SQLSTATE `invalid_password`. `pg` itself has no code for a password that is asked for and not there. */
const invalidPassword = '28P01';

const failure = (thrown: unknown, otherwise = 'no answer'): StationError =>
  errorOf(thrown instanceof Error && 'code' in thrown ? String(thrown.code) : otherwise, thrown);

/** The certificates of an address, for node:tls. */
async function certificatesIn({
  rootFile,
  client,
}: Pick<PlantAddress, 'rootFile' | 'client'>): Promise<ConnectionOptions> {
  return {
    ...(rootFile === undefined ? {} : { ca: await pemIn(rootFile, 'root certificate') }),
    ...(client === undefined
      ? {}
      : {
          cert: await pemIn(client.certificateFile, 'certificate'),
          key: await pemIn(client.keyFile, 'key'),
        }),
  };
}

const noFile = { path: 'rootFile', reason: 'plantFile' };

async function pemIn(file: string, what: string): Promise<string> {
  const text = await readPemFile(file).catch((cause: unknown) => {
    throw new StationError('call.badParams', `the ${what} ${file} cannot be read`, { data: noFile, cause });
  });
  if (!text.includes('-----BEGIN '))
    throw new StationError('call.badParams', `the ${what} ${file} is no PEM file`, { data: noFile });
  return text;
}
