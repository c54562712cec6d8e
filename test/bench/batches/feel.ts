/** What the station feels of a batch: its event loop, its memory, how long a write of the line takes; and what it costs. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Ledger } from '../../../app/records/index.ts';
import { since, threadTimes, total } from '../line/threads.ts';
import { quantile } from '../stats.ts';

export type Felt = {
  /** ms. */
  loop: { p99: number; max: number };
  write: { p50: number; p99: number };
  memoryMb: number;
};

const pingMs = 200;

export function feelings(ledger: Ledger) {
  const idle = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let most = idle;
  const writes: number[] = [];
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  // One more write beside those of the slots, to see how long it takes.
  const ping = setInterval(() => {
    const began = performance.now();
    const entry = { entry: 'batch.submitAsked', actor: 'bench', subject: 'line', data: {} } as const;
    // A station that closes early refuses it. The reason is told by what closed it.
    void ledger.audit(entry).then(
      () => writes.push(performance.now() - began),
      () => {},
    );
  }, pingMs);
  delay.enable();
  return {
    end(): Felt {
      delay.disable();
      clearInterval(watch);
      clearInterval(ping);
      const ms = (nanoseconds: number) => nanoseconds / 1e6;
      return {
        loop: { p99: ms(delay.percentile(99)), max: ms(delay.max) },
        write: { p50: quantile(writes, 0.5), p99: quantile(writes, 0.99) },
        memoryMb: (most - idle) / 1e6,
      };
    },
  };
}

/** Seconds by the clock; and of processor time, of the station's threads by their names. `rest`: compilers, collectors, disk. */
export type Phase = { seconds: number; cpu: Record<string, number> };

export async function phase<T>(act: () => Promise<T>): Promise<[Phase, T]> {
  const [before, began] = [threadTimes(process.pid), performance.now()];
  const result = await act();
  const seconds = (performance.now() - began) / 1000;
  const spent = since(before, threadTimes(process.pid));
  const of = (name: string) => (spent.get(name)?.cpuMs ?? 0) / 1000;
  const named = { main: of('main'), writer: of('writer'), reader: of('reader') };
  const rest = total(spent).cpuMs / 1000 - Object.values(named).reduce((sum, one) => sum + one, 0);
  return [{ seconds, cpu: { ...named, rest } }, result];
}
