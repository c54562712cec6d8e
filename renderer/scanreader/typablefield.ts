export type TypableField = HTMLInputElement | HTMLTextAreaElement;

const noText = ['button', 'checkbox', 'radio', 'submit', 'reset', 'range', 'file', 'color', 'image'];

/** Whether a person can type into the element. */
export const isTypable = (element: Element | null): element is TypableField =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !noText.includes(element.type));

/** Sets a value as typing would, so that React notices it. */
export function setValue(field: TypableField, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The value of a field before the first key of a scan. */
export type KeptValue = { field: TypableField; value: string; start: number | null; end: number | null };

export function keepValue(element: Element | null): KeptValue | undefined {
  if (!isTypable(element)) return undefined;
  return { field: element, value: element.value, start: element.selectionStart, end: element.selectionEnd };
}

export function putBack(kept: KeptValue | undefined): void {
  if (!kept || kept.field.value === kept.value) return;
  setValue(kept.field, kept.value);
  // Fields of dates and numbers have no selection.
  if (kept.start !== null) kept.field.setSelectionRange(kept.start, kept.end);
}

/** Types through the browser, so that undo, length limits and listeners work as with a key. */
export function typeInto(field: TypableField, text: string): void {
  if (document.activeElement === field && document.execCommand('insertText', false, text)) return;
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  setValue(field, field.value.slice(0, start) + text + field.value.slice(end));
}
