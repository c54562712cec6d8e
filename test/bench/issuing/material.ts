/** What every contender is given: one CA and the same requests, each with a key of its own. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '../../../app/ca/asn1/der.ts';
import { pemOf } from '../../../app/ca/index.ts';
import { encodeName } from '../../../app/ca/x509/name.ts';
import { caWith, ecdsaWithSha256, makeCsr, sha256WithRsa, type TestCa } from '../../ca/support.ts';

/** Of the device's key and of the CA's. */
export type KeyKind = 'P-256' | 'RSA-2048';

export type Request = {
  unitSerial: string;
  csrDer: Uint8Array;
  csrPem: string;
  csrFile: string;
  /** SubjectPublicKeyInfo, and a signature over `csrDer` by its key: for those who read no request. */
  spkiPem: string;
  signature: Uint8Array;
};

export type Material = {
  kind: KeyKind;
  ca: TestCa;
  caPem: string;
  /** Both for the tools that read files. The key is PKCS#8 without a passphrase: a key of this bench only. */
  caFile: string;
  caKeyFile: string;
  requests: readonly Request[];
  /** A folder on disk, for tools that need one. */
  folder: string;
};

export const organisation = 'Tømmer & Co';
export const days = 3650;

/** More than the 64 keys that our CA remembers, so that each is new to it, as on a line. RSA keys take long to make. */
export const requestCount = (kind: KeyKind): number => (kind === 'P-256' ? 256 : 80);

export async function makeMaterial(kind: KeyKind, count: number): Promise<Material> {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-bench-'));
  const ca = await caWith(kind);
  const [caFile, caKeyFile] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
  const caPem = pemOf('CERTIFICATE', ca.issuer.certificateDer);
  writeFileSync(caFile, caPem);
  writeFileSync(caKeyFile, ca.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const requests = Array.from({ length: count }, (_, at) => makeRequest(kind, `BENCH-${at + 1}`, folder));
  return { kind, ca, caPem, caFile, caKeyFile, requests, folder };
}

function makeRequest(kind: KeyKind, unitSerial: string, folder: string): Request {
  const { publicKey, privateKey: key } =
    kind === 'P-256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  // The subject our profile writes, so that the peers, who copy it, make the same certificate.
  const name = encodeName([
    ['organizationName', organisation],
    ['commonName', unitSerial],
  ]);
  const algorithm = kind === 'P-256' ? ecdsaWithSha256 : sha256WithRsa;
  const { csrDer } = makeCsr(unitSerial, { key, subject: encode(name), algorithm });
  const csrPem = pemOf('CERTIFICATE REQUEST', csrDer);
  const csrFile = join(folder, `${unitSerial}.csr`);
  writeFileSync(csrFile, csrPem);
  const spkiPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return { unitSerial, csrDer, csrPem, csrFile, spkiPem, signature: sign('sha256', csrDer, key) };
}
