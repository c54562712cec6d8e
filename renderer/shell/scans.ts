import { useEffect } from 'react';
import { type Person, StationError } from '../../app/contract/index.ts';
import { badge } from '../../app/contract/model.ts';
import { lastEcho } from '../bench/echo.ts';
import { cell } from '../cell.ts';
import { goTo, hrefTo } from '../route.ts';
import { listenForScans, setValue } from '../scan.ts';
import { openSignIn, signInState } from '../signin/state.ts';
import { latest, station } from '../station.ts';

const scannedBy = cell<Person | null>(null);

/** The question on screen: the scan answers that one, even if another slot begins to wait meanwhile. */
function askedPrompt(forSlot: number | undefined): { promptId?: string } {
  const bench = latest('bench.changed');
  const asked = bench?.slots.find((slot) => slot.slotId === (forSlot ?? bench.askedSlotId));
  return asked?.prompt?.kind === 'scanLabel' ? { promptId: asked.prompt.promptId } : {};
}

/** Where a badge is asked for: a dialog, or a second person on a page. */
const asking = ':is([role="dialog"], [role="alertdialog"], .second)';

/** The field that asks for a badge: the one with the focus, or the one of the dialog that is open. */
function badgeField(): HTMLInputElement | undefined {
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement && focused.dataset.scan === 'badge') return focused;
  const asked = document.querySelector<HTMLInputElement>(`${asking} input[data-scan="badge"]`);
  return asked?.checkVisibility() ? asked : undefined;
}

/** Into its field, and on to the PIN where that comes next. What is no badge goes nowhere while a badge is asked for. */
function giveBadge(field: HTMLInputElement, text: string): void {
  if (badge.safeParse(text).success) setValue(field, text);
  field.closest(asking)?.querySelector<HTMLInputElement>('input[data-scan-next]')?.focus();
}

/**
 * Takes a scan where it belongs: a badge to the sign-in, a label to the bench; QA looks the unit up.
 * @param forSlot the practice panel knows which unit's label it holds; a scanner does not
 */
export async function deliverScan(text: string, forSlot?: number): Promise<void> {
  const field = badgeField();
  if (field) return giveBadge(field, text);
  const person = scannedBy.get();
  if (!person || signInState.get().open) {
    if (badge.safeParse(text).success) openSignIn(text);
    else lastEcho.set({ text, at: Date.now(), signedOut: true });
    return;
  }
  if (person.role === 'qa') return goTo(hrefTo.unit(text));
  try {
    const { slotId } = await station.call('bench.scan', { text, ...askedPrompt(forSlot) });
    lastEcho.set({ text, at: Date.now(), ...(slotId === null ? {} : { slotId }) });
  } catch (cause) {
    const error = cause instanceof StationError ? cause : new StationError('internal', String(cause));
    // Signed out a moment ago, here or elsewhere: what was scanned is the next person's badge.
    if (error.code === 'session.signedOut' && badge.safeParse(text).success) return openSignIn(text);
    lastEcho.set({ text, at: Date.now(), error: error.toJSON() });
  }
}

/** Scans and single-key shortcuts for the whole window. */
export function useScans(person: Person | null, onKey: (key: string) => void): void {
  useEffect(() => scannedBy.set(person), [person]);
  useEffect(() => listenForScans((text) => void deliverScan(text), onKey), [onKey]);
}
