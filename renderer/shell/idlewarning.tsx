import { Clock, UserCheck } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import type { SessionState, StationStatus } from '../../app/contract/index.ts';
import { Button } from '../controls/button.tsx';
import { useSecondsLeft } from '../controls/secondsleft.ts';
import { station } from '../stationclient.ts';

/** The station does not need a call for every key. */
const tellEveryMs = 10_000;
const inputs = ['keydown', 'pointerdown', 'wheel', 'touchstart'] as const;

const stay = () => void station.call('session.stay', {}).catch(() => undefined);

/**
 * Tells the station about keys, presses and scans, so that the person stays signed in. A screen's own calls do not
 * count.
 */
export function useActivity(session: SessionState | undefined, status: StationStatus | undefined): void {
  const watched = session?.person != null && (status?.session.idleMinutes ?? 0) > 0;
  const warned = session?.signsOutInMs !== undefined;
  useEffect(() => {
    if (!watched) return;
    let toldAt = warned ? Number.NEGATIVE_INFINITY : performance.now();
    const tell = () => {
      if (performance.now() - toldAt < tellEveryMs) return;
      toldAt = performance.now();
      stay();
    };
    for (const input of inputs) window.addEventListener(input, tell, { capture: true, passive: true });
    return () => {
      for (const input of inputs) window.removeEventListener(input, tell, { capture: true });
    };
  }, [watched, warned]);
}

/** Says shortly before a sign-out how much time is left, and offers to stay. It covers nothing and takes no focus. */
export function IdleWarning({ session }: { session: SessionState | undefined }) {
  const t = useTranslations('session.idle');
  const left = session?.signsOutInMs;
  const seconds = useSecondsLeft(left, left);
  if (left === undefined) return null;
  return (
    <section className="idle" aria-label={t('label')}>
      <Clock aria-hidden="true" />
      <div>
        <p role="alert">
          <strong>{t('label')}.</strong> {t('what')}
        </p>
        <p role="timer">{t('left', { seconds })}</p>
      </div>
      <Button size="bench" kind="primary" icon={UserCheck} onClick={stay}>
        {t('stay')}
      </Button>
    </section>
  );
}
