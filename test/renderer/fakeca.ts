/** What the fake station says of CAs and profiles; it keeps what was changed, as a station does. */

import { checkProfile, profiles } from '../../app/ca/index.ts';
import {
  type CaView,
  type CertificatePreviewView,
  type HierarchyView,
  type ListedProfileView,
  type MethodName,
  type methods,
  type Params,
  StationError,
  type TokenModule,
} from '../../app/contract/index.ts';
import { sentence } from '../../app/contract/sentences.ts';
import { hierarchyOf, ids, modulesOf, newCa, request, shareTexts, tokens } from './authorities.ts';

export type FakeCa = { hierarchy: HierarchyView; profiles: ListedProfileView[]; modules: TokenModule[] };

const productText = (name: string) => {
  const { purpose: _, ...profile } = profiles[name]!;
  return `${JSON.stringify(profile, null, 2)}\n`;
};

export const ownText = `{
  "name": "alster-sensor",
  "subject": [
    { "attribute": "organizationName", "value": "{organisation}" },
    { "attribute": "commonName", "value": "{unitSerial}" }
  ],
  "validity": { "kind": "days", "days": 5475 },
  "keyUsage": { "ec": ["digitalSignature"], "rsa": ["digitalSignature"] },
  "extendedKeyUsage": ["1.3.6.1.5.5.7.3.2"],
  "subjectAltNames": [{ "type": "uri", "value": "urn:alster:{model}:{unitSerial}" }]
}
`;

const listed = (name: string, change: Partial<ListedProfileView> = {}): ListedProfileView => ({
  name,
  from: 'product',
  inUse: false,
  problems: [],
  text: Object.hasOwn(profiles, name) ? productText(name) : ownText,
  ...change,
});

export const firstCa = (): FakeCa => ({
  hierarchy: hierarchyOf(),
  modules: modulesOf(),
  profiles: [
    listed('aws-iot-device', { inUse: true }),
    listed('ieee-802.1ar-idevid'),
    listed('alster-sensor', { from: 'file' }),
    listed('old-sensor', {
      from: 'file',
      text: '{ "name": "old-sensor" }',
      problems: [{ path: 'subject', ...sentence('missingHere', { expected: 'array' }) }],
    }),
  ],
});

