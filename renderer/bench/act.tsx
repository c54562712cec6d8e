import { Keyboard, LockOpen, LogIn, ScanBarcode } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, Person } from '../../app/contract/index.ts';
import { useAct } from '../calls.ts';
import { Button } from '../parts/button.tsx';
import { goTo, hrefTo } from '../route.ts';
import { openSignIn } from '../signin/state.ts';
import { useErrorWords } from '../words/index.ts';
import { lastEcho, newestEcho } from './echo.ts';
import { nextAct } from './next.ts';
import { TypedLabel } from './typed.tsx';

/** The top of the bench: the one next act as a sentence, and where the last scan went. */
export function ActBar({ bench, person }: { bench: BenchSnapshot; person: Person | null }) {
  const t = useTranslations('bench');
  const next = nextAct(bench, person !== null);
  const [typing, setTyping] = useState(false);
  const words = useErrorWords();
  const sentence = () => {
    if (next.kind === 'bench')
      return next.act === 'unlockCa' || next.act === 'plugInToken' ? t(`ask.${next.act}`) : t(`all.${next.act}`);
    const slot = String(next.slot.slotId);
    const { error } = next.slot;
    return error ? `${t('slot', { slot })}: ${words[error.code].next}` : t(`ask.${next.slot.ask}`, { slot });
  };
  return (
    <div className="actbar">
      <div className="act-words">
        <p className="act-sentence" aria-live="polite">
          {sentence()}
        </p>
        <ScanEcho bench={bench} />
      </div>
      <div className="act-buttons">
        <Remedy bench={bench} person={person} />
        {person && person.role !== 'qa' && (
          <Button size="bench" icon={Keyboard} onClick={() => setTyping(true)}>
            {t('typeLabel')}
          </Button>
        )}
      </div>
      <TypedLabel open={typing} onClose={() => setTyping(false)} />
    </div>
  );
}

/** What the person at the bench can do about a locked bench. */
function Remedy({ bench, person }: { bench: BenchSnapshot; person: Person | null }) {
  const t = useTranslations('bench');
  const release = useAct('bench.release');
  if (!person) {
    return (
      <Button size="bench" kind="primary" icon={LogIn} onClick={() => openSignIn()}>
        {t('signInHere')}
      </Button>
    );
  }
  if (person.role !== 'engineer') return null;
  if (bench.locked === 'repeatedErrors') {
    return (
      <Button
        size="bench"
        kind="primary"
        icon={LockOpen}
        busy={release.busy}
        title={t('releaseHint')}
        onClick={() => void release.run({})}
      >
        {t('release')}
      </Button>
    );
  }
  if (bench.locked === 'caLocked') {
    return (
      <Button size="bench" kind="primary" icon={LockOpen} onClick={() => goTo(hrefTo.station('ca'))}>
        {t('unlockHere')}
      </Button>
    );
  }
  if (bench.locked === 'caAbsent' || bench.locked === 'caExpired') {
    return (
      <Button size="bench" onClick={() => goTo(hrefTo.station('ca'))}>
        {t('caHere')}
      </Button>
    );
  }
  if (bench.locked === 'noOrder') {
    return (
      <Button size="bench" kind="primary" onClick={() => goTo(hrefTo.station('orders'))}>
        {t('orderHere')}
      </Button>
    );
  }
  return null;
}

function ScanEcho({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations('bench');
  const words = useErrorWords();
  const echo = newestEcho(lastEcho.use(), bench.lastScan);
  const refused = echo?.error ?? (echo?.signedOut ? true : undefined);
  return (
    <p className={`echo ${refused ? 'refused' : ''}`} role="status">
      <ScanBarcode aria-hidden="true" />
      {!echo && t('ready')}
      {echo?.slotId !== undefined && !refused && t('scanTaken', { text: echo.text, slot: String(echo.slotId) })}
      {echo?.error &&
        `${t('scanRefused', { text: echo.text })} ${words[echo.error.code].what} ${words[echo.error.code].next}`}
      {echo?.signedOut && t('scanSignedOut')}
    </p>
  );
}
