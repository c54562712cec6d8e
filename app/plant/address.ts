/** The address of a plant: `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslrootcert=FILE&sslcert=FILE&sslkey=FILE`. */
import { StationError } from '../contract/errors.ts';
import type { PlantLogin } from '../contract/plantaddress.ts';
import type { PlantAddress } from './sql.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** As libpq names them. */
const files = ['sslrootcert', 'sslcert', 'sslkey'];
const bad = (detail: string) =>
  new StationError('call.badParams', detail, { data: { path: 'url', reason: 'plantAddress' } });

/** @throws call.badParams */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('a % in the address stands before two hexadecimal digits; a % itself is written as %25');
  }
}

/**
 * Reads an address. TLS with a checked certificate is used everywhere but on loopback, and no parameter weakens it. No part
 * of the text is in an error: it has a password.
 *
 * @throws call.badParams
 */
export function addressOf(text: string): PlantAddress {
  const url = URL.parse(text.trim());
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.username === '')
    throw bad('the address of a plant is postgresql://USER:PASSWORD@HOST:PORT/DATABASE');
  const database = decoded(url.pathname.slice(1));
  if (database === '') throw bad('the address names no database');
  if (url.hash !== '') throw bad('the address ends with its parameters');
  const other = [...url.searchParams.keys()].find((name) => !files.includes(name));
  if (other !== undefined) throw bad(`the address takes ${files.join(', ')}, not ${other}`);
  const fileOf = (name: string) => url.searchParams.get(name) ?? undefined;
  const [certificateFile, keyFile] = [fileOf('sslcert'), fileOf('sslkey')];
  if ((certificateFile === undefined) !== (keyFile === undefined)) throw bad('sslcert and sslkey belong together');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user: decoded(url.username),
    password: url.password === '' ? undefined : decoded(url.password),
    rootFile: fileOf('sslrootcert'),
    client: certificateFile && keyFile ? { certificateFile, keyFile } : undefined,
    tls: !loopback.test(url.hostname),
  };
}

/**
 * The text of an address that is given in parts.
 *
 * @param kept the address of now: for the same server and user its password counts when none is given, and its certificate
 * @throws call.badParams
 */
export function textOfLogin({ password, rootFile, ...login }: PlantLogin, kept: string | undefined): string {
  const { host, port, database, user } = login;
  const url = new URL(
    `postgresql://${host.includes(':') ? `[${host}]` : host}:${port}/${encodeURIComponent(database)}`,
  );
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password ?? '');
  if (rootFile !== undefined) url.searchParams.set('sslrootcert', rootFile);
  const before = kept === undefined ? undefined : addressOf(kept);
  if (before && before.host === host && before.port === port && before.user === user) {
    if (password === undefined) url.password = encodeURIComponent(before.password ?? '');
    if (before.client) {
      url.searchParams.set('sslcert', before.client.certificateFile);
      url.searchParams.set('sslkey', before.client.keyFile);
    }
  }
  addressOf(url.href);
  return url.href;
}

/** The address for another login: the same plant, and nothing that proves who had the address before. */
export function addressFor(text: string, login: string, password: string): string {
  const url = new URL(text.trim());
  url.username = login;
  url.password = password;
  for (const own of ['sslcert', 'sslkey']) url.searchParams.delete(own);
  return url.href;
}
