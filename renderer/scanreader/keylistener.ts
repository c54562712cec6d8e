import type { KeyboardScanner } from '../../app/contract/index.ts';
import type { ScanTrouble } from './keyburst.ts';
import type { KeyFacts } from './keystroke.ts';
import type { ReaderAnswer, ReaderOutcome, ScanReader } from './readeranswer.ts';
import { isMade, replayKeys } from './replaykeys.ts';
import { createScanReader } from './scanreader.ts';
import { type KeptText, keptTextOf, takesKeys } from './typablefield.ts';

export type KeyListener = {
  onScan(text: string): void;
  onRefused(trouble: ScanTrouble, key: string | undefined): void;
  onShortcut(key: string): void;
  /** Gets every key as it came. */
  onRaw(facts: KeyFacts): void;
};

export type ScanListening = {
  /** Sets the taught scanner; null means to read scanners as they come. */
  teach(scanner: KeyboardScanner | null): void;
  stop(): void;
};

/** Work delayed a timer that is this late. Keys may wait behind that work, too. */
const lateMs = 15;
const againMs = 25;
const patience = 8;
/** Windows makes the character of Alt and digits when Alt is released. */
const altCharMs = 50;

declare global {
  interface Navigator {
    /** Only Chromium has this so far. */
    scheduling?: { isInputPending(): boolean };
  }
}

const factsOf = (event: KeyboardEvent): KeyFacts => {
  const altGraph = event.getModifierState('AltGraph');
  return {
    down: event.type === 'keydown',
    key: event.key,
    code: event.code,
    // The time of the key, not of its handling.
    at: event.timeStamp,
    shift: event.shiftKey,
    ctrl: event.ctrlKey && !altGraph,
    alt: event.altKey && !altGraph,
    meta: event.metaKey,
    altGraph,
    capsLock: event.getModifierState('CapsLock'),
    repeat: event.repeat,
    composing: event.isComposing,
  };
};

/**
 * Listens to every key of the window before fields and buttons do. So a scan works with any focus, presses no button
 * and leaves no text in a field.
 */
export function listenForScans(listener: KeyListener, shortcuts: ReadonlySet<string>): ScanListening {
  const begun = performance.now();
  let reader: ScanReader = createScanReader(null, shortcuts, begun);
  let beforeBurst: KeptText | undefined;
  let beforeAll: KeptText | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restedOn: Element | null = null;
  let begunOn: Element | null = null;
  let last = { at: 0, heardAt: 0 };
  let altChar = Number.NEGATIVE_INFINITY;

  const follow = (outcomes: readonly ReaderOutcome[]) => {
    for (const outcome of outcomes) {
      if (outcome.kind === 'typed') replayKeys(outcome.strokes, begunOn);
      else if (outcome.kind === 'shortcut') listener.onShortcut(outcome.key);
      else {
        restedOn = document.activeElement;
        (outcome.kind === 'refused' && outcome.takeBack ? beforeAll : beforeBurst)?.();
        if (outcome.kind === 'scan') listener.onScan(outcome.text);
        else listener.onRefused(outcome.trouble, outcome.key);
      }
    }
  };

  // Time continues from the last key. When keys arrive late, all of them do, and so does the silence after them.
  const now = () => last.at + performance.now() - last.heardAt;

  const arm = (tries = 0, waitMs?: number) => {
    clearTimeout(timer);
    const due = reader.dueAt();
    if (due === undefined) return;
    const wait = waitMs ?? Math.max(0, due + 1 - now()) + reader.slack();
    const planned = performance.now() + wait;
    timer = setTimeout(() => look(planned, tries), wait);
  };

  // Keys that were pressed in time may still wait behind the work that made this timer late. They come first.
  const look = (planned: number, tries: number) => {
    const late = performance.now() - planned > lateMs || navigator.scheduling?.isInputPending() === true;
    if (late && tries < patience) return arm(tries + 1, againMs);
    follow(reader.quiet(now()));
    arm();
  };

  const hear = (event: KeyboardEvent) => {
    // The browser's automatic filling makes events without a key.
    if (!(event instanceof KeyboardEvent) || isMade(event)) return;
    const facts = factsOf(event);
    last = { at: facts.at, heardAt: performance.now() };
    listener.onRaw(facts);
    const answer: ReaderAnswer = reader.key(
      facts,
      takesKeys(document.activeElement),
      document.activeElement !== restedOn,
    );
    follow(answer.outcomes);
    if (answer.begins) {
      begunOn = document.activeElement;
      beforeBurst = keptTextOf(begunOn);
    }
    if (answer.begins && answer.afresh) beforeAll = beforeBurst;
    if (answer.hold) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === 'Alt') altChar = performance.now();
    }
    arm();
  };

  const withoutKey = (event: Event) => {
    if (performance.now() - altChar > altCharMs) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const left = () => {
    follow(reader.leave());
    arm();
  };

  const capture = { capture: true };
  window.addEventListener('keydown', hear, capture);
  window.addEventListener('keyup', hear, capture);
  window.addEventListener('keypress', withoutKey, capture);
  window.addEventListener('blur', left);
  return {
    teach(scanner) {
      left();
      reader = createScanReader(scanner, shortcuts, Math.max(begun, last.at));
    },
    stop() {
      clearTimeout(timer);
      window.removeEventListener('keydown', hear, capture);
      window.removeEventListener('keyup', hear, capture);
      window.removeEventListener('keypress', withoutKey, capture);
      window.removeEventListener('blur', left);
    },
  };
}
