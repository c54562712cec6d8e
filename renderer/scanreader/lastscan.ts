import type { WireError } from '../../app/contract/index.ts';
import { play } from '../bench/playsound.ts';
import { currentPrefs } from '../prefs.ts';
import { cell } from '../sharedvalue.ts';
import type { Trouble } from './keyburst.ts';

/** Why a scan that was read whole was not taken here. */
export type Why =
  | 'signInFirst'
  | 'dialog'
  | 'badgeAsked'
  | 'notBadge'
  | 'notSerial'
  | 'notOrder'
  | 'isBadge'
  | 'isOrder'
  | 'notChosen'
  | 'teaching';

export type Refusal =
  | { kind: 'error'; error: WireError }
  | { kind: 'trouble'; trouble: Trouble; key?: string | undefined }
  | { kind: 'why'; why: Why };

/** Where the last scan went. */
export type Went = { at: number; text: string; over: boolean } & (
  | { kind: 'slot'; slotId: number }
  | { kind: 'held' }
  | { kind: 'story' }
  | { kind: 'order' }
  | { kind: 'signIn' }
  | { kind: 'field'; field: string }
  | { kind: 'refused'; refusal: Refusal }
);

const shownMs = 12_000;
const refusedMs = 25_000;

export const went = cell<Went | undefined>(undefined);
let timer: ReturnType<typeof setTimeout> | undefined;

/** A dialog that is on screen, and not on its way out. */
export const openDialog = (): Element | undefined =>
  [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')].findLast(
    (dialog) => dialog.checkVisibility() && !dialog.hasAttribute('data-closed'),
  );

type Parts<T> = T extends unknown ? Omit<T, 'at' | 'over'> : never;

/** Says where a scan went, for a while. */
export function tell(parts: Parts<Went>): void {
  const told = { ...parts, at: Date.now(), over: openDialog() !== undefined } as Went;
  went.set(told);
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      if (went.get() === told) went.set(undefined);
    },
    told.kind === 'refused' ? refusedMs : shownMs,
  );
}

/** Aloud. */
export function refuse(text: string, refusal: Refusal): void {
  tell({ kind: 'refused', text, refusal });
  if (currentPrefs().sound) play('refused');
}
