/** What a device tells of its connection, against a broker of its own that can be told to refuse. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { Aedes } from 'aedes';
import { failedPhase, type PhaseResult } from '../../../app/contract/connecting.ts';
import { connectAs, connectPatiently } from '../../../app/practice/devices/net/connect.ts';
import type { ConnectOptions, Identity } from '../../../app/practice/devices/net/identity.ts';
import { openSession } from '../../../app/practice/devices/net/session.ts';
import { createPki, type Pki } from '../pki.ts';
import { wallClock } from '../support.ts';

let pki: Pki;
let identity: Identity;
let rootPem: string;
let serverPem: string;
let serverKey: string;
before(() => {
  pki = createPki();
  rootPem = pki.ca('ca');
  serverPem = pki.issue('localhost', { subject: '/CN=localhost' });
  // Every certificate that this PKI issues is for one key.
  serverKey = pki.deviceKey();
  identity = { certificatePem: pki.issue('unit-1'), key: createPrivateKey(serverKey) };
});
after(() => pki.remove());

type Admission = { connect?: 'drop' | 5; publish?: 'refuse'; tls?: TlsOptions; dropFirst?: number };

/** A broker behind TLS. `names` are the server names that clients asked for. */
async function broker(t: { after(end: () => Promise<void>): void }, admission: Admission = {}) {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _user, _password, done) =>
      admission.connect === 5 ? done(Object.assign(new Error('no'), { returnCode: 5 }), false) : done(null, true),
    authorizePublish: (_client, packet, done) =>
      done(admission.publish === 'refuse' && packet.topic !== 'allowed' ? new Error('no policy') : null),
  });
  const names: unknown[] = [];
  const times: number[] = [];
  const server: Server = createServer(
    { cert: serverPem, key: serverKey, requestCert: true, rejectUnauthorized: false, ca: rootPem, ...admission.tls },
    (socket) => {
      socket.on('error', () => {});
      names.push(socket.servername);
      times.push(performance.now());
      if (admission.connect === 'drop' || names.length <= (admission.dropFirst ?? 0)) socket.destroy();
      else aedes.handle(socket);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => void aedes.close(() => server.close(() => resolve()))));
  return { gateway: { host: 'localhost', port: (server.address() as AddressInfo).port, rootPem }, aedes, names, times };
}

/** OpenSSL's own server, which asks for a certificate of our CA. */
async function opensslServer(t: { after(end: () => void): void }, version: string) {
  writeFileSync(join(pki.folder, 'server.pem'), serverPem + serverKey);
  const server = spawn(
    'openssl',
    [
      's_server',
      '-accept',
      '0',
      '-cert',
      'server.pem',
      '-CAfile',
      'ca.pem',
      '-Verify',
      '1',
      '-verify_return_error',
      `-${version}`,
    ],
    { cwd: pki.folder, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  t.after(() => void server.kill());
  const port = await new Promise<number>((resolve) =>
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /ACCEPT .*:(\d+)/.exec(text)?.[1];
      if (found) resolve(Number(found));
    }),
  );
  return { host: 'localhost', port, rootPem };
}

const options: ConnectOptions = {
  clock: wallClock(),
  clientId: 'unit-1',
  publish: { topic: 'devices/unit-1/hello', payload: '{}' },
  limitMs: 5000,
};
const standing = (phases: PhaseResult[]) => phases.map(({ phase, state }) => `${phase} ${state}`).join(', ');
const failure = (phases: PhaseResult[]) => {
  const failed = failedPhase(phases);
  return failed && `${failed.phase}: ${failed.reason}`;
};

describe('a device that connects', () => {
  test('its message arrives, and each phase is on record with its time', async (t) => {
    const { gateway, aedes, names } = await broker(t);
    const arrived = new Promise<string>((resolve) =>
      aedes.subscribe(
        'devices/#',
        (packet, done) => {
          resolve(`${packet.topic} ${packet.payload}`);
          done();
        },
        () => {},
      ),
    );
    const { phases } = await connectAs(identity, gateway, options);
    assert.equal(await arrived, 'devices/unit-1/hello {}');
    assert.equal(standing(phases), 'dns ok, tcp ok, tls ok, connect ok, publish ok, policy ok');
    assert.ok(phases.every(({ ms }) => ms !== undefined && ms >= 0));
    assert.deepEqual(names, ['localhost']);
  });

  test('without a message, it stops after CONNECT', async (t) => {
    const { gateway } = await broker(t);
    const { phases } = await connectAs(identity, gateway, { clock: options.clock, clientId: 'unit-1' });
    assert.equal(standing(phases), 'dns ok, tcp ok, tls ok, connect ok, publish notReached, policy notReached');
  });

  test('without a server name, the gateway sees none', async (t) => {
    const { gateway, names } = await broker(t);
    await connectAs(identity, gateway, { ...options, fault: { noServerName: true } });
    assert.deepEqual(names, [false]);
  });
});

