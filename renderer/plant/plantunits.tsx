import { ChevronRight, ChevronsLeft, PackageSearch, X } from 'lucide-react';
import { useDeferredValue } from 'react';
import { useTranslations } from 'use-intl';
import { type PlantUnitRow, type UnitState, windowRows } from '../../app/contract/index.ts';
import { unitState } from '../../app/contract/model.ts';
import { clearFilter, useFilter } from '../address.ts';
import { BackLink } from '../controls/backlink.tsx';
import { Button } from '../controls/button.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ErrorNotice } from '../controls/errornotice.tsx';
import { type Column, PagedTable } from '../controls/pagedtable.tsx';
import { usePaging } from '../controls/paging.ts';
import { Pill } from '../controls/pill.tsx';
import { SearchBox } from '../controls/searchbox.tsx';
import { SelectField } from '../controls/selectfield.tsx';
import { Timestamp } from '../controls/timestamp.tsx';
import { SaveList } from '../desk/savelist.tsx';
import { hrefTo } from '../route.ts';
import { station } from '../stationclient.ts';
import { UnitStatePill } from '../units/statepills.tsx';
import { modelText } from '../units/unitmodel.ts';

/** The units of all stations, by serial. The address holds the filter, and where the shown window begins. */
export function PlantUnits() {
  const t = useTranslations('plant');
  const units = useTranslations('units');
  const desk = useTranslations('desk');
  const [query, setQuery] = useFilter<string>('q', '');
  const [state, setState] = useFilter<UnitState | ''>('state', '', ['', ...unitState.options]);
  const [of, setOf] = useFilter<string>('station', '');
  const [refused, setRefused] = useFilter<'' | 'yes'>('refused', '', ['', 'yes']);
  const [behind, setBehind] = useFilter<string>('behind', '');
  const wanted = useDeferredValue(query.trim());
  const filter = {
    ...(wanted === '' ? {} : { query: wanted }),
    ...(state === '' ? {} : { state }),
    ...(of === '' ? {} : { station: of }),
    ...(refused === '' ? {} : { refused: true }),
  };
  const after = behind === '' ? {} : { after: { key: behind, tie: 0 } };
  const pages = usePaging<PlantUnitRow>(JSON.stringify([filter, after]), 0, (offset, limit) =>
    station.call('plant.units', { ...filter, ...after, offset, limit }),
  );
  const further = async () => {
    const { next } = await station.call('plant.units', { ...filter, ...after, offset: windowRows - 1, limit: 1 });
    if (next) setBehind(String(next.key));
  };
  const columns: Column<PlantUnitRow>[] = [
    { key: 'unitSerial', head: t('unitSerial'), width: '1.4fr', cell: ({ unitSerial }) => unitSerial },
    { key: 'station', head: t('station'), width: '1fr', cell: (row) => row.station },
    {
      key: 'state',
      head: t('state'),
      width: '1.2fr',
      cell: (row) =>
        row.refused ? (
          <Pill tone="bad" icon={X}>
            {t('refused')}
          </Pill>
        ) : (
          <UnitStatePill state={row.state} />
        ),
    },
    { key: 'orderId', head: t('order'), width: '1.2fr', cell: ({ orderId }) => orderId },
    { key: 'model', head: t('model'), width: '1fr', cell: ({ model }) => modelText(model) },
    { key: 'hardwareId', head: t('hardwareId'), width: '1.2fr', cell: ({ hardwareId }) => hardwareId ?? '–' },
    { key: 'updatedAt', head: t('updated'), width: '1.1fr', cell: ({ updatedAt }) => <Timestamp at={updatedAt} /> },
  ];
  return (
    <div className="page fill">
      <BackLink href={hrefTo.plant}>{t('title')}</BackLink>
      <div className="page-head">
        <h1>{t('allUnits')}</h1>
        <span className="grow" />
        {of !== '' && (
          <Button
            icon={X}
            onClick={() => {
              clearFilter('behind');
              setOf('');
            }}
          >
            {t('allStations')}
          </Button>
        )}
      </div>
      <div className="desk-tools">
        <SearchBox
          label={t('find')}
          hint={t('findHint')}
          value={query}
          onValue={(next) => {
            clearFilter('behind');
            setQuery(next);
          }}
        />
        <SelectField
          label={t('state')}
          value={refused === '' ? state : 'refused'}
          options={[
            { value: '' as const, label: t('anyState') },
            { value: 'refused' as const, label: t('refused') },
            ...unitState.options.map((value) => ({ value, label: units(`state.${value}`) })),
          ]}
          onPick={(next) => {
            clearFilter('behind');
            setRefused(next === 'refused' ? 'yes' : '');
            setState(next === 'refused' ? '' : next);
          }}
        />
      </div>
      <div className="desk-foot">
        <p className="hint" role="status">
          {pages.total !== undefined &&
            `${pages.more ? desk('moreThan', { count: pages.total }) : desk('unitCount', { count: pages.total })}. ${units('keys')}`}
        </p>
        {behind !== '' && (
          <Button icon={ChevronsLeft} onClick={() => setBehind('')}>
            {desk('fromStart')}
          </Button>
        )}
        {pages.more && (
          <Button icon={ChevronRight} onClick={() => void further()}>
            {desk('further', { count: windowRows })}
          </Button>
        )}
        <SaveList asked={{ list: 'plant', filter }} columns={columns.map(({ key }) => key)} disabled={!pages.total} />
      </div>
      <ErrorNotice error={pages.error} />
      {pages.total === 0 && <EmptyState icon={PackageSearch} title={t('nothing')} hint={t('nothingHint')} />}
      {pages.total !== undefined && pages.total > 0 && (
        <PagedTable
          label={t('allUnits')}
          pages={pages}
          columns={columns}
          href={({ unitSerial, stationId }) => hrefTo.plantUnit(unitSerial, stationId)}
        />
      )}
    </div>
  );
}
