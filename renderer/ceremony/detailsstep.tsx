import { useTranslations } from 'use-intl';
import type { CaKeyType } from '../../app/contract/index.ts';
import { caKeyType } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import type { CaDraft } from './ceremonydraft.ts';
import type { CeremonyStepProps } from './ceremonypages.tsx';
import { yearsOf } from './ceremonysteps.ts';

/** What the CA is called, what kind of key it has, how long it lives. */
export function DetailsStep({ draft, change, hierarchy, which }: CeremonyStepProps & { which: 'root' | 'issuing' }) {
  const t = useTranslations('ceremony.about');
  const ca = draft[which];
  const set = (part: Partial<CaDraft>) => change({ [which]: { ...ca, ...part } });
  const taken = hierarchy.authorities.some(({ commonName }) => commonName === ca.commonName.trim());
  const already = which === 'root' && draft.rootId !== null;
  return (
    <div className="stack narrow">
      <h3>{t(`lead.${which}`)}</h3>
      <Field
        label={t('name')}
        hint={t(`nameHint.${which}`)}
        value={ca.commonName}
        maxLength={64}
        problem={taken && !already ? t('nameTaken') : undefined}
        onValue={(commonName) => set({ commonName })}
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
          value={ca.years}
          maxLength={2}
          problem={yearsOf(ca) === undefined ? t('yearsProblem') : undefined}
          onValue={(years) => set({ years })}
        />
      )}
    </div>
  );
}
