import { useTranslations } from 'use-intl';
import { DayField } from '../controls/dayfield.tsx';
import { areBackwards } from '../controls/daytext.ts';
import type { DeskList } from './usedesklist.ts';

/** The first and the last day of what a list shows. */
export function Period<By extends string>({ list, label }: { list: DeskList<By>; label: string }) {
  const t = useTranslations('desk');
  const backwards = useTranslations('exports')('backwards');
  return (
    <>
      <div className="day">
        <DayField label={t('from', { what: label })} value={list.from} onValue={list.setFrom} />
      </div>
      <div className="day">
        <DayField
          label={t('to')}
          value={list.to}
          onValue={list.setTo}
          problem={areBackwards(list.from, list.to) ? backwards : undefined}
        />
      </div>
    </>
  );
}
