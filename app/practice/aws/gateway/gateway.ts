import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSecureContext, createServer, type SecureContext, type TLSSocket } from 'node:tls';
import type { Account } from '../account.ts';
import { dataEndpoints } from '../iot/endpoints.ts';
import { admit } from './admission.ts';
import { type Broker, startBroker } from './broker.ts';
import { firstContact } from './firstcontact.ts';
import { claimRights, deviceRights } from './rights.ts';
import { makeRoot, makeServerCertificate } from './root.ts';

/** Where devices connect. `rootCaPem` is a file with the root that they must trust in place of Amazon's. */
export type GatewayPlace = { host: string; port: number; rootCaPem: string };
export type Gateway = GatewayPlace & {
  /** Devices reach the account by its endpoints' names. The first account also has the name `localhost`. */
  join(account: Account): Promise<Seat>;
  close(): Promise<void>;
};
/** One account at the gateway. */
export type Seat = {
  /** To be called after each change of a certificate: only an ACTIVE one stays connected. */
  certificateChanged(id: string): void;
  connections(): number;
  /** For a client that comes another way than by TLS. */
  serve: Broker['serve'];
  /** The other accounts here that are in the same Region. */
  neighbours(): Account[];
  leave(): Promise<void>;
};

type GatewayOptions = {
  /** The account that keeps the root. */
  account: Account;
  port: number;
  /** Where the root's PEM is written. Absent: a temporary file, which goes with the gateway. */
  rootFile?: string;
};
type Tenant = { account: Account; broker: Broker; context: SecureContext };

/** The protocol name of MQTT with a client certificate ("Protocols, port mappings, and authentication", developer guide). */
const alpn = 'x-amzn-mqtt-ca';
const handshakeTimeout = 10_000;
const timeIsOver = 'ERR_TLS_HANDSHAKE_TIMEOUT';
/** Errors of a connection whose client is gone or says nothing. Without a name it has not come to tell one. */
const silent: ReadonlySet<string> = new Set(['ECONNRESET', timeIsOver]);

/**
 * The device gateway on 127.0.0.1: TLS 1.2 and 1.3, MQTT 3.1.1 with and without ALPN on one port. OpenSSL does not judge
 * certificates; `admit` does, right after the handshake, because TLS 1.3 tells the client of success before the server
 * has seen its certificate.
 */
