import type { CaView, KeyAccess } from '../../app/contract/index.ts';

export type AccessKind = KeyAccess['kind'];

/** The typed answers about opening a CA's key. They are never stored. */
export type AccessDraft = {
  kind: AccessKind;
  secret: string;
  /** An export in base64, and the name of its file. */
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

/** The ways to open a key: in its home, and from a backup if it can leave that home. */
export function accessKinds({ custody, keyState }: Pick<CaView, 'custody' | 'keyState'>): AccessKind[] {
  if (custody === 'token' || custody === 'kms') return ['secret'];
  const gone = custody === 'elsewhere' || keyState === 'missing';
  return gone ? ['shares', 'export'] : ['secret', 'export', 'shares'];
}

/** The access for the call; undefined while an answer is missing. */
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
