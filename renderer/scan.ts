import { maxGapMs, nothingRead, pause, press, type Reading } from './scanner.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;
type Before = { field: Field; value: string };

const isField = (element: Element | null): element is Field =>
  element instanceof HTMLTextAreaElement ||
  (element instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'range'].includes(element.type));

/** Sets a value the way a person would, so that React hears of it. */
export function setValue(field: Field, value: string) {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function typeInto(field: Field, text: string) {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  setValue(field, field.value.slice(0, start) + text + field.value.slice(end));
}

/**
 * Listens to every key of the window before any field or button does, so that a scan works whatever has focus, presses
 * nothing and leaves nothing in a field. `onKey` gets single keys typed outside of fields (shortcuts).
 */
export function listenForScans(onScan: (text: string) => void, onKey: (key: string) => void): () => void {
  let reading: Reading = nothingRead;
  let before: Before | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const giveBack = (release: string) => {
    const focused = document.activeElement;
    if (release !== '' && isField(focused)) typeInto(focused, release);
  };

  const settle = () => {
    const alone = reading.text.length === 1 ? reading.text : '';
    const step = pause(reading, performance.now() + maxGapMs);
    reading = step.reading;
    giveBack(step.release);
    if (alone !== '' && !isField(document.activeElement)) onKey(alone);
  };

  const keydown = (event: KeyboardEvent) => {
    clearTimeout(timer);
    const altGraph = event.getModifierState('AltGraph');
    const chord = event.repeat || event.isComposing || (!altGraph && (event.ctrlKey || event.altKey)) || event.metaKey;
    const step = press(reading, { key: event.key, at: event.timeStamp, chord });
    giveBack(step.release);
    if (step.reading !== reading && step.reading.text.length === 1) {
      const field = document.activeElement;
      before = isField(field) ? { field, value: field.value } : undefined;
    }
    reading = step.reading;
    if (step.verdict.kind !== 'leave') {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (step.verdict.kind === 'scan') {
      if (before && before.field.value !== before.value) setValue(before.field, before.value);
      before = undefined;
      onScan(step.verdict.text);
    } else if (reading.text !== '') {
      timer = setTimeout(settle, maxGapMs + 10);
    }
  };

  window.addEventListener('keydown', keydown, { capture: true });
  return () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', keydown, { capture: true });
  };
}
