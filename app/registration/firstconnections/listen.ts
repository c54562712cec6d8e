/** The account's stream of messages: MQTT over WebSocket, with the station's own credentials. */
import type { MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import { pause } from '../patience.ts';
import { type AwsMessage, readMessage, watchedTopics } from './message.ts';

export type StreamState = 'connecting' | 'on' | 'refused' | 'unreachable';

export type ListenPorts = {
  /** A new address for each connection: its signature is valid for minutes. */
  url: () => Promise<string>;
  clientId: string;
  clock: Clock;
  signal: AbortSignal;
  /** `on`: messages come from now on, and what came before is to be looked up in the registry. */
  onState: (state: StreamState, error?: StationError) => void;
  onMessage: (message: AwsMessage) => void;
};

const [firstMs, mostMs] = [1_000, 5 * 60_000];
/** An identity that may not listen is tried again seldom. It may have got the right meanwhile. */
const refusedMs = 60 * 60_000;
const connectMs = 15_000;

/** Listens until `signal` fires, and connects again after every end. Never rejects. */
export async function listen(ports: ListenPorts): Promise<void> {
  const { clock, signal, onState } = ports;
  let failures = 0;
  while (!signal.aborted) {
    onState('connecting');
    const ended = await listenOnce(ports, () => {
      failures = 0;
    });
    if (signal.aborted) return;
    const isRefused = ended.code === 'cloud.denied';
    onState(isRefused ? 'refused' : 'unreachable', ended);
    const backOffMs = Math.min(firstMs * 2 ** Math.min(failures, 10), mostMs);
    failures += 1;
    await pause(clock, (isRefused ? refusedMs : backOffMs) * (0.75 + Math.random() / 2), signal).catch(() => {});
  }
}

/** One connection, to its end. Resolves to the reason why it ended. */
async function listenOnce(ports: ListenPorts, onUp: () => void): Promise<StationError> {
  let client: MqttClient;
  try {
    const { connect } = await import('mqtt');
    client = connect(await ports.url(), {
      ...{ clientId: ports.clientId, protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 0 },
      ...{ connectTimeout: connectMs, resubscribe: false, queueQoSZero: false },
    });
  } catch (thrown) {
    return thrown instanceof StationError ? thrown : away(thrown);
  }
  const { signal } = ports;
  return new Promise((resolve) => {
    let reason: StationError | undefined;
    const stop = () => void client.end(true);
    signal.addEventListener('abort', stop, { once: true });
    client.on('message', (topic, payload) => {
      const message = readMessage(topic, payload);
      if (message) ports.onMessage(message);
    });
    client.on('error', (error) => {
      reason ??= refusalOf(error) ?? away(error);
      client.end(true);
    });
    client.on('connect', () => {
      client.subscribe([...watchedTopics], { qos: 0 }, (error, _, packet) => {
        // Code 128 is a refusal (MQTT 3.1.1, 3.9.3).
        const isRefused = packet?.granted.some((code) => code === 128) ?? false;
        if (error === null && !isRefused) {
          onUp();
          return ports.onState('on');
        }
        reason ??= isRefused ? denied('AWS grants the station no subscription') : away(error);
        client.end(true);
      });
    });
    client.on('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(reason ?? new StationError('cloud.unreachable', 'the stream of messages ended'));
    });
    if (signal.aborted) stop();
  });
}

// The address has the signature in it, so nothing of the error but its message is kept.
const away = (thrown: unknown) =>
  new StationError('cloud.unreachable', thrown instanceof Error ? thrown.message.replace(/\?\S*/g, '') : 'no answer');
const denied = (detail: string) => new StationError('cloud.denied', detail);

/** The gateway refuses the upgrade with 401 or 403, or CONNECT with code 5 (MQTT 3.1.1, 3.2.2.3). */
function refusalOf(error: Error & { code?: unknown }): StationError | undefined {
  const isRefused = error.code === 5 || /Unexpected server response: 40[13]/.test(error.message);
  return isRefused ? denied('the station may not listen to the messages of the account') : undefined;
}
