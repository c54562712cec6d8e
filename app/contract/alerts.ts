/** Alerts: what is to be raised about an order while its units are made. */
import { z } from 'zod';
import { isoTime } from './base.ts';
import { stepName } from './bench.ts';

/** The times of a step are judged over so many of its last runs, and not before the least number of them. */
export const stepRuns = { most: 50, least: 20 } as const;

/** Each rule holds for each order by itself. Null, an empty list or `false`: the rule is off. */
export const alertRules = z.strictObject({
  /** First-pass yield: of the last `units` units with their first PASS or FAIL, fewer than `percent` passed. */
  yield: z.strictObject({ units: z.int().min(5).max(500), percent: z.number().min(1).max(100) }).nullable(),
  /** The last `times` attempts all ended with the same error. A person's stop is passed over. */
  sameCode: z.strictObject({ times: z.int().min(2).max(50) }).nullable(),
  /** The p95 of a step's last runs is above the limit. */
  stepTimes: z.array(z.strictObject({ step: stepName, limitMs: z.int().min(1).max(3_600_000) })).max(10),
  /** The order is past the day on which its units were to be made. */
  overdue: z.boolean(),
});
export type AlertRules = z.infer<typeof alertRules>;

export const noAlerts: AlertRules = { yield: null, sameCode: null, stepTimes: [], overdue: false };

export const alertRule = z.enum(['yield', 'sameCode', 'stepTime', 'overdue']);

/** `about`: the error code or the step; empty for the other rules. An order has one alert of each rule and `about`. */
export const alertFacts = z.strictObject({
  rule: alertRule,
  about: z.string(),
  /** What was measured, and its limit: percent, attempts, ms, or units that are still to be made. */
  value: z.number(),
  limit: z.number(),
});
export type AlertFacts = z.infer<typeof alertFacts>;

export const alert = alertFacts.extend({ orderId: z.string(), raisedAt: isoTime });
export type Alert = z.infer<typeof alert>;
