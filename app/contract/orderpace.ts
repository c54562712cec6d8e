/** How fast an order is made, and when it will be done at that pace. */
import type { Order } from './units.ts';

export type Forecast = {
  unitsPerHour: number;
  /** ISO 8601 UTC. */
  doneAt: string;
  /** Whether it is done after the time that it is due. */
  late: boolean;
};

/** Undefined while nothing can be said: no pace is known, or nothing is left. */
export function forecastOf({
  pace,
  left,
  dueAt,
  state,
}: Pick<Order, 'pace' | 'left' | 'dueAt' | 'state'>): Forecast | undefined {
  if (pace === null || left === 0 || state !== 'open') return undefined;
  const ms = Date.parse(pace.untilAt) - Date.parse(pace.sinceAt);
  const each = ms / pace.passed;
  const doneAt = new Date(Date.parse(pace.untilAt) + left * each).toISOString();
  return { unitsPerHour: 3_600_000 / each, doneAt, late: dueAt !== null && doneAt > dueAt };
}
