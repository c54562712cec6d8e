/** Certificates of a CA of the test, made in this process: a thousand take a second, where openssl takes a minute. */
import { randomBytes, webcrypto } from 'node:crypto';
import '../bench/issuing/reflect.ts';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 3600 * 1000;

export type Mint = { caPem: string; issue(commonName: string): Promise<string> };

/** A CA with its key. All its certificates are for one key, since nothing here asks a device. */
export async function createMint(name: string): Promise<Mint> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const [ca, device] = await Promise.all(
    [1, 2].map(async () => (await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as CryptoKeyPair),
  );
  const make = async (subject: string, publicKey: CryptoKey, isCa: boolean) => {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(16).toString('hex').slice(1)}`,
      ...{ subject: `CN=${subject}`, issuer: `CN=${name}` },
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + 30 * day),
      signingAlgorithm: algorithm,
      publicKey,
      signingKey: ca!.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(isCa, undefined, true),
        ...(isCa ? [await x509.SubjectKeyIdentifierExtension.create(publicKey)] : []),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  };
  return {
    caPem: await make(name, ca!.publicKey, true),
    issue: (commonName) => make(commonName, device!.publicKey, false),
  };
}
