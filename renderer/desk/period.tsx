import { useTranslations } from 'use-intl';
import { Field } from '../controls/field.tsx';
import type { DeskList } from './usedesklist.ts';

/** The first and the last day of what a list shows. */
export function Period<By extends string>({ list, label }: { list: DeskList<By>; label: string }) {
  const t = useTranslations('desk');
  return (
    <>
      <div className="day">
        <Field type="date" label={t('from', { what: label })} value={list.from} onValue={list.setFrom} />
      </div>
      <div className="day">
        <Field type="date" label={t('to')} value={list.to} onValue={list.setTo} />
      </div>
    </>
  );
}
