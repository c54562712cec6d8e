/** A unit's device connects at the bench with the identity that it got: what the station asks for, and how far it came. */
import { z } from 'zod';
import { isoTime, wireError } from './base.ts';
import { type ConnectPhase, connectPhases, type PhaseResult, phaseResult } from './connecting.ts';

/** The last try, phase by phase, in their order. */
const came = {
  /** Where it connected: the host that was looked up. */
  host: z.string(),
  port: z.int(),
  clientId: z.string(),
  topic: z.string(),
  /** How often it tried. AWS drops the first connection of a certificate that registers itself. */
  tries: z.int().min(1),
  phases: z.array(phaseResult),
};

/** The record of a connection at the bench. */
export const homeCall = z.strictObject({ connected: z.boolean(), ...came });
export type HomeCall = z.infer<typeof homeCall>;

/** A connection that runs or ran in a slot, as its screens see it. */
export const homeCallView = z.object({
  state: z.enum(['running', 'connected', 'notConnected']),
  startedAt: isoTime,
  ...came,
  /** Of the device or its line, when it did not come to a connection at all. */
  error: wireError.optional(),
});
export type HomeCallView = z.infer<typeof homeCallView>;

/** A connection that was asked for, before the device has been spoken to. */
export const beginning = (startedAt: string): HomeCallView => {
  return { state: 'running', startedAt, host: '', port: 0, clientId: '', topic: '', tries: 1, phases: noPhases() };
};

/** All phases, of which none was reached. */
export const noPhases = (): PhaseResult[] => connectPhases.map((phase) => ({ phase, state: 'notReached' }));

/** The phases when this one has begun: those before it went well. */
export const phasesUntil = (begun: ConnectPhase): PhaseResult[] => {
  const at = connectPhases.indexOf(begun);
  return connectPhases.map((phase, index) => ({ phase, state: index < at ? 'ok' : 'notReached' }));
};
