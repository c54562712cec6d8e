import { useSyncExternalStore } from 'react';
import { atStart } from './atstart.ts';

/** One value that several components share. */
export type SharedValue<T> = { get(): T; set(next: T): void; use(): T };

export function sharedValue<T>(first: T): SharedValue<T> {
  let value = first;
  atStart(() => {
    value = first;
  });
  const listeners = new Set<() => void>();
  const get = () => value;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
