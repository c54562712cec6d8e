import type { CaView, KeyAccess } from '../../app/contract/index.ts';

export type AccessKind = KeyAccess['kind'];

/** How a CA's key is to be opened, as it is typed. Never written down. */
export type AccessDraft = {
  kind: AccessKind;
  secret: string;
  /** base64 of an export, and what its file is called. */
  content: string;
  fileName: string;
  passphrase: string;
  shares: string[];
};

export const noAccess = (kind: AccessKind): AccessDraft => ({
  kind,
  secret: '',
  content: '',
  fileName: '',
  passphrase: '',
  shares: [],
});

/** The ways a key can be opened: where it lives, and from a backup where it can leave that place. */
export function accessKinds({ custody, keyState }: Pick<CaView, 'custody' | 'keyState'>): AccessKind[] {
  if (custody === 'token' || custody === 'kms') return ['secret'];
  const gone = custody === 'elsewhere' || keyState === 'missing';
  return gone ? ['shares', 'export'] : ['secret', 'export', 'shares'];
}

/** What the station is given; undefined while something is missing. */
export function accessOfDraft(draft: AccessDraft, custody: CaView['custody']): KeyAccess | undefined {
  switch (draft.kind) {
    case 'secret':
      if (custody === 'kms') return { kind: 'secret', secret: '' };
      return draft.secret === '' ? undefined : { kind: 'secret', secret: draft.secret };
    case 'export':
      return draft.content === ''
        ? undefined
        : { kind: 'export', content: draft.content, passphrase: draft.passphrase };
    case 'shares':
      return draft.shares.length < 2 ? undefined : { kind: 'shares', shares: draft.shares };
  }
}
