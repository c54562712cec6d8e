/** A root and an issuing CA, made once when a station is set up. */
import { generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { StationError } from '../contract/errors.ts';
import { signatureAlgorithms } from './algorithm.ts';
import { assemble } from './assemble.ts';
import { encode, readDer } from './der.ts';
import { authorityKeyIdentifier, basicConstraints, keyUsage, subjectKeyIdentifier } from './extension.ts';
import { algorithmFor, type KeyFacts, keyIdentifier, readKey } from './key.ts';
import { checkPassphrase, encryptKey } from './keyfile.ts';
import { encodeName, type NameAttribute, readName, valueProblem } from './name.ts';
import { backdateMs, practiceUnit } from './profile.ts';
import { encodeTbs, newSerial } from './tbs.ts';
import { wholeSecond } from './time.ts';

export type HierarchyRequest = {
  /** The station's name; the CAs are called after it. */
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

type KeyPair = { facts: KeyFacts; privateKey: KeyObject };
type Party = KeyPair & { subject: [NameAttribute, string][] };

/** Throws `ca.weakPassphrase`, or `call.badParams` for a name that cannot stand in a subject. */
export async function createHierarchy(request: HierarchyRequest): Promise<Hierarchy> {
  checkPassphrase(request.passphrase);
  const { rootName, issuingName } = namesOf(request);
  const root: Party = { ...(await newKeyPair()), subject: rootName };
  const issuing: Party = { ...(await newKeyPair()), subject: issuingName };
  const [rootDer, issuingDer, rootPem, issuingPem] = await Promise.all([
    certify(root, root, { years: rootYears, pathLength: 1, now: request.now }),
    certify(issuing, root, { years: issuingYears, pathLength: 0, now: request.now }),
    encryptKey(root.privateKey, request.passphrase),
    encryptKey(issuing.privateKey, request.passphrase),
  ]);
  return {
    root: { certificateDer: rootDer, encryptedKeyPem: rootPem },
    issuing: { certificateDer: issuingDer, encryptedKeyPem: issuingPem },
  };
}

type NamesRequest = Pick<HierarchyRequest, 'name' | 'organisation' | 'practice'>;

/** The subjects `createHierarchy` would give its CAs, to be shown before anything is made. Throws `call.badParams`. */
export function hierarchySubjects(request: NamesRequest): { rootSubject: string; issuingSubject: string } {
  const { rootName, issuingName } = namesOf(request);
  return { rootSubject: textOf(rootName), issuingSubject: textOf(issuingName) };
}

const namesOf = (request: NamesRequest) => ({
  rootName: subjectOf(request, `${request.name} Root CA`),
  issuingName: subjectOf(request, `${request.name} Issuing CA`),
});

const textOf = (subject: [NameAttribute, string][]): string =>
  readName(readDer(encode(encodeName(subject))), 'subject').text;

function subjectOf({ organisation, practice }: NamesRequest, commonName: string): [NameAttribute, string][] {
  const subject: [NameAttribute, string][] = [['organizationName', organisation]];
  if (practice) subject.push(['organizationalUnitName', practiceUnit]);
  subject.push(['commonName', commonName]);
  for (const [attribute, value] of subject) {
    const problem = valueProblem(attribute, value);
    if (problem !== undefined) throw new StationError('call.badParams', problem);
  }
  return subject;
}

async function newKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const spkiDer = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  return { facts: readKey(spkiDer), privateKey };
}

type CaTerms = { years: number; pathLength: number; now: Date };

/** RFC 5280 §4.2.1: what a CA certificate must have. The start is backdated, or device certificates could not be. */
async function certify(subject: Party, issuer: Party, { years, pathLength, now }: CaTerms): Promise<Uint8Array> {
  const algorithm = algorithmFor(issuer.facts.keyType);
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + years);
  const tbsDer = encodeTbs({
    serialHex: newSerial(),
    algorithm,
    issuerDer: encode(encodeName(issuer.subject)),
    notBefore: wholeSecond(new Date(now.getTime() - backdateMs)),
    notAfter: wholeSecond(notAfter),
    subject: encodeName(subject.subject),
    spkiDer: subject.facts.spkiDer,
    extensions: [
      basicConstraints({ pathLength }),
      keyUsage(['keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(keyIdentifier(subject.facts.spkiDer)),
      authorityKeyIdentifier(keyIdentifier(issuer.facts.spkiDer)),
    ],
  });
  const signature = await signAsync(signatureAlgorithms[algorithm].hash, tbsDer, issuer.privateKey);
  return assemble(tbsDer, algorithm, signature);
}

const signAsync = (hash: string, data: Uint8Array, key: KeyObject): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    sign(hash, data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
