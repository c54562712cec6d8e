import { randomUUID } from 'node:crypto';
import { type Account, type Certificate, nowSeconds } from '../account.ts';
import type { Connection } from './connection.ts';
import { createPace, publishesPerSecond } from './limits.ts';
import type { GatewayEvent } from './log.ts';
import { type Client, type DisconnectReason, tell } from './presence.ts';
import type { Rights } from './rights.ts';

/** Who is at the other end of a connection that was let in. */
export type Visitor = {
  /** Id of the certificate or of the identity. */
  principalId: string;
  certificate?: Certificate;
  sourceIp: string;
  sourcePort: number;
  rightsOf(clientId: string): Rights;
};

/** One connection to the broker, from CONNECT to its end. */
export type Session = {
  readonly id: string;
  readonly visitor: Visitor;
  /** Filters, with the quality of service that was granted. */
  readonly granted: Map<string, number>;
  readonly pace: ReturnType<typeof createPace>;
  /** For what answers a device. Absent for one without a certificate. */
  connection?: Connection;
  /** Why the connection ends, as far as it is known: the first reason holds. */
  ended?: DisconnectReason;
  close(): void;
  /** The client said its id. */
  begin(clientId: string): void;
  /** The client is connected. */
  ready(version: number): void;
  over(): void;
  /** The connection is closed, whether or not the client had connected. */
  away(): void;
  refuses: Rights['refuses'];
  /** Whether this client has not got the message yet, over another of its subscriptions. */
  isNew(packet: { brokerCounter?: number }): boolean;
  /** Writes an entry into the log: without a reason a success. */
  note(eventType: GatewayEvent, reason?: string, topicName?: string): void;
  /** Writes the entry, and why the connection will end. */
  fail(eventType: GatewayEvent, reason: string, why: DisconnectReason, topicName?: string): void;
  /** The first message to each topic is noted, because the log keeps only a thousand entries. */
  notePublish(topic: string): void;
  told(eventType: 'subscribed' | 'unsubscribed', topics: readonly string[]): void;
};

const mostNoted = 20;
/** Messages by which a copy of one is recognised. */
const mostRemembered = 256;

export function newSession(account: Account, visitor: Visitor, send: Connection['send']): Session {
  const { principalId, certificate, sourceIp, sourcePort } = visitor;
  const noted = new Set<string>();
  const got = new Set<number>();
  let rights: Rights | undefined;
  let clientId: string | undefined;
  let client: Client | undefined;

  const session: Session = {
    id: randomUUID(),
    visitor,
    granted: new Map(),
    pace: createPace(publishesPerSecond, () => account.clock.monotonicMs()),
    close: () => {},
    begin: (id) => {
      clientId = id;
      rights = visitor.rightsOf(id);
      if (!certificate) return;
      const connectedAt = nowSeconds(account);
      session.connection = { account, clientId: id, certificate, connectedAt, sourceIp, sourcePort, send };
    },
    ready: (versionNumber) => {
      const thingName = rights?.exclusiveThing();
      client = {
        ...{ clientId: clientId ?? '', sessionIdentifier: session.id, principalIdentifier: principalId, sourceIp },
        ...{ versionNumber, ...(thingName !== undefined && { thingName }) },
      };
      session.note('Connect');
      tell(account, client, { eventType: 'connected' });
    },
    over: () => {
      if (client === undefined) return;
      const disconnectReason = session.ended ?? 'CONNECTION_LOST';
      account.log.note({
        ...{ eventType: 'Disconnect', status: 'Success', reason: disconnectReason },
        ...{ principalId, sourceIp, clientId: client.clientId },
      });
      tell(account, client, { eventType: 'disconnected', disconnectReason });
      client = undefined;
    },
    away: () => {
      if (clientId !== undefined || session.ended !== undefined) return;
      session.note('Connect', 'The client left before CONNECT. Perhaps it does not trust the server certificate.');
    },
    refuses: (action, resource, more) =>
      rights ? rights.refuses(action, resource, more) : 'The client has not connected.',
    isNew: ({ brokerCounter = 0 }) => {
      if (brokerCounter === 0) return true;
      if (got.has(brokerCounter)) return false;
      got.add(brokerCounter);
      const [oldest] = got;
      if (got.size > mostRemembered && oldest !== undefined) got.delete(oldest);
      return true;
    },
    note: (eventType, reason, topicName) =>
      account.log.note({
        ...{ eventType, status: reason === undefined ? 'Success' : 'Failure', principalId, sourceIp },
        ...(reason !== undefined && { reason }),
        ...(clientId !== undefined && { clientId }),
        ...(topicName !== undefined && { topicName }),
      }),
    fail: (eventType, reason, why, topicName) => {
      session.ended ??= why;
      session.note(eventType, reason, topicName);
    },
    notePublish: (topic) => {
      if (noted.has(topic) || noted.size >= mostNoted) return;
      noted.add(topic);
      session.note('Publish-In', undefined, topic);
    },
    told: (eventType, topics) => {
      if (client && topics.length > 0) tell(account, client, { eventType, topics });
    },
  };
  return session;
}
