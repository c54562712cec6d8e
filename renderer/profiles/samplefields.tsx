import { useTranslations } from 'use-intl';
import type { CaKeyType } from '../../app/contract/index.ts';
import { caKeyType, unitSerial } from '../../app/contract/model.ts';
import { Field } from '../controls/field.tsx';
import { SelectField } from '../controls/selectfield.tsx';

/** A sample unit for the preview of a profile. */
export type Sample = { unitSerial: string; model: string; hardwareId: string; keyType: CaKeyType };

export const firstSample: Sample = {
  unitSerial: 'SN-000123',
  model: 'MODEL-1',
  hardwareId: '0123456789abcdef',
  keyType: 'P-256',
};

export const sampleFits = (sample: Sample): boolean => unitSerial.safeParse(sample.unitSerial).success;

export function SampleFields({ sample, onSample }: { sample: Sample; onSample: (sample: Sample) => void }) {
  const t = useTranslations('profiles.sample');
  const set = (part: Partial<Sample>) => onSample({ ...sample, ...part });
  return (
    <fieldset className="sample" aria-label={t('title')}>
      <Field
        label={t('unitSerial')}
        value={sample.unitSerial}
        maxLength={64}
        problem={sampleFits(sample) ? undefined : t('serialProblem')}
        onValue={(value) => set({ unitSerial: value })}
      />
      <Field label={t('model')} value={sample.model} maxLength={64} onValue={(model) => set({ model })} />
      <Field
        label={t('hardwareId')}
        value={sample.hardwareId}
        maxLength={128}
        onValue={(hardwareId) => set({ hardwareId })}
      />
      <SelectField<CaKeyType>
        label={t('keyType')}
        value={sample.keyType}
        options={caKeyType.options.map((value) => ({ value, label: value }))}
        onPick={(keyType) => set({ keyType })}
      />
    </fieldset>
  );
}
