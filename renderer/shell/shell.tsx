import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Bench } from '../bench/benchpage.tsx';
import { goTo, hrefTo, useRoute } from '../route.ts';
import { ChooseScan } from '../scanreader/choosescan.tsx';
import { FloatingStrip } from '../scanreader/scanstrip.tsx';
import { useScans } from '../scanreader/usescans.ts';
import { PinNotice } from '../signin/ownpin.tsx';
import { SignIn } from '../signin/signindialog.tsx';
import { useBench, useLink, useOutside, useSession, useStationStatus } from '../stationclient.ts';
import { Ending } from './caending.tsx';
import { Door, useGone } from './closedpage.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { Idle, useActivity } from './idlewarning.tsx';
import { OnScreenKeyboard } from './onscreenkeyboard.tsx';
import { PracticeMark } from './practicestripe.tsx';
import { Desk } from './routedpage.tsx';
import { SyncedFolder } from './syncedfolder.tsx';
import { useWakeLock } from './wakelock.ts';
import { WindowNotice } from './windownotice.tsx';

const shortcuts: Record<string, string> = {
  b: hrefTo.bench,
  u: hrefTo.units,
  l: hrefTo.batches,
  s: hrefTo.station(),
};
const shortcutKeys: ReadonlySet<string> = new Set([...Object.keys(shortcuts), '?']);

export function Shell() {
  const t = useTranslations('app');
  const route = useRoute();
  const link = useLink();
  const status = useStationStatus();
  const bench = useBench();
  const practice = bench?.practice ?? status?.practice ?? false;
  const session = useSession();
  const person = session?.person ?? null;
  const outside = useOutside();
  const gone = useGone(link);
  const [help, setHelp] = useState(false);
  const onKey = useCallback((key: string) => {
    // A list that was opened once stays in the page, hidden.
    const layers = document.querySelectorAll('[role="dialog"], [role="alertdialog"], [role="listbox"]');
    if ([...layers].some((layer) => layer.checkVisibility())) return;
    if (key === '?') setHelp(true);
    const href = shortcuts[key];
    if (href) goTo(href);
  }, []);
  useScans(person, shortcutKeys, onKey);
  useWakeLock(bench?.slots.some((slot) => slot.state === 'WORKING') ?? false);
  useActivity(session, status);
  if (outside) return <Door reason={outside} />;
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
      {route.screen === 'station' && <SyncedFolder status={status} person={person} />}
      <PinNotice person={person} />
      {gone && <Door reason="gone" />}
      {link !== 'up' && link !== 'out' && !gone && (
        <p className={`link ${link}`} role="alert">
          {t(link)}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {route.screen === 'bench' ? <Bench /> : <Desk route={route} person={person} status={status} />}
      </main>
      <Idle session={session} />
      <WindowNotice status={status} />
      <FloatingStrip onBench={route.screen === 'bench'} />
      <ChooseScan />
      <SignIn status={status} />
      <OnScreenKeyboard />
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** The address bar belongs to the routes, so skipping moves the focus instead. */
function focusContent() {
  document.getElementById('content')?.focus();
}
