import { useTranslations } from 'use-intl';
import { base64Of } from '../controls/base64.ts';
import { Field } from '../controls/field.tsx';
import { FilePick } from '../controls/filepick.tsx';
import { NewPassphraseFields } from '../controls/newpassphrase.tsx';
import { TextArea } from '../controls/textarea.tsx';
import type { CeremonyStepProps } from './ceremonystepprops.ts';

/** The file of an existing CA, and the certificates that it leaves out. */
export function ImportFileStep({ secrets, changeSecrets }: CeremonyStepProps) {
  const t = useTranslations('ceremony.file');
  const { file } = secrets;
  const set = (part: Partial<typeof file>) => changeSecrets({ file: { ...file, ...part } });
  return (
    <div className="stack narrow">
      <h3>{t('lead')}</h3>
      <FilePick
        label={t('file')}
        accept=".p12,.pfx,.pem"
        chosen={file.name === '' ? t('noFile') : file.name}
        onFiles={([chosen]) => chosen && void base64Of(chosen).then((content) => set({ content, name: chosen.name }))}
      />
      <Field
        label={t('passphrase')}
        hint={t('passphraseHint')}
        type="password"
        maxLength={1024}
        value={file.passphrase}
        onValue={(passphrase) => set({ passphrase })}
      />
      <TextArea
        label={t('chain')}
        hint={t('chainHint')}
        rows={4}
        maxLength={200_000}
        value={file.chain}
        onValue={(chain) => set({ chain })}
      />
    </div>
  );
}

/** The new passphrase of the imported key. */
export function ImportedKeyStep({ secrets, changeSecrets }: CeremonyStepProps) {
  const t = useTranslations('ceremony.keep');
  return (
    <div className="stack narrow">
      <h3>{t('lead')}</h3>
      <p className="hint">{t('hint')}</p>
      <NewPassphraseFields draft={secrets.kept} onDraft={(kept) => changeSecrets({ kept })} />
    </div>
  );
}
