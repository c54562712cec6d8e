import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { blameOf, type ErrorCode, saidIn, type WireError } from '../../app/contract/index.ts';
import { useCheckWords } from '../words/checkwords.ts';
import { useErrorWords, useReason } from '../words/index.ts';
import { PinTries } from './pintries.tsx';

/** These codes say little without their detail, which is written for an engineer. */
const saysWhy: ReadonlySet<ErrorCode> = new Set([
  'ca.unfit',
  'ca.badKeyFile',
  'ca.badShares',
  'policy.profileInvalid',
  'scan.badRule',
]);

/** The refusals of a PIN that is counted. */
const countsPins: ReadonlySet<ErrorCode> = new Set(['session.wrongPin', 'session.lockedOut']);

/**
 * Shows an error to people: the event, its meaning, the next act, the person who can help, and the code in small
 * letters.
 */
export function ErrorNotice({ error, children }: { error: WireError | undefined | null; children?: ReactNode }) {
  const t = useTranslations('common');
  const wordsOf = useErrorWords();
  const reasonOf = useReason();
  const saidWords = useCheckWords();
  if (!error) return null;
  const said = saidIn(error);
  const reason = said ? saidWords(said) : reasonOf(error);
  // The wrong PIN that locks a badge asks for the same act as any later one: to wait.
  const locks = error.code === 'session.wrongPin' && error.data?.seconds !== undefined;
  const words = wordsOf(locks ? { ...error, code: 'session.lockedOut' } : error);
  return (
    <div className="problem" role="alert">
      <TriangleAlert aria-hidden="true" />
      <div>
        <strong>{words.what}</strong>
        <p>
          {words.meaning} {words.next}
        </p>
        {countsPins.has(error.code) && <PinTries error={error} />}
        {reason !== undefined && <p>{reason}</p>}
        {said === undefined && saysWhy.has(error.code) && error.detail !== '' && <p lang="en">{error.detail}</p>}
        <p className="fine">
          {t(`whoHelps.${blameOf(error.code)}`)} <span className="code">{t('code', { code: error.code })}</span>
          {said === undefined && !saysWhy.has(error.code) && error.detail !== '' && (
            <span className="code" lang="en">
              {' '}
              · {error.detail}
            </span>
          )}
        </p>
        {children}
      </div>
    </div>
  );
}
