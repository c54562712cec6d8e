/** CRLs as others see them: openssl, certtool, and a broker that has to keep a device out. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { readDer } from '../../app/ca/asn1/der.ts';
import { tags } from '../../app/ca/asn1/node.ts';
import {
  assembleCrl,
  buildCrl,
  createSigner,
  decryptKey,
  pemOf,
  type RevokedEntry,
  softwareKey,
  verifyCrl,
} from '../../app/ca/index.ts';
import type { CrlFacts, CrlReservation } from '../../app/contract/issuance.ts';
import { caRevocationReason, revocationReason } from '../../app/contract/model.ts';
import {
  certtool,
  issue,
  makeCsr,
  needTools,
  now,
  openssl,
  passphrase,
  scratch,
  type TestCa,
  testCa,
  withCode,
} from './support.ts';

const dayMs = 24 * 3600 * 1000;
/** What only the ledger may do; here without a ledger. */
const forge = (crl: CrlFacts): CrlReservation => crl as unknown as CrlReservation;
/** Numbers are spent once a process. */
let lastNumber = 0;

async function makeCrl({ issuer, signer }: TestCa, revoked: readonly RevokedEntry[]) {
  const facts = buildCrl({ issuer, number: ++lastNumber, revoked, now, validMs: 30 * dayMs });
  const reservation = forge(facts);
  const der = assembleCrl(facts.tbsDer, issuer.algorithm, await signer.signCrl(reservation));
  verifyCrl(der, reservation, issuer);
  return { der, pem: pemOf('X509 CRL', der), facts, reservation };
}

const entry = (serialHex: string, reason: RevokedEntry['reason'] = 'keyCompromise'): RevokedEntry => ({
  serialHex,
  reason,
  revokedAt: now.toISOString(),
});

async function chainOf(file: ReturnType<typeof scratch>, ca: TestCa) {
  const { root, issuing } = ca.hierarchy;
  const rootPem = pemOf('CERTIFICATE', root.certificateDer);
  const issuingPem = pemOf('CERTIFICATE', issuing.certificateDer);
  return {
    root: file('root.pem', rootPem),
    issuing: file('issuing.pem', issuingPem),
    both: file('both.pem', issuingPem + rootPem),
  };
}

test('openssl and certtool accept a CRL, empty or with every reason, and read what was meant', async (t) => {
  if (!needTools(t, 'openssl', 'certtool')) return;
  const file = scratch(t);
  const ca = await testCa();
  const chain = await chainOf(file, ca);
  const every = [...new Set([...revocationReason.options, ...caRevocationReason.options])];
  const reasons = every.map((reason, index) => entry(`0${index + 1}ff`, reason));
  for (const revoked of [[], reasons]) {
    const { pem, facts } = await makeCrl(ca, revoked);
    const crl = file('made.crl', pem);
    const verified = openssl(['crl', '-in', crl, '-CAfile', chain.issuing, '-verify', '-noout']);
    assert.match(verified.output, /verify OK/);
    const { output } = openssl(['crl', '-in', crl, '-text', '-noout']);
    assert.match(output, /Version 2 \(0x1\)/);
    assert.match(output, new RegExp(`X509v3 CRL Number: \\s*${facts.number}\\s`));
    assert.match(output, /X509v3 Authority Key Identifier/);
    assert.equal((output.match(/Serial Number:/g) ?? []).length, revoked.length);
    assert.equal((output.match(/CRL Reason Code/g) ?? []).length, Math.max(0, revoked.length - 1));
    if (revoked.length > 0) {
      for (const words of [
        'Key Compromise',
        'CA Compromise',
        'Affiliation Changed',
        'Superseded',
        'Cessation Of Operation',
      ])
        assert.match(output, new RegExp(words));
      assert.match(output, /Privilege Withdrawn/);
    } else {
      assert.match(output, /No Revoked Certificates/);
      // RFC 5280 section 5.1.2.6: then the list is absent, not empty. What follows thisUpdate and nextUpdate are extensions.
      const [tbs] = readDer(Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64')).children;
      assert.deepEqual(
        tbs?.children.slice(-2).map(({ tag }) => tag),
        [tags.utcTime, 0xa0],
      );
    }
    const parsed = certtool(['--crl-info', '--infile', crl]);
    assert.ok(parsed.ok, parsed.output);
    assert.match(parsed.output, /Version: 2/);
    const judged = certtool(['--verify-crl', '--load-ca-certificate', chain.issuing, '--infile', crl]);
    assert.ok(judged.ok, judged.output);
  }
});

test('openssl refuses the revoked certificate and accepts its neighbour', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const ca = await testCa();
  const chain = await chainOf(file, ca);
  const revoked = await issue(makeCsr('CRL-1').csrDer, 'CRL-1', ca);
  const kept = await issue(makeCsr('CRL-2').csrDer, 'CRL-2', ca);
  const crl = file('made.crl', (await makeCrl(ca, [entry(revoked.reservation.serialHex)])).pem);
  const judge = (der: Uint8Array) =>
    openssl([
      'verify',
      '-x509_strict',
      '-crl_check',
      ...['-CAfile', chain.root, '-untrusted', chain.issuing, '-CRLfile', crl],
      file('leaf.pem', pemOf('CERTIFICATE', der)),
    ]);
  const refused = judge(revoked.certificateDer);
  assert.ok(!refused.ok);
  assert.match(refused.output, /certificate revoked/);
  const accepted = judge(kept.certificateDer);
  assert.ok(accepted.ok, accepted.output);
});

