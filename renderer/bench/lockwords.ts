import { useTranslations } from 'use-intl';
import type { LockReason } from '../../app/contract/index.ts';
import { useSession } from '../stationclient.ts';

/** Words for a lock. A signed-in QA person may not run the bench, and the words say so. */
export function useLockWords() {
  const t = useTranslations();
  const isQa = useSession()?.person?.role === 'qa';
  return {
    why: (reason: LockReason) => (reason === 'signedOut' && isQa ? t('session.qa.why') : t(`bench.lock.${reason}`)),
    act: (reason: LockReason) => (reason === 'signedOut' && isQa ? t('session.qa.act') : t(`now.lockAct.${reason}`)),
  };
}
