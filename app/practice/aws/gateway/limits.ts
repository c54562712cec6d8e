import type { Frame } from './frames.ts';
import { filterRefusal, topicRefusal } from './topics.ts';

/** "AWS IoT Core message broker and protocol limits and quotas", AWS General Reference. */
export const mostPayloadBytes = 128 * 1024;
/** Of a whole packet: the payload, the topic and what stands around them. */
export const mostFrameBytes = mostPayloadBytes + 64 * 1024;
const mostFilters = 8;
export const mostSubscriptions = 50;
const longestClientId = 128;
export const publishesPerSecond = 100;
/** Seconds. A client that asks for less gets 30; for none or for more, 1200. */
const keepAlive = { least: 30, most: 1200 };
/** Milliseconds that a persistent session outlives its connection. */
export const sessionMs = 60 * 60_000;

/** Why AWS ends the connection of a client that sends this, or undefined. */
export function frameRefusal(frame: Frame): string | undefined {
  switch (frame.type) {
    case 'malformed':
      return 'The MQTT packet is malformed.';
    case 'publish':
      // AWS sends no acknowledgement of QoS 2 ("Differences from MQTT specifications", developer guide).
      if (frame.qos === 2) return 'QoS 2 is not supported.';
      if (frame.payloadBytes > mostPayloadBytes) return `The payload has more than ${mostPayloadBytes} bytes.`;
      return topicRefusal(frame.topic);
    case 'subscribe': {
      if (frame.asked.length > mostFilters) return `The request has more than ${mostFilters} subscriptions.`;
      if (frame.asked.some(({ qos }) => qos === 2)) return 'QoS 2 is not supported.';
      return frame.asked.map(({ filter }) => filterRefusal(filter)).find((refusal) => refusal !== undefined);
    }
    default:
      return undefined;
  }
}

/**
 * What the server answers before it closes the connection, for a CONNECT of another version than MQTT 3.1.1: CONNACK with
 * "unsupported protocol version" of MQTT 5 (§3.2.2.2) or "unacceptable protocol version" (MQTT 3.1.1 §3.2.2.3).
 */
export function versionAnswer(level: number): Buffer | undefined {
  if (level === 4) return undefined;
  return Buffer.from(level === 5 ? [0x20, 3, 0, 0x84, 0] : [0x20, 2, 0, 1]);
}

export function clientIdRefusal(clientId: string): string | undefined {
  const isLong = Buffer.byteLength(clientId) > longestClientId;
  return isLong ? `The client id has more than ${longestClientId} bytes.` : undefined;
}

/** The keep-alive in seconds that holds for what a client asks for. */
export const keepAliveOf = (asked: number): number =>
  asked === 0 || asked > keepAlive.most ? keepAlive.most : Math.max(asked, keepAlive.least);

/** Counts what may come so many times a second. `take` is false for what comes too fast. */
export function createPace(perSecond: number, nowMs: () => number): { take(): boolean } {
  let [level, atMs] = [perSecond, nowMs()];
  return {
    take: () => {
      const now = nowMs();
      level = Math.min(perSecond, level + ((now - atMs) * perSecond) / 1000);
      atMs = now;
      if (level < 1) return false;
      level -= 1;
      return true;
    },
  };
}
