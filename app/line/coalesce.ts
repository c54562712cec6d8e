/**
 * Coalesces runs. A caller that asks during a run gets the next run, together with all callers that ask by then. So no
 * caller gets facts from before its call, and thirty-two slots that ask at once cost one run.
 */
export function coalesced<T>(run: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    if (next) return next;
    next = last.then(() => {
      next = undefined;
      return run();
    });
    last = next.catch(() => {});
    return next;
  };
}
