/** The numbers at an axis. Pure. */

type Axis = { domain: [number, number]; ticks: number[] };
type Rule = {
  /** The least difference that the words of the axis show. */
  resolution: number;
  /** The end of the axis, where it has one: 1 for shares. It is a multiple of each step. */
  top?: number | undefined;
};

const mostSteps = 5;

/** 1, 2, 5, 10, 20 … times the resolution: the least one with which the range has few steps. */
function stepFor(range: number, resolution: number): number {
  for (let ten = 1; ; ten *= 10)
    for (const times of [1, 2, 5]) if (resolution * times * ten * mostSteps >= range) return resolution * times * ten;
}

/** As `useDuration` says times: in ms, in tenths of a second, and in seconds from a minute on. */
export function resolutionOfMs(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most < 1000) return 1;
  return most < 60_000 ? 100 : 1000;
}

/** An axis around the values. Each number at it is a multiple of the resolution, so that no two are said alike. */
export function axisOf(values: readonly number[], { resolution, top }: Rule): Axis {
  const least = Math.min(...values, top ?? Number.POSITIVE_INFINITY);
  const most = top ?? Math.max(...values);
  if (!Number.isFinite(least) || !Number.isFinite(most)) return { domain: [0, resolution], ticks: [0, resolution] };
  const step = stepFor((most - least) * 1.1, resolution);
  // A little room below, so that no point lies on the edge. Rounded sums: 0.1 + 0.2 is no tick.
  const first = Math.max(0, Math.floor(least / step - 0.1));
  const last = Math.max(first + 1, top === undefined ? Math.ceil(most / step) : Math.round(top / step));
  const digits = Math.max(0, Math.ceil(-Math.log10(resolution)));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(digits)),
  );
  return { domain: [ticks[0]!, ticks.at(-1)!], ticks };
}
