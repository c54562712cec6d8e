/** One way to make certificates, and what the runner needs to know of it. */
import type { Material, Request } from './material.ts';

export type Contender = {
  name: string;
  /** `bound`: no certificates, only the arithmetic none of them can do without. */
  role: 'bound' | 'ours' | 'peer';
  /** What it does not do that ours does, or how it is run. */
  note: string;
  /** Certificates in one turn, where all would take too long. */
  atMost?: number;
  /** Before each turn, and not timed. */
  ready?(): Promise<void>;
  /** The certificates in order, PEM or DER; signatures from a bound. Rejects where a request is refused. */
  issue(requests: readonly Request[]): Promise<readonly (string | Uint8Array)[]>;
  /** One figure a certificate, of every turn so far. */
  latenciesMs?: number[];
  close?(): Promise<void> | void;
};

/** A contender that is not on this machine or cannot do this kind of key. */
export type Absent = { name: string; cannot: string };
export type Opened = Contender | Absent;
export type Open = (material: Material) => Promise<Opened[]> | Opened[];

/** Runs `act` on each with `concurrency` under way at a time; what it gave, in order. */
export async function each<T, R>(
  list: readonly T[],
  concurrency: number,
  act: (one: T) => R | Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < list.length) {
      const at = next++;
      results[at] = await act(list[at]!);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}
