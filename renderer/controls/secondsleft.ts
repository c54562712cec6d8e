import { useEffect, useState } from 'react';

/**
 * Counts whole seconds down from `ms`, which may be absent. It begins again when `since` changes: the event or the refusal
 * that named the time. The wall clock of this PC may be set meanwhile, so it is not used.
 */
export function useSecondsLeft(ms: number | undefined, since: unknown): number {
  const [seconds, setSeconds] = useState(() => Math.ceil((ms ?? 0) / 1000));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another refusal with the same time begins again
  useEffect(() => {
    if (ms === undefined) return;
    const until = performance.now() + ms;
    const show = () => {
      const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      setSeconds(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(show, 250);
    show();
    return () => clearInterval(timer);
  }, [ms, since]);
  return seconds;
}
