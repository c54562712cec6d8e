/** A number that followers are told: once at the start, and then at each change. */
export function createWatched(read: () => number) {
  const listeners = new Set<(value: number) => void>();
  let told = 0;
  return {
    /** Call it when the value may have changed. */
    changed(): void {
      if (listeners.size === 0) return;
      const value = read();
      if (value === told) return;
      told = value;
      for (const listener of [...listeners]) listener(value);
    },
    on(listener: (value: number) => void): () => void {
      if (listeners.size === 0) told = read();
      listeners.add(listener);
      listener(told);
      return () => void listeners.delete(listener);
    },
  };
}
