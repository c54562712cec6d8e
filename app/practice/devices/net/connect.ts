/** A device that connects as firmware does: again after a pause, because the first connection of some ways is dropped. */
import { failedPhase, type PhaseResult } from '../../../contract/connecting.ts';
import type { ConnectOptions, Gateway, Identity } from './identity.ts';
import { PhaseFailure } from './phaselog.ts';
import { openSession } from './session.ts';

/**
 * Connects once, says its message if it has one, and disconnects. It never throws: `phases` has the one that failed and
 * why.
 */
export async function connectAs(
  identity: Identity,
  gateway: Gateway,
  options: ConnectOptions,
): Promise<{ phases: PhaseResult[] }> {
  const { session, phases } = await openSession(identity, gateway, options);
  if (!session) return { phases: phases() };
  try {
    if (options.publish) await session.publish(options.publish.topic, options.publish.payload);
  } catch (thrown) {
    if (!(thrown instanceof PhaseFailure)) throw thrown;
  } finally {
    await session.end();
  }
  return { phases: phases() };
}

export type Patience = {
  /** How often it connects, at most. */
  tries: number;
  /** The pause after the first failure; each next one is twice as long, up to `mostMs`, less a random part. */
  firstMs: number;
  mostMs: number;
  /** In [0, 1). The default is Math.random. */
  random?: () => number;
  /** Called after each try. */
  onTry?: (phases: PhaseResult[]) => void;
};

/**
 * Connects until it is in, with a growing pause that differs from device to device ("Exponential backoff and jitter",
 * AWS Architecture Blog). A device whose certificate registers itself needs this: AWS drops its first connection.
 */
export async function connectPatiently(
  identity: Identity,
  gateway: Gateway,
  options: ConnectOptions,
  patience: Patience,
): Promise<{ phases: PhaseResult[]; tries: number }> {
  for (let count = 1; ; count += 1) {
    const { phases } = await connectAs(identity, gateway, options);
    patience.onTry?.(phases);
    if (!failedPhase(phases) || count >= patience.tries || (await stopped(options, pauseOf(count, patience))))
      return { phases, tries: count };
  }
}

/** Milliseconds to wait after try number `count`. */
export const pauseOf = (count: number, { firstMs, mostMs, random = Math.random }: Patience): number =>
  Math.min(mostMs, firstMs * 2 ** (count - 1)) * (0.5 + random() / 2);

/** Waits; true as soon as the device is to stop. */
export function stopped({ clock, signal }: ConnectOptions, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(true);
    const stop = () => {
      cancel();
      resolve(true);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve(false);
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}
