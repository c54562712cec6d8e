import { ArrowRightLeft, LogIn, LogOut } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { SignedIn, StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { pagesFor } from '../nav.ts';
import type { Route } from '../route.ts';
import { OwnPin } from '../signin/ownpin.tsx';
import { openSignIn } from '../signin/signinstate.ts';
import { leaveBy } from '../unsaved.ts';
import { useGivenNames } from '../words/givennames.ts';
import { Logo } from './logo.tsx';
import { ScreenSettings } from './screensettings.tsx';

type Props = { status: StationStatus | undefined; person: SignedIn | null; route: Route; onHelp: () => void };

export function Header({ status, person, route, onHelp }: Props) {
  const t = useTranslations();
  const given = useGivenNames();
  const signOut = useAct('session.signOut');
  return (
    <header className="header">
      <div className="brand">
        <Logo />
        <span className="brand-words">
          <span className="brand-name">{t('app.name')}</span>
          <span className="brand-station">{status && given.station(status)}</span>
        </span>
      </div>
      <nav aria-label={t('nav.label')}>
        {pagesFor(person).map(({ key, href, screens }) => (
          <a
            key={key}
            href={href}
            aria-current={(screens as readonly string[]).includes(route.screen) ? 'page' : undefined}
          >
            {t(`nav.${key}`)}
          </a>
        ))}
      </nav>
      <ScreenSettings onHelp={onHelp} />
      {person ? (
        <div className="who">
          <span className="who-words">
            <strong>{person.name}</strong>
            <span>{t(`header.role.${person.role}`)}</span>
          </span>
          {!status?.practice && <OwnPin key={person.personId} person={person} />}
          {person.role !== 'qa' && (
            <Button
              kind="quiet"
              size="bench"
              icon={ArrowRightLeft}
              aria-label={t('session.handOver.open')}
              title={t('session.handOver.title')}
              onClick={() => leaveBy(() => openSignIn())}
            />
          )}
          <Button
            kind="quiet"
            size="bench"
            icon={LogOut}
            busy={signOut.busy}
            aria-label={t('header.signOut')}
            title={t('header.signOut')}
            onClick={() => leaveBy(() => void signOut.run({}))}
          />
        </div>
      ) : (
        <Button kind="quiet" size="bench" icon={LogIn} onClick={() => openSignIn()}>
          {t('header.signIn')}
        </Button>
      )}
    </header>
  );
}
