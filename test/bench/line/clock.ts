import type { Clock } from '../../../app/contract/clock.ts';

export type HeldClock = Clock & {
  /** Time stands still until `work` has settled: what is not on this clock (a disk) takes none of its time. */
  during<T>(work: () => Promise<T>): Promise<T>;
};

/** Time that jumps to the next timer once nothing else is left to do, so that a device's seconds cost nothing. */
export function createHeldClock(): HeldClock {
  let nowMs = 0;
  let scheduled = false;
  let holders = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  const jump = () => {
    scheduled = false;
    if (holders > 0) return;
    let next: { atMs: number; fire: () => void } | undefined;
    for (const timer of timers) if (!next || timer.atMs < next.atMs) next = timer;
    if (!next) return;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.atMs);
    next.fire();
    arrange();
  };
  const arrange = () => {
    if (scheduled || holders > 0 || timers.size === 0) return;
    scheduled = true;
    setImmediate(jump);
  };
  return {
    now: () => new Date(),
    monotonicMs: () => nowMs,
    after(ms, fire) {
      const timer = { atMs: nowMs + ms, fire };
      timers.add(timer);
      arrange();
      return () => timers.delete(timer);
    },
    async during(work) {
      holders += 1;
      try {
        return await work();
      } finally {
        holders -= 1;
        arrange();
      }
    },
  };
}

/** The same object; the clock stands still while one of its promises is under way. */
export function holding<T extends object>(target: T, clock: HeldClock): T {
  return new Proxy(target, {
    get(object, property, receiver) {
      const value: unknown = Reflect.get(object, property, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => clock.during(async () => Reflect.apply(value, object, args));
    },
  });
}
