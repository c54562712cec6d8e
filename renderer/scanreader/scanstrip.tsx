import { CircleCheck, OctagonX, ScanBarcode } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, WireError } from '../../app/contract/index.ts';
import { lockReason } from '../../app/contract/model.ts';
import { useErrorWords } from '../words/index.ts';
import { type LastScan, lastScan, type ScanRefusal, tellLastScan } from './lastscan.ts';

/** The bench repeats a scan that this page has reported within about this time. */
const echoMs = 3000;
const freshMs = 12_000;

/** Shows also what another screen scanned for this bench. */
function useBenchScans(last: BenchSnapshot['lastScan']): void {
  const seen = useRef<string>(undefined);
  const began = useRef(false);
  const key = last && `${last.at} ${last.text}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is last
  useEffect(() => {
    const stale = !began.current && last && Date.now() - Date.parse(last.at) > freshMs;
    began.current = true;
    if (!last || key === seen.current) return;
    seen.current = key;
    const own = lastScan.get();
    if (stale || (own?.text === last.text && Date.now() - own.at < echoMs)) return;
    const { text, slotId, error } = last;
    if (error) tellLastScan({ kind: 'refused', text, refusal: { kind: 'error', error } });
    else tellLastScan(slotId === undefined ? { kind: 'held', text } : { kind: 'slot', text, slotId });
  }, [key]);
}

/** On the bench: the result of the last scan, or that the next one may come. Its line is always there. */
export function BenchStrip({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations();
  useBenchScans(bench.lastScan);
  const scan = lastScan.use();
  const locked = bench.locked && bench.locked !== 'signedOut';
  // A message over a dialog is shown there. A message that is older than the headline is not shown.
  const gone =
    !scan ||
    scan.over ||
    (locked && scan.kind !== 'refused') ||
    (scan.kind === 'held' && bench.heldLabel !== scan.text);
  return gone ? (
    <p className="echo" role="status">
      <ScanBarcode aria-hidden="true" />
      <span>{locked ? t('now.notTaken') : t('bench.ready')}</span>
    </p>
  ) : (
    <Told className="echo" scan={scan} />
  );
}

/** The strip on every other screen, and over a dialog. */
export function FloatingStrip({ onBench }: { onBench: boolean }) {
  const scan = lastScan.use();
  return scan && (scan.over || !onBench) ? <Told className="scan-strip" scan={scan} /> : null;
}

function Told({ scan, className }: { scan: LastScan; className: string }) {
  const t = useTranslations();
  const said = useSaid();
  const bad = scan.kind === 'refused';
  const Icon = bad ? OctagonX : CircleCheck;
  return (
    <p
      key={`${scan.kind} ${scan.at}`}
      className={`${className} ${bad ? 'refused' : 'taken'}`}
      role={bad ? 'alert' : 'status'}
      data-scan-went={scan.kind}
    >
      <Icon aria-hidden="true" />
      <span>
        {bad && (
          <strong>
            {scan.text === '' ? t('scans.refused') : t('scans.refusedText', { text: shortened(scan.text) })}.{' '}
          </strong>
        )}
        {said(scan)}
      </span>
    </p>
  );
}

/** Shows GS and other invisible characters as pictures, and long codes by both ends. */
function shortened(text: string): string {
  const seen = [...text].map((char) => (char < ' ' ? String.fromCharCode(0x2400 + char.charCodeAt(0)) : char)).join('');
  return seen.length > 40 ? `${seen.slice(0, 24)}…${seen.slice(-12)}` : seen;
}

function useSaid(): (scan: LastScan) => string {
  const t = useTranslations();
  const refusal = useRefusal();
  return (scan) => {
    const text = shortened(scan.text);
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
