/** The address of the page that is shown, in the browser's history. Unsaved text holds a change of it back. */
import { useSyncExternalStore } from 'react';
import { atStart } from './atstart.ts';
import { holdBack, isHeld } from './unsaved.ts';

/** What this program keeps in an entry of the history. It outlives a reload. */
type Entry = {
  /** The place of the entry: a press on Back leads to a lower one. */
  at: number;
  /** The address from which a person came. */
  from?: string;
  /** Pixels by which the list of the page was scrolled. */
  scroll?: number;
};

const entryOf = (state: unknown): Entry | undefined =>
  typeof state === 'object' && state !== null && 'at' in state ? (state as Entry) : undefined;

let shown: string | undefined;
let place = 0;
const lookers = new Set<() => void>();
atStart(() => {
  shown = undefined;
  place = 0;
});

/** The address that is shown. While a question is open, it is not yet the one that was asked for. */
export function address(): string {
  if (shown === undefined) {
    shown = window.location.hash;
    place = entryOf(window.history.state)?.at ?? 0;
    if (!entryOf(window.history.state)) window.history.replaceState({ at: place } satisfies Entry, '');
  }
  return shown;
}

function show(hash: string): void {
  shown = hash;
  for (const changed of lookers) changed();
}

function onHash(): void {
  const before = address();
  const wanted = window.location.hash;
  if (wanted === before) return;
  const known = entryOf(window.history.state);
  if (isHeld()) {
    // The browser has gone already, so it goes back, and goes again once a person agrees.
    const steps = known ? place - known.at : -1;
    window.history.go(steps);
    holdBack(() => {
      if (known) window.history.go(-steps);
      else window.location.hash = wanted;
    });
    return;
  }
  place = known?.at ?? place + 1;
  if (!known) window.history.replaceState({ at: place, from: before } satisfies Entry, '');
  show(wanted);
}

function subscribe(changed: () => void): () => void {
  if (lookers.size === 0) window.addEventListener('hashchange', onHash);
  lookers.add(changed);
  return () => {
    lookers.delete(changed);
    if (lookers.size === 0) window.removeEventListener('hashchange', onHash);
  };
}

export const useAddress = (): string => useSyncExternalStore(subscribe, address);

/** The address without its filter. */
export const pathOf = (hash: string): string => hash.split('?', 1)[0] ?? '';

const filterOf = (hash: string): URLSearchParams => new URLSearchParams(hash.slice(pathOf(hash).length + 1));

/**
 * One part of the filter of a list. It is in the address, so that Back and a reload bring it back. `allowed` are its
 * possible values, if they are few; any other one counts as `first`.
 */
export function useFilter<V extends string = string>(
  name: string,
  first: V,
  allowed?: readonly V[],
): [value: V, set: (value: V) => void] {
  const found = filterOf(useAddress()).get(name) ?? first;
  const value = allowed && !allowed.includes(found as V) ? first : (found as V);
  const set = (next: V) => {
    const filter = filterOf(address());
    if (next === first) filter.delete(name);
    else filter.set(name, next);
    const hash = `${pathOf(address())}${filter.size === 0 ? '' : `?${filter}`}`;
    window.history.replaceState(window.history.state, '', hash);
    show(hash);
  };
  return [value, set];
}

/** Takes one part of the filter away. */
export function clearFilter(name: string): void {
  const filter = filterOf(address());
  if (!filter.has(name)) return;
  filter.delete(name);
  const hash = `${pathOf(address())}${filter.size === 0 ? '' : `?${filter}`}`;
  window.history.replaceState(window.history.state, '', hash);
  show(hash);
}

/** The whole filter as text, without the part `besides`. */
export function useFilterText(besides: string): string {
  const filter = filterOf(useAddress());
  filter.delete(besides);
  return filter.toString();
}

/** Goes back if this page was reached from `href`, with the filter that the list had. False if it was not. */
export function wentBackTo(href: string): boolean {
  const { from } = entryOf(window.history.state) ?? {};
  if (from === undefined || pathOf(from) !== pathOf(href)) return false;
  window.history.back();
  return true;
}

/** Remembers how far the list of this page is scrolled. `at` is from `historyPlace` when the list appeared. */
export function keepScroll(at: number, scroll: number): void {
  const entry = entryOf(window.history.state);
  if (entry?.at === at) window.history.replaceState({ ...entry, scroll } satisfies Entry, '');
}

/** The place of this page in the history, and how far its list was scrolled before. */
export const historyPlace = (): { at: number; scroll: number } => {
  const { at = 0, scroll = 0 } = entryOf(window.history.state) ?? {};
  return { at, scroll };
};
