import type { Account } from '../account.ts';

/**
 * "Lifecycle events" (AWS IoT developer guide): AWS tells of every client that comes, goes, subscribes and unsubscribes,
 * except of those with `#` or `+` in their id.
 */
export type DisconnectReason =
  | 'AUTH_ERROR'
  | 'CLIENT_INITIATED_DISCONNECT'
  | 'CLIENT_ERROR'
  | 'CONNECTION_LOST'
  | 'DUPLICATE_CLIENTID'
  | 'MQTT_KEEP_ALIVE_TIMEOUT'
  | 'SERVER_INITIATED_DISCONNECT';

export type Client = {
  clientId: string;
  /** Of this one connection. */
  sessionIdentifier: string;
  /** Id of the certificate, or of the identity. */
  principalIdentifier: string;
  sourceIp: string;
  /** Only with an exclusive attachment. */
  thingName?: string;
  /** Grows with each session of the client id. */
  versionNumber: number;
};

type Happening =
  | { eventType: 'connected' }
  | { eventType: 'disconnected'; disconnectReason: DisconnectReason }
  | { eventType: 'subscribed' | 'unsubscribed'; topics: readonly string[] };

export function tell(account: Account, client: Client, happening: Happening): void {
  const { clientId, sessionIdentifier, principalIdentifier, sourceIp, thingName, versionNumber } = client;
  if (/[#+]/.test(clientId)) return;
  const { eventType } = happening;
  const family = eventType === 'connected' || eventType === 'disconnected' ? 'presence' : 'subscriptions';
  const event = {
    clientId,
    ...(thingName !== undefined && { thingName }),
    timestamp: account.clock.now().getTime(),
    eventType,
    ...(eventType === 'disconnected' && {
      clientInitiatedDisconnect: happening.disconnectReason === 'CLIENT_INITIATED_DISCONNECT',
    }),
    sessionIdentifier,
    principalIdentifier,
    ...(eventType === 'connected' && { ipAddress: sourceIp }),
    ...(eventType === 'disconnected' && { disconnectReason: happening.disconnectReason }),
    ...('topics' in happening ? { topics: happening.topics } : { versionNumber }),
  };
  account.bus.publish({
    topic: `$aws/events/${family}/${eventType}/${clientId}`,
    payload: Buffer.from(JSON.stringify(event)),
  });
}
