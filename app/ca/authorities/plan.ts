/** The contents of a CA certificate, decided before a key is used. Both making and preview start from this. */
import type { CaPreview } from '../../contract/authority.ts';
import { StationError } from '../../contract/errors.ts';
import { encode, readDer } from '../asn1/der.ts';
import { sameBytes } from '../asn1/node.ts';
import { wholeSecond } from '../asn1/time.ts';
import { algorithmFor, isRsa, type KeyType } from '../keys/publickey.ts';
import { backdateMs, practiceUnit } from '../profiles/profile.ts';
import type { SignatureAlgorithm } from '../x509/algorithm.ts';
import { encodeName, type NameAttribute, readName, valueProblem } from '../x509/name.ts';
import type { CaFacts } from './facts.ts';
import { unfit } from './unfit.ts';

export type CaNames = {
  commonName: string;
  organisation: string;
  /** Marked OU=PRACTICE, like everything below it. */
  practice: boolean;
};

/**
 * The DER of the Name.
 * @throws `call.badParams` – when a value cannot stand in a subject
 */
export function caSubject({ commonName, organisation, practice }: CaNames): Uint8Array {
  const subject: [NameAttribute, string][] = [['organizationName', organisation]];
  if (practice) subject.push(['organizationalUnitName', practiceUnit]);
  subject.push(['commonName', commonName]);
  for (const [attribute, value] of subject) {
    const problem = valueProblem(attribute, value);
    if (problem !== undefined) throw new StationError('call.badParams', problem);
  }
  return encode(encodeName(subject));
}

/** RFC 4514. */
export const subjectTextOf = (subjectDer: Uint8Array): string => readName(readDer(subjectDer), 'subject').text;

export type CaTerms = CaNames & {
  keyType: KeyType;
  years: number;
  /** How many CAs may stand below this one. The default is one below a root and none below an issuing CA. */
  pathLength?: number | undefined;
  /** Null for a root. */
  parent: CaFacts | null;
  now: Date;
};

export type CaPlan = {
  subjectDer: Uint8Array;
  issuerDer: Uint8Array;
  algorithm: SignatureAlgorithm;
  notBefore: Date;
  notAfter: Date;
  pathLength: number;
  /** The certificate would outlast its parent, so it ends when the parent does. */
  capped: boolean;
};

/**
 * The start is backdated, because device certificates are. The end is at the latest the parent's (RFC 5280 §6.1.3: a
 * chain is only as valid as its shortest part).
 * @throws `call.badParams`, `ca.expired`; `ca.unfit` (`pathTooLong`, `practice`, `nameClash`) – when the parent cannot
 * vouch for the CA
 */
export function planCa(terms: CaTerms): CaPlan {
  const { parent, now, keyType } = terms;
  const subjectDer = caSubject(terms);
  const pathLength = terms.pathLength ?? (parent === null ? 1 : 0);
  if (parent !== null) assertMayVouch(parent, { ...terms, subjectDer, pathLength });
  const wanted = new Date(now);
  wanted.setUTCFullYear(now.getUTCFullYear() + terms.years);
  const [start, end] = [now.getTime() - backdateMs, wholeSecond(wanted).getTime()];
  return {
    subjectDer,
    issuerDer: parent?.subjectDer ?? subjectDer,
    algorithm: algorithmFor(parent?.keyType ?? keyType),
    notBefore: wholeSecond(new Date(Math.max(start, parent?.notBefore.getTime() ?? start))),
    notAfter: new Date(Math.min(end, parent?.notAfter.getTime() ?? end)),
    pathLength,
    capped: parent !== null && end > parent.notAfter.getTime(),
  };
}

type Child = { subjectDer: Uint8Array; pathLength: number; practice: boolean; now: Date };

function assertMayVouch(parent: CaFacts, { subjectDer, pathLength, practice, now }: Child): void {
  const { subjectText, notBefore, notAfter } = parent;
  if (now < notBefore || now > notAfter) {
    const [from, to] = [notBefore.toISOString(), notAfter.toISOString()];
    throw new StationError('ca.expired', `the certificate of ${subjectText} is valid from ${from} to ${to}`, {
      data: { notAfterAt: to },
    });
  }
  if (parent.pathLength !== undefined && parent.pathLength <= pathLength)
    throw unfit('pathTooLong', `${subjectText} allows ${parent.pathLength} CAs below it, and this would need one more`);
  if (sameBytes(parent.subjectDer, subjectDer))
    throw unfit('nameClash', `the CA would have the name of the one above it, ${subjectText}`);
  if (parent.practice !== practice) {
    const [above, below] = parent.practice ? ['for practice', 'real'] : ['real', 'for practice'];
    throw unfit('practice', `${subjectText} is ${above}, and the CA below it would be ${below}`);
  }
}

/**
 * Shows what `planCa` decides. Pure.
 * @throws as `planCa`
 */
export function previewCa(terms: CaTerms): CaPreview {
  const plan = planCa(terms);
  return {
    subject: subjectTextOf(plan.subjectDer),
    issuer: subjectTextOf(plan.issuerDer),
    keyType: terms.keyType,
    signatureAlgorithm: plan.algorithm,
    notBeforeAt: plan.notBefore.toISOString(),
    notAfterAt: plan.notAfter.toISOString(),
    pathLength: plan.pathLength,
    notes: notesOn(terms, plan),
  };
}

function notesOn({ keyType, parent, years, practice }: CaTerms, { capped, notAfter }: CaPlan): string[] {
  const notes: string[] = [];
  const day = notAfter.toISOString().slice(0, 10);
  if (capped) notes.push(`It ends with its parent on ${day}: ${years} years from now would outlast it.`);
  if (parent === null)
    notes.push('A client that trusts this root trusts every CA below it: take its key offline once they are made.');
  else notes.push(`No device certificate issued by it lasts beyond ${day}.`);
  if (isRsa(keyType)) {
    const octets = Number(keyType.slice(4)) / 8;
    notes.push(
      `Its RSA signatures are ${octets} bytes each; those of P-256 are about 71. A device stores and sends that much more.`,
    );
  }
  if (keyType === 'P-521') notes.push('Not every TLS library on a device verifies P-521: try it with yours first.');
  if (practice) notes.push('It is marked OU=PRACTICE, and so is everything it issues.');
  return notes;
}
