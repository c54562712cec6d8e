/** The address of a plant: `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslrootcert=FILE`. */
import { StationError } from '../contract/errors.ts';
import type { PlantAddress } from './sql.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const bad = (detail: string) => new StationError('call.badParams', detail, { data: { path: 'url' } });

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
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw bad('the address names no database');
  if (url.hash !== '') throw bad('the address ends with its parameters');
  const others = [...url.searchParams.keys()].filter((name) => name !== 'sslrootcert');
  if (others.length > 0) throw bad(`the address takes sslrootcert, not ${others[0]}`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user: decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    rootFile: url.searchParams.get('sslrootcert') ?? undefined,
    tls: !loopback.test(url.hostname),
  };
}
