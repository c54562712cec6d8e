/** The way of a device to a gateway up to TLS: name, connection, both certificates. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as startTls, type TLSSocket } from 'node:tls';
import type { ConnectOptions, Gateway, Identity } from './identity.ts';
import type { Log } from './phaselog.ts';

/** @throws PhaseFailure – with the phase that failed on record in `log` */
export async function openTls(
  identity: Identity,
  gateway: Gateway,
  options: ConnectOptions,
  log: Log,
): Promise<TLSSocket> {
  await log.phase('dns', () => lookup(gateway.host), nameFault);
  const socket = await log.phase('tcp', (signal) => reach(gateway, signal), tcpFault);
  // Until TLS has it, a connection that fails has no other listener.
  socket.on('error', () => {});
  try {
    return await log.phase('tls', () => handshake(socket, identity, gateway, options), tlsFault);
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}

function reach({ host, port }: Gateway, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function handshake(socket: Socket, identity: Identity, gateway: Gateway, options: ConnectOptions): Promise<TLSSocket> {
  const { clock, fault = {} } = options;
  const { serverName = gateway.host } = gateway;
  const name = fault.serverName ?? serverName;
  const device = () => clock.now().getTime() + (fault.clockOffMs ?? 0);
  return new Promise((resolve, reject) => {
    const tls = startTls({
      socket,
      ca: gateway.rootPem,
      cert: identity.certificatePem,
      key: keyPem(identity.key),
      minVersion: 'TLSv1.2',
      // A name of the network only: TLS has no server name for an address (RFC 6066, section 3).
      ...(fault.noServerName || isIP(name) !== 0 ? {} : { servername: name }),
      // OpenSSL reads the clock of this computer. The device's own may differ.
      checkServerIdentity: (_, peer) =>
        timeFault(new X509Certificate(peer.raw), device()) ?? checkServerIdentity(serverName, peer),
    });
    tls.once('error', reject);
    tls.once('close', () => reject(new Error('the gateway closed the connection during the handshake')));
    tls.once('secureConnect', () => {
      tls.removeAllListeners('close');
      tls.off('error', reject);
      tls.on('error', () => {});
      resolve(tls);
    });
  });
}

const keyPem = (key: string | KeyObject): string =>
  typeof key === 'string' ? key : key.export({ type: 'pkcs8', format: 'pem' }).toString();

const clockError = (what: string): Error =>
  Object.assign(new Error(`by the device's clock, the certificate of the gateway ${what}`), { code: 'DEVICE_CLOCK' });

function timeFault(certificate: X509Certificate, at: number): Error | undefined {
  if (at < Date.parse(certificate.validFrom)) return clockError('is not valid yet');
  if (at > Date.parse(certificate.validTo)) return clockError('has expired');
  return undefined;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nameFault = (error: unknown): string => `the name cannot be found (${codeOf(error) || textOf(error)})`;
const tcpFault = (error: unknown): string =>
  codeOf(error) === 'ECONNREFUSED' ? 'nothing listens there' : `no connection (${codeOf(error) || textOf(error)})`;

/** In the words of a device's log: what OpenSSL says is told by its code. */
export function tlsFault(error: unknown): string {
  const code = codeOf(error);
  const alert = /TLS(?:V1|V13)?_?ALERT_([A-Z_]+)|SSLV3_ALERT_([A-Z_]+)/.exec(code);
  if (alert)
    return `the gateway refused with the alert ${(alert[1] ?? alert[2] ?? '').toLowerCase().replaceAll('_', ' ')}`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the gateway closed the connection during the handshake';
  if (rootFaults.has(code)) return `the device does not trust the certificate of the gateway (${code})`;
  return textOf(error);
}

const rootFaults = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_SIGNATURE_FAILURE',
]);
