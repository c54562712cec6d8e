import { Cloud, FileKey, UsbIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Choices } from '../controls/choices.tsx';
import { Field } from '../controls/field.tsx';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import type { CustodyDraft, NewSecrets } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonypages.tsx';
import { TokenFields } from './tokenfields.tsx';

type Kind = CustodyDraft['kind'];

/** Where the new key shall live, and what opens it. */
export function CustodyStep({
  draft,
  change,
  secrets,
  changeSecrets,
  hierarchy,
  which,
}: CeremonyStepProps & { which: 'root' | 'issuing' }) {
  const t = useTranslations('ceremony.custody');
  const ca = draft[which];
  const { custody } = ca;
  const mine = secrets[which];
  const set = (part: Partial<CustodyDraft>) => change({ [which]: { ...ca, custody: { ...custody, ...part } } });
  const setSecret = (part: Partial<NewSecrets>) => changeSecrets({ [which]: { ...mine, ...part } });
  if (which === 'root' && draft.rootId !== null) return <p className="lead">{t('rootMade')}</p>;
  return (
    <div className="stack">
      <Choices<Kind>
        legend={t(`lead.${which}`)}
        value={custody.kind}
        onChoose={(kind) => set({ kind })}
        choices={[
          { value: 'file', label: t('file'), hint: t(`fileHint.${which}`), icon: FileKey },
          { value: 'token', label: t('token'), hint: t('tokenHint'), icon: UsbIcon },
          { value: 'kms', label: t('kms'), hint: t('kmsHint'), icon: Cloud },
        ]}
      />
      <div className="stack narrow">
        {custody.kind === 'file' && (
          <NewPassphraseFields label={t(`passphrase.${which}`)} draft={mine} onDraft={setSecret} />
        )}
        {custody.kind === 'token' && (
          <TokenFields
            custody={custody}
            modules={hierarchy.tokenModules}
            pin={mine.pin}
            onCustody={set}
            onPin={(pin) => setSecret({ pin })}
          />
        )}
        {custody.kind === 'kms' && <KmsFields custody={custody} onCustody={set} />}
      </div>
    </div>
  );
}

const regionForm = /^[a-z]{2}(-[a-z]+)+-\d$/;
const arnForm = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

function KmsFields({
  custody,
  onCustody,
}: {
  custody: CustodyDraft;
  onCustody: (part: Partial<CustodyDraft>) => void;
}) {
  const t = useTranslations('ceremony.custody');
  const cloud = useTranslations('station.cloud');
  const { region, keyArn, endpointUrl } = custody;
  return (
    <>
      <p className="hint">{cloud('credentials')}</p>
      <Field
        label={cloud('region')}
        hint={cloud('regionHint')}
        value={region}
        problem={regionForm.test(region.trim()) ? undefined : cloud('problem')}
        onValue={(value) => onCustody({ region: value })}
      />
      <Field
        label={t('keyArn')}
        hint={t('keyArnHint')}
        value={keyArn}
        problem={arnForm.test(keyArn.trim()) ? undefined : cloud('problem')}
        onValue={(value) => onCustody({ keyArn: value })}
      />
      <Field
        label={cloud('endpoint')}
        hint={cloud('endpointHint')}
        value={endpointUrl}
        problem={URL.canParse(endpointUrl.trim()) ? undefined : cloud('problem')}
        onValue={(value) => onCustody({ endpointUrl: value })}
      />
    </>
  );
}
