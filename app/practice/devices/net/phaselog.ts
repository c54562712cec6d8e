/** The record of how far a device came, phase by phase. */
import { type ConnectFault, type ConnectPhase, connectPhases, type PhaseResult } from '../../../contract/connecting.ts';
import type { ConnectOptions } from './identity.ts';

/** A phase failed. Its message is the reason, for a person. */
export class PhaseFailure extends Error {}

class TimeOver extends PhaseFailure {}

export type Log = {
  /**
   * Does `act` as this phase; its signal ends it when the time is over. `words` makes the reason of what it throws.
   *
   * @throws PhaseFailure – the phase failed, or its time was over
   */
  phase<Result>(
    phase: ConnectPhase,
    act: (signal: AbortSignal) => Promise<Result>,
    words: (error: unknown) => string,
  ): Promise<Result>;
  /** The phase that was ok is seen to have failed later: TLS 1.3 tells a client of its refusal after the handshake. */
  takeBack(phase: ConnectPhase, reason: string): void;
  /** All phases, in order. */
  results(): PhaseResult[];
};

export function createPhaseLog({ clock, limitMs = 10_000, signal, onPhase }: ConnectOptions): Log {
  const done = new Map<ConnectPhase, PhaseResult>();
  return {
    async phase(phase, act, words) {
      onPhase?.(phase);
      const began = clock.monotonicMs();
      const ms = () => Math.round(clock.monotonicMs() - began);
      const over = new AbortController();
      const stop = clock.after(limitMs, () => over.abort(new TimeOver(`no answer in ${limitMs / 1000} s`)));
      const ends = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
      const late = new Promise<never>((_, reject) => {
        ends.addEventListener('abort', () => reject(ends.reason), { once: true });
      });
      try {
        ends.throwIfAborted();
        const result = await Promise.race([act(ends), late]);
        done.set(phase, { phase, state: 'ok', ms: ms() });
        return result;
      } catch (thrown) {
        const reason = thrown instanceof PhaseFailure ? thrown.message : words(thrown);
        // A later phase may have told already which one it was.
        if (done.get(phase)?.state !== 'failed')
          done.set(phase, { phase, state: 'failed', ms: ms(), fault: faultOf(phase, thrown), reason });
        throw thrown instanceof PhaseFailure ? thrown : new PhaseFailure(reason, { cause: thrown });
      } finally {
        stop();
      }
    },
    takeBack(phase, reason) {
      done.set(phase, { phase, state: 'failed', ms: done.get(phase)?.ms ?? 0, fault: 'refused', reason });
    },
    results() {
      const failed = connectPhases.findIndex((phase) => done.get(phase)?.state === 'failed');
      return connectPhases.map((phase, at) => {
        const result = failed >= 0 && at > failed ? undefined : done.get(phase);
        return result ?? { phase, state: 'notReached' };
      });
    },
  };
}

/** The errors of a client whose server is not the one it looks for (Node's codes of OpenSSL's verdicts). */
const serverFaults = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);
/** The last one is the device's own clock; see tls.ts. */
const clockFaults = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'DEVICE_CLOCK']);

function faultOf(phase: ConnectPhase, error: unknown): ConnectFault {
  if (error instanceof TimeOver) return 'timeout';
  const { code = '' } = error as { code?: unknown };
  if (phase === 'dns' || phase === 'tcp') return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
  if (phase === 'tls') {
    if (typeof code === 'string' && serverFaults.has(code)) return 'server';
    if (typeof code === 'string' && clockFaults.has(code)) return 'clock';
    return 'refused';
  }
  // A number is the return code of CONNACK.
  return phase === 'connect' && typeof code === 'number' ? 'refused' : 'lost';
}
