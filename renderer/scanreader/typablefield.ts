export type TypableField = HTMLInputElement | HTMLTextAreaElement;

const noText = ['button', 'checkbox', 'radio', 'submit', 'reset', 'range', 'file', 'color', 'image'];

/** Whether a person can type into the element. */
export const isTypable = (element: Element | null): element is TypableField =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !noText.includes(element.type));

/** The code editor: an element that takes keys as a field does, without a value. */
export const isEditor = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement && element.isContentEditable;

/** Whether keys make text in the element. */
export const takesKeys = (element: Element | null): element is HTMLElement => isTypable(element) || isEditor(element);

/** Sets a value as typing would, so that React notices it. */
export function setValue(field: TypableField, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Puts back the text that a field had before the first key of a scan. */
export type KeptText = () => void;

const keepText = 'birthmark-keep-text';
type Asked = { putBack?: KeptText };

/** Lets an editor say how its text of this moment is put back. Returns how to stop that. */
export function answerKeepText(element: HTMLElement, keep: () => KeptText): () => void {
  const answer = (event: Event) => {
    if (event instanceof CustomEvent) (event.detail as Asked).putBack = keep();
  };
  element.addEventListener(keepText, answer);
  return () => element.removeEventListener(keepText, answer);
}

export function keptTextOf(element: Element | null): KeptText | undefined {
  if (isEditor(element)) {
    const asked: Asked = {};
    element.dispatchEvent(new CustomEvent(keepText, { detail: asked }));
    return asked.putBack;
  }
  if (!isTypable(element)) return undefined;
  const { value, selectionStart, selectionEnd } = element;
  return () => {
    if (element.value === value) return;
    setValue(element, value);
    // Fields of dates and numbers have no selection.
    if (selectionStart !== null) element.setSelectionRange(selectionStart, selectionEnd);
  };
}

const keyOnScreen = 'birthmark-key-on-screen';
/** A key of the on-screen keyboard: a character, or what Backspace and Enter do. */
export type ScreenKey = { text: string } | 'erase' | 'enter';

/** Lets an editor take keys of the on-screen keyboard in its own way. Returns how to stop that. */
export function answerScreenKeys(element: HTMLElement, take: (key: ScreenKey) => void): () => void {
  const answer = (event: Event) => event instanceof CustomEvent && take(event.detail as ScreenKey);
  element.addEventListener(keyOnScreen, answer);
  return () => element.removeEventListener(keyOnScreen, answer);
}

/** Gives an editor a key. It is no key event, so the reader of scans is not involved. */
export const pressIn = (editor: HTMLElement, key: ScreenKey): void =>
  void editor.dispatchEvent(new CustomEvent(keyOnScreen, { detail: key }));

/** Types through the browser, so that undo, length limits and listeners work as with a key. */
export function typeInto(field: HTMLElement, text: string): void {
  if (document.activeElement === field && document.execCommand('insertText', false, text)) return;
  if (!isTypable(field)) return;
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  setValue(field, field.value.slice(0, start) + text + field.value.slice(end));
}
