/** Issuing CAs whose keys are in a token (SoftHSM2) and in KMS (practice AWS), made by a station; openssl is the judge. */
// By itself: the module of a token reads its environment in the process.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createClient, type NewCustody, type Station } from '../../app/contract/index.ts';
import { signCsr } from '../../app/issuing/index.ts';
import { paths } from '../../app/station/index.ts';
import { type OpenOptions, openStation } from '../../main/openstation.ts';
import { makeCsr, needTools, openssl, scratch } from '../ca/support.ts';
import { makeHsm, pin, whyNoTokens } from '../native/hsm.ts';
import { practice } from '../practice/support.ts';
import { refuses } from '../records/support.ts';
import { makeStation, passphrase } from '../support.ts';

const access = { kind: 'secret', secret: passphrase } as const;

async function bedOf(t: TestContext, options: Pick<OpenOptions, 'dir' | 'cloud'>) {
  const station = await openStation({ kind: 'host', threads: false, ...options });
  t.after(() => station.close());
  const client = createClient(station.connect('test'));
  await client.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  /** Signs a device's request and has openssl follow the chain up to the root. */
  const issue = async (unitSerial: string) => {
    const job = { csr: makeCsr(unitSerial).csrDer, unitSerial, orderId: undefined, actor: 'test' };
    const { serialHex } = await signCsr(job, station.parts.lineTools);
    const { pem, chainPem } = await client.call('certificates.show', { serialHex });
    const at = scratch(t);
    const trust = ['-CAfile', paths(options.dir).rootCertificate, '-untrusted', at('chain.pem', chainPem ?? '')];
    const judged = openssl(['verify', '-x509_strict', ...trust, at('unit.pem', pem ?? '')]);
    assert.ok(judged.ok, judged.output);
    return openssl(['x509', '-noout', '-issuer'], pem ?? '').output;
  };
  return { station, client, issue };
}

async function makeIssuing(client: Station, commonName: string, custody: NewCustody): Promise<string> {
  const { authorities } = await client.call('ca.hierarchy', {});
  const parentId = authorities.find(({ role }) => role === 'root')?.issuerId ?? '';
  const made = { commonName, keyType: 'P-256', years: 5, custody, parentId, access } as const;
  return (await client.call('ca.makeIssuing', made)).issuerId;
}

/** Splits the key, proves the shares, and takes it away. */
async function takeAway(client: Station, commonName: string): Promise<void> {
  const { authorities } = await client.call('ca.hierarchy', {});
  const issuerId = authorities.find((ca) => ca.commonName === commonName)?.issuerId ?? '';
  const { shares } = await client.call('ca.splitKey', { issuerId, access, shares: 2, threshold: 2 });
  await client.call('ca.proveBackup', { issuerId, access: { kind: 'shares', shares } });
  await client.call('ca.takeOffline', { issuerId, confirm: commonName });
}

/**
 * PEM by its label. DER: PKCS#8 is a version and then the algorithm of an EC or RSA key (RFC 5958 §2), encrypted PKCS#8
 * names PBES2 (RFC 8018 §A.4), SEC 1 is version 1 and then the scalar (RFC 5915 §3).
 */
const keySigns = [
  /PRIVATE KEY/,
  /\x02\x01[\x00\x01]\x30.\x06\x07\x2a\x86\x48\xce\x3d\x02\x01/s,
  /\x02\x01[\x00\x01]\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01/,
  /\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d/,
  /\x02\x01\x01\x04[\x20\x30\x42]/,
];
const holdsKey = (content: Buffer): boolean => keySigns.some((sign) => sign.test(content.toString('latin1')));

/** Of a new station: the two CAs of files, and the log's. */
const ownKeys = ['issuing.key.pem', 'log.key.pem', 'root.key.pem'];

/** Files of the folder that hold a private key in any form, by name. */
async function keyFilesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  assert.ok(files.length > 5, 'there is something to search');
  const found = files.map(async ({ parentPath, name }) =>
    holdsKey(await readFile(join(parentPath, name))) ? [name] : [],
  );
  return (await Promise.all(found)).flat().sort();
}

