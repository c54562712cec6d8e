/**
 * AWS's default rates, each operation with a bucket of its own. Numbers are calls a second in the large Regions ("AWS IoT
 * Core endpoints and quotas", "Best practices design patterns: optimizing Amazon S3 performance", "Request quotas" of AWS
 * KMS). A bucket holds one second's worth, because AWS publishes no burst.
 */
import type { Clock } from '../../contract/clock.ts';
import { iotRate } from './iot/needs.ts';
import type { Service } from './service.ts';

/** The rate of every operation that is not listed. */
const usual: Record<Exclude<Service, 'iot'>, number> = {
  s3: 3500,
  kms: 1000,
  sts: 600,
  iam: 100,
  cloudformation: 10,
  lambda: 15,
  dynamodb: 1000,
};
const others: Record<string, number> = {
  'kms CreateKey': 5,
  'kms EnableKey': 5,
  'kms DisableKey': 5,
  'kms ScheduleKeyDeletion': 15,
  's3 GetObject': 5500,
  's3 HeadObject': 5500,
  's3 ListObjectsV2': 5500,
  's3 ListObjects': 5500,
};
const rateOf = (service: Service, operation: string): number =>
  service === 'iot' ? iotRate(operation) : (others[`${service} ${operation}`] ?? usual[service]);

export type Rates = {
  on(): boolean;
  set(on: boolean): void;
  /** Counts a call. False if it comes too early. */
  take(service: Service, operation: string): boolean;
};

export function createRates(clock: Clock, begin: boolean): Rates {
  let on = begin;
  const buckets = new Map<string, { level: number; atMs: number }>();
  return {
    on: () => on,
    set: (next) => {
      on = next;
      buckets.clear();
    },
    take: (service, operation) => {
      if (!on) return true;
      const name = `${service} ${operation}`;
      const rate = rateOf(service, operation);
      const atMs = clock.monotonicMs();
      const before = buckets.get(name) ?? { level: rate, atMs };
      const level = Math.min(rate, before.level + ((atMs - before.atMs) * rate) / 1000);
      const enough = level >= 1;
      buckets.set(name, { level: enough ? level - 1 : level, atMs });
      return enough;
    },
  };
}
