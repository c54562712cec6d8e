import { Lock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, LockReason } from '../../app/contract/index.ts';
import { useFindingWords } from '../words/findingwords.tsx';
import { ActDrawing } from './actdrawing.tsx';
import { pictureOfLock } from './actpictures.ts';
import { useLockWords } from './lockwords.ts';

/** The common lock of all slots. One large face then replaces the small ones. */
export const lockedAsOne = ({ locked, slots }: BenchSnapshot): LockReason | undefined =>
  slots.length > 0 && slots.every(({ state }) => state === 'LOCKED') ? locked : undefined;

/** The first reason of the lock and its remedy. All reasons are below in small letters, for the engineer. */
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

/** Only the detail knows what is wrong with a recipe. It names fields of its text. */
const detailSays: ReadonlySet<LockReason> = new Set(['noRecipe', 'recipeOutdated']);

/** All interlocks, for the engineer. */
function Interlocks({ interlocks }: Pick<BenchSnapshot, 'interlocks'>) {
  const t = useTranslations();
  const words = useLockWords();
  const findingWords = useFindingWords();
  return (
    <div className="interlocks">
      {interlocks.length > 1 && <p>{t('now.interlocks', { count: interlocks.length })}</p>}
      <ul aria-label={t('now.interlocksLabel')}>
        {interlocks.map(({ reason, detail, finding }) => (
          <li key={reason}>
            {words.why(reason)} {finding && <span className="code">{findingWords.what(finding)}</span>}
            {!finding && detailSays.has(reason) && (
              <span className="code" lang="en">
                {detail}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
