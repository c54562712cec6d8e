import { PackageSearch } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BatchMember, BatchRow } from '../../app/contract/index.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { hrefTo } from '../route.ts';
import { station } from '../stationclient.ts';
import { MemberPill } from './batchpills.tsx';
import { ReasonText } from './reasontext.tsx';

/** The result of each unit of a batch. */
export function Members({ batch, filter }: { batch: BatchRow; filter: BatchMember['state'] | '' }) {
  const t = useTranslations('batches');
  const { batchId } = batch;
  const version = `${batch.state} ${batch.registered} ${batch.rejected} ${batch.unaccounted}`;
  const pages = usePaging<BatchMember>(`${batchId} ${filter}`, version, async (offset, limit) => {
    const shown = await station.call('batches.show', {
      batchId,
      offset,
      limit,
      ...(filter === '' ? {} : { state: filter }),
    });
    return { total: shown.total, rows: shown.members };
  });
  const columns: readonly Column<BatchMember>[] = [
    {
      key: 'unit',
      head: t('column.unit'),
      width: 'minmax(11rem, 1fr)',
      cell: (row) => <strong className="mono">{row.unitSerial}</strong>,
    },
    { key: 'result', head: t('column.result'), width: '10rem', cell: (row) => <MemberPill state={row.state} /> },
    { key: 'thing', head: t('column.thing'), width: 'minmax(9rem, 1fr)', cell: (row) => row.thingName },
    {
      key: 'reason',
      head: t('column.reason'),
      width: 'minmax(12rem, 2fr)',
      cell: (row) => row.reason && <ReasonText reason={row.reason} />,
    },
    { key: 'line', head: t('column.line'), width: '5rem', cell: (row) => row.line },
  ];
  if (pages.total === 0)
    return <EmptyState icon={PackageSearch} title={t('noMembers')} hint={t('count', { count: batch.count })} />;
  return (
    <>
      <ErrorNotice error={pages.error} />
      <PagedTable label={t('members')} pages={pages} columns={columns} href={(row) => hrefTo.unit(row.unitSerial)} />
    </>
  );
}
