import { PackageOpen, ScrollText } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import type { AuditEntry } from '../../app/contract/index.ts';
import { useFilter } from '../address.ts';
import { useRead } from '../calls.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { station, useStationStatus } from '../stationclient.ts';
import { useGivenNames } from '../words/givennames.ts';
import { AuditEntryView } from './auditentryview.tsx';
import { type DeskColumn, DeskTable } from './desktable.tsx';
import { auditEntryNames, useAuditWords } from './entrywords.ts';
import { Period } from './period.tsx';
import { useDeskList } from './usedesklist.ts';

/** The audit log: the list, or one entry of it. */
export function AuditPage({ seq }: { seq: number | undefined }) {
  return seq === undefined ? <AuditList /> : <AuditEntryView key={seq} seq={seq} />;
}

const usual = { by: 'seq', descending: true, columns: ['seq', 'at', 'entry', 'actor', 'subject'] } as const;

function AuditList() {
  const t = useTranslations('desk');
  const common = useTranslations('common');
  const given = useGivenNames();
  const exportWords = useTranslations('exports');
  const wordsOf = useAuditWords();
  const [subject, setSubject] = useFilter<string>('subject', '');
  const [name, setName] = useFilter<string>('entry', '');
  const [actor, setActor] = useFilter<string>('person', '');
  const list = useDeskList<'seq'>('audit', ['seq'], usual);
  const actors = useRead('audit.actors', {});
  const wanted = useDeferredValue(subject.trim());
  const version = useStationStatus()?.seq;
  const filter = {
    ...(wanted === '' ? {} : { subject: wanted }),
    ...(name === '' ? {} : { entry: name }),
    ...(actor === '' ? {} : { actor }),
    ...list.period,
    ...(list.descending ? {} : { descending: false }),
  };
  const names = auditEntryNames
    .map((value) => ({ value: value as string, label: wordsOf(value) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const people = [...new Set([...(actors.data ?? []), ...(actor === '' ? [] : [actor])])];
  const columns: readonly DeskColumn<AuditEntry, 'seq'>[] = [
    {
      key: 'seq',
      head: t('column.seq'),
      width: '7rem',
      orderBy: 'seq',
      cell: (row) => <span className="number">{row.seq}</span>,
    },
    { key: 'at', head: t('column.at'), width: '13rem', cell: (row) => <Timestamp at={row.at} /> },
    {
      key: 'entry',
      head: t('column.entry'),
      width: 'minmax(12rem, 1.6fr)',
      cell: (row) => <span title={row.entry}>{wordsOf(row.entry)}</span>,
    },
    {
      key: 'actor',
      head: t('column.actor'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) => <span title={row.actor}>{given.actor(row.actor)}</span>,
    },
    {
      key: 'subject',
      head: t('column.subject'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) => (
        <span className="mono" title={row.subject}>
          {row.subject}
        </span>
      ),
    },
    {
      key: 'data',
      head: t('column.data'),
      width: 'minmax(12rem, 2fr)',
      cell: (row) => <span className="mono">{JSON.stringify(row.data)}</span>,
    },
  ];
  return (
    <div className="page fill">
      <div className="page-head">
        <h1>{t('auditTitle')}</h1>
        <span className="grow" />
        <a className="button" href={hrefTo.exports}>
          <PackageOpen aria-hidden="true" />
          {exportWords('open')}
        </a>
      </div>
      <DeskTable
        label={t('auditList')}
        list={list}
        columns={columns}
        asked={{ list: 'audit', filter }}
        load={(part) => station.call('audit.list', { ...filter, ...part })}
        version={version}
        href={(row) => hrefTo.auditEntry(row.seq)}
        desk
        count={(count) => t('entryCount', { count })}
        tools={
          <>
            <SearchBox label={t('subject')} hint={t('subjectHint')} value={subject} onValue={setSubject} />
            <SelectField
              label={t('column.entry')}
              value={name}
              onPick={setName}
              options={[{ value: '', label: common('all') }, ...names]}
            />
            <SelectField
              label={t('column.actor')}
              value={actor}
              onPick={setActor}
              options={[
                { value: '', label: common('all') },
                ...people.map((value) => ({ value, label: given.actor(value) })),
              ]}
            />
            <Period list={list} label={t('column.at')} />
          </>
        }
        empty={<EmptyState icon={ScrollText} title={t('noEntry')} hint={t('noEntryHint')} />}
      />
    </div>
  );
}
