import { Lock, LogIn } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, StationStatus } from '../../app/contract/index.ts';
import { Batches } from '../batches/batchlist.tsx';
import { Batch } from '../batches/batchpage.tsx';
import { Button } from '../controls/button.tsx';
import { Empty } from '../controls/emptystate.tsx';
import { Conversation } from '../conversation/conversationpage.tsx';
import type { Route } from '../route.ts';
import { Wizard } from '../setup/setupwizard.tsx';
import { openSignIn } from '../signin/signinstate.ts';
import { Station } from '../station/stationpage.tsx';
import { Units } from '../units/unitlist.tsx';
import { Story } from '../units/unitpage.tsx';

type Props = { route: Route; person: Person | null; status: StationStatus | undefined };

/** The screens beside the bench, for those who may see them; the station refuses the others in any case. */
export function Desk({ route, person, status }: Props) {
  const t = useTranslations();
  if (route.screen === 'setup') return <Wizard status={status} />;
  if (!person) {
    return (
      <Empty icon={LogIn} title={t('common.signInFirst')} hint={t('bench.ask.signIn')}>
        <Button size="bench" kind="primary" icon={LogIn} onClick={() => openSignIn()}>
          {t('header.signIn')}
        </Button>
      </Empty>
    );
  }
  const forbidden = (role: 'qa') => (
    <Empty icon={Lock} title={t(`common.forbidden.${role}`)} hint={t('common.whoHelps.station')} />
  );
  switch (route.screen) {
    case 'units':
      return <Units order={route.order} />;
    case 'unit':
      return route.conversation === undefined ? (
        <Story unitSerial={route.id} person={person} />
      ) : (
        <Conversation unitSerial={route.id} {...route.conversation} />
      );
    case 'batches':
      return person.role === 'operator' ? forbidden('qa') : <Batches person={person} status={status} />;
    case 'batch':
      return person.role === 'operator' ? (
        forbidden('qa')
      ) : (
        <Batch batchId={route.id} person={person} status={status} />
      );
    case 'station':
      return person.role === 'operator' ? (
        forbidden('qa')
      ) : (
        <Station section={route.section} person={person} status={status} />
      );
    default:
      return null;
  }
}
