import { useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { BatchEnded } from '../batches/batchended.tsx';
import { BenchPage } from '../bench/benchpage.tsx';
import { pageLetters, pagesFor } from '../nav.ts';
import { goTo, useRoute } from '../route.ts';
import { ChooseScan } from '../scanreader/choosescan.tsx';
import { scannedBy } from '../scanreader/deliverscan.ts';
import { FloatingStrip } from '../scanreader/scanstrip.tsx';
import { useScans } from '../scanreader/usescans.ts';
import { PinNotice } from '../signin/ownpin.tsx';
import { SignInDialog } from '../signin/signindialog.tsx';
import { useBench, useLink, useOutside, useSession, useStationStatus } from '../stationclient.ts';
import { CaEnding } from './caending.tsx';
import { ClosedPage, useStationGone } from './closedpage.tsx';
import { ErrorBoundary } from './errorboundary.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { IdleWarning, useActivity } from './idlewarning.tsx';
import { useKeptFocus } from './keptfocus.ts';
import { LeaveQuestion } from './leavequestion.tsx';
import { OnScreenKeyboard } from './onscreenkeyboard.tsx';
import { PracticeStripe } from './practicestripe.tsx';
import { RoutedPage } from './routedpage.tsx';
import { SyncedFolder } from './syncedfolder.tsx';
import { useWakeLock } from './wakelock.ts';
import { WindowNotice } from './windownotice.tsx';

const shortcutKeys: ReadonlySet<string> = new Set([...pageLetters, '?']);

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
  const gone = useStationGone(link);
  const [help, setHelp] = useState(false);
  const onKey = useCallback((key: string) => {
    // A list that was opened once stays in the page, but hidden.
    const layers = document.querySelectorAll('dialog, [role="dialog"], [role="alertdialog"], [role="listbox"]');
    if ([...layers].some((layer) => layer.checkVisibility())) return;
    if (key === '?') setHelp(true);
    const page = pagesFor(scannedBy.get()).find(({ letter }) => letter === key);
    if (page) goTo(page.href);
  }, []);
  useScans(person, shortcutKeys, onKey);
  useWakeLock(bench?.slots.some((slot) => slot.state === 'WORKING') ?? false);
  useActivity(session, status);
  useKeptFocus();
  if (outside) return <ClosedPage {...outside} />;
  return (
    <div className={`shell ${practice ? 'is-practice' : ''}`} data-screen={route.screen}>
      <button type="button" className="skip" onClick={focusContent}>
        {t('skip')}
      </button>
      {practice && <PracticeStripe />}
      <Header status={status} person={person} route={route} onHelp={() => setHelp(true)} />
      {(route.screen === 'bench' || route.screen === 'station') && (
        <CaEnding status={status} person={person} link={route.screen === 'station'} />
      )}
      {route.screen === 'station' && <SyncedFolder status={status} person={person} />}
      <PinNotice person={person} />
      {person && person.role !== 'operator' && <BatchEnded />}
      {gone && <ClosedPage reason="gone" />}
      {link !== 'up' && link !== 'out' && !gone && (
        <p className={`link ${link}`} role="alert">
          {t(link)}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        <ErrorBoundary address={JSON.stringify(route)}>
          {route.screen === 'bench' ? <BenchPage /> : <RoutedPage route={route} person={person} status={status} />}
        </ErrorBoundary>
      </main>
      <IdleWarning session={session} />
      <WindowNotice status={status} />
      <FloatingStrip onBench={route.screen === 'bench'} />
      <ChooseScan />
      <LeaveQuestion />
      <SignInDialog status={status} />
      <OnScreenKeyboard />
      <Help open={help} onClose={() => setHelp(false)} person={person} />
    </div>
  );
}

/** Moves the focus to the content. The address bar belongs to the routes, so a link cannot do it. */
function focusContent() {
  document.getElementById('content')?.focus();
}
