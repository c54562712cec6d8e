/** How far a device comes when it connects to AWS IoT: the same phases for every device, simulated or real. */
import { z } from 'zod';

/**
 * In this order. `publish` is done when the message is on its way, `policy` when the gateway has acknowledged it: AWS
 * ends the connection of a device that publishes where its policy does not let it.
 */
export const connectPhases = ['dns', 'tcp', 'tls', 'connect', 'publish', 'policy'] as const;
export const connectPhase = z.enum(connectPhases);
export type ConnectPhase = z.infer<typeof connectPhase>;

/**
 * Why a phase failed, by the words of native/agent/PROTOCOL.md. `unreachable`: no address, or no connection. `server`:
 * it is not the endpoint of the device, or not under the root that the device trusts. `clock`: its certificate is not
 * valid by the device's clock. `refused`: it does not take the device. `lost`: it hung up. `store`: what the device holds
 * cannot be used. `mqtt`, `tls`: it breaks its protocol.
 */
export const connectFaults = [
  ...(['unreachable', 'timeout', 'server', 'clock', 'refused', 'lost', 'store', 'mqtt', 'tls'] as const),
] as const;
export const connectFault = z.enum(connectFaults);
export type ConnectFault = z.infer<typeof connectFault>;

/** `ms` is how long the phase took; absent where it was not reached. `fault` says why it failed, and `reason` more for an engineer. */
export const phaseResult = z.object({
  phase: connectPhase,
  state: z.enum(['ok', 'failed', 'notReached']),
  ms: z.int().min(0).optional(),
  fault: connectFault.optional(),
  reason: z.string().optional(),
});
export type PhaseResult = z.infer<typeof phaseResult>;

/** The phase that failed; undefined if none did. */
export const failedPhase = (phases: readonly PhaseResult[]): PhaseResult | undefined =>
  phases.find(({ state }) => state === 'failed');
