import { boolean, encode, implicitOctets, octetString, oid, raw, sequence, text } from '../../app/ca/asn1/der.ts';
import { oids } from '../../app/ca/asn1/oids.ts';
import { defaultProfile } from '../../app/ca/index.ts';
import { noExpiry } from '../../app/ca/profiles/profile.ts';
import { generalName } from '../../app/ca/x509/altname.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  keyUsage,
  subjectKeyIdentifier,
} from '../../app/ca/x509/extension.ts';
import { encodeName } from '../../app/ca/x509/name.ts';
import { encodeTbs } from '../../app/ca/x509/tbs.ts';
import {
  addressesCase,
  agreeing,
  aki,
  bits,
  constraints,
  day,
  dns,
  encodedSubject,
  type Fixture,
  fields,
  hardware,
  idevid,
  issuer,
  issuerSpki,
  lasting,
  names,
  namesCase,
  plainSubject,
  policies,
  policiesCase,
  policy,
  purposes,
  recut,
  rsaTbs,
  ski,
  tbs,
  twoInOneRdn,
  uri,
  usage,
  wide,
  withPurposes,
  withUsage,
  wrap,
} from './lintframe.ts';
import { hex, now } from './support.ts';

/** For each lint a certificate that breaks its rule and one that keeps it. */
export const fixtures: Record<string, Fixture> = {
  'version.isV3': { fails: recut(([, ...rest]) => [hex('a003020101'), ...rest]) },
  'serial.isPositive': {
    fails: recut(([version, , ...rest]) => [version!, hex(`0210ff${'11'.repeat(15)}`), ...rest]),
    passes: tbs({ serialHex: `7f${'11'.repeat(15)}` }),
  },
  'serial.isShort': {
    fails: tbs({ serialHex: '11'.repeat(21) }),
    passes: tbs({ serialHex: `ff${'11'.repeat(15)}` }),
    also: ['serial.isRandom'],
  },
  'serial.isRandom': { fails: tbs({ serialHex: '01' }), passes: tbs({ serialHex: `80${'00'.repeat(15)}` }) },
  'signature.isStrong': {
    fails: recut((parts) => parts.map((part, i) => (i === 2 ? hex('300906072a8648ce3d0401') : part))),
    passes: wrap(encodeTbs(fields({ algorithm: 'ecdsa-with-SHA512' })), {
      ...defaultProfile,
      signature: { 'P-256': 'ecdsa-with-SHA512' },
    }),
    also: ['signature.parameters', 'signature.isTheProfiles'],
  },
  'signature.fitsIssuer': { fails: tbs({ algorithm: 'sha256WithRSAEncryption' }), also: ['signature.isTheProfiles'] },
  'signature.parameters': {
    fails: recut((parts) => parts.map((part, i) => (i === 2 ? hex('300c06082a8648ce3d0403020500') : part))),
  },
  'signature.isTheProfiles': {
    fails: tbs({ algorithm: 'ecdsa-with-SHA384' }),
    passes: wrap(encodeTbs(fields({ algorithm: 'ecdsa-with-SHA384' })), {
      ...defaultProfile,
      signature: { 'P-256': 'ecdsa-with-SHA384' },
    }),
  },
  'validity.isOrdered': { fails: tbs({ notAfter: now }) },
  'validity.insideIssuer': {
    fails: tbs({ notBefore: new Date(issuer.notBefore.getTime() - 1000) }),
    passes: tbs({ notBefore: issuer.notBefore }),
  },
  'validity.noExpiryIsMeant': {
    fails: tbs({ notAfter: noExpiry }),
    passes: lasting,
    also: ['validity.isNotLonger'],
  },
  'validity.isNotLonger': {
    fails: wrap(encodeTbs(fields({ notAfter: new Date(now.getTime() + 9 * day) })), {
      ...defaultProfile,
      validity: { kind: 'days', days: 7 },
    }),
    passes: wrap(encodeTbs(fields({ notAfter: new Date(now.getTime() + 8 * day) })), {
      ...defaultProfile,
      validity: { kind: 'days', days: 7 },
    }),
  },
  'key.isSupported': {
    fails: tbs({ spkiDer: hex(`302a300506032b6570032100${'09'.repeat(32)}`) }),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: [
      'key.isNotTheIssuers',
      'keyUsage.fitsEcKey',
      'keyUsage.fitsRsaKey',
      'keyUsage.isTheProfiles',
      'subjectKeyIdentifier.isTheKeys',
    ],
  },
  'key.isNotTheIssuers': {
    fails: tbs({
      spkiDer: issuerSpki(issuer),
      extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki],
    }),
  },
  'fields.noUniqueIds': { fails: recut((parts) => [...parts.slice(0, -1), hex('8102000f'), parts.at(-1)!]) },
  'issuer.isVerbatim': { fails: tbs({ issuerDer: encode(encodeName([['commonName', 'Another CA']])) }) },
  'subject.isNotTheIssuers': { fails: tbs({ subject: raw(issuer.subjectDer) }) },
  'subject.hasOneCommonName': {
    fails: tbs({ subject: encodeName([['organizationName', 'Tømmer & Co']]) }),
    also: ['subject.isTheProfiles'],
  },
  'subject.valuesFit': {
    fails: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x0c, 'S'.repeat(65)]) }),
    passes: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x0c, 'S'.repeat(64)]) }),
  },
  'subject.stringTypes': {
    fails: tbs({ subject: encodedSubject(['2.5.4.10', 0x0c, 'O'], ['2.5.4.3', 0x16, 'SN-1']) }),
  },
  'subject.practiceMark': {
    fails: tbs({
      subject: encodeName([
        ['organizationName', 'O'],
        ['organizationalUnitName', 'PRACTICE'],
        ['commonName', 'SN-1'],
      ]),
    }),
    passes: tbs({ subject: encodeName(plainSubject('PRACTICE')) }),
    also: [],
  },
  'subject.isNotEmpty': {
    fails: tbs({ subject: sequence() }),
    also: ['subject.hasOneCommonName', 'subject.isTheProfiles'],
  },
  'subject.oneValueAnRdn': { fails: tbs({ subject: raw(twoInOneRdn()) }) },
  'subject.attributesOnce': {
    fails: tbs({
      subject: encodeName([
        ['organizationName', 'O'],
        ['organizationName', 'P'],
        ['commonName', 'SN-1'],
      ]),
    }),
    passes: wide(),
    also: ['subject.isTheProfiles'],
  },
  'subject.isTheProfiles': {
    fails: tbs({
      subject: encodeName([
        ['commonName', 'SN-1'],
        ['organizationName', 'O'],
      ]),
    }),
    passes: wide(),
  },
  'subject.printableWhereAsked': {
    fails: wrap(encodeTbs(fields({ subject: encodedSubject(['2.5.4.5', 0x0c, 'SN-1'], ['2.5.4.3', 0x0c, 'SN-1']) })), {
      ...defaultProfile,
      subject: idevid.subject.slice(1),
    }),
    passes: lasting,
  },
  'subject.isFilled': { fails: tbs({ subject: encodeName(plainSubject('{organisation}')) }) },
  'subject.saysSomething': {
    fails: tbs({ subject: encodeName(plainSubject('- .')) }),
    passes: tbs({ subject: encodeName(plainSubject('-1.')) }),
  },
  'extensions.areUnique': { fails: tbs({ extensions: [constraints, usage, purposes, ski, aki, ski] }) },
  'extensions.areKnown': {
    fails: tbs({
      extensions: [constraints, usage, purposes, ski, aki, sequence(oid('1.2.3.4'), octetString(hex('0500')))],
    }),
    passes: wide(),
  },
  'extensions.areThere': { fails: tbs({ extensions: [constraints, usage, ski, aki] }), passes: wide() },
  'extensions.criticality': {
    fails: tbs({ extensions: [sequence(oid('2.5.29.19'), octetString(hex('3000'))), usage, purposes, ski, aki] }),
    passes: wide(),
  },
  'basicConstraints.isNoCa': {
    fails: tbs({ extensions: [basicConstraints({ pathLength: 0 }), usage, purposes, ski, aki] }),
  },
  'subjectKeyIdentifier.isTheKeys': {
    fails: tbs({ extensions: [constraints, usage, purposes, subjectKeyIdentifier(issuer.ski), aki] }),
  },
  'authorityKeyIdentifier.isTheIssuers': {
    fails: tbs({ extensions: [constraints, usage, purposes, ski, authorityKeyIdentifier(hex('00'.repeat(20)))] }),
  },
  'keyUsage.signs': {
    fails: rsaTbs(['keyEncipherment']),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.isMinimal': {
    fails: withUsage(sequence(oid('2.5.29.15'), boolean(true), bits(0, 0x80))),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
  },
  'keyUsage.noCaBits': {
    fails: withUsage(keyUsage(['digitalSignature', 'keyCertSign'])),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.fitsEcKey': {
    fails: withUsage(keyUsage(['digitalSignature', 'keyEncipherment'])),
    passes: rsaTbs(['digitalSignature', 'keyEncipherment']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.fitsRsaKey': {
    fails: rsaTbs(['digitalSignature', 'keyEncipherment', 'keyAgreement']),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.onlyWithAgreement': {
    fails: withUsage(keyUsage(['digitalSignature', 'decipherOnly'])),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
    also: ['keyUsage.isTheProfiles'],
  },
  'keyUsage.isTheProfiles': {
    fails: withUsage(keyUsage(['digitalSignature', 'nonRepudiation'])),
    passes: agreeing(['digitalSignature', 'keyAgreement']),
  },
  'extKeyUsage.isClientAuth': {
    fails: withPurposes(oids.serverAuth),
    passes: wide(),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.isNotAny': {
    fails: withPurposes(oids.clientAuth, oids.anyExtendedKeyUsage),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.vouchesForNobody': {
    fails: withPurposes(oids.clientAuth, oids.ocspSigning),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.areUnique': {
    fails: withPurposes(oids.clientAuth, oids.clientAuth),
    also: ['extKeyUsage.isTheProfiles'],
  },
  'extKeyUsage.isTheProfiles': { fails: withPurposes(oids.clientAuth, oids.serverAuth) },
  'subjectAltName.isNotEmpty': namesCase([]),
  'subjectAltName.kindsAreKnown': {
    fails: wide('names', names(implicitOctets(7, hex('7f000001')))),
    passes: wide(),
    also: ['subjectAltName.isTheProfiles'],
  },
  'subjectAltName.dnsIsHostName': namesCase([dns('sn_1.example')]),
  'subjectAltName.dnsIsOneHost': namesCase([dns('*.example')]),
  'subjectAltName.uriIsAbsolute': namesCase([uri('/units/SN-1')]),
  'subjectAltName.otherNameSaysSomething': namesCase([generalName({ type: 'otherName', oid: '1.2.3.4', value: '' })]),
  'subjectAltName.hardwareIsOne': namesCase([hardware('1.3.6.1.4.1.99999.1'), hardware('1.3.6.1.4.1.99999.2')]),
  'subjectAltName.hardwareTypeIsArc': namesCase([hardware('1.3.6')], lasting),
  'subjectAltName.areUnique': namesCase([dns('a.example'), dns('A.EXAMPLE')]),
  'subjectAltName.isFilled': namesCase([generalName({ type: 'otherName', oid: '1.2.3.4', value: '{unitSerial}' })]),
  'subjectAltName.isTheProfiles': { fails: wide('names', names(dns('a.example'))), passes: wide() },
  'certificatePolicies.areUnique': policiesCase(policy('1.3.6.1.4.1.99999.2.1'), policy('1.3.6.1.4.1.99999.2.1')),
  'certificatePolicies.noQualifiers': {
    fails: wide(
      'policies',
      policies(
        policy(
          '1.3.6.1.4.1.99999.2.1',
          sequence(sequence(oid('1.3.6.1.5.5.7.2.1'), text(0x16, 'http://cps.example/'))),
        ),
      ),
    ),
    passes: wide(),
  },
  'certificatePolicies.notAny': policiesCase(policy(oids.anyPolicy)),
  'certificatePolicies.areTheProfiles': { fails: wide('policies', certificatePolicies(['1.2.3.4'])), passes: wide() },
  'crlDistributionPoints.areHttp': addressesCase('https://crl.example/ca.crl'),
  'crlDistributionPoints.areUnique': addressesCase('http://crl.example/ca.crl', 'http://crl.example/ca.crl'),
  'crlDistributionPoints.areTheProfiles': {
    fails: wide('addresses', crlDistributionPoints(['http://other.example/ca.crl'])),
    passes: wide(),
  },
};
