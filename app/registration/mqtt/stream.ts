/** One MQTT connection over WebSocket, by an address that is signed with the station's own credentials. */
import { StationError } from '../../contract/errors.ts';

export type StreamPorts = {
  url: string;
  clientId: string;
  topics: readonly string[];
  signal: AbortSignal;
  /** AWS has granted all topics: messages come from now on. */
  onUp: () => void;
  onMessage: (topic: string, payload: Uint8Array) => void;
};

const connectMs = 15_000;
/** MQTT 3.1.1 §3.9.3: the subscription failed. */
const failedSubscription = 0x80;

/** One connection, to its end. Resolves to the reason why it ended; never rejects. */
export async function streamOnce({ url, clientId, topics, signal, ...on }: StreamPorts): Promise<StationError> {
  const [{ connect }, { WebSocket }] = await Promise.all([import('mqtt'), import('ws')]);
  let isOpen = false;
  const client = connect(url, {
    ...{ clientId, protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 0 },
    ...{ connectTimeout: connectMs, resubscribe: false, queueQoSZero: false },
    createWebsocket(address, protocols) {
      const socket = new WebSocket(address, protocols);
      socket.once('open', () => {
        isOpen = true;
      });
      return socket;
    },
  });
  return new Promise((resolve) => {
    let reason: StationError | undefined;
    let isConnected = false;
    const end = (why?: StationError) => {
      reason ??= why;
      client.end(true);
    };
    const stop = () => end();
    signal.addEventListener('abort', stop, { once: true });
    client.on('message', (topic, payload) => on.onMessage(topic, payload));
    client.on('error', (error) => end(refusalOf(error) ?? away(error)));
    client.on('connect', () => {
      isConnected = true;
      client.subscribe([...topics], { qos: 0 }, (error, _, packet) => {
        if (packet?.granted.some((code) => code === failedSubscription))
          return end(denied('AWS grants the station no subscription'));
        if (error) return end(away(error));
        return on.onUp();
      });
    });
    client.on('close', () => {
      signal.removeEventListener('abort', stop);
      // AWS answers nothing to a CONNECT that the policy of the identity does not allow.
      const isDenied = isOpen && !isConnected && !signal.aborted;
      resolve(reason ?? (isDenied ? mayNot() : new StationError('cloud.unreachable', 'the stream of messages ended')));
    });
    if (signal.aborted) stop();
  });
}

// The address has the signature in it, so nothing of the error but its message is kept.
const away = (error: Error) => new StationError('cloud.unreachable', error.message.replace(/\?\S*/g, ''));
const denied = (detail: string) => new StationError('cloud.denied', detail);
const mayNot = () => denied('the station may not listen to the messages of the account');

/** The gateway refuses the upgrade with 401 or 403, or CONNECT with code 5 (MQTT 3.1.1 §3.2.2.3). */
function refusalOf(error: Error & { code?: unknown }): StationError | undefined {
  const isRefused = error.code === 5 || /Unexpected server response: 40[13]/.test(error.message);
  return isRefused ? mayNot() : undefined;
}
