/** May this request have a certificate? A pure decision on facts others gathered; recorded before anything is built. */
import { type ErrorCode, StationError } from '../contract/errors.ts';
import type { CsrFacts } from './x509/csr.ts';

export type PolicyFacts = {
  csr: CsrFacts;
  unitSerial: string;
  /** The unit serial this public key was seen with before, if any. */
  keySeenOn?: string | undefined;
  /** A certificate of this unit for this very key was superseded: rework means another key. */
  keySuperseded?: boolean | undefined;
  /** The unit holds a live certificate for another key; one for this key is installed again, never signed again. */
  unitHasCertificate?: boolean | undefined;
  /** How many more certificates the order allows. */
  orderLeft: number;
  /** SHA-256 of the SubjectPublicKeyInfo of every CA of this station, lower-case hex. */
  caPublicKeys: readonly string[];
};

type Refusal = { allowed: false; code: ErrorCode; detail: string; data?: Record<string, string | number | boolean> };
export type Decision = { allowed: true; notes: string[] } | Refusal;

type Rule = (facts: PolicyFacts) => Omit<Refusal, 'allowed'> | undefined;

/** In order: what concerns this unit's identity first, what a full order hides last. */
const rules: readonly Rule[] = [
  // Both attributes name a device (RFC 5280 appendix A.1, IEEE 802.1AR §8.6); neither is copied, and neither may contradict.
  function subjectFitsUnit({ csr, unitSerial }) {
    const { commonName, serialNumber } = csr.subject;
    const claimed = [commonName, serialNumber].find((name) => name !== undefined && name !== unitSerial);
    if (claimed === undefined) return undefined;
    return {
      code: 'csr.subjectMismatch',
      detail: 'the request names another unit',
      data: { reason: 'subjectMismatch', claimed, unitSerial },
    };
  },
  function keyIsNoCaKey({ csr, caPublicKeys }) {
    if (!caPublicKeys.includes(csr.spkiSha256)) return undefined;
    return { code: 'policy.keySeen', detail: 'the public key is a CA key of this station', data: { reason: 'caKey' } };
  },
  // A second unit with a key means a clone or a random generator that is stuck. The same unit may ask again.
  function keyIsNew({ keySeenOn, unitSerial }) {
    if (keySeenOn === undefined || keySeenOn === unitSerial) return undefined;
    return {
      code: 'policy.keySeen',
      detail: 'the public key belongs to another unit',
      data: { reason: 'keySeen', seenOn: keySeenOn },
    };
  },
  function keyIsNotSuperseded({ keySuperseded }) {
    if (!keySuperseded) return undefined;
    return {
      code: 'policy.keySeen',
      detail: 'the unit is reworked, and the key is the one it had before',
      data: { reason: 'superseded' },
    };
  },
  function unitHasNone({ unitHasCertificate }) {
    if (!unitHasCertificate) return undefined;
    return {
      code: 'policy.unitHasCertificate',
      detail: 'the unit has a certificate for another key: a new key needs rework',
      data: { reason: 'unitHasCertificate' },
    };
  },
  function orderHasRoom({ orderLeft }) {
    return orderLeft > 0 ? undefined : { code: 'order.full', detail: 'the order allows no more certificates' };
  },
];

/** Pure. The first rule that refuses decides; `notes` are for the audit log. */
export function decide(facts: PolicyFacts): Decision {
  for (const rule of rules) {
    const refusal = rule(facts);
    if (refusal !== undefined) return { allowed: false, ...refusal };
  }
  const { csr, keySeenOn } = facts;
  const notes = [`key ${csr.keyType}`, `request signed with ${csr.signatureAlgorithm}`, ...csr.deviations];
  if (csr.subject.commonName === undefined && csr.subject.serialNumber === undefined)
    notes.push('request names no unit');
  if (keySeenOn !== undefined) notes.push('key seen before on this unit');
  return { allowed: true, notes };
}

/** Throws the refusal as a `StationError`; otherwise returns the notes. */
export function requireAllowed(decision: Decision): string[] {
  if (decision.allowed) return decision.notes;
  throw new StationError(decision.code, decision.detail, { data: decision.data });
}
