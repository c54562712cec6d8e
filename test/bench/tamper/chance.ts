/** Choices that follow from a seed. */
import { createRandom } from '../../../app/practice/devices/faults.ts';

export type Chance = {
  /** 0 to n − 1. */
  below(n: number): number;
  /** Once in `n` times. */
  of(n: number): boolean;
  pick<T>(from: readonly T[]): T;
};

export function createChance(seed: number): Chance {
  const random = createRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  return { below, of: (n) => below(n) === 0, pick: (from) => from[below(from.length)]! };
}
