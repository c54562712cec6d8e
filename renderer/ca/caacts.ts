import type { CaView } from '../../app/contract/index.ts';

const caActs = [
  'unlock',
  'lock',
  'activate',
  'register',
  'certificate',
  'export',
  'split',
  'prove',
  'passphrase',
  'offline',
  'forget',
  'rootCrl',
  'revoke',
] as const;
export type CaAct = (typeof caActs)[number];

/** The facts that decide which acts are offered: the role of the person, and whether a target at AWS is set. */
export type CaViewer = { engineer: boolean; cloud: boolean };

/**
 * Whether the CA's key can be opened here, in its home or from a proved backup. Any other CA belongs to another owner.
 */
export const isOurs = ({ role, custody, backupProvedAt }: CaView): boolean =>
  role === 'root' && (custody !== 'elsewhere' || backupProvedAt !== null);

const isHere = ({ keyState }: CaView) => keyState === 'locked' || keyState === 'unlocked';

/** Only the key of an issuing CA stays open. The key of a root is opened for one act. */
const makesSense: Record<CaAct, (ca: CaView, viewer: CaViewer) => boolean> = {
  unlock: (ca) => ca.role === 'issuing' && ca.keyState === 'locked' && ca.expiry !== 'expired',
  lock: (ca) => ca.keyState === 'unlocked',
  activate: (ca) =>
    ca.role === 'issuing' && !ca.active && ca.revocation === null && ca.expiry !== 'expired' && isHere(ca),
  register: (ca, { cloud }) =>
    cloud &&
    ca.role === 'issuing' &&
    ca.revocation === null &&
    ca.keyState === 'unlocked' &&
    ca.registration !== 'active' &&
    ca.expiry !== 'expired',
  certificate: () => true,
  export: (ca) => ca.custody === 'file' && isHere(ca),
  split: (ca) => ca.custody === 'file' && isHere(ca),
  prove: (ca) => (ca.custody === 'file' && isHere(ca)) || (ca.custody === 'elsewhere' && ca.backupProvedAt !== null),
  passphrase: (ca) => ca.custody === 'file' && isHere(ca),
  offline: (ca) => ca.custody === 'file' && isHere(ca) && !ca.active,
  forget: (ca) => ca.remembered,
  rootCrl: (ca) => isOurs(ca) && ca.keyState !== 'absent' && ca.expiry !== 'expired',
  revoke: (ca) => ca.role === 'issuing' && ca.revocation === null,
};

/** The acts of this person on this CA in its state. The station decides; this list keeps the menu short. */
export const caActsOf = (ca: CaView, viewer: CaViewer): CaAct[] =>
  caActs.filter((act) => (viewer.engineer || act === 'certificate') && makesSense[act](ca, viewer));
