/** Typed text that is not saved: leaving it asks first, by a link, by Back, by signing out, by closing and by a reload. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { atStart } from './atstart.ts';
import { sharedValue } from './sharedvalue.ts';

const unsaved = new Set<object>();

/** Whether a page has text that would be lost. */
export const isHeld = (): boolean => unsaved.size > 0;

/** The act that waits until a person agrees to lose the text. */
export const heldAct = sharedValue<(() => void) | undefined>(undefined);

export const holdBack = (act: () => void): void => heldAct.set(() => act());

/** Does `act` at once, or asks first if text would be lost by it. */
export function leaveBy(act: () => void): void {
  if (isHeld()) holdBack(act);
  else act();
}

/** A person agrees: the text is given up, and the act goes on. */
export function giveUpText(): void {
  const act = heldAct.get();
  for (const key of [...unsaved]) letGo(key);
  kept.clear();
  heldAct.set(undefined);
  act?.();
}

/** The browser asks in its own words. Electron's window asks in ours. */
const keepOpen = (event: Event): void => event.preventDefault();

function hold(key: object): void {
  unsaved.add(key);
  window.addEventListener('beforeunload', keepOpen);
}

function letGo(key: object): void {
  unsaved.delete(key);
  if (isHeld()) return;
  window.removeEventListener('beforeunload', keepOpen);
  // A page may go without being asked, when its person was signed out. Then there is nothing to ask about.
  heldAct.set(undefined);
}

/**
 * Holds this page while `dirty`. Call the returned function when the text was saved, before an act that leaves the page.
 *
 * @param taken called when the page goes with its text although no one agreed to lose it
 */
export function useUnsaved(dirty: boolean, taken?: () => void): () => void {
  const mine = useRef<object>({});
  const latest = useRef(taken);
  useEffect(() => {
    latest.current = taken;
  });
  // Before the next one, by which the text is let go.
  useEffect(() => {
    const key = mine.current;
    return () => {
      if (unsaved.has(key)) latest.current?.();
    };
  }, []);
  useEffect(() => {
    const key = mine.current;
    if (!dirty) return;
    hold(key);
    return () => letGo(key);
  }, [dirty]);
  return useCallback(() => letGo(mine.current), []);
}

/** Texts whose page went away without a question: an idle person was signed out, or the window showed another person. */
const kept = new Map<string, string>();
atStart(() => kept.clear());

/**
 * What a form begins with: what was typed at the same place when its person was signed out, else `first`. `keep` is for the
 * moment when the page goes for that reason.
 */
export function useKeptValues<V extends object>(named: string, first: V): [begin: V, keep: (typed: V) => void] {
  const [place] = useState(named);
  const [begin] = useState(() => {
    const typed = kept.get(place);
    return typed === undefined ? first : (JSON.parse(typed) as V);
  });
  // Not at once: React may make a component twice before it shows it.
  useEffect(() => {
    kept.delete(place);
  }, [place]);
  const keep = useCallback(
    (typed: V) => {
      kept.set(place, JSON.stringify(typed));
    },
    [place],
  );
  return [begin, keep];
}

/**
 * A long text that a person writes. `named` is its place. If its page goes away unasked, the text is there again at the same
 * place.
 */
export function useDraft(named: string, first: string) {
  // A page keeps its place, also while the address changes to the next page.
  const [place] = useState(named);
  // What is on record may change under a page that has no typed text.
  const [base, setBase] = useState(first);
  const [text, setText] = useState(() => kept.get(place) ?? first);
  const dirty = text !== base;
  const release = useUnsaved(dirty);
  useEffect(() => {
    if (dirty) kept.set(place, text);
    else kept.delete(place);
  }, [dirty, place, text]);
  const saved = useCallback(() => {
    release();
    kept.delete(place);
    setBase(text);
  }, [release, place, text]);
  return { text, setText, saved };
}
