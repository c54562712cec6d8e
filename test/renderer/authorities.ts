/** A hierarchy that has seen some years: two roots, issuing CAs in every state, one request that is out. */
import type { CaRequestView, CaView, HierarchyView, Token, TokenModule } from '../../app/contract/index.ts';
import { hierarchy as hierarchySchema } from '../../app/contract/model.ts';

const day = 86_400_000;
const today = Date.parse('2026-11-20T13:05:09.000Z');
const at = (days: number) => new Date(today + days * day).toISOString();
const idOf = (letter: string) => letter.repeat(64);
const pem = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIQTxyaA95Vd6o=\n-----END CERTIFICATE-----\n';

export const ids = {
  root: idOf('a'),
  old: idOf('b'),
  active: idOf('c'),
  token: idOf('d'),
  expired: idOf('e'),
  company: idOf('1'),
  policy: idOf('2'),
  kms: idOf('3'),
} as const;

function ca(name: string, daysLeft: number, years: number, change: Partial<CaView> & Pick<CaView, 'issuerId'>): CaView {
  return {
    role: 'issuing',
    subject: `CN=${name},O=Alster Sensors`,
    commonName: name,
    parentId: ids.root,
    keyType: 'P-256',
    notBeforeAt: at(daysLeft - years * 365),
    notAfterAt: at(daysLeft),
    daysLeft,
    expiry: daysLeft < 0 ? 'expired' : daysLeft <= 90 ? 'soon' : 'well',
    active: false,
    custody: 'file',
    custodyText: `ca/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.pem`,
    keyState: 'locked',
    remembered: false,
    backupProvedAt: null,
    issued: 0,
    issuedToday: 0,
    live: 0,
    revocation: null,
    rootCrl: change.role === 'root' ? { last: null, due: null } : null,
    registration: 'unknown',
    certificatePem: pem,
    ...change,
  };
}

export const request: CaRequestView = {
  requestId: idOf('9'),
  subject: 'CN=Line 3 Issuing CA (Alster PKI),O=Alster Sensors',
  keyType: 'P-384',
  custody: 'token',
  custodyText: 'hsm-hamburg (0A3F21)',
  requestedAt: at(-6),
  csrPem: '-----BEGIN CERTIFICATE REQUEST-----\nMIIBATCBpwIBADA=\n-----END CERTIFICATE REQUEST-----\n',
};

const base: HierarchyView = {
  authorities: [
    ca('Line 3 Root CA', 5470, 20, { issuerId: ids.root, role: 'root', parentId: null }),
    ca('Alster Sensors Root G2', 7210, 25, {
      issuerId: ids.company,
      role: 'root',
      parentId: null,
      keyType: 'P-384',
      custody: 'elsewhere',
      custodyText: '',
      keyState: 'elsewhere',
    }),
    ca('Alster Device Policy CA', 3120, 12, {
      issuerId: ids.policy,
      role: 'intermediate',
      parentId: ids.company,
      keyType: 'P-384',
      custody: 'elsewhere',
      custodyText: '',
      keyState: 'elsewhere',
    }),
    ca('Line 3 Issuing CA 2', 1840, 10, {
      issuerId: ids.active,
      active: true,
      issued: 48_211,
      live: 48_190,
      issuedToday: 221,
      registration: 'active',
    }),
    ca('Line 3 Issuing CA', 60, 5, {
      issuerId: ids.old,
      keyState: 'unlocked',
      remembered: true,
      issued: 131_904,
      live: 131_700,
      registration: 'notRegistered',
    }),
    ca('Line 3 Issuing CA HSM', 2900, 10, {
      issuerId: ids.token,
      custody: 'token',
      custodyText: 'hsm-hamburg (0A3F21)',
      keyState: 'absent',
      pin: 'countLow',
    }),
    ca('Line 3 Pilot CA', -41, 3, {
      issuerId: ids.expired,
      custody: 'elsewhere',
      custodyText: '',
      keyState: 'elsewhere',
      backupProvedAt: at(-700),
      issued: 512,
      registration: 'inactive',
    }),
    ca('Line 3 Cloud CA', 3650, 10, {
      issuerId: ids.kms,
      parentId: ids.policy,
      custody: 'kms',
      custodyText: 'arn:aws:kms:eu-central-1:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    }),
  ],
  requests: [request],
  autoLockMinutes: 60,
  remember: { available: true },
  alone: true,
  rootCrlValidDays: 365,
  tokenModules: ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/opensc-pkcs11.so'],
};

/** Checked by the contract's own schema: no screen is tested on fiction. */
export const hierarchyOf = (change: Partial<HierarchyView> = {}): HierarchyView =>
  hierarchySchema.parse({ ...base, ...change });

/** The same with one CA changed. */
export const withCa = (issuerId: string, change: Partial<CaView>): HierarchyView =>
  hierarchyOf({
    authorities: base.authorities.map((one) => (one.issuerId === issuerId ? { ...one, ...change } : one)),
  });

export const newCa = (issuerId: string, change: Partial<CaView>): CaView =>
  ca(change.commonName ?? 'New CA', 3650, 10, { issuerId, keyState: 'unlocked', ...change });

const maker = '/opt/maker/libmaker.so';
export const modulesOf = (): TokenModule[] => [
  { path: base.tokenModules[0]!, listed: true, usedBy: ['Line 3 Issuing CA HSM'] },
  {
    path: maker,
    listed: true,
    usedBy: [],
    problem: {
      code: 'ca.moduleUnsafe',
      detail: '/opt/maker can be written by others',
      data: { reason: 'moduleWritable', path: maker, at: '/opt/maker' },
    },
  },
  { path: base.tokenModules[1]!, listed: false, usedBy: [] },
];

export const tokens: Token[] = [
  {
    label: 'hsm-hamburg',
    serial: '0A3F21',
    manufacturer: 'SoftHSM project',
    model: 'SoftHSM v2',
    initialized: true,
    pin: 'ok',
    keys: [{ label: 'Line 3 Issuing CA HSM', keyIdHex: '01', keyType: 'P-256' }],
  },
  {
    label: '',
    serial: '77B0',
    manufacturer: 'SoftHSM project',
    model: 'SoftHSM v2',
    initialized: false,
    pin: 'notSet',
    keys: [],
  },
];

export const shareTexts = Array.from(
  { length: 16 },
  (_, index) => `birthmark-share-${index + 1}-${'q7w2e9r4t1'.repeat(9)}`,
);
