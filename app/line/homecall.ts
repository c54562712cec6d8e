/** A device connects at the bench: once, or again and again where AWS drops the first connection. */
import type { Clock } from '../contract/clock.ts';
import { type ConnectPhase, failedPhase, type PhaseResult } from '../contract/connecting.ts';
import { type ErrorCode, StationError } from '../contract/errors.ts';
import { type HomeCall, type HomeCallView, noPhases, phasesUntil } from '../contract/homecall.ts';
import type { Device, Home } from '../device/driver.ts';

/** The tries of a certificate that registers itself, and the pauses between them: 1 s, 2 s, 4 s, 8 s. */
const patientTries = 5;
const firstPauseMs = 1000;

export type CallOptions = {
  /** The certificate registers itself: AWS drops its first connection, and works on it for some seconds. */
  patient: boolean;
  clock: Clock;
  signal: AbortSignal;
  onView: (view: HomeCallView) => void;
};

/**
 * The device connects, and the last try is the result. A failed connection is a result too.
 *
 * @throws device.noNetwork, link.*, device.* – when the device does not come to a connection at all
 * @throws call.cancelled – by the signal, between two tries
 */
export async function callHome(device: Pick<Device, 'callHome'>, home: Home, options: CallOptions): Promise<HomeCall> {
  const { patient, clock, signal, onView } = options;
  const startedAt = clock.now().toISOString();
  const { host, port, clientId, topic } = home;
  const came = { host, port, clientId, topic };
  for (let tries = 1; ; tries += 1) {
    const show = (phases: PhaseResult[]) => onView({ state: 'running', startedAt, ...came, tries, phases });
    show(noPhases());
    const phases = await device.callHome(home, (begun: ConnectPhase) => show(phasesUntil(begun)));
    const connected = !failedPhase(phases);
    if (!connected && patient && tries < patientTries && isDropped(phases)) {
      show(phases);
      await pause(clock, firstPauseMs * 2 ** (tries - 1), signal);
      continue;
    }
    onView({ state: connected ? 'connected' : 'notConnected', startedAt, ...came, tries, phases });
    return { connected, ...came, tries, phases };
  }
}

/**
 * Whether the server hung up where AWS does when it first sees a certificate: in the handshake, or at CONNECT without an
 * answer. CONNACK with a refusal is an answer.
 */
function isDropped(phases: readonly PhaseResult[]): boolean {
  const { phase, fault } = failedPhase(phases) as PhaseResult;
  return phase === 'tls' ? fault === 'refused' || fault === 'lost' : phase === 'connect' && fault === 'lost';
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = () => {
      cancel();
      reject(signal.reason instanceof StationError ? signal.reason : new StationError('call.cancelled', 'stopped'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stopped);
      resolve();
    });
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
}

/**
 * @throws home.unreachable – a network or a name that does not work, or a silent server
 * @throws home.wrongServer – the device does not take the server for its endpoint
 * @throws home.refused – the server does not take the device
 * @throws home.notAllowed – it took the connection, and not the message
 * @throws device.refused – the device cannot use what it holds
 */
export function assertConnected({ connected, phases, host, port }: HomeCall): void {
  const failed = phases.find(({ state }) => state === 'failed');
  if (connected || !failed) return;
  const { phase, fault = 'lost', reason } = failed;
  const detail = [`${phase}: ${fault}`, ...(reason === undefined ? [] : [reason])].join(', ');
  throw new StationError(codeOf(failed), `not connected to ${host}:${port}: ${detail}`, { data: { phase, fault } });
}

function codeOf({ phase, fault }: PhaseResult): ErrorCode {
  if (phase === 'dns' || phase === 'tcp' || fault === 'timeout') return 'home.unreachable';
  if (fault === 'store') return 'device.refused';
  if (fault === 'server' || fault === 'clock') return 'home.wrongServer';
  return phase === 'publish' || phase === 'policy' ? 'home.notAllowed' : 'home.refused';
}
