/** How far a device comes when it connects to AWS IoT: the same phases for every device, simulated or real. */
import { z } from 'zod';

/**
 * In this order. `publish` is done when the message is on its way, `policy` when the gateway has acknowledged it: AWS
 * ends the connection of a device that publishes where its policy does not let it.
 */
export const connectPhases = ['dns', 'tcp', 'tls', 'connect', 'publish', 'policy'] as const;
export const connectPhase = z.enum(connectPhases);
export type ConnectPhase = z.infer<typeof connectPhase>;

/** `ms` is how long the phase took; absent where it was not reached. `reason` says why it failed, for a person. */
export const phaseResult = z.object({
  phase: connectPhase,
  state: z.enum(['ok', 'failed', 'notReached']),
  ms: z.int().min(0).optional(),
  reason: z.string().optional(),
});
export type PhaseResult = z.infer<typeof phaseResult>;

/** The phase that failed; undefined if none did. */
export const failedPhase = (phases: readonly PhaseResult[]): PhaseResult | undefined =>
  phases.find(({ state }) => state === 'failed');
