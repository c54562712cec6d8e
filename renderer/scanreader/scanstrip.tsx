import { CircleCheck, OctagonX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { WireError } from '../../app/contract/index.ts';
import { lockReason } from '../../app/contract/model.ts';
import { useErrorWords } from '../words/index.ts';
import { type LastScan, lastScan, type ScanRefusal } from './lastscan.ts';

/** The strip on every other screen, and over a dialog. */
export function FloatingStrip({ onBench }: { onBench: boolean }) {
  const scan = lastScan.use();
  return scan && (scan.over || !onBench) ? <Told className="scan-strip" scan={scan} /> : null;
}

function Told({ scan, className }: { scan: LastScan; className: string }) {
  const said = useScanWords();
  const bad = scan.kind === 'refused';
  const Icon = bad ? OctagonX : CircleCheck;
  const { refused, result } = said(scan);
  return (
    <p
      key={`${scan.kind} ${scan.at}`}
      className={`${className} ${bad ? 'refused' : 'taken'}`}
      role={bad ? 'alert' : 'status'}
      data-scan-went={scan.kind}
    >
      <Icon aria-hidden="true" />
      <span>
        {refused !== undefined && <strong>{refused}. </strong>}
        {result}
      </span>
    </p>
  );
}

/** Shows GS and other invisible characters as pictures, and long codes by both ends. */
export function shortened(text: string): string {
  const seen = [...text].map((char) => (char < ' ' ? String.fromCharCode(0x2400 + char.charCodeAt(0)) : char)).join('');
  return seen.length > 40 ? `${seen.slice(0, 24)}…${seen.slice(-12)}` : seen;
}

/** The result of a scan in words. A refusal also names the scan. */
export function useScanWords(): (scan: LastScan) => { refused?: string; result: string } {
  const t = useTranslations();
  const refusal = useRefusal();
  const resultOf = (scan: LastScan, text: string): string => {
    switch (scan.kind) {
      case 'slot':
        return t('bench.scanTaken', { text, slot: String(scan.slotId) });
      case 'held':
        return t('now.scanHeld', { text });
      case 'field':
        return t('scans.field', { text, field: scan.field });
      case 'refused':
        return refusal(scan.refusal);
      default:
        return t(`scans.${scan.kind}`, { text });
    }
  };
  return (scan) => {
    const text = shortened(scan.text);
    const result = resultOf(scan, text);
    if (scan.kind !== 'refused') return { result };
    return { refused: text === '' ? t('scans.refused') : t('scans.refusedText', { text }), result };
  };
}

function useRefusal(): (refusal: ScanRefusal) => string {
  const t = useTranslations('scans');
  const error = useErrorSaid();
  return (refusal) => {
    if (refusal.kind === 'error') return error(refusal.error);
    if (refusal.kind === 'why') return t(`why.${refusal.why}`);
    return `${t(`trouble.${refusal.trouble}`, { key: refusal.key ?? '' })} ${t('again')}`;
  };
}

/** The words when the bench issues nothing now: the reason, and the next act. */
function useErrorSaid(): (error: WireError) => string {
  const t = useTranslations();
  const words = useErrorWords();
  return (error) => {
    const { code, data } = error;
    if (code === 'policy.interlock' && data?.reason === 'goldenUnit')
      return t('now.goldenFirst', { serial: String(data.unitSerial ?? '') });
    const reason = lockReason.safeParse(data?.reason);
    if (code === 'policy.interlock' && reason.success)
      return `${t(`bench.lock.${reason.data}`)}. ${t(`now.lockAct.${reason.data}`)}`;
    const { what, next } = words(error);
    return `${what} ${next}`;
  };
}