test('the search for private keys knows their forms, and a public key from a private one', () => {
  for (const [type, options] of [
    ['ec', { namedCurve: 'P-256' }],
    ['ec', { namedCurve: 'P-521' }],
    ['rsa', { modulusLength: 2048 }],
  ] as const) {
    const { privateKey, publicKey } = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
    const encrypted = { cipher: 'aes-256-cbc', passphrase } as const;
    assert.ok(holdsKey(privateKey.export({ type: 'pkcs8', format: 'der' })));
    assert.ok(holdsKey(privateKey.export({ type: 'pkcs8', format: 'der', ...encrypted })));
    assert.ok(holdsKey(Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem', ...encrypted }))));
    if (type === 'ec') assert.ok(holdsKey(privateKey.export({ type: 'sec1' as 'pkcs1', format: 'der' })));
    assert.ok(!holdsKey(publicKey.export({ type: 'spki', format: 'der' })));
  }
});

const missing = whyNoTokens();

test('an issuing CA in a token issues, before and after a restart, and no private key is in the folder', async (t) => {
  if (missing) return t.skip(missing);
  if (!needTools(t, 'openssl')) return;
  const hsm = makeHsm();
  hsm.addToken('line 4');
  const dir = await makeStation();
  const first = await bedOf(t, { dir });
  const { client } = first;
  assert.deepEqual(await keyFilesIn(dir), ownKeys, 'those of a new station are found');
  const module = hsm.softhsm;
  await client.call('ca.addModule', { path: module });
  const tokenSerial =
    (await client.call('ca.tokens', { module })).find(({ label }) => label === 'line 4')?.serial ?? '';
  const issuerId = await makeIssuing(client, 'Token CA', { kind: 'token', module, tokenSerial, pin });
  assert.match(await first.issue('UNIT-1'), /Token CA/);
  for (const commonName of ['Test station Root CA', 'Test station Issuing CA']) await takeAway(client, commonName);
  assert.match(await first.issue('UNIT-2'), /Token CA/);
  assert.deepEqual(await keyFilesIn(dir), ['log.key.pem'], 'none of a CA');
  await first.station.close();

  const second = await bedOf(t, { dir });
  await assert.rejects(second.issue('UNIT-3'), refuses('ca.locked'));
  await assert.rejects(second.client.call('ca.unlock', { issuerId, secret: '00000' }), refuses('ca.wrongPin'));
  await second.client.call('ca.unlock', { issuerId, secret: pin });
  assert.match(await second.issue('UNIT-3'), /Token CA/);
  await second.client.call('crl.make', {});
  await second.station.close();
  assert.deepEqual(await keyFilesIn(dir), ['log.key.pem']);
});

test('a root in a token says that its issuing CA is revoked, once its PIN was given; a wrong one changes nothing', async (t) => {
  if (missing) return t.skip(missing);
  if (!needTools(t, 'openssl')) return;
  const hsm = makeHsm();
  hsm.addToken('safe');
  const dir = await makeStation();
  const { client } = await bedOf(t, { dir });
  const module = hsm.softhsm;
  await client.call('ca.addModule', { path: module });
  const tokens = await client.call('ca.tokens', { module });
  const tokenSerial = tokens.find(({ label }) => label === 'safe')?.serial ?? '';
  const custody = { kind: 'token', module, tokenSerial, pin } as const;
  const root = await client.call('ca.makeRoot', { commonName: 'Token Root', keyType: 'P-384', years: 20, custody });
  const byPin = (secret: string) => ({ kind: 'secret', secret }) as const;
  const { issuerId } = await client.call('ca.makeIssuing', {
    ...{ commonName: 'Below', keyType: 'P-256', years: 5, parentId: root.issuerId, access: byPin(pin) },
    custody: { kind: 'file', passphrase },
  });
  const revoke = (secret: string) =>
    client.call('ca.revoke', { issuerId, reason: 'superseded', note: 'a new line', access: byPin(secret) });
  const shown = async (id: string) =>
    (await client.call('ca.hierarchy', {})).authorities.find((ca) => ca.issuerId === id);
  await assert.rejects(revoke('00000'), refuses('ca.wrongPin'));
  assert.equal((await shown(issuerId))?.revocation, null);
  assert.equal((await revoke(pin)).rootCrl?.entries, 1);
  const certificate = scratch(t)('root.pem', (await shown(root.issuerId))?.certificatePem ?? '');
  const file = paths(dir).crlOf(root.issuerId);
  const judged = openssl(['crl', '-inform', 'DER', '-in', file, '-noout', '-text', '-CAfile', certificate, '-verify']);
  assert.match(judged.output, /verify OK/);
  assert.match(judged.output, /Superseded/);
});

test('an issuing CA in KMS issues, before and after a restart', async (t) => {
  if (!needTools(t, 'openssl')) return;
  const { endpoint: endpointUrl, region, bucket, roleArn, credentials } = await practice(t);
  const cloud = { target: { region, bucket, roleArn, policyNames: [], endpointUrl }, credentials };
  const dir = await makeStation();
  const first = await bedOf(t, { dir, cloud });
  const issuerId = await makeIssuing(first.client, 'KMS CA', { kind: 'kms', region });
  assert.match(await first.issue('UNIT-1'), /KMS CA/);
  await first.station.close();

  const second = await bedOf(t, { dir, cloud });
  await assert.rejects(second.issue('UNIT-2'), refuses('ca.locked'));
  await second.client.call('ca.unlock', { issuerId, secret: '' });
  assert.match(await second.issue('UNIT-2'), /KMS CA/);
  assert.deepEqual(await keyFilesIn(dir), ownKeys, 'none but those of the file CAs');
});
