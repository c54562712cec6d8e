/** The account's stream of messages: MQTT over WebSocket, with the station's own credentials. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import { streamOnce } from '../mqtt/stream.ts';
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
const refusedMs = 15 * 60_000;

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

async function listenOnce({ url, clientId, signal, onState, onMessage }: ListenPorts, onUp: () => void) {
  try {
    return await streamOnce({
      ...{ url: await url(), clientId, topics: watchedTopics, signal },
      onUp() {
        onUp();
        onState('on');
      },
      onMessage(topic, payload) {
        const message = readMessage(topic, payload);
        if (message) onMessage(message);
      },
    });
  } catch (thrown) {
    return thrown instanceof StationError ? thrown : new StationError('cloud.unreachable', 'no signed address');
  }
}
