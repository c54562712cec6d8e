/** Files of orders on their way into the records. When the station ends, each of them ends between two orders. */
export type OrderImports = {
  /** Whether the station ends: no further order of a file is begun. */
  ending(): boolean;
  /** Runs the work of one file. */
  run<R>(work: () => Promise<R>): Promise<R>;
  /** Resolves when each file has ended, and what was made of it is on record. Idempotent. */
  close(): Promise<void>;
};

/** None runs yet. */
export function createOrderImports(): OrderImports {
  const running = new Set<Promise<unknown>>();
  let ending = false;
  return {
    ending: () => ending,
    run(work) {
      const done = work().finally(() => running.delete(done));
      running.add(done);
      return done;
    },
    async close() {
      ending = true;
      await Promise.allSettled(running);
    },
  };
}
