import type { StationError, WireError } from '../../app/contract/index.ts';
import { atStart } from '../atstart.ts';
import { playSound } from '../bench/playsound.ts';
import { currentPrefs } from '../prefs.ts';
import { sharedValue } from '../sharedvalue.ts';
import type { ScanTrouble } from './keyburst.ts';

/** Why this screen did not take a whole scan. */
export type NotTakenReason =
  | 'signInFirst'
  | 'dialog'
  | 'badgeAsked'
  | 'notBadge'
  | 'notSerial'
  | 'notOrder'
  | 'ownBadge'
  | 'isOrder'
  | 'notChosen'
  | 'teaching';

export type ScanRefusal =
  | { kind: 'error'; error: WireError }
  | { kind: 'trouble'; trouble: ScanTrouble; key?: string | undefined }
  | { kind: 'why'; why: NotTakenReason };

/** The result of the last scan. */
export type LastScan = { at: number; text: string; over: boolean } & (
  | { kind: 'slot'; slotId: number }
  | { kind: 'held' }
  | { kind: 'story' }
  | { kind: 'order' }
  | { kind: 'signIn' }
  /** The page was loaded again: a scan just before that was not heard. */
  | { kind: 'unheard' }
  | { kind: 'field'; field: string }
  | { kind: 'refused'; refusal: ScanRefusal }
);

const shownMs = 6000;
const refusedMs = 15_000;

export const lastScan = sharedValue<LastScan | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;
atStart(() => clearTimeout(timer));

/** A dialog that is on screen and not about to close. */
export const openDialog = (): Element | undefined =>
  [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')].findLast(
    (dialog) => dialog.checkVisibility() && !dialog.hasAttribute('data-closed'),
  );

type Parts<T> = T extends unknown ? Omit<T, 'at' | 'over'> : never;

/** Shows the result of a scan for some time. */
export function tellLastScan(parts: Parts<LastScan>): void {
  const told = { ...parts, at: Date.now(), over: openDialog() !== undefined } as LastScan;
  lastScan.set(told);
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      if (lastScan.get() === told) lastScan.set(undefined);
    },
    told.kind === 'refused' || told.kind === 'unheard' ? refusedMs : shownMs,
  );
}

/** Shows why a scan was not taken, and plays the sound for it. */
export function refuseScan(text: string, refusal: ScanRefusal): void {
  tellLastScan({ kind: 'refused', text, refusal });
  if (currentPrefs().sound) playSound('refused');
}

/** Shows why the station refused a press on the bench. */
export const refuseAct = (refusal: StationError): void => refuseScan('', { kind: 'error', error: refusal.toJSON() });
