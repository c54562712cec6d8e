import { useEffect, useRef } from 'react';
import type { BenchSnapshot } from '../../app/contract/index.ts';
import { atStart } from '../atstart.ts';
import { parseRoute } from '../route.ts';
import { type LastScan, lastScan, tellLastScan } from './lastscan.ts';

/** The bench repeats a scan that this page has reported within about this time. */
const repeatMs = 3000;
/** An older scan is not told when the page opens. */
const freshMs = 12_000;
/** A refusal can be read, even when another slot asks for something meanwhile. */
const leastMs = 4000;
/** A press this soon after a scan began before its result was shown. */
const pressMs = 300;

/** The scan of the bench that was told last. It outlives the page, so that no scan is told again on the way back. */
let told: string | undefined;
atStart(() => {
  told = undefined;
});

/** Shows also what another screen scanned for this bench. */
function useBenchScans(last: BenchSnapshot['lastScan']): void {
  const key = last && `${last.at} ${last.text}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: key is last
  useEffect(() => {
    const first = told === undefined;
    told ??= '';
    if (!last || key === undefined || key === told) return;
    told = key;
    const stale = first && Date.now() - Date.parse(last.at) > freshMs;
    const own = lastScan.get();
    if (stale || (own?.text === last.text && Date.now() - own.at < repeatMs)) return;
    const { text, slotId, error } = last;
    if (error) tellLastScan({ kind: 'refused', text, refusal: { kind: 'error', error } });
    else tellLastScan(slotId === undefined ? { kind: 'held', text } : { kind: 'slot', text, slotId });
  }, [key]);
}

/**
 * Whether the bench takes the place of a page that ended by itself or by F5. Keys are heard only once the page has drawn, and
 * nothing tells of those before (decision 351). Not at a start: `atStart` also runs for another station in this page.
 */
let cameAgain =
  performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'reload') &&
  parseRoute(window.location.hash).screen === 'bench';

/** Says once that a scan may have been lost with the page before. A scan that the bench has answered says more. */
function useUnheardScans(): void {
  useEffect(() => {
    if (cameAgain && lastScan.get() === undefined) tellLastScan({ kind: 'unheard', text: '' });
    cameAgain = false;
  }, []);
}

const stateOf = (bench: BenchSnapshot, scan: LastScan) =>
  scan.kind === 'slot' ? bench.slots.find(({ slotId }) => slotId === scan.slotId)?.state : undefined;

/** Whether the bench still shows what the scan led to. */
function agrees(scan: LastScan, bench: BenchSnapshot): boolean {
  if (scan.kind === 'refused') return true;
  if (bench.locked && bench.locked !== 'signedOut') return false;
  if (scan.kind === 'held') return bench.heldLabel === scan.text;
  // The bench shows the work a moment after the scan.
  return scan.kind !== 'slot' || ['SCAN', 'WORKING'].includes(stateOf(bench, scan) ?? '');
}

/**
 * The result of the last scan, as long as it agrees with the bench. It goes after its time, when the bench asks for
 * another act, and at the next press.
 *
 * @param asked what the bench asks for now; another text means another act
 */
export function useBenchEcho(bench: BenchSnapshot, asked: string): LastScan | undefined {
  useBenchScans(bench.lastScan);
  useUnheardScans();
  const scan = lastScan.use();
  const first = useRef<{ scan: LastScan; asked: string; worked: boolean }>(undefined);
  const working = scan !== undefined && stateOf(bench, scan) === 'WORKING';
  useEffect(() => {
    if (!scan) return;
    if (first.current?.scan !== scan) first.current = { scan, asked, worked: false };
    const { current } = first;
    const done = current.worked && !working;
    current.worked ||= working;
    if (done) return lastScan.set(undefined);
    // A scan that was taken changes what is asked. A refusal of the act before would contradict the present one.
    if (scan.kind !== 'refused' || current.asked === asked) return;
    const drop = () => lastScan.get() === scan && lastScan.set(undefined);
    const timer = setTimeout(drop, Math.max(0, scan.at + leastMs - Date.now()));
    return () => clearTimeout(timer);
  }, [scan, asked, working]);
  useEffect(() => {
    const drop = () => {
      const last = lastScan.get();
      if (last && !last.over && Date.now() - last.at > pressMs) lastScan.set(undefined);
    };
    window.addEventListener('pointerdown', drop, true);
    return () => window.removeEventListener('pointerdown', drop, true);
  }, []);
  // A message over a dialog is shown there.
  return scan && !scan.over && agrees(scan, bench) ? scan : undefined;
}