export async function startGateway({ account: first, port, rootFile }: GatewayOptions): Promise<Gateway> {
  const root = first.state.gatewayRoot ?? makeRoot(first.clock.now().getTime());
  if (first.state.gatewayRoot === undefined) {
    first.state.gatewayRoot = root;
    first.changed();
  }
  const tenants = new Map<string, Tenant>();
  const sockets = new Set<Socket>();
  const asked = new WeakMap<object, string>();
  /** Devices that are being provisioned. A second attempt of one meanwhile waits for the first, and changes nothing. */
  const contacts = new Map<string, Promise<{ reason?: string }>>();

  const server = createServer({
    ...{ requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2', ALPNProtocols: [alpn], handshakeTimeout },
    // No certificate of its own: a client without a server name, or with a strange one, gets no handshake.
    SNICallback(this: object, name: string, done) {
      asked.set(this, name);
      const tenant = tenants.get(name.toLowerCase());
      const isWrong = tenant?.account.faults.atGateway('certificate');
      done(null, isWrong ? strangeContext(name, first.clock.now().getTime()) : tenant?.context);
    },
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const name = asked.get(socket);
    const tenant = name === undefined ? undefined : tenants.get(name.toLowerCase());
    const code = error.code ?? error.message;
    const reason =
      name === undefined && silent.has(code)
        ? `The client left, or said nothing, before its first message was whole (${code}).`
        : name === undefined
          ? 'The handshake failed, and the client sent no server name (SNI).'
          : tenant === undefined
            ? `No account here has an endpoint of the name ${name}.`
            : `The TLS handshake failed (${code}). Perhaps the client does not trust the server certificate.`;
    (tenant?.account ?? first).log.note({
      ...{ eventType: 'Connect', status: 'Failure', reason, sourceIp: socket.remoteAddress ?? '127.0.0.1' },
    });
    // Node ends a connection whose handshake failed, and leaves one open whose time is over.
    if (code === timeIsOver) socket.destroy();
  });
  server.on('connection', (socket: Socket) => {
    if (first.faults.atGateway('refuses')) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const tenant = tenants.get(String(socket.servername).toLowerCase());
    if (tenant) void receive(tenant, socket);
    else socket.destroy();
  });

  /** A device has shown its certificate, and that it has the key. */
  async function receive({ account, broker }: Tenant, socket: TLSSocket): Promise<void> {
    const sourceIp = socket.remoteAddress ?? '127.0.0.1';
    const admission = admit(account, socket.getPeerX509Certificate()?.raw);
    if (admission.verdict === 'in') {
      const { certificateId } = admission.certificate;
      const { claim } = admission;
      const serverName = String(socket.servername);
      const rightsOf = (clientId: string) => {
        const device = { certificateId, clientId, sourceIp, serverName };
        return claim ? claimRights(account, claim, device) : deviceRights(account, device);
      };
      return broker.serve(socket, {
        principalId: certificateId,
        certificate: admission.certificate,
        ...{ sourceIp, sourcePort: socket.remotePort ?? 0 },
        rightsOf,
      });
    }
    const refuse = (reason: string, principalId?: string) => {
      account.log.note({
        ...{ eventType: 'Connect', status: 'Failure', reason, sourceIp },
        ...(principalId !== undefined && { principalId }),
      });
      socket.destroy();
    };
    if (admission.verdict === 'out') return refuse(admission.reason, admission.principalId);
    const { verdict: _, principalId, ...contact } = admission;
    const work = contacts.get(principalId) ?? firstContact(account, { ...contact, sourceIp });
    contacts.set(principalId, work);
    try {
      const { reason } = await work;
      refuse(
        `The certificate was not ACTIVE yet${reason === undefined ? ': come again.' : `: ${reason}`}`,
        principalId,
      );
    } catch (error) {
      refuse(`The certificate is not ACTIVE: ${error instanceof Error ? error.message : 'unknown'}`, principalId);
    } finally {
      contacts.delete(principalId);
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const file = rootFile ?? join(await mkdtemp(join(tmpdir(), 'birthmark-gateway-')), 'root.pem');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, root.certificatePem);

  return {
    host: 'localhost',
    port: (server.address() as AddressInfo).port,
    rootCaPem: file,
    join: async (account) => {
      const names = [...(tenants.size === 0 ? ['localhost'] : []), ...dataEndpoints(account)];
      const taken = names.find((name) => tenants.has(name));
      if (taken !== undefined) throw new Error(`There is an account with the endpoint ${taken} at this gateway.`);
      const context = createSecureContext(makeServerCertificate(root, names, account.clock.now().getTime()));
      const tenant = { account, context, broker: await startBroker(account) };
      for (const name of names) tenants.set(name, tenant);
      return {
        certificateChanged: (id) => {
          if (account.state.certificates.get(id)?.status !== 'ACTIVE') tenant.broker.dismiss(id);
        },
        connections: () => tenant.broker.count(),
        serve: tenant.broker.serve,
        neighbours: () =>
          [...new Set([...tenants.values()].map((other) => other.account))].filter(
            (other) => other !== account && other.region === account.region,
          ),
        leave: () => {
          for (const name of names) tenants.delete(name);
          return tenant.broker.close();
        },
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (rootFile === undefined) await rm(dirname(file), { recursive: true, force: true });
    },
  };
}

/** A certificate for the right name, under a root that is not known to devices. */
const strangeContext = (name: string, nowMs: number): SecureContext =>
  createSecureContext(makeServerCertificate(makeRoot(nowMs), [name], nowMs));
