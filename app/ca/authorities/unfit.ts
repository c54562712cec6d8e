/**
 * Why a CA certificate, or the chain above it, cannot serve. Each reason has one stable name, carried as `data.reason`
 * of `ca.unfit`.
 */
import { StationError } from '../../contract/errors.ts';

export const unfitReasons = {
  unreadable: 'no certificate in DER or PEM (RFC 5280 §4.1)',
  tooMany: 'Birthmark: 64 certificates bound the work; a path needs a handful',
  ambiguous: 'Birthmark: several certificates could be the one of the issuing CA',
  otherKey: 'the certificate is for another key than the one at hand',
  notCa: 'RFC 5280 §4.2.1.9, §4.2.1.3: basicConstraints cA and keyUsage keyCertSign make a CA',
  noCrlSign: 'RFC 5280 §4.2.1.3: keyUsage cRLSign, or nothing it issues can be revoked',
  noKeyIdentifier: 'RFC 5280 §4.2.1.2: a CA has a subject key identifier, and what it issues names it',
  wrongPurpose: 'RFC 5280 §4.2.1.12: purposes of a CA bound those of devices, whose is clientAuth',
  constrained: 'RFC 5280 §6.1.4 (o), §4.2.1.10: a limit that this station could not keep to',
  pathTooLong: 'RFC 5280 §4.2.1.9: pathLenConstraint leaves no room for the CAs below',
  expired: 'RFC 5280 §6.1.3 (a)(2): its validity is over',
  notYetValid: 'RFC 5280 §6.1.3 (a)(2): its validity has not begun',
  noRoot: 'the path does not end in a self-signed root: a certificate is missing',
  brokenChain: 'RFC 5280 §6.1.3 (a)(1), (a)(4): signed by another CA than the one it names',
  nameClash: 'RFC 5280 §4.2.1.9: two CAs of one path with one name could not be told apart',
  weakKey: 'RFC 5280 §4.1.2.7 as devices are held to it: a key that can be broken',
  weakAlgorithm: 'RFC 6194 §3 (SHA-1), RFC 6151 §2 (MD5)',
  unsupported: 'AWS IoT Core, "X.509 client certificates": RSA and ECDSA with SHA-256, SHA-384, SHA-512',
  notExportable: 'a key in a token or in KMS never leaves it',
  outsideRoot: 'RFC 5280 §3.3: who issued a certificate revokes it, and the key of that CA is not ours',
  notIssuing: 'devices are certified by issuing CAs only',
  practice: 'Birthmark: what is for practice must never be vouched for by what is real, nor the reverse',
} as const;

export type UnfitReason = keyof typeof unfitReasons;

/** `detail` is a whole sentence for engineers, without its full stop. */
export const unfit = (
  reason: UnfitReason,
  detail: string,
  extra: { data?: Record<string, string | number>; cause?: unknown } = {},
): StationError => new StationError('ca.unfit', detail, { data: { reason, ...extra.data }, cause: extra.cause });
