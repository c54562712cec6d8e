/** Whether batches of many units are at work, as the records see it: page after page of patient writes. */

export type BatchLoad = {
  /** A page comes. */
  note(): void;
  /** From a page a second on; for up to a minute after the last one, because one piece of such work follows another. */
  isHeavy(): boolean;
};

const pages = 60;
const withinMs = 60_000;

/** @param now ms of a clock that only goes on */
export function createBatchLoad(now: () => number = () => performance.now()): BatchLoad {
  /** Of the latest pages, in a ring. */
  const at = new Float64Array(pages).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    note() {
      at[next] = now();
      next = (next + 1) % pages;
    },
    isHeavy: () => now() - at[next]! < withinMs,
  };
}
