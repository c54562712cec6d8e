/** Time as the station sees it. Tests and the practice line may drive it. */
export interface Clock {
  /** Wall-clock time. */
  now(): Date;
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number;
  /**
   * Calls `fire` once after `ms`. Returns the function that cancels it. For time limits and back-off, never to pace
   * normal work.
   */
  after(ms: number, fire: () => void): () => void;
}
