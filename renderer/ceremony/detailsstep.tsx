import { useTranslations } from 'use-intl';
import type { CaKeyType } from '../../app/contract/index.ts';
import { caKeyType } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { formFields } from '../controls/formfields.ts';
import { SelectField } from '../controls/selectfield.tsx';
import type { CaDraft } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonystepprops.ts';
import { detailsRules } from './ceremonysteps.ts';

/** Asks for the CA's name, its kind of key and its years. */
export function DetailsStep({ draft, change, hierarchy, which }: CeremonyStepProps & { which: 'root' | 'issuing' }) {
  const t = useTranslations('ceremony.about');
  const ca = draft[which];
  const set = (part: Partial<CaDraft>) => change({ [which]: { ...ca, ...part } });
  const wordsOf = (name: keyof CaDraft) => (name === 'years' ? t('yearsProblem') : undefined);
  const taken = hierarchy.authorities.some(({ commonName }) => commonName === ca.commonName.trim());
  const { field } = formFields({ ...detailsRules, words: wordsOf }, ca, set);
  const already = which === 'root' && draft.rootId !== null;
  return (
    <div className="stack narrow">
      <h3>{t(`lead.${which}`)}</h3>
      <Field
        label={t('name')}
        hint={t(`nameHint.${which}`)}
        maxLength={64}
        {...field('commonName')}
        problem={taken && !already ? t('nameTaken') : undefined}
      />
      <div className="stack tight">
        <SelectField<CaKeyType>
          label={t('keyType')}
          value={ca.keyType}
          onPick={(keyType) => set({ keyType })}
          options={caKeyType.options.map((value) => ({
            value,
            label: value === 'P-256' ? t('recommended', { keyType: value }) : value,
          }))}
        />
        <p className="hint">{ca.keyType.startsWith('RSA') ? t('whyNotRsa') : t('whyP256')}</p>
      </div>
      {draft.path !== 'request' && (
        <Field
          label={t('years')}
          hint={t(`yearsHint.${which}`)}
          inputMode="numeric"
          maxLength={2}
          {...field('years')}
        />
      )}
    </div>
  );
}
