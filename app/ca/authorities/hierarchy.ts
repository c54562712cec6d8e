/** A root and an issuing CA, made once when a station is set up. */

import { checkPassphrase, encryptKey } from '../keyfiles/encrypted.ts';
import { makeIssuingCertificate, makeRootCertificate, newCaKeyPair } from './certify.ts';
import { readCa } from './facts.ts';
import { softwareKey } from './key.ts';
import { type CaNames, caSubject, subjectTextOf } from './plan.ts';

export type HierarchyRequest = {
  /** The station's name. The CAs are named after it. */
  name: string;
  organisation: string;
  passphrase: string;
  practice: boolean;
  now: Date;
};

/** `encryptedKeyPem` is encrypted PKCS#8. */
export type CaFiles = { certificateDer: Uint8Array; encryptedKeyPem: string };
export type Hierarchy = { root: CaFiles; issuing: CaFiles };

const rootYears = 20;
const issuingYears = 10;

/** @throws `ca.weakPassphrase`; `call.badParams` – when the name cannot stand in a subject */
export async function createHierarchy(request: HierarchyRequest): Promise<Hierarchy> {
  checkPassphrase(request.passphrase);
  hierarchySubjects(request);
  const { rootNames, issuingNames } = namesOf(request);
  const { now, passphrase } = request;
  const [rootKey, issuingKey] = await Promise.all([newCaKeyPair('P-256'), newCaKeyPair('P-256')]);
  const key = softwareKey(rootKey);
  const rootDer = await makeRootCertificate({ ...rootNames, years: rootYears, key, now });
  const { spkiDer } = softwareKey(issuingKey);
  const terms = { ...issuingNames, years: issuingYears, spkiDer, parent: readCa(rootDer), parentKey: key, now };
  const issuingDer = await makeIssuingCertificate(terms);
  const [rootPem, issuingPem] = await Promise.all([rootKey, issuingKey].map((one) => encryptKey(one, passphrase)));
  return {
    root: { certificateDer: rootDer, encryptedKeyPem: rootPem! },
    issuing: { certificateDer: issuingDer, encryptedKeyPem: issuingPem! },
  };
}

type NamesRequest = Pick<HierarchyRequest, 'name' | 'organisation' | 'practice'>;

/**
 * The subjects that `createHierarchy` would give its CAs, to show before anything is made.
 * @throws `call.badParams`
 */
export function hierarchySubjects(request: NamesRequest): { rootSubject: string; issuingSubject: string } {
  const { rootNames, issuingNames } = namesOf(request);
  return { rootSubject: subjectTextOf(caSubject(rootNames)), issuingSubject: subjectTextOf(caSubject(issuingNames)) };
}

const namesOf = ({ name, organisation, practice }: NamesRequest): { rootNames: CaNames; issuingNames: CaNames } => ({
  rootNames: { commonName: `${name} Root CA`, organisation, practice },
  issuingNames: { commonName: `${name} Issuing CA`, organisation, practice },
});
