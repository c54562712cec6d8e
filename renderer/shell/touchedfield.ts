/**
 * Finds out whether a person can type only on this screen: a finger gave the field its focus, and no person has typed a
 * key. A scanner is a keyboard, too, but its keys come in a burst; a person's keys stand alone.
 */
import { useEffect, useState } from 'react';

type Field = HTMLInputElement | HTMLTextAreaElement;

const typedInto = ['text', 'search', 'password', 'email', 'url', 'tel', 'number'];
const isTextField = (element: EventTarget | null): element is Field =>
  (element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && typedInto.includes(element.type))) &&
  !element.readOnly &&
  !element.disabled &&
  // The number keys beside it are larger.
  element.inputMode !== 'numeric';

/** A person pressed a key that is this far from the keys before and after it. */
const aloneMs = 120;

/** Calls `onTyped` at each key that only a person can have pressed. */
function listenForTyping(onTyped: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const keydown = (event: KeyboardEvent) => {
    clearTimeout(timer);
    const quick = event.timeStamp - last < aloneMs;
    last = event.timeStamp;
    if (!event.isTrusted || quick || event.key.length !== 1) return;
    timer = setTimeout(onTyped, aloneMs);
  };
  window.addEventListener('keydown', keydown, { capture: true });
  return () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', keydown, { capture: true });
  };
}

/** The field that needs an on-screen keyboard, and the function that hides it until the next touch of a field. */
export function useTouchedField(): { field: Field | undefined; hide: () => void } {
  const [field, setField] = useState<Field>();
  useEffect(() => {
    let hasKeys = false;
    let touched = false;
    const show = (element: EventTarget | null) =>
      setField(!hasKeys && touched && isTextField(element) ? element : undefined);
    const pointerdown = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest('.osk')) return;
      touched = event.pointerType === 'touch' && !matchMedia('(pointer: fine)').matches;
      // A touch on a field with the focus makes no focus event.
      if (event.target === document.activeElement) show(event.target);
    };
    const focusin = (event: FocusEvent) => show(event.target);
    const focusout = (event: FocusEvent) => !isTextField(event.relatedTarget) && setField(undefined);
    const stop = listenForTyping(() => {
      hasKeys = true;
      setField(undefined);
    });
    document.addEventListener('pointerdown', pointerdown, { capture: true });
    document.addEventListener('focusin', focusin);
    document.addEventListener('focusout', focusout);
    return () => {
      stop();
      document.removeEventListener('pointerdown', pointerdown, { capture: true });
      document.removeEventListener('focusin', focusin);
      document.removeEventListener('focusout', focusout);
    };
  }, []);
  return { field, hide: () => setField(undefined) };
}
