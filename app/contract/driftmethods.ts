/** The rows of the method table for the check of AWS's registry against the records. */
import { z } from 'zod';
import { driftFinding, driftKind, driftSnapshot } from './drift.ts';
import { desk, done, type MethodSpec, method, none } from './method.ts';

export const driftMethods = {
  /**
   * Holds AWS's registry against the records, in the background. It changes nothing; progress comes by `drift.changed`.
   *
   * @throws `call.badParams` – a check is running; `cloud.noTarget`
   */
  'drift.check': method(
    z.strictObject({
      target: z.string().optional(),
      /** Ask for the thing of each registered unit as well, at ten a second. */
      things: z.boolean().default(false),
    }),
    done,
    desk,
    false,
  ),
  'drift.stop': method(none, done, desk, false),
  'drift.snapshot': method(none, driftSnapshot, desk, false),
  /** A page of the differences of the last check, in the order in which they were found. */
  'drift.findings': method(
    z.strictObject({
      kind: driftKind.optional(),
      after: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(500),
    }),
    z.object({ total: z.int(), rows: z.array(driftFinding) }),
    desk,
    false,
  ),
} as const satisfies Record<string, MethodSpec>;
