import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Bench } from '../bench/bench.tsx';
import { goTo, hrefTo, useRoute } from '../route.ts';
import { PinNotice } from '../signin/ownpin.tsx';
import { SignIn } from '../signin/signin.tsx';
import { useBench, useLink, useSession, useStationStatus } from '../station.ts';
import { Desk } from './desk.tsx';
import { Ending } from './ending.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { PracticeMark } from './mark.tsx';
import { useScans } from './scans.ts';

const shortcuts: Record<string, string> = {
  b: hrefTo.bench,
  u: hrefTo.units,
  l: hrefTo.batches,
  s: hrefTo.station(),
};

export function Shell() {
  const t = useTranslations('app');
  const route = useRoute();
  const link = useLink();
  const status = useStationStatus();
  const practice = useBench()?.practice ?? status?.practice ?? false;
  const person = useSession()?.person ?? null;
  const [help, setHelp] = useState(false);
  const onKey = useCallback((key: string) => {
    // A list that was opened once stays in the page, hidden.
    const layers = document.querySelectorAll('[role="dialog"], [role="alertdialog"], [role="listbox"]');
    if ([...layers].some((layer) => layer.checkVisibility())) return;
    if (key === '?') setHelp(true);
    const href = shortcuts[key];
    if (href) goTo(href);
  }, []);
  useScans(person, onKey);
  return (
    <div className={`shell ${practice ? 'is-practice' : ''}`} data-screen={route.screen}>
      <button type="button" className="skip" onClick={focusContent}>
        {t('skip')}
      </button>
      {practice && <PracticeMark />}
      <Header status={status} person={person} route={route} onHelp={() => setHelp(true)} />
      {(route.screen === 'bench' || route.screen === 'station') && (
        <Ending status={status} person={person} link={route.screen === 'station'} />
      )}
      <PinNotice person={person} />
      {link !== 'up' && (
        <p className={`link ${link}`} role="alert">
          {t(link)}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {route.screen === 'bench' ? <Bench /> : <Desk route={route} person={person} status={status} />}
      </main>
      <SignIn status={status} />
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** The address bar belongs to the routes, so skipping moves the focus instead. */
function focusContent() {
  document.getElementById('content')?.focus();
}
