/** Yield and throughput of a period: what the charts of QA's desk show. */
import { z } from 'zod';
import { borderTime, isoTime } from './base.ts';

/** Columns of a chart. A shift is one of the station's calendar; the others are local to the station's PC. */
export const chartBucket = z.enum(['hour', 'shift', 'day', 'week', 'month']);
export type ChartBucket = z.infer<typeof chartBucket>;

/** What failures are put in order by. `hour` is the hour of the day, 0 to 23, as the station's PC has it. */
export const failureKey = z.enum(['code', 'slot', 'operator', 'firmware', 'recipe', 'hour']);
export type FailureKey = z.infer<typeof failureKey>;

/** A chart with more columns could not be read. */
export const mostColumns = 120;

export const chartsAsked = z.strictObject({
  /** From `since`, and before `until`. Both are taken to the quarter of an hour in which they lie. */
  since: borderTime,
  until: borderTime,
  bucket: chartBucket,
  by: failureKey,
  orderId: z.string().max(128).optional(),
  model: z.string().max(128).optional(),
  /** Name and version with a space between them; empty for the standard recipe of earlier versions. */
  recipe: z.string().max(128).optional(),
});
export type ChartsAsked = z.infer<typeof chartsAsked>;

/**
 * What happened in a time. A unit counts in `first` once in its life, with its first PASS or FAIL, and in `firstPassed` if
 * that was a PASS: first-pass yield is `firstPassed / first`. An ERROR or an abort is not the unit's fault and is no result.
 */
const results = {
  /** Attempts that began. */
  started: z.int(),
  /** Attempts that ended so. */
  passed: z.int(),
  failed: z.int(),
  errors: z.int(),
  aborted: z.int(),
  first: z.int(),
  firstPassed: z.int(),
  /** The quarters of an hour in which an attempt began or ended, together. Units an hour are passes over this time. */
  workedMs: z.int(),
};
const counts = z.object(results);
export type ResultCounts = z.infer<typeof counts>;

const place = { since: isoTime, until: isoTime };
/** In ms; the error is 1 % at most. */
const times = { steps: z.int(), p50: z.number(), p95: z.number() };

export const charts = z.object({
  total: counts,
  /** The oldest first. */
  buckets: z.array(counts.extend(place)),
  /** In the order in which a unit goes through them; the step `''` is the whole attempt of a unit that passed. */
  steps: z.array(z.object({ step: z.string(), ...times, buckets: z.array(z.object({ ...place, ...times })) })),
  /**
   * Attempts that ended FAIL or ERROR, the most frequent key first. `of`: all attempts of this key that ended; null where
   * the key is the error code.
   */
  failures: z.array(z.object({ key: z.string(), attempts: z.int(), of: z.int().nullable() })),
  /** What the filters can be set to in this period. */
  orders: z.array(z.string()),
  models: z.array(z.string()),
  recipes: z.array(z.string()),
});
export type Charts = z.infer<typeof charts>;

/** First-pass yield, 0 to 1; null where no unit has its first result. */
export const yieldOf = ({ first, firstPassed }: Pick<ResultCounts, 'first' | 'firstPassed'>): number | null =>
  first === 0 ? null : firstPassed / first;

/** Units that passed in an hour of work; null where no one worked. */
export const unitsPerHour = ({ passed, workedMs }: Pick<ResultCounts, 'passed' | 'workedMs'>): number | null =>
  workedMs === 0 ? null : passed / (workedMs / 3_600_000);
