/**
 * Whether a person has only this screen to type on: the field got its focus by a finger, and no key was typed by a person. A
 * scanner is a keyboard, too, but its keys come in a burst; a person's keys stand alone.
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

/** A key this far from the ones before and after it was pressed by a person. */
const aloneMs = 120;

/** Calls back at each key that a person must have pressed. */
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

/** The field that wants an on-screen keyboard, and the way to hide it until a field is touched again. */
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
      // A touch on the field that has the focus already brings no focus event.
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
