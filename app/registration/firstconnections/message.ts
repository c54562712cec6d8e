/** Messages of AWS about connections and certificates, as the account's stream brings them. */
import { z } from 'zod';

/** The topics that the watch subscribes to ("Lifecycle events" and "Just-in-time registration", AWS IoT developer guide). */
export const watchedTopics = ['$aws/events/presence/connected/+', '$aws/events/certificates/registered/+'] as const;

export type AwsMessage =
  | { kind: 'connected'; at: Date; certificateId: string; clientId: string; sourceIp: string | null }
  /** A device came with a certificate that is not ACTIVE. AWS does not let it in. */
  | { kind: 'registered'; at: Date; certificateId: string };

const time = z.number().min(0).max(8.64e15);
const certificateId = z.string().regex(/^[0-9a-f]{64}$/);
const presence = z.object({
  clientId: z.string().min(1).max(128),
  timestamp: time,
  principalIdentifier: certificateId,
  ipAddress: z.string().max(64).optional(),
});
const registered = z.object({ certificateId, timestamp: time });

/** The message; undefined for anything else, e.g. the presence of a client without a certificate. */
export function readMessage(topic: string, payload: Uint8Array): AwsMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
  if (topic.startsWith('$aws/events/presence/connected/')) {
    const { data } = presence.safeParse(value);
    if (!data) return undefined;
    const { clientId, timestamp, principalIdentifier, ipAddress = null } = data;
    return {
      ...{ kind: 'connected', at: dateOf(timestamp), certificateId: principalIdentifier },
      ...{ clientId, sourceIp: ipAddress },
    };
  }
  if (!topic.startsWith('$aws/events/certificates/registered/')) return undefined;
  const { data } = registered.safeParse(value);
  return data && { kind: 'registered', at: dateOf(data.timestamp), certificateId: data.certificateId };
}

/** The pages show milliseconds for presence and give no unit for certificates. Seconds of this century have ten digits. */
const dateOf = (timestamp: number): Date => new Date(timestamp < 1e11 ? timestamp * 1000 : timestamp);
