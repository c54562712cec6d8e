import { CircleCheck, OctagonX, ScanBarcode } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { BenchSnapshot, WireError } from '../../app/contract/index.ts';
import { lockReason } from '../../app/contract/model.ts';
import { useErrorWords } from '../words/index.ts';
import { type LastScan, lastScan, type ScanRefusal, tellLastScan } from './lastscan.ts';

/** A scan that this page told of itself comes back from the bench about now. */
const echoMs = 3000;
const freshMs = 12_000;

/** What another screen scanned for this bench is said here too. */
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

/** On the bench: where the last scan went, or that the next one may come. Its line is always there. */
export function BenchStrip({ bench }: { bench: BenchSnapshot }) {
  const t = useTranslations();
  useBenchScans(bench.lastScan);
  const scan = lastScan.use();
  const locked = bench.locked && bench.locked !== 'signedOut';
  // What is over a dialog says it there; what the headline has outlived says nothing.
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

/** On every other screen, and over a dialog. */
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

/** GS and other characters without a look as pictures of their own; long codes by both ends. */
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

/** A bench that issues nothing now says why, and what comes first. */
function useErrorSaid(): (error: WireError) => string {
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
