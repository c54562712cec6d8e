/**
 * AWS's default rates, each operation with a bucket of its own. Numbers are calls a second in the large Regions ("AWS IoT
 * Core endpoints and quotas", "Best practices design patterns: optimizing Amazon S3 performance", "Request quotas" of AWS
 * KMS). A bucket holds one second's worth, because AWS publishes no burst.
 */
import type { Clock } from '../../contract/clock.ts';
import type { Service } from './service.ts';

const iotRates: Record<number, readonly string[]> = {
  350: ['DescribeThing'],
  100: [
    'CreateThing',
    'UpdateThing',
    'DeleteThing',
    'AttachThingPrincipal',
    'DetachThingPrincipal',
    'AddThingToThingGroup',
    'RemoveThingFromThingGroup',
  ],
  60: ['AddThingToBillingGroup', 'RemoveThingFromBillingGroup'],
  25: ['CreateThingGroup', 'CreateBillingGroup'],
  15: ['AttachPolicy', 'DetachPolicy', 'ListAttachedPolicies', 'CreateCertificateFromCsr', 'CreateThingType'],
  5: ['GetEffectivePolicies'],
};
/** The rate of every operation that is not listed. */
const usual: Record<Service, number> = { iot: 10, s3: 3500, kms: 1000, sts: 600, iam: 100 };
const others: Record<string, number> = {
  'kms CreateKey': 5,
  'kms EnableKey': 5,
  'kms DisableKey': 5,
  'kms ScheduleKeyDeletion': 15,
  's3 GetObject': 5500,
  's3 HeadObject': 5500,
  's3 ListObjectsV2': 5500,
};
const rates = new Map([
  ...Object.entries(iotRates).flatMap(([rate, names]) => names.map((name) => [`iot ${name}`, Number(rate)] as const)),
  ...Object.entries(others),
]);

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
      const rate = rates.get(name) ?? usual[service];
      const atMs = clock.monotonicMs();
      const before = buckets.get(name) ?? { level: rate, atMs };
      const level = Math.min(rate, before.level + ((atMs - before.atMs) * rate) / 1000);
      const enough = level >= 1;
      buckets.set(name, { level: enough ? level - 1 : level, atMs });
      return enough;
    },
  };
}
