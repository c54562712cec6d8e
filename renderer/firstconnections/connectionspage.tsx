import { Radio } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import { connectionReason, connectionState, type StationStatus } from '../../app/contract/index.ts';
import { useFilter } from '../address.ts';
import { EmptyState } from '../controls/emptystate.tsx';
import { hrefTo } from '../route.ts';
import { useConnections } from '../stationclient.ts';
import { CheckNow } from './checknow.tsx';
import { ConnectionList } from './connectionlist.tsx';
import { OrderBars } from './orderbars.tsx';
import { ReasonGroups } from './reasongroups.tsx';

/** Whether units have connected for the first time. It moves by itself; the filter is in the address. */
export function ConnectionsPage({ status }: { status: StationStatus | undefined }) {
  const t = useTranslations();
  const snapshot = useConnections();
  const [order, setOrder] = useFilter<string>('order', '');
  const [target, setTarget] = useFilter<string>('target', '');
  const [state, setState] = useFilter('state', '', ['', ...connectionState.options]);
  const [reason, setReason] = useFilter('reason', '', ['', ...connectionReason.options]);
  const filter = { order, target, state, reason };
  const pick = (wanted: Partial<typeof filter>) => {
    if (wanted.order !== undefined) setOrder(wanted.order);
    if (wanted.target !== undefined) setTarget(wanted.target);
    if (wanted.state !== undefined) setState(wanted.state);
    if (wanted.reason !== undefined) setReason(wanted.reason);
  };
  const list = useRef<HTMLDivElement>(null);
  const isEmpty = snapshot && snapshot.orders.length === 0;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('firstConnections.title')}</h1>
      </div>
      {!snapshot && <p className="loading">{t('app.loading')}</p>}
      {isEmpty && (
        <EmptyState
          icon={Radio}
          title={t(`firstConnections.empty.${snapshot.lacks ?? 'units'}.title`)}
          hint={t(`firstConnections.empty.${snapshot.lacks ?? 'units'}.hint`)}
        >
          {snapshot.lacks !== null && (
            <a className="button bench" href={hrefTo.station(snapshot.lacks === 'target' ? 'cloud' : 'recipes')}>
              {t(`firstConnections.empty.${snapshot.lacks}.act`)}
            </a>
          )}
        </EmptyState>
      )}
      {snapshot && !isEmpty && (
        <>
          <OrderBars snapshot={snapshot} filter={filter} onPick={pick} />
          <CheckNow snapshot={snapshot} targets={(status?.targets ?? []).map(({ name }) => name)} />
          <ReasonGroups
            snapshot={snapshot}
            onPick={(wanted) => {
              pick(wanted);
              // The list is below, and a person who uses the keyboard goes on there.
              list.current?.focus();
            }}
          />
          <div ref={list} tabIndex={-1}>
            <ConnectionList snapshot={snapshot} filter={filter} onPick={pick} />
          </div>
        </>
      )}
    </div>
  );
}
