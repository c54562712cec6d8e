/** Requests made without the code under test, and the outside judges. */
import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { encode } from '../../app/ca/asn1/der.ts';
import {
  assemble,
  buildTbs,
  type CsrFacts,
  checkProfile,
  createHierarchy,
  createSigner,
  decryptKey,
  defaultProfile,
  type Hierarchy,
  type Issuer,
  issuerFrom,
  issuerUnder,
  lint,
  newSerial,
  type Profile,
  parseCsr,
  readKey,
  type Signer,
  softwareKey,
  type Tbs,
  verifyIssued,
} from '../../app/ca/index.ts';
import { algorithmFor, keyIdentifier } from '../../app/ca/keys/publickey.ts';
import { signatureAlgorithms } from '../../app/ca/x509/algorithm.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
} from '../../app/ca/x509/extension.ts';
import { encodeName } from '../../app/ca/x509/name.ts';
import { encodeTbs } from '../../app/ca/x509/tbs.ts';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { Linted, Reservation } from '../../app/contract/issuance.ts';
import { requestFacts } from '../../app/issuing/index.ts';
import { assertMayIssue } from '../../app/issuing/rules/index.ts';
import { removeAtEnd } from '../folders.ts';
import { soundFacts } from '../issuing/support.ts';

export type ToolResult = { ok: boolean; output: string };

function run(tool: string, args: readonly string[], input?: Uint8Array | string): ToolResult {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { input, maxBuffer: 64 * 2 ** 20 });
  if (error !== undefined) throw error;
  return { ok: status === 0, output: `${stdout.toString('utf8')}${stderr.toString('utf8')}` };
}

/** Runs `openssl …`; stdout and stderr together. */
export const openssl = (args: readonly string[], input?: Uint8Array | string): ToolResult =>
  run('openssl', args, input);
/** Runs `certtool …` (GnuTLS); stdout and stderr together. */
export const certtool = (args: readonly string[], input?: Uint8Array | string): ToolResult =>
  run('certtool', args, input);

/** Whether the tools are there. On CI they must be; elsewhere the test is skipped, and says so. */
export function needTools(t: TestContext, ...tools: readonly string[]): boolean {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  if (missing.length === 0) return true;
  if (process.env.CI !== undefined) throw new Error(`not installed: ${missing.join(', ')}`);
  t.skip(`NOT JUDGED: ${missing.join(', ')} not installed`);
  return false;
}

/** A folder that is gone after the test. */
export function scratch(_t: TestContext): (name: string, content?: Uint8Array | string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-ca-'));
  removeAtEnd(folder);
  return (name, content) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
}

export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(header), content]);
};
export const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

export const sha256WithRsa = hex('300d06092a864886f70d01010b0500');
export const ecdsaWithSha256 = hex('300a06082a8648ce3d040302');
/** As Mbed TLS before 3.4 and nRF91 modems write it. */
export const ecdsaWithSha256Null = hex('300c06082a8648ce3d0403020500');

export type CsrParts = {
  key?: KeyObject;
  /** DER of the Name; a common name alone unless given. */
  subject?: Uint8Array;
  attributes?: Uint8Array;
  algorithm?: Uint8Array;
  version?: number;
  hash?: string;
};

export const nameOf = (commonName: string): Buffer =>
  tlv(0x30, tlv(0x31, tlv(0x30, hex('0603550403'), tlv(0x0c, Buffer.from(commonName)))));

/** A signed request (P-256 and ECDSA with SHA-256 unless told), by node:crypto and twenty lines of DER of its own. */
export function makeCsr(commonName: string, parts: CsrParts = {}): { csrDer: Uint8Array; privateKey: KeyObject } {
  const privateKey = parts.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const version = tlv(2, Buffer.from([parts.version ?? 0]));
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const attributes = tlv(0xa0, parts.attributes ?? Buffer.alloc(0));
  const info = tlv(0x30, version, parts.subject ?? nameOf(commonName), spki, attributes);
  const signature = sign(parts.hash ?? 'sha256', info, privateKey);
  const der = tlv(0x30, info, parts.algorithm ?? ecdsaWithSha256, tlv(3, Buffer.from([0]), signature));
  return { csrDer: new Uint8Array(der), privateKey };
}

