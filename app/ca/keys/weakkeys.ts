/**
 * Keys whose private half is public. Published keys stand here as SHA-256 of the SubjectPublicKeyInfo, lower-case hex:
 * data only, like Debian's openssl-blacklist. Each list says what it holds, and a factory adds a key by adding a line.
 * Guessable EC keys stand in weakpoints.ts. docs/decisions/0120 says what is not here.
 */
import { weakPoints } from './weakpoints.ts';

/** RFC 9500 §2: test keys of every accepted kind, except RSA with 4096 bits. */
const rfc9500 = [
  '8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878',
  'b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e',
  'c4c10105a0be0ed4dd3354428dc38a9bfee64da141ce16e75c94eda272f9dd3a',
  'acb1b8327fef995e2458fdf5e3c33b2dc0749feabd6a894cb9bda9d70ac06c24',
];

/** RFC 6979 §A.2.5 to §A.2.7: the keys of the deterministic ECDSA examples. */
const rfc6979 = [
  '5a7a78cca4a0f420d9bc62bb669c3c2759e39f723d3ae10dcbe0f0815a07ecd4',
  '2f95601fa82060b909bfc6b979dbd303d34d34e0afb27ea496beac362f242a4b',
  '2fb6d46385242ea4ad431f7175e7014eb74a5fc60f65b50ca54cc23c5b08de38',
];

/** Keys of the JOSE and HTTP signature examples: RFC 7515 §A.3 and §A.4, RFC 7517 §A.2, RFC 9421 §B.1.3. */
const jose = [
  '2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827',
  '51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760',
  '9146ce73d6abeda5e0ab6926e7bd9b563f2f2258b488d520534a0b84ba5871df',
  '55f96361b78cbb84f1fc604b0718e82bd91abb46d8fc25ae871b35fbbf8b7974',
];

/** Mbed TLS 2.28, certs.c: compiled into its library, and so into firmware that began as an example. */
const mbedTls = [
  '0d47bb32995c4f374228dd401ca46be4fe313ef89960c81b8c6db8b502f3f5c5',
  'c6cb6d1e322b2e4edc98a284f983a8be89a18a53db897b7ec32f9aa382c50a5c',
  '26b0f4b5b3b8ef8f54af9ca9cbef655501179e7337f2ac52f2eadcf953635999',
  '6703a04285f61bf2f79b143b1841435d503b448c3df1db998e9aebc7f05d3815',
  '6452839ebf371b9a9a7585efd56a029440972fdbacd1ae077d403e4e92bcd4f3',
  '370346c0864770dac7a90774f75ac6de537f5f5b2c4b1bb1d12bf3c5f4f484ae',
];

/** Private keys among the test vectors of the Python library "cryptography" 38. */
const cryptography = [
  '100329507e34f1e936f54b7820b2f559eaabb4f01e0e2b5e84c57d44657564bd',
  '68453f37da0155b5077eb1c62d180b5083b2b834083546e54c821c05110dd541',
  '7da130ba5b03d172ad14512edb9fa866729b41fce34aa62e9721d4ab62d66c27',
  'ed44792e85700ec7b303976284ca016edab5d4aa2e2c86cd0839accad5d1a66b',
  '99c7097b3cf6f67f038336dc3b45a1284356cd0236fc2d9ce88ce080c2a9ae2f',
];

const published: ReadonlySet<string> = new Set([...rfc9500, ...rfc6979, ...jose, ...mbedTls, ...cryptography]);

export const isPublished = (spkiSha256: string): boolean => published.has(spkiSha256);

const nameLength = 8;

/**
 * Whether an EC key's private half is a small number or a pattern. `point` is uncompressed. About one sound key in 2^34
 * is refused by mistake: six octets of x are compared, and no list is longer than 2^14.
 */
export function isGuessable(keyType: string, point: Uint8Array): boolean {
  if (!isListed(keyType)) return false;
  const list = weakPoints[keyType];
  const name = Buffer.from(point.subarray(1, (point.length + 1) / 2).subarray(-6)).toString('base64');
  let [low, high] = [0, list.length / nameLength];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = list.slice(middle * nameLength, (middle + 1) * nameLength);
    if (found === name) return true;
    if (found < name) low = middle + 1;
    else high = middle;
  }
  return false;
}

const isListed = (keyType: string): keyType is keyof typeof weakPoints => Object.hasOwn(weakPoints, keyType);
