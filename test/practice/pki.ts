import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Certificates made by the openssl command line, an outside party to both the station and the practice AWS. */
export type Pki = {
  folder: string;
  /** A self-signed CA; returns its PEM. */
  ca(name: string, options?: CertificateOptions & { basicConstraints?: string }): string;
  /** A certificate signed by the named CA (default `ca`); the key may be shared, the common name makes it unique. */
  issue(commonName: string, options?: CertificateOptions & { by?: string }): string;
  /** A PKCS#10 request for the device's key. PEM. */
  csr(commonName: string): string;
  /** The file, in the folder, of a P-256 key by its name: that of the devices is `device`. */
  keyFile(name: string): string;
  /** The private key of its certificates and requests (P-256). PEM. */
  deviceKey(): string;
  /** What openssl says of a certificate. */
  text(pem: string): string;
  remove(): void;
};
export type CertificateOptions = {
  /** Arguments of `openssl genpkey`; default P-256. */
  key?: string[];
  digest?: string;
  subject?: string;
};

const p256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

export function createPki(): Pki {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-pki-'));
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const keys = new Map<string, string>();
  const keyFor = (algorithm: string[], name: string): string => {
    const known = keys.get(name + algorithm.join());
    if (known) return known;
    const file = `${createHash('sha256')
      .update(name + algorithm.join())
      .digest('hex')
      .slice(0, 12)}.key`;
    openssl('genpkey', ...algorithm, '-out', file);
    keys.set(name + algorithm.join(), file);
    return file;
  };
  const make = (options: CertificateOptions, subject: string, key: string, extra: string[]): string => {
    const digest = `-${options.digest ?? 'sha256'}`;
    return openssl('req', '-x509', '-new', '-key', key, '-subj', subject, digest, '-days', '30', ...extra).toString();
  };
  writeFileSync(join(folder, 'empty.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n');
  const config = ['-config', 'empty.cnf'];
  return {
    folder,
    ca: (name, options = {}) => {
      const key = keyFor(options.key ?? p256, name);
      const constraints = `basicConstraints=critical,${options.basicConstraints ?? 'CA:TRUE'}`;
      const pem = make(options, options.subject ?? `/CN=${name}`, key, [
        ...config,
        '-addext',
        constraints,
        '-addext',
        'subjectKeyIdentifier=hash',
      ]);
      writeFileSync(join(folder, `${name}.pem`), pem);
      writeFileSync(join(folder, `${name}.keyname`), key);
      return pem;
    },
    issue: (commonName, options = {}) => {
      const by = options.by ?? 'ca';
      const caKey = readFileSync(join(folder, `${by}.keyname`), 'utf8');
      return make(options, options.subject ?? `/CN=${commonName}`, keyFor(options.key ?? p256, 'device'), [
        ...config,
        '-CA',
        `${by}.pem`,
        '-CAkey',
        caKey,
        '-addext',
        'basicConstraints=critical,CA:FALSE',
      ]);
    },
    csr: (commonName) =>
      openssl('req', '-new', '-key', keyFor(p256, 'device'), '-subj', `/CN=${commonName}`, ...config).toString(),
    keyFile: (name) => keyFor(p256, name),
    deviceKey: () => readFileSync(join(folder, keyFor(p256, 'device')), 'utf8'),
    text: (pem) =>
      execFileSync('openssl', ['x509', '-noout', '-text'], { input: pem, stdio: ['pipe', 'pipe', 'pipe'] }).toString(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** AWS's certificateId: SHA-256 of the DER. */
export const idOfPem = (pem: string): string => createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
