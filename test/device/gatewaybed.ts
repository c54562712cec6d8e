/** A gateway of the test's own, which can be told where to break off, and a device that holds an identity for it. */
import { execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { Aedes } from 'aedes';
import type { Device } from '../../app/device/driver.ts';
import { issue, testCa } from '../ca/support.ts';

type After = { after(end: () => Promise<unknown>): void };

const p256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Server certificates by openssl. All of them have one key. */
export function serverPki() {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-gateway-'));
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  const root = (name: string) =>
    openssl('req', '-x509', ...p256, '-keyout', `${name}.key`, '-days', '3', '-subj', `/CN=${name}`);
  writeFileSync(join(folder, 'ca.pem'), root('ca'));
  const other = root('other');
  openssl('req', '-new', ...p256, '-keyout', 'server.key', '-subj', '/CN=server', '-out', 'server.csr');
  /** OpenSSL's own server, which takes no client but those of `ca`. It says so by an alert. */
  const strict = async (t: After): Promise<number> => {
    const listen = ['s_server', '-accept', '0', '-cert', 'localhost.pem', '-key', 'server.key', '-CAfile', 'ca.pem'];
    const child = spawn('openssl', [...listen, '-Verify', '1', '-verify_return_error'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    t.after(async () => {
      child.kill();
      await ended;
    });
    return new Promise((resolve) =>
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const found = /ACCEPT .*:(\d+)/.exec(text)?.[1];
        if (found) resolve(Number(found));
      }),
    );
  };
  /** `days` may be negative: it has expired. */
  const server = (name: string, days = 2) => {
    writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}\n`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
    return openssl('x509', '-req', '-in', 'server.csr', ...by, '-days', String(days));
  };
  const localhost = server('localhost');
  writeFileSync(join(folder, 'localhost.pem'), localhost);
  return {
    strict,
    root: readFileSync(join(folder, 'ca.pem'), 'utf8'),
    otherRoot: other,
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
    localhost,
    elsewhere: server('elsewhere.example'),
    expired: server('localhost', -1),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type ServerPki = ReturnType<typeof serverPki>;

export type Admission = {
  /** `drop` hangs up at CONNECT; a number answers with that return code. */
  connect?: 'drop' | 5;
  /** Hangs up on a client that publishes, as AWS does where no policy allows it. */
  publish?: 'refuse';
  /** Hangs up on so many connections first. */
  dropFirst?: number;
  tls?: TlsOptions;
};

/** `said`: client id and topic of each message. `names`: the server names that clients asked for. */
export async function startGateway(t: After, pki: ServerPki, admission: Admission = {}) {
  const said: string[] = [];
  const names: unknown[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _user, _password, done) =>
      admission.connect === 5 ? done(Object.assign(new Error('no'), { returnCode: 5 }), false) : done(null, true),
    authorizePublish: (client, packet, done) => {
      if (admission.publish === 'refuse') return done(new Error('no policy'));
      said.push(`${client?.id} ${packet.topic}`);
      done(null);
    },
  });
  const ca = await testCa();
  const clients = [ca.hierarchy.root.certificateDer, ca.hierarchy.issuing.certificateDer];
  const server = createServer(
    {
      ...{ cert: pki.localhost, key: pki.key, requestCert: true, rejectUnauthorized: true },
      ca: clients.map((der) => new X509Certificate(der).toString()),
      ...admission.tls,
    },
    (socket) => {
      socket.on('error', () => {});
      names.push(socket.servername);
      if (names.length <= (admission.dropFirst ?? 0)) socket.destroy();
      else if (admission.connect === 'drop') socket.once('data', () => socket.destroy());
      else aedes.handle(socket);
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => void aedes.close(() => server.close(resolve))));
  return { port: (server.address() as AddressInfo).port, said, names };
}

/** A port of this computer on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createPlain();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Gives the device a key, a certificate of the test's CA, a root to trust, and the endpoint `localhost`. */
export async function furnish(device: Device, rootPem: string, endpoint = 'localhost'): Promise<void> {
  const ca = await testCa();
  await device.makeKey({ keyType: 'P-256', subject: 'U-1', mayReplace: true });
  const { csrDer } = await device.readCsr('U-1');
  const { certificateDer } = await issue(csrDer, 'U-1', ca);
  await trust(device, certificateDer, rootPem, endpoint);
}

async function trust(device: Device, certificateDer: Uint8Array, rootPem: string, endpoint: string): Promise<void> {
  const ca = await testCa();
  const chainDer = [ca.hierarchy.issuing.certificateDer];
  const rootCaDer = new Uint8Array(new X509Certificate(rootPem).raw);
  const config = { endpoint, thingName: 'U-1', unitSerial: 'U-1' };
  await device.install({ certificateDer, chainDer, rootCaDer, config }, () => {});
}
