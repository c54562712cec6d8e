import { LogIn, LogOut } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Person, Role, SignedIn, StationStatus } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../controls/button.tsx';
import { hrefTo, type Route } from '../route.ts';
import { OwnPin } from '../signin/ownpin.tsx';
import { openSignIn } from '../signin/signinstate.ts';
import { leaveBy } from '../unsaved.ts';
import { useGivenNames } from '../words/givennames.ts';
import { Logo } from './logo.tsx';
import { ScreenSettings } from './screensettings.tsx';

const entries = [
  { key: 'bench', href: hrefTo.bench, screens: ['bench'], roles: 'anyone' },
  { key: 'units', href: hrefTo.units, screens: ['units', 'unit'], roles: ['operator', 'qa', 'engineer'] },
  { key: 'batches', href: hrefTo.batches, screens: ['batches', 'batch'], roles: ['qa', 'engineer'] },
  { key: 'station', href: hrefTo.station(), screens: ['station'], roles: ['qa', 'engineer'] },
] as const satisfies readonly {
  key: string;
  href: string;
  screens: readonly string[];
  roles: 'anyone' | readonly Role[];
}[];

/** Hides pages that a role cannot use. The station refuses them in any case. */
const mayVisit = (entry: (typeof entries)[number], person: Person | null) =>
  entry.roles === 'anyone' || (person !== null && (entry.roles as readonly Role[]).includes(person.role));

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
        {entries
          .filter((entry) => mayVisit(entry, person))
          .map((entry) => (
            <a
              key={entry.key}
              href={entry.href}
              aria-current={(entry.screens as readonly string[]).includes(route.screen) ? 'page' : undefined}
            >
              {t(`nav.${entry.key}`)}
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
