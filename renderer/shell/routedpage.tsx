import { Lock, LogIn, MapPinOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { BatchList } from '../batches/batchlist.tsx';
import { BatchPage } from '../batches/batchpage.tsx';
import { ChartsPage } from '../charts/chartspage.tsx';
import { Button } from '../controls/button.tsx';
import { EmptyState } from '../controls/emptystate.tsx';
import { ConversationPage } from '../conversation/conversationpage.tsx';
import { AuditPage } from '../desk/auditpage.tsx';
import { OverviewPage } from '../desk/overviewpage.tsx';
import { DriftPage } from '../drift/driftpage.tsx';
import { ExportPage } from '../exports/exportpage.tsx';
import { ConnectionsPage } from '../firstconnections/connectionspage.tsx';
import { PlantOverviewPage } from '../plant/plantoverview.tsx';
import { PlantUnitPage } from '../plant/plantunitpage.tsx';
import { PlantUnits } from '../plant/plantunits.tsx';
import { hrefTo, type Route } from '../route.ts';
import { SetupWizard } from '../setup/setupwizard.tsx';
import { openSignIn } from '../signin/signinstate.ts';
import { StationPage } from '../station/stationpage.tsx';
import { UnitList } from '../units/unitlist.tsx';
import { UnitPage } from '../units/unitpage.tsx';

/** An address that leads to no page, with the way back. */
function Nowhere() {
  const t = useTranslations('app');
  return (
    <EmptyState icon={MapPinOff} title={t('nowhere')} hint={t('nowhereHint')}>
      <a className="button bench primary" href={hrefTo.bench}>
        {t('toBench')}
      </a>
    </EmptyState>
  );
}

type Props = { route: Route; person: Person | null; status: StationStatus | undefined };

/**
 * The pages beside the bench, by address and role. In any case the station refuses the acts that a role may not do. The page
 * of a thing is its own (`key`): none shows the thing before, while the station is slow.
 */
export function RoutedPage({ route, person, status }: Props) {
  const t = useTranslations();
  if (route.screen === 'nowhere') return <Nowhere />;
  if (route.screen === 'setup') return <SetupWizard status={status} />;
  if (!person) {
    return (
      <EmptyState icon={LogIn} title={t('common.signInFirst')} hint={t('bench.ask.signIn')}>
        <Button size="bench" kind="primary" icon={LogIn} onClick={() => openSignIn()}>
          {t('header.signIn')}
        </Button>
      </EmptyState>
    );
  }
  const forbidden = (role: 'qa') => (
    <EmptyState icon={Lock} title={t(`common.forbidden.${role}`)} hint={t('common.whoHelps.station')}>
      <a className="button bench primary" href={hrefTo.bench}>
        {t('app.toBench')}
      </a>
    </EmptyState>
  );
  switch (route.screen) {
    case 'units':
      return <UnitList order={route.order} person={person} />;
    case 'unit':
      return route.conversation === undefined ? (
        <UnitPage key={route.id} unitSerial={route.id} person={person} />
      ) : (
        <ConversationPage key={JSON.stringify(route)} unitSerial={route.id} {...route.conversation} />
      );
    case 'overview':
      return person.role === 'operator' ? forbidden('qa') : <OverviewPage status={status} />;
    case 'charts':
      return person.role === 'operator' ? forbidden('qa') : <ChartsPage person={person} />;
    case 'audit':
      return person.role === 'operator' ? forbidden('qa') : <AuditPage seq={route.seq} />;
    case 'batches':
      return person.role === 'operator' ? forbidden('qa') : <BatchList person={person} status={status} />;
    case 'batch':
      return person.role === 'operator' ? (
        forbidden('qa')
      ) : (
        <BatchPage key={route.id} batchId={route.id} person={person} status={status} />
      );
    case 'connections':
      return person.role === 'operator' ? forbidden('qa') : <ConnectionsPage status={status} />;
    case 'drift':
      return person.role === 'operator' ? forbidden('qa') : <DriftPage status={status} />;
    case 'exports':
      return person.role === 'operator' ? forbidden('qa') : <ExportPage />;
    case 'plant':
      return person.role === 'operator' ? forbidden('qa') : <PlantOverviewPage />;
    case 'plantUnits':
      return person.role === 'operator' ? forbidden('qa') : <PlantUnits />;
    case 'plantUnit':
      return person.role === 'operator' ? (
        forbidden('qa')
      ) : (
        <PlantUnitPage
          key={`${route.stationId} ${route.unitSerial}`}
          unitSerial={route.unitSerial}
          stationId={route.stationId}
        />
      );
    case 'station':
      return person.role === 'operator' ? (
        forbidden('qa')
      ) : (
        <StationPage section={route.section} person={person} status={status} />
      );
    default:
      return null;
  }
}
