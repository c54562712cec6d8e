/** Messages of AWS about connections and certificates, as the account's stream brings them. */

/** The topics that the watch subscribes to ("Lifecycle events" and "Just-in-time registration", AWS IoT developer guide). */
export const watchedTopics = ['$aws/events/presence/connected/+', '$aws/events/certificates/registered/+'] as const;

export type AwsMessage =
  | { kind: 'connected'; at: Date; certificateId: string; clientId: string; sourceIp: string | null }
  /** A device came with a certificate that is not ACTIVE. AWS does not let it in. */
  | { kind: 'registered'; at: Date; certificateId: string };

/** The message; undefined for anything else, e.g. the presence of a client without a certificate. */
export function readMessage(topic: string, payload: Uint8Array): AwsMessage | undefined {
  const message = objectOf(payload);
  const at = dateOf(message.timestamp);
  if (!at) return undefined;
  if (topic.startsWith('$aws/events/presence/connected/')) {
    const { principalIdentifier: certificateId, clientId, ipAddress } = message;
    if (!isId(certificateId) || !isText(clientId, 128)) return undefined;
    return { kind: 'connected', at, certificateId, clientId, sourceIp: isText(ipAddress, 64) ? ipAddress : null };
  }
  const { certificateId } = message;
  if (!topic.startsWith('$aws/events/certificates/registered/') || !isId(certificateId)) return undefined;
  return { kind: 'registered', at, certificateId };
}

function objectOf(payload: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;

/**
 * The pages show milliseconds for presence and give no unit for certificates. Seconds of this century have ten digits.
 * Times that the records could not hold are refused.
 */
function dateOf(timestamp: unknown): Date | undefined {
  if (typeof timestamp !== 'number') return undefined;
  const ms = timestamp < 1e11 ? timestamp * 1000 : timestamp;
  return ms >= 0 && ms < Date.UTC(9999, 0) ? new Date(Math.trunc(ms)) : undefined;
}
