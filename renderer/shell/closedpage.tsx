import { DoorClosed, Languages, RotateCw, Unplug, UsersRound } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../controls/button.tsx';
import type { Outside } from '../entrance.ts';
import { setPrefs, usePrefs } from '../prefs.ts';
import type { Link } from '../transport.ts';
import { Logo } from './logo.tsx';

type Reason = Outside['reason'] | 'gone';

/** A station that restarts is back within this time. */
const goneAfterMs = 10_000;

const icons = { none: DoorClosed, spent: DoorClosed, forgotten: DoorClosed, full: UsersRound, gone: Unplug } as const;

/** Replaces the screens when this page shows none, with the reason and the next act. */
export function ClosedPage({ reason, terminal = true }: { reason: Reason; terminal?: boolean }) {
  const t = useTranslations();
  const { locale } = usePrefs();
  const Icon = icons[reason];
  const byAddress = reason !== 'gone' && reason !== 'full';
  const Part = reason === 'gone' ? Over : InPlace;
  return (
    <Part>
      <section className="door-card">
        <p className="door-brand">
          <Logo />
          {t('app.name')}
        </p>
        <Icon className="door-icon" aria-hidden="true" />
        <div className="stack" role="alert">
          <h1 id="door-title">{t(`session.door.${reason}.title`)}</h1>
          <p className="door-next">
            {t(byAddress && !terminal ? 'session.door.noTerminal' : `session.door.${reason}.next`)}
          </p>
          <p className="lead">{t(`session.door.${reason}.what`)}</p>
        </div>
        <div className="row">
          {reason !== 'gone' && (
            <Button size="bench" kind="primary" icon={RotateCw} onClick={() => window.location.reload()}>
              {t('session.door.again')}
            </Button>
          )}
          <Button
            size="bench"
            kind="quiet"
            icon={Languages}
            lang={locale === 'en' ? 'de' : 'en'}
            onClick={() => setPrefs({ locale: locale === 'en' ? 'de' : 'en' })}
          >
            {t('header.language')}
          </Button>
        </div>
      </section>
    </Part>
  );
}

type PartProps = { children: ReactNode };

/** In place of screens that this page may not show. */
const InPlace = ({ children }: PartProps) => (
  <main className="door" aria-labelledby="door-title">
    {children}
  </main>
);

/**
 * Over the screens of a station that does not answer, and over their dialogs: keys reach nothing below it. Afterwards the
 * focus is where it was.
 */
function Over({ children }: PartProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className="door"
      aria-labelledby="door-title"
      tabIndex={-1}
      closedby="none"
      onCancel={(event) => event.preventDefault()}
    >
      {children}
    </dialog>
  );
}

/** Whether the station has been silent for so long that people need a hint. */
export function useStationGone(link: Link): boolean {
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (link !== 'lost') {
      setGone(false);
      return;
    }
    const timer = setTimeout(() => setGone(true), goneAfterMs);
    return () => clearTimeout(timer);
  }, [link]);
  return gone;
}
