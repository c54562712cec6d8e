import { Archive } from 'lucide-react';
import { useFormatter, useTranslations } from 'use-intl';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { Pill } from '../controls/pill.tsx';
import { Timestamp } from '../controls/timestamp.tsx';

type Props = { method: 'backups.list' | 'backups.inBucket'; title: string; version: string };

/** The backups of this station in the folder or in the bucket, the latest first. */
export function BackupList({ method, title, version }: Props) {
  const t = useTranslations('backups');
  const format = useFormatter();
  const { data, error } = useRead(method, {}, version);
  const isFolder = method === 'backups.list';
  const looking = t(isFolder ? 'looking' : 'lookingInBucket');
  if (!data) return error ? <ErrorNotice error={error} /> : <p className="hint">{looking}</p>;
  if (data.length === 0)
    return (
      <EmptyState
        icon={Archive}
        title={t(isFolder ? 'empty' : 'emptyBucket')}
        hint={isFolder ? t('emptyHint') : title}
      />
    );
  return (
    <>
      <h3>{title}</h3>
      <table className="plain-table" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{t('madeAt')}</th>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('bytes')}</th>
            <th scope="col">{t('leaves')}</th>
            <th scope="col">{t('state')}</th>
          </tr>
        </thead>
        <tbody>
          {data.map((row) => (
            <tr key={row.name}>
              <td>{row.madeAt === null ? '–' : <Timestamp at={row.madeAt} />}</td>
              <th scope="row" className="mono">
                {row.name}
              </th>
              <td className="number">{t('mib', { mib: row.bytes / 1024 / 1024 })}</td>
              <td className="number">{row.size === null ? '–' : format.number(row.size)}</td>
              <td>
                {row.problem === null ? <Pill tone="plain">{t('whole')}</Pill> : <Pill tone="warn">{t('broken')}</Pill>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
