/** Replays held keys, when they turn out to be a person's. */

import type { Stroke } from './keystroke.ts';
import { takesKeys, typeInto } from './typablefield.ts';

/** Events that this module made. They do not come from a scanner. */
const made = new WeakSet<Event>();
export const isMade = (event: Event): boolean => made.has(event);

function dispatch(target: Element, type: 'keydown' | 'keyup', key: string): boolean {
  const code = key === ' ' ? 'Space' : key === 'Enter' ? 'Enter' : '';
  const event = new KeyboardEvent(type, { key, code, bubbles: true, cancelable: true, composed: true });
  made.add(event);
  return target.dispatchEvent(event);
}

const pressed: Record<string, string> = {
  Enter: 'button, a[href], summary, input[type="submit"], input[type="button"]',
  ' ': 'button, summary, input[type="checkbox"], input[type="radio"], input[type="submit"], input[type="button"]',
};

function pressKey(target: Element, key: string): void {
  const goesOn = dispatch(target, 'keydown', key);
  const released = dispatch(target, 'keyup', key);
  if (goesOn && released && target instanceof HTMLElement && target.matches(pressed[key] ?? ':not(*)')) target.click();
}

/** Focuses the next element, within the open dialog. */
function focusNext(from: Element): void {
  const room = from.closest('[role="dialog"], [role="alertdialog"]') ?? document;
  const stops = [...room.querySelectorAll<HTMLElement>('a[href], button, input, textarea, summary, [tabindex]')].filter(
    (element) => element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility(),
  );
  stops[(stops.indexOf(from as HTMLElement) + 1) % stops.length]?.focus();
}

/**
 * Replays the strokes.
 * @param at the element that had the focus when the first of them came. The page may have moved the focus since.
 */
export function replayKeys(strokes: readonly Stroke[], at: Element | null): void {
  let text = '';
  let target = at?.isConnected ? at : (document.activeElement ?? document.body);
  const flush = () => {
    if (text !== '' && takesKeys(target)) typeInto(target, text);
    text = '';
  };
  for (const { key, typed, end } of strokes) {
    if (takesKeys(target) && typed !== '') text += typed;
    else {
      flush();
      if (end === 'tab') focusNext(target);
      else if (end === 'enter') pressKey(target, 'Enter');
      else if (typed !== '') pressKey(target, key);
      else continue;
      target = document.activeElement ?? document.body;
    }
  }
  flush();
}
