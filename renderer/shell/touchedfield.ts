/**
 * Finds out whether a person can type only on this screen: a finger gave the field its focus, and no person has typed a
 * key. A scanner is a keyboard, too, but its keys come in a burst; a person's keys stand alone.
 */
import { useEffect, useState } from 'react';
import { isEditor } from '../scanreader/typablefield.ts';

/** An input, a text area, or the code editor. */
export type TouchedField = HTMLInputElement | HTMLTextAreaElement | HTMLElement;

const typedInto = ['text', 'search', 'password', 'email', 'url', 'tel', 'number'];
const isTextField = (element: EventTarget | null): element is TouchedField =>
  (element instanceof HTMLElement && isEditor(element) && element.ariaReadOnly !== 'true') || isPlainField(element);
const isPlainField = (element: EventTarget | null): boolean =>
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
export function useTouchedField(): { field: TouchedField | undefined; hide: () => void } {
  const [field, setField] = useState<TouchedField>();
  useEffect(() => {
    let hasKeys = false;
    let touched = false;
    const show = (element: EventTarget | null) =>
      setField(!hasKeys && touched && isTextField(element) ? element : undefined);
    const pointerdown = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest('.osk')) return;
      touched = event.pointerType === 'touch' && !matchMedia('(pointer: fine)').matches;
      // A touch on a field with the focus makes no focus event. In an editor it hits a line.
      const { activeElement } = document;
      if (event.target instanceof Node && isTextField(activeElement) && activeElement.contains(event.target))
        show(activeElement);
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
