/** Writes a CA's key and certificates as PKCS #12 (RFC 7292), for a safe elsewhere or for another tool. */
import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import {
  type Asn1,
  bmpString,
  encode,
  explicit,
  integer,
  nothing,
  octetString,
  oid,
  raw,
  sequence,
  setOf,
} from '../asn1/der.ts';
import { oids } from '../asn1/oids.ts';
import { certificateId } from '../x509/certificate.ts';
import { normal, sealKey } from './encrypted.ts';
import { newBudget } from './fault.ts';
import { bmpOf, deriveP12, purposes } from './p12kdf.ts';

/**
 * The same number of rounds as for the key. The MAC is a second way to try passphrases: cheap rounds here, which most
 * tools write, would undo the expensive rounds there. This takes about a second, during which other work runs in
 * between.
 */
const macRounds = 600_000;
const macSaltBytes = 32;

export type P12Request = {
  privateKey: KeyObject;
  /** The certificate of the key comes first. */
  certificates: readonly Uint8Array[];
  passphrase: string;
  /** The name that tools show for the key. */
  friendlyName: string;
};

/**
 * Encrypts the key with PBES2, AES-256-CBC and PBKDF2-HMAC-SHA-256. Certificates are public and stay in the clear. A
 * MAC with SHA-256 covers everything.
 * @throws `ca.weakPassphrase`
 */
export async function writeP12({
  privateKey,
  certificates,
  passphrase,
  friendlyName,
}: P12Request): Promise<Uint8Array> {
  const shrouded = raw(await sealKey(privateKey, passphrase));
  const own = certificates[0];
  const attributes = [
    attribute(oids.friendlyName, bmpString(friendlyName)),
    // Readers use this to find the certificate of the key.
    ...(own === undefined
      ? []
      : [attribute(oids.localKeyId, octetString(Buffer.from(certificateId(own), 'hex').subarray(0, 20)))]),
  ];
  const certificateBags = certificates.map((der, i) =>
    bag(oids.certBag, sequence(oid(oids.x509Certificate), explicit(0, octetString(der))), i === 0 ? attributes : []),
  );
  const parts = [certificateBags, [bag(oids.shroudedKeyBag, shrouded, attributes)]];
  const safes = encode(
    sequence(...parts.filter((bags) => bags.length > 0).map((bags) => data(encode(sequence(...bags))))),
  );
  return encode(sequence(integer(3), data(safes), await macOf(safes, passphrase)));
}

const data = (content: Uint8Array): Asn1 => sequence(oid(oids.data), explicit(0, octetString(content)));
const attribute = (type: string, value: Asn1): Asn1 => sequence(oid(type), setOf(value));

const bag = (type: string, value: Asn1, attributes: readonly Asn1[]): Asn1 =>
  sequence(oid(type), explicit(0, value), ...(attributes.length > 0 ? [setOf(...attributes)] : []));

async function macOf(safes: Uint8Array, passphrase: string): Promise<Asn1> {
  const salt = randomBytes(macSaltBytes);
  const derivation = { hash: 'sha256', password: bmpOf(normal(passphrase)), salt, rounds: macRounds } as const;
  const key = await deriveP12(derivation, purposes.mac, 32, newBudget());
  derivation.password.fill(0);
  const mac = createHmac('sha256', key).update(safes).digest();
  key.fill(0);
  return sequence(
    sequence(sequence(oid(oids.sha256), nothing()), octetString(mac)),
    octetString(salt),
    integer(macRounds),
  );
}
