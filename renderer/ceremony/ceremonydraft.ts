import type { CaKeyType, CaView, HierarchyView, StationStatus } from '../../app/contract/index.ts';
import { type AccessDraft, accessKinds, noAccess } from '../ca/accessdraft.ts';
import { type NewPassphrase, noPassphrase } from '../controls/passphrasestrength.ts';

export const ceremonyPaths = ['issuing', 'both', 'request', 'import'] as const;
export type CeremonyPath = (typeof ceremonyPaths)[number];

/** The home of a new key; nothing here is secret. */
export type CustodyDraft = {
  kind: 'file' | 'token' | 'kms';
  module: string;
  tokenSerial: string;
  tokenLabel: string;
  region: string;
  keyArn: string;
  endpointUrl: string;
};

export type CaDraft = { commonName: string; keyType: CaKeyType; years: string; custody: CustodyDraft };

/** All answers that may be kept for later. */
export type CeremonyDraft = {
  path: CeremonyPath | null;
  root: CaDraft;
  issuing: CaDraft;
  parentId: string | null;
  /** The root that this ceremony made. */
  rootId: string | null;
  activate: boolean;
};

/** The secrets that open the new key. */
export type NewSecrets = NewPassphrase & { pin: string };

/** The secrets of the ceremony. They are never kept and are gone with the page. */
export type Secrets = {
  root: NewSecrets;
  issuing: NewSecrets;
  access: AccessDraft;
  file: { content: string; name: string; passphrase: string; chain: string };
  kept: NewPassphrase;
};

const noSecret: NewSecrets = { ...noPassphrase, pin: '' };
export const noSecrets: Secrets = {
  root: noSecret,
  issuing: noSecret,
  access: noAccess('secret'),
  file: { content: '', name: '', passphrase: '', chain: '' },
  kept: noPassphrase,
};

const emptyCustody: CustodyDraft = {
  kind: 'file',
  module: '',
  tokenSerial: '',
  tokenLabel: '',
  region: '',
  keyArn: '',
  endpointUrl: '',
};

/** A name that no CA has yet: `Line 3 Issuing CA`, `Line 3 Issuing CA 2`, … */
function freeName(base: string, taken: readonly string[]): string {
  const numbered = (number: number) => (number === 1 ? base : `${base} ${number}`).slice(-64);
  let number = 1;
  while (taken.includes(numbered(number))) number += 1;
  return numbered(number);
}

/** The CAs that can issue a new one. */
export const parentsOf = ({ authorities }: HierarchyView): CaView[] =>
  authorities.filter(
    (ca) => ca.role !== 'issuing' && ca.expiry !== 'expired' && accessKinds(ca).length > 0 && ca.keyState !== 'absent',
  );

export function firstCeremonyDraft(hierarchy: HierarchyView, status: StationStatus): CeremonyDraft {
  const taken = hierarchy.authorities.map(({ commonName }) => commonName);
  const custody = {
    ...emptyCustody,
    module: hierarchy.tokenModules[0] ?? '',
    region: status.cloud?.region ?? '',
    endpointUrl: status.cloud?.endpointUrl ?? '',
  };
  const ca = (kind: string, years: string): CaDraft => ({
    commonName: freeName(`${status.name} ${kind}`, taken),
    keyType: 'P-256',
    years,
    custody,
  });
  return {
    path: null,
    root: ca('Root CA', '20'),
    issuing: ca('Issuing CA', '10'),
    parentId: parentsOf(hierarchy)[0]?.issuerId ?? null,
    rootId: null,
    activate: true,
  };
}

const storageKey = 'birthmark.ceremony';

export const keepCeremonyDraft = (draft: CeremonyDraft): void =>
  localStorage.setItem(storageKey, JSON.stringify(draft));
export const forgetCeremonyDraft = (): void => localStorage.removeItem(storageKey);

/** The answers that were kept here last time, on top of a fresh draft. */
export function keptCeremonyDraft(fresh: CeremonyDraft): CeremonyDraft | undefined {
  try {
    const kept = localStorage.getItem(storageKey);
    return kept === null ? undefined : { ...fresh, ...(JSON.parse(kept) as CeremonyDraft) };
  } catch {
    return undefined;
  }
}
