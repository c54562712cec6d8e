import { PackageSearch } from 'lucide-react';
import { useTranslations } from 'use-intl';
import {
  type ConnectionFilter,
  type ConnectionReason,
  type ConnectionState,
  type ConnectionsSnapshot,
  connectionReason,
  connectionState,
  type FirstConnection,
} from '../../app/contract/index.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { hrefTo } from '../route.ts';
import { station } from '../stationclient.ts';
import { ConnectionPill } from './connectionpill.tsx';
import { ExportButton } from './exportbutton.tsx';

type Filter = { order: string; target: string; state: ConnectionState | ''; reason: ConnectionReason | '' };
type Props = { snapshot: ConnectionsSnapshot; filter: Filter; onPick: (wanted: Partial<Filter>) => void };

/** The units that fit the filter, with their filters and the export of what is shown. */
export function ConnectionList({ snapshot, filter, onPick }: Props) {
  const t = useTranslations('firstConnections');
  const units = useTranslations('units');
  const asked: ConnectionFilter = {
    ...(filter.order === '' ? {} : { orderId: filter.order }),
    ...(filter.target === '' ? {} : { target: filter.target }),
    ...(filter.state === '' ? {} : { state: filter.state }),
    ...(filter.reason === '' ? {} : { reason: filter.reason }),
  };
  const pages = usePaging<FirstConnection>(JSON.stringify(asked), snapshot.seq, (offset, limit) =>
    station.call('connections.list', { ...asked, offset, limit }),
  );
  const columns = useColumns();
  return (
    <section className="stack" aria-label={t('list')}>
      <div className="row">
        <Choice
          label={t('filter.order')}
          value={filter.order}
          of={orderNames(snapshot)}
          onPick={(order) => onPick({ order })}
        />
        <Choice
          label={t('filter.target')}
          value={filter.target}
          of={[...new Set(snapshot.orders.map(({ target }) => target))].map((name) => [name, name])}
          onPick={(target) => onPick({ target })}
        />
        <Choice
          label={t('filter.state')}
          value={filter.state}
          of={connectionState.options.map((state) => [state, t(`state.${state}`)])}
          onPick={(state) => onPick({ state })}
        />
        <Choice
          label={t('filter.reason')}
          value={filter.reason}
          of={connectionReason.options.map((reason) => [reason, t(`reason.${reason}.name`)])}
          onPick={(reason) => onPick({ reason })}
        />
        <span className="grow" />
        <ExportButton filter={asked} total={pages.total ?? 0} />
      </div>
      <p className="hint" role="status">
        {pages.total === undefined ? '' : `${units('count', { count: pages.total })}. ${units('keys')}`}
      </p>
      <ErrorNotice error={pages.error} />
      {pages.total === 0 ? (
        <EmptyState icon={PackageSearch} title={t('noMatch')} hint={t('noMatchHint')} />
      ) : (
        <div className="connection-table">
          <PagedTable label={t('list')} pages={pages} columns={columns} href={(row) => hrefTo.unit(row.unitSerial)} />
        </div>
      )}
    </section>
  );
}

const orderNames = ({ orders }: ConnectionsSnapshot): [string, string][] =>
  [...new Set(orders.map(({ orderId }) => orderId))].map((id) => [id, id]);

type ChoiceProps<V extends string> = {
  label: string;
  value: V | '';
  of: readonly (readonly [V, string])[];
  onPick: (value: V | '') => void;
};

function Choice<V extends string>({ label, value, of, onPick }: ChoiceProps<V>) {
  const common = useTranslations('common');
  const options = [
    { value: '' as const, label: common('all') },
    ...of.map(([one, name]) => ({ value: one, label: name })),
  ];
  return <SelectField<V | ''> label={label} value={value} onPick={onPick} options={options} />;
}

function useColumns(): readonly Column<FirstConnection>[] {
  const t = useTranslations('firstConnections');
  return [
    {
      key: 'unit',
      head: t('column.unit'),
      width: 'minmax(10rem, 1fr)',
      cell: (row) => <strong className="mono">{row.unitSerial}</strong>,
    },
    { key: 'state', head: t('column.state'), width: '8.5rem', cell: (row) => <ConnectionPill state={row.state} /> },
    {
      key: 'reason',
      head: t('column.reason'),
      width: 'minmax(11rem, 1.2fr)',
      cell: (row) =>
        row.reason === null ? row.tries > 0 ? t('tries', { count: row.tries }) : '' : <Why connection={row} />,
    },
    {
      key: 'when',
      head: t('column.when'),
      width: 'minmax(12rem, 1fr)',
      cell: (row) =>
        row.connectedAt === null ? (
          <span className="hint">
            {t('due')} <Timestamp at={row.dueAt} shape="day" />
          </span>
        ) : (
          <Timestamp at={row.connectedAt} />
        ),
    },
    {
      key: 'from',
      head: t('column.from'),
      width: 'minmax(14rem, 1.4fr)',
      cell: (row) => <From connection={row} />,
    },
    { key: 'target', head: t('column.target'), width: 'minmax(5rem, 0.5fr)', cell: (row) => row.target },
    { key: 'way', head: t('column.way'), width: 'minmax(7rem, 0.6fr)', cell: (row) => t(`way.${row.way}`) },
  ];
}

function Why({ connection: { reason, tries } }: { connection: FirstConnection }) {
  const t = useTranslations('firstConnections');
  if (reason === null) return null;
  const text = [t(`reason.${reason}.name`), ...(tries > 0 ? [t('tries', { count: tries })] : [])].join(', ');
  return <span title={text}>{text}</span>;
}

function From({ connection: { clientId, sourceIp, source } }: { connection: FirstConnection }) {
  const t = useTranslations('firstConnections');
  if (source === null) return null;
  const text = clientId === null ? t(`source.${source}`) : `${clientId} · ${sourceIp ?? '–'}`;
  return <span title={text}>{text}</span>;
}
