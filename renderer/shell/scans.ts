import { useEffect } from 'react';
import { type Person, StationError } from '../../app/contract/index.ts';
import { badge } from '../../app/contract/model.ts';
import { lastEcho, shownBench } from '../bench/echo.ts';
import { cell } from '../cell.ts';
import { goTo, hrefTo } from '../route.ts';
import { listenForScans, setValue } from '../scan.ts';
import { openSignIn, signInState } from '../signin/state.ts';
import { station } from '../station.ts';

const scannedBy = cell<Person | null>(null);

/**
 * Takes a scan where it belongs: a badge to the sign-in, a label to the bench; QA looks the unit up. A label answers the
 * question that is on the screen, so that it is refused rather than taken for another slot; `forSlot` names one itself.
 */
export async function deliverScan(text: string, forSlot?: number): Promise<void> {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.dataset.scan === 'badge') return setValue(field, text);
  const person = scannedBy.get();
  if (!person || signInState.get().open) {
    if (badge.safeParse(text).success) openSignIn(text);
    else lastEcho.set({ text, at: Date.now(), signedOut: true });
    return;
  }
  if (person.role === 'qa') return goTo(hrefTo.unit(text));
  try {
    const { slotId } = await station.call('bench.scan', { text, ...questionFor(forSlot) });
    lastEcho.set({ text, at: Date.now(), slotId });
  } catch (cause) {
    const error = cause instanceof StationError ? cause : new StationError('internal', String(cause));
    lastEcho.set({ text, at: Date.now(), error: error.toJSON() });
  }
}

function questionFor(forSlot: number | undefined): { promptId?: string } {
  const bench = shownBench.get();
  const slot = bench?.slots.find(({ slotId }) => slotId === (forSlot ?? bench?.askedSlotId));
  return slot?.prompt?.kind === 'scanLabel' ? { promptId: slot.prompt.promptId } : {};
}

/** Scans and single-key shortcuts for the whole window. */
export function useScans(person: Person | null, onKey: (key: string) => void): void {
  useEffect(() => scannedBy.set(person), [person]);
  useEffect(() => listenForScans((text) => void deliverScan(text), onKey), [onKey]);
}
