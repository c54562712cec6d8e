/** The size of a packed program in three parts. Each has a ceiling that a large addition would break. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Sizes in bytes, unpacked. */
export type Sizes = {
  /** The archive, and the files beside it that the operating system loads: the whole program of the window. */
  window: number;
  /** The same for the command line, without its Node. */
  commands: number;
  /** The Node of the command line. */
  node: number;
};

const MiB = 1024 * 1024;
/** A quarter above each size at the last measurement: docs/package.md. */
export const ceilings: Sizes = { window: 20 * MiB, commands: 20 * MiB, node: 180 * MiB };

export function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

export function measure(resources: string): Sizes {
  const bin = join(resources, 'program/bin');
  const node = sizeOf(join(bin, 'node')) + sizeOf(join(bin, 'node.exe'));
  return {
    window: sizeOf(join(resources, 'app.asar')) + sizeOf(join(resources, 'app.asar.unpacked')),
    commands: sizeOf(join(resources, 'program')) - node,
    node,
  };
}

const names: Readonly<Record<keyof Sizes, string>> = { window: 'window', commands: 'command line', node: 'its Node' };
const inMiB = (bytes: number) => `${(bytes / MiB).toFixed(1)} MiB`;

export const sizesText = (sizes: Sizes): string =>
  (Object.keys(names) as (keyof Sizes)[]).map((part) => `${names[part]} ${inMiB(sizes[part])}`).join(', ');

/** Parts above their ceiling, one line each. */
export function sizeFaults(sizes: Sizes, limits: Sizes = ceilings): string[] {
  return (Object.keys(names) as (keyof Sizes)[])
    .filter((part) => sizes[part] > limits[part])
    .map(
      (part) =>
        `${names[part]}: ${inMiB(sizes[part])} is above the ceiling of ${inMiB(limits[part])} (main/pack/size.ts)`,
    );
}
