import { useTranslations } from 'use-intl';
import type { PracticeOutage } from '../../app/contract/index.ts';
import { practiceOutage } from '../../app/contract/model.ts';
import { useAct } from '../calls.ts';
import { SelectField } from '../controls/selectfield.tsx';
import { refuseAct } from '../scanreader/lastscan.ts';

/** Lets the practice AWS fail until a person ends it, so that batches can be tried against an outage. */
export function PracticeCloud({ outage }: { outage: PracticeOutage | null }) {
  const t = useTranslations('practice');
  const { run } = useAct('practice.outage');
  const choices = ['works', ...practiceOutage.options] as const;
  return (
    <div className={outage === null ? 'practice-cloud' : 'practice-cloud out'}>
      <SelectField
        bare
        size="bench"
        label={t('cloud')}
        value={outage ?? 'works'}
        options={choices.map((value) => ({ value, label: t(`outage.${value}`) }))}
        onPick={(choice) => void run({ outage: choice === 'works' ? null : choice }, refuseAct)}
      />
    </div>
  );
}
