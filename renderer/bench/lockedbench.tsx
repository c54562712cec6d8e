import { Lock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, LockReason } from '../../app/contract/index.ts';
import { ActDrawing } from './actdrawing.tsx';
import { pictureOfLock } from './actpictures.ts';
import { useLockWords } from './lockwords.ts';

/** When every slot says the same, one large face takes the place of the small ones. */
export const lockedAsOne = ({ locked, slots }: BenchSnapshot): LockReason | undefined =>
  slots.length > 0 && slots.every(({ state }) => state === 'LOCKED') ? locked : undefined;

/** The reason that holds first, what to do about it, and small, for the engineer, everything that holds. */
export function LockedBench({ bench, reason }: { bench: BenchSnapshot; reason: LockReason }) {
  const t = useTranslations();
  const words = useLockWords();
  const word = t('bench.state.LOCKED');
  return (
    <article className="tile large state-locked locked-all" data-state="LOCKED" aria-label={word}>
      <div className="tile-state">
        <Lock className="tile-icon" aria-hidden="true" />
        <span className="tile-word">{word}</span>
      </div>
      <div className="locked-why">
        <ActDrawing picture={pictureOfLock[reason]} />
        <div>
          <p className="locked-reason">{words.why(reason)}</p>
          <p className="tile-ask">{words.act(reason)}</p>
        </div>
      </div>
      {reason !== 'signedOut' && <Interlocks interlocks={bench.interlocks} />}
    </article>
  );
}

/** For the engineer: all that holds, with the station's own words. */
function Interlocks({ interlocks }: Pick<BenchSnapshot, 'interlocks'>) {
  const t = useTranslations();
  const words = useLockWords();
  return (
    <div className="interlocks">
      {interlocks.length > 1 && <p>{t('now.interlocks', { count: interlocks.length })}</p>}
      <ul aria-label={t('now.interlocksLabel')}>
        {interlocks.map(({ reason, detail }) => (
          <li key={reason}>
            {words.why(reason)} <span className="code">{detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
