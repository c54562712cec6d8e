/**
 * Why a request is refused. Each reason has one stable name, carried as `data.reason` beside the coarse code, with its
 * source.
 */
import { type ErrorCode, StationError } from '../../contract/errors.ts';

type Refusal = { code: ErrorCode; source: string };

export const refusals = {
  notDer: {
    code: 'csr.malformed',
    source: 'RFC 2986 §4: a CertificationRequest in DER; PEM and base64 by RFC 7468 §7',
  },
  trailingBytes: { code: 'csr.malformed', source: 'X.690 §8.1: a value ends where its length says' },
  indefiniteLength: { code: 'csr.malformed', source: 'X.690 §10.1: the definite form of length' },
  nonMinimalLength: { code: 'csr.malformed', source: 'X.690 §10.1: lengths in the fewest octets' },
  nonMinimalInteger: { code: 'csr.malformed', source: 'X.690 §8.3.2: integers in the fewest octets' },
  wrongStructure: { code: 'csr.malformed', source: 'RFC 2986 §4, RFC 5280 §4.1.2.4, RFC 5480 §2, RFC 8017 §A.1.1' },
  wrongVersion: { code: 'csr.malformed', source: 'RFC 2986 §4.1: version shall be 0' },
  duplicateAttribute: {
    code: 'csr.malformed',
    source: 'RFC 2986 §4.1 with X.501 §8.2: an attribute type occurs once; two names for one unit are none',
  },
  oversize: { code: 'csr.tooLarge', source: 'Birthmark: 8 KiB bounds the work; RSA-4096 needs under 1.5 KiB' },
  unsupportedKey: {
    code: 'csr.unsupportedKey',
    source: 'AWS IoT Core, "X.509 client certificates": P-256, P-384, P-521, RSA from 2048; over 4096 bounds the work',
  },
  pointAtInfinity: { code: 'csr.unsupportedKey', source: 'NIST SP 800-56A r3 §5.6.2.3.3 step 1; SEC 1 §2.3.4' },
  pointNotOnCurve: { code: 'csr.unsupportedKey', source: 'NIST SP 800-56A r3 §5.6.2.3.3 steps 2 and 3' },
  rsaModulusSmall: { code: 'csr.weakKey', source: 'CA/Browser Forum Baseline Requirements §6.1.5: 2048 bits or more' },
  rsaModulusEven: { code: 'csr.weakKey', source: 'NIST SP 800-89 §5.3.3: the modulus is odd' },
  rsaExponentBad: { code: 'csr.weakKey', source: 'NIST SP 800-56B r2 §6.4.2.1: odd, over 2^16 and under 2^256' },
  rsaSmallFactor: { code: 'csr.weakKey', source: 'NIST SP 800-89 §5.3.3: no factor under 752' },
  rsaFactorsClose: {
    code: 'csr.weakKey',
    source: "CA/Browser Forum Baseline Requirements §6.1.1.3: 100 rounds of Fermat's method (CVE-2022-26320)",
  },
  rsaRoca: { code: 'csr.weakKey', source: 'CVE-2017-15361; Nemec et al., "Return of Coppersmith\'s Attack", CCS 2017' },
  knownWeakKey: {
    code: 'csr.weakKey',
    source: 'CA/Browser Forum Baseline Requirements §6.1.1.3: a private key that is known; RFC 9500 test keys',
  },
  weakSignatureAlgorithm: { code: 'csr.unsupportedAlgorithm', source: 'RFC 6194 §3 (SHA-1), RFC 6151 §2 (MD5)' },
  unsupportedSignatureAlgorithm: {
    code: 'csr.unsupportedAlgorithm',
    source: 'AWS IoT Core, "X.509 client certificates": RSA PKCS #1 and ECDSA with SHA-256, SHA-384, SHA-512',
  },
  algorithmParameters: {
    code: 'csr.unsupportedAlgorithm',
    source: 'RFC 5758 §3.2 (absent), RFC 4055 §5 (NULL, or absent)',
  },
  algorithmMismatch: { code: 'csr.unsupportedAlgorithm', source: 'RFC 2986 §4.2: the algorithm of the key that signs' },
  badSignature: { code: 'csr.badSignature', source: 'RFC 2986 §3: the signature over CertificationRequestInfo' },
  subjectMismatch: { code: 'csr.subjectMismatch', source: 'Birthmark: the subject may not contradict the unit' },
  keySeen: { code: 'policy.keySeen', source: 'Birthmark: one key on two units is a clone or a stuck generator' },
  superseded: { code: 'policy.keySeen', source: 'Birthmark: a reworked unit has another key than before' },
  keyCompromised: {
    code: 'policy.keyCompromised',
    source: 'RFC 5280 §5.3.1: a key once reported compromised stays so',
  },
  unitHasCertificate: { code: 'policy.unitHasCertificate', source: 'Birthmark: one unit, one certificate in use' },
  caKey: { code: 'policy.keySeen', source: "Birthmark: a device with a CA's key could be taken for the CA" },
} as const satisfies Record<string, Refusal>;

export type RefusalReason = keyof typeof refusals;

/** `detail` is English for engineers. It quotes nothing of the request except lengths, tags and OIDs. */
export const refusal = (reason: RefusalReason, detail: string, cause?: unknown): StationError =>
  new StationError(refusals[reason].code, detail, { data: { reason }, cause });
