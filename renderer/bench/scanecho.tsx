import { ScanBarcode } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, WireError } from '../../app/contract/index.ts';
import { lockReason } from '../../app/contract/model.ts';
import { useErrorWords } from '../words/index.ts';
import { lastEcho, newestEcho } from './echo.ts';

/** Where the last scan went, or why it was not taken. */
export function ScanEcho({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations();
  const refusal = useRefusal();
  const echo = newestEcho(lastEcho.use(), bench.lastScan);
  const said = () => {
    if (!echo?.error && bench.locked && bench.locked !== 'signedOut') return t('now.notTaken');
    if (!echo) return t('bench.ready');
    const { text, slotId, error } = echo;
    if (echo.signedOut) return t('bench.scanSignedOut');
    if (error) return `${t('bench.scanRefused', { text })} ${refusal(error)}`;
    if (slotId !== undefined) return t('bench.scanTaken', { text, slot: String(slotId) });
    return bench.heldLabel === text ? t('now.scanHeld', { text }) : t('bench.ready');
  };
  return (
    <p className={`echo ${echo?.error || echo?.signedOut ? 'refused' : ''}`} role="status">
      <ScanBarcode aria-hidden="true" />
      <span>{said()}</span>
    </p>
  );
}

/** A bench that issues nothing now says why, and what comes first. */
function useRefusal(): (error: WireError) => string {
  const t = useTranslations();
  const words = useErrorWords();
  return ({ code, data }) => {
    if (code === 'policy.interlock' && data?.reason === 'goldenUnit')
      return t('now.goldenFirst', { serial: String(data.unitSerial ?? '') });
    const reason = lockReason.safeParse(data?.reason);
    if (code === 'policy.interlock' && reason.success)
      return `${t(`bench.lock.${reason.data}`)}. ${t(`now.lockAct.${reason.data}`)}`;
    return `${words[code].what} ${words[code].next}`;
  };
}