describe('the phase that fails', () => {
  test('a name that nobody knows', async () => {
    const { phases } = await connectAs(identity, { host: 'gateway.invalid', port: 8883, rootPem }, options);
    assert.match(failure(phases) ?? '', /^dns: the name cannot be found/);
    assert.equal(phases.filter(({ state }) => state === 'notReached').length, 5);
  });

  test('a port that nobody listens on', async (t) => {
    const { gateway } = await broker(t);
    const { phases } = await connectAs(identity, { ...gateway, port: 1 }, options);
    assert.equal(failure(phases), 'tcp: nothing listens there');
  });

  test('a root that the gateway is not under', async (t) => {
    const { gateway } = await broker(t);
    const other = pki.ca('other');
    const { phases } = await connectAs(identity, { ...gateway, rootPem: other }, options);
    assert.match(failure(phases) ?? '', /^tls: the device does not trust the certificate of the gateway/);
  });

  test('a gateway with the name of another host', async (t) => {
    const { gateway } = await broker(t, {
      tls: { cert: pki.issue('elsewhere', { subject: '/CN=elsewhere.example' }) },
    });
    const { phases } = await connectAs(identity, gateway, options);
    assert.match(failure(phases) ?? '', /^tls: .*elsewhere\.example/);
  });

  for (const [word, clockOffMs, reason] of [
    ['behind', -400 * 86_400_000, /not valid yet/],
    ['ahead', 400 * 86_400_000, /has expired/],
  ] as const) {
    test(`a clock that is ${word}`, async (t) => {
      const { gateway } = await broker(t);
      const { phases } = await connectAs(identity, gateway, { ...options, fault: { clockOffMs } });
      assert.match(failure(phases) ?? '', reason);
      assert.equal(failedPhase(phases)?.phase, 'tls');
    });
  }

  for (const version of ['tls1_2', 'tls1_3'] as const) {
    test(`a certificate that OpenSSL's own server refuses by an alert, ${version}`, async (t) => {
      pki.ca('unknown');
      const stranger = { ...identity, certificatePem: pki.issue('unit-2', { by: 'unknown' }) };
      const { phases } = await connectAs(stranger, await opensslServer(t, version), options);
      assert.equal(failure(phases), 'tls: the gateway refused with the alert unknown ca');
    });
  }

  test('a gateway that closes before its answer to CONNECT', async (t) => {
    const { gateway } = await broker(t, { connect: 'drop' });
    const { phases } = await connectAs(identity, gateway, options);
    assert.match(failure(phases) ?? '', /^(connect|tls): the gateway closed the connection/);
  });

  test('CONNECT refused', async (t) => {
    const { gateway } = await broker(t, { connect: 5 });
    const { phases } = await connectAs(identity, gateway, options);
    assert.equal(failure(phases), 'connect: CONNECT refused: not authorised');
  });

  test('a message that no policy allows', async (t) => {
    const { gateway } = await broker(t, { publish: 'refuse' });
    const { phases } = await connectAs(identity, gateway, options);
    assert.match(failure(phases) ?? '', /^policy: the gateway ended the connection after the message/);
    const allowed = await connectAs(identity, gateway, { ...options, publish: { topic: 'allowed', payload: '' } });
    assert.equal(failedPhase(allowed.phases), undefined);
  });

  test('a gateway that never answers is given up in time', async (t) => {
    const { gateway, aedes } = await broker(t);
    aedes.preConnect = () => {};
    const { phases } = await connectAs(identity, gateway, { ...options, limitMs: 150 });
    assert.equal(failure(phases), 'connect: no answer in 0.15 s');
  });
});

describe('a device that is dropped first', () => {
  test('comes again after pauses that grow, until it is in', async (t) => {
    const { gateway, names, times } = await broker(t, { dropFirst: 3 });
    const patience = { tries: 8, firstMs: 20, mostMs: 60, random: () => 0.999 };
    const { phases, tries } = await connectPatiently(identity, gateway, options, patience);
    assert.equal(failedPhase(phases), undefined);
    assert.deepEqual([tries, names.length], [4, 4]);
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    for (const [index, least] of [19, 39, 59].entries()) assert.ok((pauses[index] ?? 0) >= least, String(pauses));
  });

  test('gives up after its tries, and at once when it is told to', async (t) => {
    const { gateway, names } = await broker(t, { connect: 'drop' });
    const patience = { tries: 3, firstMs: 1, mostMs: 1 };
    assert.equal((await connectPatiently(identity, gateway, options, patience)).tries, 3);
    assert.equal(names.length, 3);
    const stop = new AbortController();
    const waiting = connectPatiently(
      identity,
      gateway,
      { ...options, signal: stop.signal },
      { tries: 9, firstMs: 60_000, mostMs: 60_000 },
    );
    setTimeout(() => stop.abort(new Error('stopped')), 200);
    assert.equal((await waiting).tries, 1);
  });
});

test('a device asks AWS and hears the answer, or that it may not', async (t) => {
  const { gateway, aedes } = await broker(t);
  aedes.on('publish', (packet) => {
    if (packet.topic !== 'ask') return;
    aedes.publish(
      { cmd: 'publish', topic: 'ask/rejected', payload: packet.payload, qos: 0, dup: false, retain: false },
      () => {},
    );
  });
  const { session } = await openSession(identity, gateway, options);
  assert.ok(session);
  assert.deepEqual(await session.ask('ask', 'why?'), { accepted: false, payload: 'why?' });
  await session.end();
  await assert.rejects(session.publish('late', ''), /the connection was over/);
});
