import { FileKey, KeyRound, Puzzle } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaView } from '../../app/contract/index.ts';
import { base64Of } from '../controls/base64.ts';
import { Choices } from '../controls/choices.tsx';
import { Field } from '../controls/field.tsx';
import { FilePick } from '../controls/filepick.tsx';
import type { AccessDraft, AccessKind } from './accessdraft.ts';
import { ShareEntry } from './shareentry.tsx';

type Props = {
  ca: Pick<CaView, 'custody' | 'custodyText'>;
  kinds: readonly AccessKind[];
  draft: AccessDraft;
  onDraft: (draft: AccessDraft) => void;
};

const icons = { secret: KeyRound, export: FileKey, shares: Puzzle } as const;

/** Asks how to open a key for one act. */
export function AccessFields({ ca, kinds, draft, onDraft }: Props) {
  const t = useTranslations('ca.access');
  const change = (part: Partial<AccessDraft>) => onDraft({ ...draft, ...part });
  return (
    <div className="stack">
      {kinds.length > 1 && (
        <Choices
          row
          legend={t('how')}
          value={draft.kind}
          onChoose={(kind) => change({ kind })}
          choices={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`), icon: icons[kind] }))}
        />
      )}
      {draft.kind === 'secret' && ca.custody === 'kms' && <p>{t('kms')}</p>}
      {draft.kind === 'secret' && ca.custody !== 'kms' && (
        <Field
          label={ca.custody === 'token' ? t('pin', { token: ca.custodyText }) : t('passphrase')}
          type="password"
          maxLength={1024}
          value={draft.secret}
          onValue={(secret) => change({ secret })}
        />
      )}
      {draft.kind === 'export' && (
        <>
          <FilePick
            label={t('file')}
            accept=".pem,.p12,.pfx"
            chosen={draft.fileName === '' ? t('noFile') : draft.fileName}
            onFiles={([file]) =>
              file && void base64Of(file).then((content) => change({ content, fileName: file.name }))
            }
          />
          <Field
            label={t('filePassphrase')}
            type="password"
            maxLength={1024}
            value={draft.passphrase}
            onValue={(passphrase) => change({ passphrase })}
          />
        </>
      )}
      {draft.kind === 'shares' && <ShareEntry shares={draft.shares} onShares={(shares) => change({ shares })} />}
    </div>
  );
}
