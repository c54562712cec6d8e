import { useTranslations } from 'use-intl';
import type { WireError } from '../../app/contract/index.ts';
import { useSecondsLeft } from './secondsleft.ts';

/** The seconds of a lock as a clock shows them: `1:05`. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** After a wrong PIN: the tries that are left, or the time until a locked badge may try again, counted down. */
export function PinTries({ error }: { error: WireError }) {
  const t = useTranslations('signIn.tries');
  const { triesLeft, seconds } = error.data ?? {};
  const left = useSecondsLeft(typeof seconds === 'number' ? seconds * 1000 : undefined, error);
  if (typeof seconds === 'number') {
    return left > 0 ? (
      <p role="timer">
        <strong>{t('locked', { time: clockText(left) })}</strong>
      </p>
    ) : (
      <p role="status">{t('again')}</p>
    );
  }
  if (typeof triesLeft !== 'number') return null;
  return (
    <p>
      <strong>{t('left', { count: triesLeft })}</strong>
    </p>
  );
}
