/**
 * One run at a time, shared: who asks while a run is under way gets the next one, together with all who ask by then. So
 * nobody is told what was true before they asked, and thirty-two slots that ask at once cost one run.
 */
export function shared<T>(run: () => Promise<T>): () => Promise<T> {
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