/** Methods of the hierarchy and of the profiles. `changed` tells the screens. */
export function caAnswers(home: { ca: FakeCa }, changed: () => void): Record<string, (params: never) => unknown> {
  const find = (issuerId: string) => {
    const ca = home.ca.hierarchy.authorities.find((one) => one.issuerId === issuerId);
    if (!ca) throw new StationError('ca.notFound', issuerId);
    return ca;
  };
  const change = (issuerId: string, part: Partial<CaView>) => {
    find(issuerId);
    const { authorities } = home.ca.hierarchy;
    home.ca.hierarchy = {
      ...home.ca.hierarchy,
      authorities: authorities.map((one) => (one.issuerId === issuerId ? { ...one, ...part } : one)),
    };
    changed();
    return {};
  };
  const add = (ca: CaView) => {
    const rest = home.ca.hierarchy.authorities.map((one) => (ca.active ? { ...one, active: false } : one));
    home.ca.hierarchy = { ...home.ca.hierarchy, authorities: [...rest, ca] };
    changed();
    return { issuerId: ca.issuerId };
  };
  const checked = (text: string) => {
    try {
      const found = checkProfile(JSON.parse(text));
      return found.ok ? [] : found.problems;
    } catch {
      return [{ path: '', ...sentence('notReadable') }];
    }
  };
  const answers: { [M in keyof Answered]?: (params: Params<M>) => unknown } = {
    'ca.hierarchy': () => home.ca.hierarchy,
    'ca.preview': ({ commonName, keyType, years, parentId }) => {
      const parent = parentId === null ? undefined : find(parentId);
      return {
        subject: `CN=${commonName},O=Alster Sensors`,
        issuer: parent?.subject ?? `CN=${commonName},O=Alster Sensors`,
        keyType,
        signatureAlgorithm: 'ecdsa-with-SHA256',
        notBeforeAt: '2026-11-19T13:05:09.000Z',
        notAfterAt: `${2026 + years}-11-17T13:05:09.000Z`,
        pathLength: parent ? 0 : 1,
        notes: years > 15 && parent ? [`It ends with ${parent.commonName}, earlier than asked for.`] : [],
      };
    },
    'ca.makeRoot': ({ commonName }) =>
      add(newCa('4'.repeat(64), { commonName, role: 'root', parentId: null, keyState: 'locked' })),
    'ca.makeIssuing': ({ commonName, parentId, activate, custody }) =>
      add(newCa('5'.repeat(64), { commonName, parentId, active: activate ?? true, custody: custody.kind })),
    'ca.request': () => request,
    'ca.complete': ({ requestId, activate }) => {
      home.ca.hierarchy = {
        ...home.ca.hierarchy,
        requests: home.ca.hierarchy.requests.filter((one) => one.requestId !== requestId),
      };
      return add(
        newCa('6'.repeat(64), { commonName: 'From the company', parentId: ids.company, active: activate ?? true }),
      );
    },
    'ca.discard': ({ requestId }) => {
      home.ca.hierarchy = {
        ...home.ca.hierarchy,
        requests: home.ca.hierarchy.requests.filter((one) => one.requestId !== requestId),
      };
      changed();
      return {};
    },
    'ca.import': ({ activate }) =>
      add(newCa('7'.repeat(64), { commonName: 'Brought in', keyState: 'locked', active: activate ?? false })),
    'ca.activate': ({ issuerId }) => {
      for (const { issuerId: other } of home.ca.hierarchy.authorities) change(other, { active: other === issuerId });
      return {};
    },
    'ca.exportKey': ({ format }) => ({
      fileName: `line-3-root-ca.${format}`,
      content: Buffer.from('-----BEGIN ENCRYPTED PRIVATE KEY-----\n').toString('base64'),
    }),
    'ca.splitKey': ({ shares }) => ({ shares: shareTexts.slice(0, shares) }),
    'ca.proveBackup': ({ issuerId }) => change(issuerId, { backupProvedAt: '2026-11-20T13:05:09.000Z' }),
    'ca.takeOffline': ({ issuerId }) =>
      change(issuerId, { custody: 'elsewhere', custodyText: '', keyState: 'elsewhere' }),
    'ca.unlock': ({ issuerId = ids.active, remember }) =>
      change(issuerId, { keyState: 'unlocked', ...(remember ? { remembered: true } : {}) }),
    'ca.lock': ({ issuerId }) => {
      const open = home.ca.hierarchy.authorities.filter(({ keyState }) => keyState === 'unlocked');
      for (const one of open)
        if ((issuerId ?? one.issuerId) === one.issuerId) change(one.issuerId, { keyState: 'locked' });
      return {};
    },
    'ca.changePassphrase': () => ({}),
    'ca.revoke': ({ issuerId, reason, note, second }) => {
      const { live, parentId } = find(issuerId);
      const revokedAt = '2026-11-20T13:05:09.000Z';
      const agreedBy = second ? `Quinn Quality (${second.badge})` : null;
      const revocation = {
        reason,
        note,
        actor: 'Erin Engineer (EN-3001)',
        agreedBy,
        revokedAt,
        cloud: 'waiting' as const,
      };
      const last = { number: 8, entries: 1, thisUpdateAt: revokedAt, nextUpdateAt: '2027-11-20T13:05:09.000Z' };
      change(issuerId, { revocation });
      change(parentId ?? '', { rootCrl: { last, due: null } });
      return { certificates: live, rootCrl: last, trouble: null, alone: second === undefined };
    },
    'ca.rootCrl': ({ issuerId }) => {
      const last = {
        number: 7,
        entries: 0,
        thisUpdateAt: '2026-11-20T13:05:09.000Z',
        nextUpdateAt: '2027-11-20T13:05:09.000Z',
      };
      change(issuerId, { rootCrl: { last, due: null } });
      return last;
    },
    'ca.forget': ({ issuerId }) => change(issuerId, { remembered: false }),
    'ca.modules': () => home.ca.modules,
    'ca.addModule': ({ path }) => {
      if (path.includes('/tmp/'))
        throw new StationError('ca.moduleUnsafe', `${path} can be written by others`, {
          data: { reason: 'moduleWritable', path, at: path },
        });
      const rest = home.ca.modules.filter((one) => one.path !== path);
      home.ca.modules = [{ path, listed: true, usedBy: [] }, ...rest];
      return {};
    },
    'ca.removeModule': ({ path }) => {
      home.ca.modules = home.ca.modules.map((one) => (one.path === path ? { ...one, listed: false } : one));
      return {};
    },
    'ca.tokens': ({ module }) => {
      if (!home.ca.modules.some(({ path, listed }) => listed && path === module))
        throw new StationError('ca.moduleNotListed', module, { data: { reason: 'moduleNotListed', path: module } });
      if (!module.includes('softhsm')) throw new StationError('ca.noTokens', `cannot load ${module}`);
      return tokens;
    },
    'profiles.list': () => home.ca.profiles,
    'profiles.preview': ({ text, unit, keyType }) => {
      const problems = checked(text);
      return { problems, preview: problems.length > 0 ? null : previewOf(JSON.parse(text), unit, keyType) };
    },
    'profiles.save': ({ text }) => {
      const { name } = JSON.parse(text) as { name: string };
      home.ca.profiles = [...home.ca.profiles.filter((one) => one.name !== name), listed(name, { from: 'file', text })];
      changed();
      return { name };
    },
    'profiles.use': ({ name }) => {
      home.ca.profiles = home.ca.profiles.map((one) => ({ ...one, inUse: one.name === name }));
      changed();
      return {};
    },
    'profiles.remove': ({ name }) => {
      home.ca.profiles = home.ca.profiles.filter((one) => one.name !== name);
      changed();
      return {};
    },
  };
  return answers as Record<string, (params: never) => unknown>;
}