test('a CRL of more than the codec takes in one piece is whole', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const file = scratch(t);
  const ca = await testCa();
  const chain = await chainOf(file, ca);
  const revoked = Array.from({ length: 3000 }, (_, index) => entry((0x100000 + index).toString(16).padStart(32, '7')));
  const { der, pem } = await makeCrl(ca, revoked);
  assert.ok(der.length > 65_536);
  const crl = file('large.crl', pem);
  const { output } = openssl(['crl', '-in', crl, '-CAfile', chain.issuing, '-verify', '-text', '-noout']);
  assert.match(output, /verify OK/);
  assert.equal((output.match(/Serial Number:/g) ?? []).length, revoked.length);
});

test('a CRL reservation is spent once, for its own CA, and only on a CRL', async () => {
  const ca = await testCa();
  const { reservation } = await makeCrl(ca, []);
  await assert.rejects(ca.signer.signCrl(reservation), withCode('ca.signFailed'));
  const key = await decryptKey(ca.hierarchy.issuing.encryptedKeyPem, passphrase);
  const held = softwareKey(key);
  const again = createSigner(held, ca.issuer);
  await assert.rejects(again.signCrl({ ...reservation }), withCode('ca.signFailed'));
  const other = { ...reservation, number: ++lastNumber, issuerId: '0'.repeat(64) };
  await assert.rejects(ca.signer.signCrl(other), withCode('ca.mismatch'));
  // The TBS of a certificate under a CRL's reservation: the signer is the last who could sign it.
  const { reservation: certificate } = await issue(makeCsr('CRL-3').csrDer, 'CRL-3', ca);
  const smuggled = { ...reservation, number: ++lastNumber, tbsDer: certificate.tbsDer };
  await assert.rejects(ca.signer.signCrl(smuggled), withCode('ca.mismatch'));
  held.close();
  await assert.rejects(again.signCrl({ ...reservation, number: ++lastNumber }), withCode('ca.locked'));
});

test('a CRL of other bytes, another signature or another CA is no match', async () => {
  const ca = await testCa();
  const stranger = await testCa(true);
  const made = await makeCrl(ca, [entry('0abc')]);
  const another = await makeCrl(ca, []);
  const mismatch = withCode('ca.mismatch');
  assert.throws(() => verifyCrl(another.der, made.reservation, ca.issuer), mismatch);
  assert.throws(() => verifyCrl(made.der, made.reservation, stranger.issuer), mismatch);
  const bent = Uint8Array.from(made.der);
  bent[bent.length - 1]! ^= 1;
  assert.throws(() => verifyCrl(bent, made.reservation, ca.issuer), mismatch);
});

/** Whether the broker answers an MQTT CONNECT (MQTT 3.1.1 §3.1, §3.2) of this client. */
function isLetIn(port: number, client: { cert: string; key: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...client });
    socket.once('secureConnect', () =>
      socket.write(Buffer.from([0x10, 14, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, 2, ...Buffer.from('bm')])),
    );
    socket.once('data', (answer) => {
      resolve(answer[0] === 0x20 && answer[3] === 0);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function startBroker(t: TestContext, config: string): Promise<void> {
  const broker = spawn('mosquitto', ['-v', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => broker.kill());
  await new Promise<void>((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: broker.stderr }).on('line', (line) => {
      said.push(line);
      if (/running$/.test(line)) resolve();
    });
    broker.once('exit', () => reject(new Error(`mosquitto ended: ${said.join('\n')}`)));
  });
}

test('a broker with our CRL keeps the revoked device out and lets its neighbour in', async (t) => {
  if (!needTools(t, 'openssl', 'mosquitto')) return;
  const file = scratch(t);
  const ca = await testCa();
  const chain = await chainOf(file, ca);
  const [outcast, neighbour] = await Promise.all(
    ['MQTT-1', 'MQTT-2'].map(async (unitSerial) => {
      const { csrDer, privateKey } = makeCsr(unitSerial);
      const { certificateDer, reservation } = await issue(csrDer, unitSerial, ca);
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { serialHex: reservation.serialHex, client: { cert: pemOf('CERTIFICATE', certificateDer), key } };
    }),
  );
  assert.ok(outcast && neighbour);
  const [serverKey, serverCertificate] = [file('server.key'), file('server.pem')];
  const made = openssl([
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-keyout', serverKey, '-out', serverCertificate],
  ]);
  assert.ok(made.ok, made.output);
  const brokerWith = async (name: string, revoked: RevokedEntry[]) => {
    const crl = file(`${name}.crl`, (await makeCrl(ca, revoked)).pem);
    const port = await freePort();
    const lines = [
      ...['user root', 'allow_anonymous true', `listener ${port} 127.0.0.1`, 'require_certificate true'],
      ...[`cafile ${chain.both}`, `certfile ${serverCertificate}`, `keyfile ${serverKey}`, `crlfile ${crl}`],
    ];
    await startBroker(t, file(`${name}.conf`, `${lines.join('\n')}\n`));
    return port;
  };
  const before = await brokerWith('before', []);
  assert.equal(await isLetIn(before, outcast.client), true, 'before the revocation it is let in');
  const after = await brokerWith('after', [entry(outcast.serialHex)]);
  assert.equal(await isLetIn(after, outcast.client), false, 'the revoked device is kept out');
  assert.equal(await isLetIn(after, neighbour.client), true, 'its neighbour is let in');
});
