/** Time as the station sees it; tests and the practice line may drive it. */
export interface Clock {
  /** Wall-clock time. */
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number;
  /** Calls `fire` once after `ms`; returns the way to cancel. For time limits and back-off, never to pace the happy path. */
  after(ms: number, fire: () => void): () => void;
}
