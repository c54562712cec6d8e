/**
 * Control charts by Shewhart: limits of three standard deviations that come from the figures themselves. A point outside
 * of them has a cause of its own; one inside is what this line does by itself.
 */

/** `at` is the place of the point in what was given. Limits are null where nothing can be said. */
export type ControlPoint = {
  at: number;
  value: number;
  lower: number | null;
  upper: number | null;
  /** Which limit it passes. */
  out: 'above' | 'below' | null;
};
export type ControlChart = { centre: number; points: ControlPoint[] };

/** Fewer points say nothing about how a line varies. */
export const fewestPoints = 8;

const judged = (at: number, value: number, lower: number | null, upper: number | null): ControlPoint => ({
  at,
  value,
  lower,
  upper,
  out: upper !== null && value > upper ? 'above' : lower !== null && value < lower ? 'below' : null,
});

/**
 * A p-chart of shares `good / of`, 0 to 1: p̄ ± 3 √(p̄ (1 − p̄) / n), cut at 0 and 1 (NIST/SEMATECH e-Handbook of
 * Statistical Methods, 6.3.3.2). The limits of a column follow from its own n. Columns without units have no point. With
 * fewer than eight points there are no limits. Undefined without any.
 */
export function shareChart(columns: readonly { good: number; of: number }[]): ControlChart | undefined {
  const filled = columns.flatMap((column, at) => (column.of > 0 ? [{ ...column, at }] : []));
  if (filled.length === 0) return undefined;
  const sum = (read: (column: { good: number; of: number }) => number) =>
    filled.reduce((total, column) => total + read(column), 0);
  const centre = sum(({ good }) => good) / sum(({ of }) => of);
  const hasLimits = filled.length >= fewestPoints;
  return {
    centre,
    points: filled.map(({ at, good, of }) => {
      const reach = 3 * Math.sqrt((centre * (1 - centre)) / of);
      return hasLimits
        ? judged(at, good / of, Math.max(0, centre - reach), Math.min(1, centre + reach))
        : judged(at, good / of, null, null);
    }),
  };
}

/** 3 / d₂ for moving ranges of two, d₂ = 1.128. */
const ofMovingRange = 2.66;

/**
 * An individuals chart: x̄ ± 2.66 times the mean of the moving ranges (NIST/SEMATECH e-Handbook, 6.3.2.2). `values` that are
 * null have no point, and the range goes over the gap. The lower limit of a time is cut at 0. Undefined without any value.
 */
export function individualsChart(values: readonly (number | null)[]): ControlChart | undefined {
  const filled = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  if (filled.length === 0) return undefined;
  const centre = filled.reduce((sum, { value }) => sum + value, 0) / filled.length;
  const ranges = filled.slice(1).map(({ value }, index) => Math.abs(value - (filled[index]?.value ?? value)));
  const reach = ofMovingRange * (ranges.reduce((sum, range) => sum + range, 0) / Math.max(ranges.length, 1));
  const hasLimits = filled.length >= fewestPoints;
  return {
    centre,
    points: filled.map(({ at, value }) =>
      hasLimits ? judged(at, value, Math.max(0, centre - reach), centre + reach) : judged(at, value, null, null),
    ),
  };
}
