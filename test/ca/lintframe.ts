/** What the fixtures of the lints are cut from: a plain certificate, one with everything, and ways to spoil them. */
import { generateKeyPairSync } from 'node:crypto';
import {
  type Asn1,
  bitString,
  encode,
  implicitOctets,
  octetString,
  oid,
  sequence,
  setOf,
  text,
} from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import {
  buildTbs,
  defaultProfile,
  type Issuer,
  newSerial,
  type Profile,
  parseCsr,
  profileNamed,
  readKey,
  type Tbs,
} from '../../app/ca/index.ts';
import { keyIdentifier } from '../../app/ca/keys/publickey.ts';
import { altNamesOf, subjectOf } from '../../app/ca/profiles/fill.ts';
import { generalName } from '../../app/ca/x509/altname.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  extendedKeyUsage,
  type KeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../app/ca/x509/extension.ts';
import { encodeName, type NameAttribute } from '../../app/ca/x509/name.ts';
import { encodeTbs, type TbsFields } from '../../app/ca/x509/tbs.ts';
import { fullFields, fullProfile, hex, makeCsr, now, testCa, tlv } from './support.ts';
export const { issuer } = await testCa();
export const { issuer: practiceIssuer } = await testCa(true);
export const key = parseCsr(makeCsr('SN-1').csrDer);
export const rsaKey = readKey(
  new Uint8Array(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' })),
);
export const day = 24 * 3600 * 1000;

export const constraints = basicConstraints(false);
export const usage = keyUsage(['digitalSignature']);
export const purposes = extendedKeyUsage(['1.3.6.1.5.5.7.3.2']);
export const ski = subjectKeyIdentifier(keyIdentifier(key.spkiDer));
export const aki = authorityKeyIdentifier(issuer.ski);

export function fields(changes: Partial<TbsFields> = {}): TbsFields {
  return {
    serialHex: newSerial(),
    algorithm: issuer.algorithm,
    issuerDer: issuer.subjectDer,
    notBefore: now,
    notAfter: new Date(now.getTime() + day),
    subject: encodeName([
      ['organizationName', 'Tømmer & Co'],
      ['commonName', 'SN-1'],
    ]),
    spkiDer: key.spkiDer,
    extensions: [constraints, usage, purposes, ski, aki],
    ...changes,
  };
}

export const tbs = (changes: Partial<TbsFields> = {}): Tbs => wrap(encodeTbs(fields(changes)));
export const wrap = (tbsDer: Uint8Array, profile: Profile = defaultProfile): Tbs => ({ tbsDer, profile });
/** The same certificate with other parts in the outer SEQUENCE. */
export function recut(change: (parts: Uint8Array[]) => Uint8Array[], changes: Partial<TbsFields> = {}): Tbs {
  const all = encodeTbs(fields(changes));
  const parts: Uint8Array[] = [];
  for (let at = 4; at < all.length; ) {
    const first = all[at + 1]!;
    const length = first < 128 ? 2 + first : first === 0x81 ? 3 + all[at + 2]! : 4 + all[at + 2]! * 256 + all[at + 3]!;
    parts.push(all.subarray(at, at + length));
    at += length;
  }
  return wrap(tlv(0x30, ...change(parts)));
}
export const bits = (unused: number, ...octets: number[]) =>
  octetString(encode(bitString(Uint8Array.from(octets), unused)));
export const extensionOf = (type: string, value: Asn1) => sequence(oid(type), octetString(encode(value)));
export const names = (...list: Asn1[]) => extensionOf(oids.subjectAltName, sequence(...list));
export const dns = (value: string) => implicitOctets(2, Buffer.from(value));
export const uri = (value: string) => implicitOctets(6, Buffer.from(value));
export const hardware = (hwType: string) => generalName({ type: 'hardwareModuleName', hwType, hwSerial: hex('00ff') });
export const policy = (value: string, ...qualifiers: Asn1[]) => sequence(oid(value), ...qualifiers);
export const policies = (...list: Asn1[]) => extensionOf(oids.certificatePolicies, sequence(...list));

/** The frame with the extensions of the full profile, one of them put in its place. */
const wideExtensions = [constraints, usage, purposes, ski, aki, ...fullExtensions()];
function fullExtensions() {
  const { policies: asked, crlDistributionPoints: addresses } = fullProfile;
  return [
    subjectAltName(altNamesOf(fullProfile, fullFields)),
    certificatePolicies(asked),
    crlDistributionPoints(addresses),
  ];
}
export function wide(replaced?: 'names' | 'policies' | 'addresses', by?: Asn1): Tbs {
  const at = { names: 5, policies: 6, addresses: 7 };
  const extensions = wideExtensions.map((one, i) => (replaced !== undefined && by && at[replaced] === i ? by : one));
  const subject = encodeName(subjectOf(fullProfile, fullFields));
  return wrap(encodeTbs(fields({ subject, extensions })), fullProfile);
}
export const plainSubject = (value: string): [NameAttribute, string][] => [
  ['organizationName', value],
  ['commonName', 'SN-1'],
];
export const rsaExtensions = (usages: KeyUsage[]) => [
  constraints,
  keyUsage(usages),
  purposes,
  subjectKeyIdentifier(keyIdentifier(rsaKey.spkiDer)),
  aki,
];
export const rsaTbs = (usages: KeyUsage[]) => tbs({ spkiDer: rsaKey.spkiDer, extensions: rsaExtensions(usages) });
export const withUsage = (one: Asn1) => tbs({ extensions: [constraints, one, purposes, ski, aki] });
export const withPurposes = (...list: string[]) =>
  tbs({ extensions: [constraints, usage, extendedKeyUsage(list), ski, aki] });
export const idevid = profileNamed('ieee-802.1ar-idevid');
export const lasting = buildTbs({
  profile: idevid,
  issuer,
  key,
  now,
  serialHex: newSerial(),
  fields: { unitSerial: 'SN-1', organisation: 'Tømmer & Co', model: 'M-1', hardwareId: '0a0b' },
});

/** A subject of its own attributes and string types. */
export function encodedSubject(...attributes: [string, number, string][]) {
  return sequence(...attributes.map(([type, tag, value]) => setOf(sequence(oid(type), text(tag, value)))));
}
export function twoInOneRdn(): Buffer {
  const pair = (type: string, value: string) => tlv(0x30, hex(type), tlv(0x0c, Buffer.from(value)));
  return tlv(0x30, tlv(0x31, pair('060355040a', 'O'), pair('0603550403', 'SN-1')));
}
export function agreeing(ec: Profile['keyUsage']['ec']): Tbs {
  const extensions = [constraints, keyUsage(ec), purposes, ski, aki];
  return wrap(encodeTbs(fields({ extensions })), { ...defaultProfile, keyUsage: { ...defaultProfile.keyUsage, ec } });
}
/** The profile asks for other kinds of names, so its own lint stops these too. */
export function namesCase(list: Asn1[], passes: Tbs = wide()): Fixture {
  return { fails: wide('names', names(...list)), passes, also: ['subjectAltName.isTheProfiles'] };
}
export function policiesCase(...list: Asn1[]): Fixture {
  return { fails: wide('policies', policies(...list)), passes: wide(), also: ['certificatePolicies.areTheProfiles'] };
}
export function addressesCase(...list: string[]): Fixture {
  const also = ['crlDistributionPoints.areTheProfiles'];
  return { fails: wide('addresses', crlDistributionPoints(list)), passes: wide(), also };
}
export function issuerSpki({ publicKey }: Issuer): Uint8Array {
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
}

export type Fixture = {
  fails: Tbs;
  /** What obeys the rule and comes near breaking it; the plain certificate unless named. */
  passes?: Tbs;
  /** Where a rule cannot be broken alone: the others that stop it too. */
  also?: string[];
};