type Answered = Pick<typeof methods, Extract<MethodName, `ca.${string}` | `profiles.${string}`>>;

type Profile = { name: string; validity: { kind: string; days?: number }; subjectAltNames?: { value?: string }[] };

function previewOf(
  profile: Profile,
  unit: { unitSerial: string; model: string; hardwareId: string },
  keyType: string,
): CertificatePreviewView {
  const expires = profile.validity.kind !== 'noExpiry';
  const long = (profile.validity.days ?? 0) > 20_000;
  return {
    profile: profile.name,
    subject: `O=Alster Sensors, CN=${unit.unitSerial}`,
    issuer: 'CN=Line 3 Issuing CA 2, O=Alster Sensors',
    keyType,
    signatureAlgorithm: 'ecdsa-with-SHA256',
    notBeforeAt: '2026-11-19T13:05:09.000Z',
    notAfterAt: expires ? '2031-12-04T13:05:09.000Z' : '9999-12-31T23:59:59.000Z',
    expires,
    subjectAltNames: (profile.subjectAltNames ?? []).map(
      ({ value = '' }) => `URI: ${value.replace('{model}', unit.model).replace('{unitSerial}', unit.unitSerial)}`,
    ),
    extensions: [
      { oid: '2.5.29.19', name: 'basicConstraints', critical: true, text: 'not a CA' },
      {
        oid: '2.5.29.15',
        name: 'keyUsage',
        critical: true,
        text: 'digitalSignature',
        source: 'RFC 5280 §4.2.1.3; RFC 8446 §4.4.2.2: a TLS client signs',
      },
      {
        oid: '2.5.29.37',
        name: 'extKeyUsage',
        critical: false,
        text: 'TLS client (clientAuth)',
        source: 'RFC 5280 §4.2.1.12: id-kp-clientAuth, the device is the client of a TLS server',
      },
      {
        oid: '2.5.29.14',
        name: 'subjectKeyIdentifier',
        critical: false,
        text: `${'4f1c9a03'.repeat(5)}, from the key`,
      },
      {
        oid: '2.5.29.35',
        name: 'authorityKeyIdentifier',
        critical: false,
        text: `${'9e77b2d1'.repeat(5)}, the issuing CA`,
      },
    ],
    tbsBase64: 'MIIB',
    problems: long
      ? [{ name: 'validityInsideIssuer', source: 'RFC 5280 §6.1.3 (a)(2)', why: 'it would outlive its issuing CA' }]
      : [],
  };
}
