import { PackageSearch, X } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import type { UnitRow, UnitState } from '../../app/contract/index.ts';
import { unitState } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { station, useBench } from '../stationclient.ts';
import { UnitStatePill } from './statepills.tsx';
import { modelText } from './unitmodel.ts';

/** One search box for all units, or for those of an order. */
export function UnitList({ order }: { order: string | undefined }) {
  const t = useTranslations('units');
  const scans = useTranslations('scans');
  const common = useTranslations('common');
  const [query, setQuery] = useFilter<string>('q', '');
  const [state, setState] = useFilter<UnitState | ''>('state', '', unitState.options);
  const wanted = useDeferredValue(query.trim());
  const counters = useBench()?.counters;
  const results = (counters?.passed ?? 0) + (counters?.failed ?? 0) + (counters?.errors ?? 0);
  const filter = {
    ...(wanted === '' ? {} : { query: wanted }),
    ...(state === '' ? {} : { state }),
    ...(order === undefined ? {} : { orderId: order }),
  };
  const pages = usePaging<UnitRow>(JSON.stringify(filter), results, (offset, limit) =>
    station.call('units.list', { ...filter, offset, limit }),
  );
  const columns: readonly Column<UnitRow>[] = [
    {
      key: 'unitSerial',
      head: t('column.unitSerial'),
      width: 'minmax(11rem, 1.4fr)',
      cell: (row) => <strong className="mono">{row.unitSerial}</strong>,
    },
    {
      key: 'state',
      head: t('column.state'),
      width: 'minmax(11rem, 1fr)',
      cell: (row) => <UnitStatePill state={row.state} />,
    },
    { key: 'model', head: t('column.model'), width: 'minmax(6rem, 0.7fr)', cell: (row) => modelText(row.model) },
    { key: 'order', head: t('column.order'), width: 'minmax(8rem, 0.8fr)', cell: (row) => row.orderId },
    { key: 'attempts', head: t('column.attempts'), width: '6rem', cell: (row) => row.attempts },
    {
      key: 'certificate',
      head: t('column.certificate'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) =>
        row.certificateId && (
          <span className="mono" title={row.certificateId}>
            {row.certificateId.slice(0, 16)}…
          </span>
        ),
    },
    {
      key: 'updated',
      head: t('column.updated'),
      width: 'minmax(12rem, 1fr)',
      cell: (row) => <Timestamp at={row.updatedAt} />,
    },
  ];
  const filtered = wanted !== '' || state !== '' || order !== undefined;
  return (
    <div className="page fill">
      <div className="page-head">
        <h1>{order === undefined ? t('title') : scans('unitsOf', { order })}</h1>
        <p className="hint" role="status">
          {pages.total === undefined ? '' : `${t('count', { count: pages.total })}. ${t('keys')}`}
        </p>
        <span className="grow" />
        {order !== undefined && (
          <a className="button normal" href={hrefTo.units}>
            <X aria-hidden="true" />
            {scans('allUnits')}
          </a>
        )}
      </div>
      <div className="page-tools">
        <SearchBox label={t('search')} hint={t('searchHint')} value={query} onValue={setQuery} />
        <SelectField
          bare
          label={t('filter')}
          value={state}
          onPick={setState}
          options={[
            { value: '', label: common('all') },
            ...unitState.options.map((value) => ({ value, label: t(`state.${value}`) })),
          ]}
        />
      </div>
      <ErrorNotice error={pages.error} />
      {pages.total === 0 ? (
        <EmptyState
          icon={PackageSearch}
          title={filtered ? t('noMatch') : t('empty')}
          hint={filtered ? t('noMatchHint') : t('emptyHint')}
        >
          {!filtered && (
            <a className="button bench" href={hrefTo.bench}>
              {t('toBench')}
            </a>
          )}
        </EmptyState>
      ) : (
        <PagedTable label={t('list')} pages={pages} columns={columns} href={(row) => hrefTo.unit(row.unitSerial)} />
      )}
    </div>
  );
}
