/** Would a unit connect? What can be known without the device, for devices without a network at the bench. */
import { z } from 'zod';
import { unitSerial } from './base.ts';
import { everyone, method } from './method.ts';
import { targetName } from './targets.ts';

/** In the order in which a connection would fail. */
export const wouldChecks = [
  ...(['endpoint', 'root', 'clock', 'validity', 'algorithm', 'records', 'ca', 'certificate'] as const),
  ...(['template', 'thingName', 'policy'] as const),
] as const;
export const wouldCheck = z.enum(wouldChecks);
export type WouldCheck = z.infer<typeof wouldCheck>;

/** `unknown`: there was no one to ask. `detail` says what was compared, for an engineer. */
export const wouldAnswer = z.object({
  check: wouldCheck,
  state: z.enum(['ok', 'wrong', 'unknown']),
  detail: z.string(),
});
export type WouldAnswer = z.infer<typeof wouldAnswer>;

export const wouldConnect = z.object({
  unitSerial: z.string(),
  /** Null when the station has no target. */
  target: z.string().nullable(),
  clientId: z.string(),
  /** `no`: something is wrong. `unknown`: nothing is, but not everything could be asked. */
  would: z.enum(['yes', 'no', 'unknown']),
  checks: z.array(wouldAnswer),
});
export type WouldConnect = z.infer<typeof wouldConnect>;

export const wouldConnectMethods = {
  /**
   * Holds a unit against the account that it is to connect to, and changes nothing. Where AWS does not answer, only
   * the rest is checked.
   *
   * @throws `unit.notFound` – also for a unit without a certificate; `cloud.noTarget`; `recipe.*`
   */
  'connections.why': method(
    z.strictObject({ unitSerial, target: targetName.optional() }),
    wouldConnect,
    everyone,
    false,
  ),
} as const;
