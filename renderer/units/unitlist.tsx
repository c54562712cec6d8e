import { PackageSearch, X } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import { type Person, type UnitRow, type UnitState, unitOrder } from '../../app/contract/index.ts';
import { unitState } from '../../app/contract/model.ts';
import { useFilter } from '../address.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { type DeskColumn, DeskTable } from '../desk/desktable.tsx';
import { Period } from '../desk/period.tsx';
import { useDeskList } from '../desk/usedesklist.ts';
import { goTo, hrefTo } from '../route.ts';
import { station, useBench } from '../stationclient.ts';
import { UnitStatePill } from './statepills.tsx';
import { modelText } from './unitmodel.ts';

type By = (typeof unitOrder.options)[number];

const usual = {
  by: 'updatedAt',
  descending: true,
  columns: ['unitSerial', 'state', 'model', 'orderId', 'attempts', 'certificateId', 'updatedAt'],
} as const;

/** One search box for all units, or for those of an order. */
export function UnitList({ order, person }: { order: string | undefined; person: Person }) {
  const t = useTranslations('units');
  const scans = useTranslations('scans');
  const common = useTranslations('common');
  const [query, setQuery] = useFilter<string>('q', '');
  const [state, setState] = useFilter<UnitState | ''>('state', '', ['', ...unitState.options]);
  const [model, setModel] = useFilter<string>('model', '');
  const [errorCode, setError] = useFilter<string>('error', '');
  const list = useDeskList<By>('units', unitOrder.options, usual);
  const wanted = useDeferredValue(query.trim());
  const counters = useBench()?.counters;
  const results = (counters?.passed ?? 0) + (counters?.failed ?? 0) + (counters?.errors ?? 0);
  const isUsual = list.by === usual.by && list.descending;
  const filter = {
    ...(wanted === '' ? {} : { query: wanted }),
    ...(state === '' ? {} : { state }),
    ...(order === undefined ? {} : { orderId: order }),
    ...(model === '' ? {} : { model }),
    ...(errorCode === '' ? {} : { errorCode }),
    ...list.period,
    ...(isUsual ? {} : { orderBy: list.by, descending: list.descending }),
  };
  const chosen = [
    { key: 'model', text: t('ofModel', { model }), on: model !== '', clear: () => setModel('') },
    { key: 'error', text: t('withError', { code: errorCode }), on: errorCode !== '', clear: () => setError('') },
  ].filter(({ on }) => on);
  const filtered =
    wanted !== '' || state !== '' || order !== undefined || chosen.length > 0 || list.from !== '' || list.to !== '';
  return (
    <div className="page fill">
      <div className="page-head">
        <h1>{order === undefined ? t('title') : scans('unitsOf', { order })}</h1>
        <span className="grow" />
        {chosen.map(({ key, text, clear }) => (
          <button
            key={key}
            type="button"
            className="button normal"
            aria-label={t('clear', { what: text })}
            onClick={clear}
          >
            <X aria-hidden="true" />
            {text}
          </button>
        ))}
        {order !== undefined && (
          <a className="button normal" href={hrefTo.units}>
            <X aria-hidden="true" />
            {scans('allUnits')}
          </a>
        )}
      </div>
      <DeskTable
        label={t('list')}
        list={list}
        columns={useUnitColumns()}
        asked={{ list: 'units', filter }}
        load={(part) => station.call('units.list', { ...filter, ...part })}
        version={results}
        href={(row) => hrefTo.unit(row.unitSerial)}
        desk={person.role !== 'operator'}
        count={(count) => t('count', { count })}
        tools={
          <>
            <SearchBox
              label={t('search')}
              hint={t('searchHint')}
              value={query}
              onValue={setQuery}
              onKeyDown={async (event) => {
                if (event.key !== 'Enter' || query.trim() === '') return;
                const { rows, total } = await station.call('units.list', { query: query.trim(), limit: 1 });
                if (total === 1 && rows[0]) goTo(hrefTo.unit(rows[0].unitSerial));
              }}
            />
            <SelectField
              label={t('filter')}
              value={state}
              onPick={setState}
              options={[
                { value: '', label: common('all') },
                ...unitState.options.map((value) => ({ value, label: t(`state.${value}`) })),
              ]}
            />
            <Period list={list} label={t('column.updated')} />
          </>
        }
        empty={
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
        }
      />
    </div>
  );
}

function useUnitColumns(): readonly DeskColumn<UnitRow, By>[] {
  const t = useTranslations('units');
  const story = useTranslations('story');
  return [
    {
      key: 'unitSerial',
      head: t('column.unitSerial'),
      width: 'minmax(11rem, 1.4fr)',
      orderBy: 'unitSerial',
      cell: (row) => <strong className="mono">{row.unitSerial}</strong>,
    },
    {
      key: 'state',
      head: t('column.state'),
      width: 'minmax(11rem, 1fr)',
      cell: (row) => <UnitStatePill state={row.state} />,
    },
    {
      key: 'model',
      head: t('column.model'),
      width: 'minmax(6rem, 0.7fr)',
      orderBy: 'model',
      cell: (row) => modelText(row.model),
    },
    {
      key: 'orderId',
      head: t('column.order'),
      width: 'minmax(8rem, 0.8fr)',
      orderBy: 'orderId',
      cell: (row) => row.orderId,
    },
    { key: 'attempts', head: t('column.attempts'), width: '6rem', cell: (row) => row.attempts },
    { key: 'errorCode', head: t('column.error'), width: 'minmax(9rem, 1fr)', cell: (row) => row.errorCode },
    {
      key: 'hardwareId',
      head: story('hardwareId'),
      width: 'minmax(9rem, 1fr)',
      cell: (row) => row.hardwareId && <span className="mono">{row.hardwareId}</span>,
    },
    {
      key: 'certificateId',
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
      key: 'updatedAt',
      head: t('column.updated'),
      width: 'minmax(12rem, 1fr)',
      orderBy: 'updatedAt',
      cell: (row) => <Timestamp at={row.updatedAt} />,
    },
  ];
}
