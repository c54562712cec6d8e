import { Cloud, FileKey, UsbIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Choices } from '../controls/choices.tsx';
import { Field } from '../controls/field.tsx';
import { formFields } from '../controls/formfields.ts';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import type { CustodyDraft, NewSecrets } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonystepprops.ts';
import { kmsRules } from './ceremonysteps.ts';
import { TokenFields } from './tokenfields.tsx';

type Kind = CustodyDraft['kind'];

/** Asks for the home of the new key and the secret that opens it. */
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

function KmsFields({
  custody,
  onCustody,
}: {
  custody: CustodyDraft;
  onCustody: (part: Partial<CustodyDraft>) => void;
}) {
  const t = useTranslations('ceremony.custody');
  const cloud = useTranslations('station.cloud');
  const { field } = formFields({ ...kmsRules, words: () => cloud('problem') }, custody, onCustody);
  return (
    <>
      <p className="hint">{cloud('credentials')}</p>
      <Field label={cloud('region')} hint={cloud('regionHint')} {...field('region')} />
      <Field label={t('keyArn')} hint={t('keyArnHint')} {...field('keyArn')} />
      <Field label={cloud('endpoint')} hint={cloud('endpointHint')} {...field('endpointUrl')} />
    </>
  );
}
