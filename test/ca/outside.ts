/** CAs elsewhere, as OpenSSL makes them: what is asked of them is said in OpenSSL's own extension file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { openssl, scratch } from './support.ts';

export type OutsideKey = 'P-256' | 'P-384' | 'P-521' | 'secp256k1' | `RSA-${number}`;

export type Outside = { name: string; keyFile: string; certificateFile: string; pem: string; der: Uint8Array };

export type OutsideRequest = {
  name: string;
  /** Lines of the extension file. */
  extensions?: readonly string[];
  /** Whose key signs; its own unless told. */
  by?: Outside;
  keyType?: OutsideKey;
  /** Another CA's key file, for certificates renewed and cross-signed. */
  keyFile?: string;
  /** A request made elsewhere, PEM. */
  csrPem?: string;
  digest?: string;
  days?: number;
};

export const rootExtensions = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
export const issuingExtensions = [
  'basicConstraints=critical,CA:TRUE,pathlen:0',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid:always',
];

/** Runs OpenSSL and expects it to be content. */
export function mustOpenssl(args: readonly string[], input?: Uint8Array | string): string {
  const { ok, output } = openssl(args, input);
  assert.ok(ok, `openssl ${args.join(' ')}\n${output}`);
  return output;
}

export function newKeyFile(path: string, keyType: OutsideKey): string {
  const algorithm = keyType.startsWith('RSA-')
    ? ['RSA', '-pkeyopt', `rsa_keygen_bits:${keyType.slice(4)}`]
    : ['EC', '-pkeyopt', `ec_paramgen_curve:${keyType}`];
  mustOpenssl(['genpkey', '-algorithm', ...algorithm, '-out', path]);
  return path;
}

/** A maker of certificates whose files are gone after the test. */
export function outsideCas(t: TestContext): (request: OutsideRequest) => Outside {
  const file = scratch(t);
  let made = 0;
  return ({ name, extensions = rootExtensions, by, keyType = 'P-256', csrPem, digest = 'sha256', ...rest }) => {
    const at = (what: string) => `${++made}.${what}`;
    const keyFile = rest.keyFile ?? newKeyFile(file(at('key')), keyType);
    const request = file(at('csr'), csrPem ?? '');
    if (csrPem === undefined)
      mustOpenssl(['req', '-new', '-key', keyFile, '-subj', `/O=Outside/CN=${name}`, '-out', request]);
    const certificateFile = file(at('crt'));
    const signer = by === undefined ? ['-signkey', keyFile] : ['-CA', by.certificateFile, '-CAkey', by.keyFile];
    const terms = [
      '-days',
      String(rest.days ?? 365),
      `-${digest}`,
      '-extfile',
      file(at('ext'), `${extensions.join('\n')}\n`),
    ];
    const serial = ['-set_serial', `0x10${made.toString(16).padStart(6, '0')}`];
    mustOpenssl(['x509', '-req', '-in', request, ...signer, ...terms, ...serial, '-out', certificateFile]);
    const der = new Uint8Array(
      Buffer.from(readFileSync(certificateFile, 'utf8').replace(/-----.*?-----|\s/g, ''), 'base64'),
    );
    return { name, keyFile, certificateFile, pem: readFileSync(certificateFile, 'utf8'), der };
  };
}