/** Info, algorithm and signature of a request of 128 to 255 bytes with an info under 128. */
export function partsOf(der: Uint8Array): [Buffer, Buffer, Buffer] {
  const inner = Buffer.from(der).subarray(3);
  const infoLength = inner[1]! + 2;
  const algorithmLength = inner[infoLength + 1]! + 2;
  const second = infoLength + algorithmLength;
  return [inner.subarray(0, infoLength), inner.subarray(infoLength, second), inner.subarray(second)];
}

export const passphrase = 'correct horse battery';
/** The real time: certtool judges by no other. */
export const now = new Date();

/** `key`: the issuing CA's private key, for those who are to sign with it besides `signer`. */
export type TestCa = { hierarchy: Hierarchy; issuer: Issuer; signer: Signer; key: KeyObject };
const cas = new Map<boolean, Promise<TestCa>>();

/** A hierarchy, made once a process for each kind: half a second of key derivation. */
export function testCa(practice = false): Promise<TestCa> {
  const known = cas.get(practice) ?? makeCa(practice);
  cas.set(practice, known);
  return known;
}

async function makeCa(practice: boolean): Promise<TestCa> {
  const request = { name: 'Line 4', organisation: 'Tømmer & Co', passphrase, practice, now };
  const hierarchy = await createHierarchy(request);
  const issuer = issuerFrom(hierarchy.issuing.certificateDer);
  const key = await decryptKey(hierarchy.issuing.encryptedKeyPem, passphrase);
  return { hierarchy, issuer, signer: createSigner(softwareKey(key), issuer), key };
}

export type CaKey = 'P-256' | 'P-384' | 'RSA-2048';
const casByKey = new Map<CaKey, Promise<TestCa>>();

/** A hierarchy with keys of another type than the station makes, as an imported one may have. */
export function caWith(caKey: CaKey): Promise<TestCa> {
  const known = casByKey.get(caKey) ?? (caKey === 'P-256' ? testCa() : makeCaWith(caKey));
  casByKey.set(caKey, known);
  return known;
}

async function makeCaWith(caKey: Exclude<CaKey, 'P-256'>): Promise<TestCa> {
  const newKey = () =>
    caKey === 'RSA-2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: caKey });
  const [root, issuing] = [newKey(), newKey()];
  const rootDer = caCertificate({ name: `${caKey} Root CA`, years: 20, pathLength: 1 }, root, root, `${caKey} Root CA`);
  const terms = { name: `${caKey} Issuing CA`, years: 10, pathLength: 0 };
  const issuingDer = caCertificate(terms, issuing, root, `${caKey} Root CA`);
  const issuer = issuerFrom(issuingDer);
  const files = (certificateDer: Uint8Array) => ({ certificateDer, encryptedKeyPem: '' });
  const hierarchy = { root: files(rootDer), issuing: files(issuingDer) };
  const { privateKey: key } = issuing;
  return { hierarchy, issuer, signer: createSigner(softwareKey(key), issuer), key };
}

type CaKeys = { publicKey: KeyObject; privateKey: KeyObject };

function caCertificate(
  { name, years, pathLength }: { name: string; years: number; pathLength: number },
  subject: CaKeys,
  by: CaKeys,
  byName: string,
): Uint8Array {
  const spki = (key: KeyObject) => new Uint8Array(key.export({ type: 'spki', format: 'der' }));
  const algorithm = algorithmFor(readKey(spki(by.publicKey)).keyType);
  const second = Math.floor(now.getTime() / 1000) * 1000;
  const day = 24 * 3600 * 1000;
  const tbsDer = encodeTbs({
    serialHex: newSerial(),
    algorithm,
    issuerDer: encode(encodeName([['commonName', byName]])),
    notBefore: new Date(second - day),
    notAfter: new Date(second + years * 365 * day),
    subject: encodeName([['commonName', name]]),
    spkiDer: spki(subject.publicKey),
    extensions: [
      basicConstraints({ pathLength }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(spki(subject.publicKey))),
      authorityKeyIdentifier(keyIdentifier(spki(by.publicKey))),
    ],
  });
  return assemble(tbsDer, algorithm, sign(signatureAlgorithms[algorithm].hash, tbsDer, by.privateKey));
}

