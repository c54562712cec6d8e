import { useEffect, useRef } from 'react';
import { type Person, StationError } from '../../app/contract/index.ts';
import { station, useEvent, useSession, useStationStatus } from '../stationclient.ts';
import { deliverScan, scannedBy } from './deliverscan.ts';
import { listenForScans, type ScanListening } from './keylistener.ts';
import { lastScan, refuseScan } from './lastscan.ts';
import { rawKeys } from './rawkeys.ts';

/** A hidden page waits, so that the other pages can take a scan first. */
const hiddenMs = 250;
/** An older scan is not taken when the page opens. */
const freshMs = 3000;

/** Takes scans of scanners on serial ports. Each scan goes to one page. */
function useSerialScans(): void {
  const last = useEvent('scanners.changed')?.last;
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (!last || last.scanId === seen.current) return;
    const first = seen.current === undefined;
    seen.current = last.scanId;
    if (first && Date.now() - Date.parse(last.at) > freshMs) return;
    if (last.refused) {
      if (!document.hidden) refuseScan('', { kind: 'error', error: last.refused });
      return;
    }
    const { scanId } = last;
    const takeIt = async () => {
      try {
        const { text } = await station.call('scan.take', { scanId });
        await deliverScan(text);
      } catch (cause) {
        // Another page has taken it.
        if (cause instanceof StationError && cause.code === 'call.stale') return;
        refuseScan('', {
          kind: 'error',
          error: (cause instanceof StationError ? cause : new StationError('internal', '')).toJSON(),
        });
      }
    };
    if (document.hidden) setTimeout(() => void takeIt(), hiddenMs);
    else void takeIt();
  }, [last]);
}

/** Scans and single-key shortcuts for the whole window. `shortcuts` must not change. */
export function useScans(person: Person | null, shortcuts: ReadonlySet<string>, onKey: (key: string) => void): void {
  const scanner = useStationStatus()?.keyboardScanner ?? null;
  const raw = rawKeys.use() !== undefined;
  const ear = useRef<ScanListening>(undefined);
  const taught = raw ? null : JSON.stringify(scanner);
  useSerialScans();
  const session = useSession();
  const personId = session && (session.person?.personId ?? null);
  const before = useRef<typeof personId>(undefined);
  useEffect(() => scannedBy.set(person), [person]);
  // A message for the person before is of no use to the next one. A page that has just begun learns who is there.
  useEffect(() => {
    if (before.current !== undefined) lastScan.set(undefined);
    before.current = personId;
  }, [personId]);
  useEffect(() => {
    const mine = listenForScans(
      {
        onScan: (text) => void (rawKeys.get() ? undefined : deliverScan(text)),
        onRefused: (trouble, key) =>
          void (rawKeys.get() ? undefined : refuseScan('', { kind: 'trouble', trouble, key })),
        onShortcut: onKey,
        onRaw: (facts) => rawKeys.get()?.(facts),
      },
      shortcuts,
    );
    ear.current = mine;
    return mine.stop;
  }, [onKey, shortcuts]);
  useEffect(() => ear.current?.teach(taught === null ? null : JSON.parse(taught)), [taught]);
}