/** What only the ledger may do; here without a ledger. */
export const forgeReservation = (linted: Linted): Reservation => linted as unknown as Reservation;

export const tbsFor = (csr: CsrFacts, unitSerial: string, issuer: Issuer, at = now): Tbs =>
  buildTbs({
    profile: defaultProfile,
    issuer,
    key: csr,
    fields: { unitSerial, organisation: 'Tømmer & Co' },
    serialHex: newSerial(),
    now: at,
  });

/** A profile of an engineer's own that asks for everything a profile can ask for. */
export const fullProfileFile = {
  name: 'everything',
  sources: { policies: 'our certification practice statement, 7.1.6' },
  subject: [
    { attribute: 'countryName', value: 'NO' },
    { attribute: 'stateOrProvinceName', value: 'Vestland' },
    { attribute: 'localityName', value: 'Bergen' },
    { attribute: 'organizationName', value: '{organisation}' },
    { attribute: 'organizationalUnitName', value: 'Sensors' },
    { attribute: 'serialNumber', value: '{unitSerial}' },
    { attribute: 'dnQualifier', value: '{model}' },
    { attribute: 'commonName', value: '{unitSerial}' },
  ],
  validity: { kind: 'until', at: '2034-12-31T23:59:59Z' },
  keyUsage: { ec: ['digitalSignature'], rsa: ['digitalSignature', 'keyEncipherment'] },
  extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  subjectAltNames: [
    { type: 'uri', value: 'urn:example:unit:{unitSerial}' },
    { type: 'dns', value: '{unitSerial}.units.example' },
    { type: 'otherName', oid: '1.3.6.1.4.1.99999.7', value: '{model} No. {unitSerial}' },
    { type: 'hardwareModuleName', hardwareType: '1.3.6.1.4.1.99999.1.4', hardwareSerial: '{hardwareId}' },
  ],
  policies: ['1.3.6.1.4.1.99999.2.1'],
  crlDistributionPoints: ['http://crl.units.example/issuing.crl'],
} as const;
export const fullProfile = checked(fullProfileFile);
export const fullFields = {
  unitSerial: 'SN-1',
  organisation: 'Tømmer & Co',
  model: 'M-1',
  hardwareId: '0123456789abcdef',
};

/** The profile a file gives; what is wrong with it otherwise. */
export function checked(file: unknown): Profile {
  const result = checkProfile(file);
  if (result.ok) return result.profile;
  throw new Error(JSON.stringify(result.problems));
}

export type IssueTerms = { at?: Date; profile?: Profile; fields?: Record<string, string> };

/** The whole path without its records: request in, certificate out. */
export async function issue(
  csrBytes: Uint8Array,
  unitSerial: string,
  { issuer: ca, signer }: TestCa,
  terms: IssueTerms = {},
) {
  const { at = now, profile = defaultProfile } = terms;
  const csr = parseCsr(csrBytes);
  assertMayIssue(soundFacts({ unitSerial, request: requestFacts(csr, [ca.spkiSha256]) }));
  const issuer = issuerUnder(profile, ca);
  const fields = { organisation: 'Tømmer & Co', ...terms.fields, unitSerial };
  const tbs = buildTbs({ profile, issuer, key: csr, fields, serialHex: newSerial(), now: at });
  const reservation = forgeReservation(lint(tbs, issuer));
  const signature = await signer.sign(reservation);
  const certificateDer = assemble(reservation.tbsDer, issuer.algorithm, signature);
  verifyIssued(certificateDer, reservation, issuer);
  return { csr, reservation, signature, certificateDer };
}

/** For `assert.throws` and `assert.rejects`: an error of the catalogue with this code. */
export const withCode =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    error instanceof StationError && error.code === code;
