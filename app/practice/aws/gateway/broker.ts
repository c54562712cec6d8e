import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { AedesOptions, Client, Subscription } from 'aedes';
import type { Account } from '../account.ts';
import { slowMs } from '../faults.ts';
import type { Message } from './bus.ts';
import { answerFleet, isFleetTopic } from './fleet.ts';
import type { Frame } from './frames.ts';
import { clientIdRefusal, frameRefusal, keepAliveOf, mostSubscriptions, sessionMs, versionAnswer } from './limits.ts';
import { createLine, type Fate } from './line.ts';
import { newSession, type Session, type Visitor } from './session.ts';
import { isAmong, topicRefusal } from './topics.ts';

export type Broker = {
  serve(socket: Duplex, visitor: Visitor): void;
  /** Ends the connections of a certificate. */
  dismiss(principalId: string): void;
  /** Clients that are connected. */
  count(): number;
  close(): Promise<void>;
};

/**
 * MQTT 3.1.1 for one account. Sessions, retained messages, wills and takeover are the library's; what a client may do, AWS's
 * limits and AWS's events are decided here. All is in memory.
 */
export async function startBroker(account: Account): Promise<Broker> {
  const live = new Set<Session>();
  const connected = new Map<string, Session>();
  /** By client id: the session that was let in last. Another one of this id ends because of it, also if both come at once. */
  const newest = new Map<string, Session>();
  const names = new WeakMap<Session, string>();
  /** By client id: how many sessions there were, and what forgets the last one if it was persistent. */
  const versions = new Map<string, number>();
  const forgetting = new Map<string, () => void>();
  /** Messages that came over this broker, which it need not forward once more. */
  const own = new WeakSet<Message>();
  const sessionOf = (client: Client): Session | undefined => sessions.get(client.conn);
  const sessions = new WeakMap<object, Session>();

  const greeted = new WeakSet<Session>();
  const look = (session: Session, frame: Frame): Fate => {
    if (frame.type !== 'malformed' && greeted.has(session) === (frame.type === 'connect')) {
      const reason = frame.type === 'connect' ? 'CONNECT came twice.' : 'The first packet is not CONNECT.';
      session.fail('Connect', reason, 'CLIENT_ERROR');
      return 'end';
    }
    if (frame.type === 'connect') {
      greeted.add(session);
      const answer = versionAnswer(frame.level);
      if (answer) session.fail('Connect', 'The client does not speak MQTT 3.1.1.', 'CLIENT_ERROR');
      return answer ? { answer } : 'pass';
    }
    const refusal = frameRefusal(frame) ?? tooMany(session, frame);
    if (refusal !== undefined) {
      session.fail(eventOf(frame), refusal, 'CLIENT_ERROR');
      return 'end';
    }
    if (frame.type === 'disconnect') session.ended ??= 'CLIENT_INITIATED_DISCONNECT';
    if (frame.type === 'publish' && !session.pace.take()) {
      session.note('Publish-In', 'More than 100 messages in a second: this one is discarded.', frame.topic);
      return 'drop';
    }
    return 'pass';
  };

  const preConnect: NonNullable<AedesOptions['preConnect']> = (client, packet, done) => {
    const session = sessionOf(client);
    const refuse = (reason: string) => {
      session?.fail('Connect', reason, 'AUTH_ERROR');
      done(new Error(reason), false);
    };
    if (session === undefined) return refuse('The connection is gone.');
    const { will, clean = true } = packet;
    // AWS gives a client without an id one of its own.
    if (packet.clientId === '' && clean) packet.clientId = `$GEN/${randomUUID()}`;
    packet.keepalive = keepAliveOf(packet.keepalive ?? 0);
    session.begin(packet.clientId);
    const attributes = [...(clean ? [] : ['PersistentConnect']), ...(will ? ['LastWill'] : [])];
    const refusal =
      (packet.clientId === '' ? 'A persistent session needs a client id.' : clientIdRefusal(packet.clientId)) ??
      (will && (will.qos === 2 ? 'QoS 2 is not supported.' : topicRefusal(will.topic))) ??
      session.refuses('iot:Connect', `client/${packet.clientId}`, { 'iot:ConnectAttributes': attributes });
    if (refusal !== undefined) return refuse(refusal);
    if (account.faults.atGateway('drops')) return refuse('A fault was asked for: the connection is dropped.');
    newest.set(packet.clientId, session);
    names.set(session, packet.clientId);
    keepAll(client);
    forgetting.get(packet.clientId)?.();
    forgetting.delete(packet.clientId);
    if (account.faults.atGateway('slow')) {
      session.note('Connect', 'A fault was asked for: the answer is late.');
      return void account.rest(slowMs).then(() => done(null, true));
    }
    const { certificate } = session.visitor;
    // A device that is in does not ask again: what let it in must outlive a crash. A disk that fails shows elsewhere.
    const kept = certificate ? account.kept(certificate.certificateId) : Promise.resolve();
    void kept.catch(() => {}).then(() => done(null, true));
  };

  const authorizePublish: NonNullable<AedesOptions['authorizePublish']> = (client, packet, done) => {
    const session = client && sessionOf(client);
    if (!session) return done(new Error('nobody published this'));
    const { topic } = packet;
    const refusal =
      session.refuses('iot:Publish', `topic/${topic}`) ??
      (packet.retain ? session.refuses('iot:RetainPublish', `topic/${topic}`) : undefined);
    if (refusal !== undefined) {
      session.fail('Publish-In', refusal, 'AUTH_ERROR', topic);
      return done(new Error(refusal));
    }
    session.notePublish(topic);
    const { connection } = session;
    if (connection && isFleetTopic(topic)) {
      packet.retain = false;
      void answerFleet(connection, topic, Buffer.from(packet.payload));
    }
    done(null);
  };

  const authorizeSubscribe: NonNullable<AedesOptions['authorizeSubscribe']> = (client, subscription, done) => {
    const session = sessionOf(client);
    const { topic, qos } = subscription;
    const refusal = session ? session.refuses('iot:Subscribe', `topicfilter/${topic}`) : 'The connection is gone.';
    if (refusal === undefined) session?.granted.set(topic, qos);
    session?.note('Subscribe', refusal, topic);
    done(null, refusal === undefined ? subscription : (null as unknown as Subscription));
  };

  const authorizeForward: NonNullable<AedesOptions['authorizeForward']> = (client, packet) => {
    const session = sessionOf(client);
    const to = addressee(packet.properties);
    // What a device publishes to a topic of AWS is for AWS.
    const isPrivate = (packet as { clientId?: string }).clientId !== undefined && packet.topic.startsWith('$');
    if (!session || isPrivate || (to !== undefined && to !== session.id) || !session.isNew(packet)) return null;
    const refusal = session.refuses('iot:Receive', `topic/${packet.topic}`);
    if (refusal !== undefined) session.note('Publish-Out', refusal, packet.topic);
    return refusal === undefined ? packet : null;
  };

  // Large, and needed only where there is a gateway.
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker({
    ...{ preConnect, authorizePublish, authorizeSubscribe, authorizeForward },
    ...{ maxClientsIdLength: 128, queueLimit: 1000 },
  });
  // The library has told the client already, and the socket is closed.
  aedes.on('connectionError', () => {}).on('clientError', () => {});
  aedes.on('keepaliveTimeout', (client) => {
    const session = sessionOf(client);
    if (session) session.ended ??= 'MQTT_KEEP_ALIVE_TIMEOUT';
  });
  aedes.on('clientReady', (client) => {
    const session = sessionOf(client);
    if (!session || client.closed) return;
    const version = versions.get(client.id) ?? 0;
    versions.set(client.id, version + 1);
    connected.set(client.id, session);
    session.ready(version);
  });
  aedes.on('clientDisconnect', (client) => {
    const session = sessionOf(client);
    if (!session) return;
    if (connected.get(client.id) === session) connected.delete(client.id);
    if (newest.has(client.id) && newest.get(client.id) !== session) session.ended ??= 'DUPLICATE_CLIENTID';
    session.over();
    if (!client.clean)
      forgetting.set(
        client.id,
        account.clock.after(sessionMs, () => void forget(client.id)),
      );
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const topics = subscriptions.filter(({ qos }) => (qos as number) !== 0x80).map(({ topic }) => topic);
    sessionOf(client)?.told('subscribed', topics);
  });
  aedes.on('unsubscribe', (topics, client) => {
    const session = sessionOf(client);
    for (const topic of topics) session?.granted.delete(topic);
    session?.told('unsubscribed', topics);
  });
  aedes.on('publish', (packet, client) => {
    if (!client || isFleetTopic(packet.topic)) return;
    const message = { topic: packet.topic, payload: Buffer.from(packet.payload) };
    own.add(message);
    account.bus.publish(message);
  });

  const publish = ({ topic, payload }: Message, to?: string): void =>
    aedes.publish(
      {
        ...{ cmd: 'publish', topic, payload: Buffer.from(payload), qos: to === undefined ? 0 : 1 },
        ...{ dup: false, retain: false, ...(to !== undefined && { properties: { userProperties: { to } } }) },
      },
      () => {},
    );
  const unlisten = account.bus.listen((message) => {
    if (!own.has(message)) publish(message);
  });

  /** The end of a persistent session: its subscriptions, and the messages that waited for its client. */
  async function forget(clientId: string): Promise<void> {
    forgetting.delete(clientId);
    const { persistence } = aedes as unknown as { persistence: Persistence };
    await persistence.cleanSubscriptions({ id: clientId });
    for await (const packet of persistence.outgoingStream({ id: clientId }))
      await persistence.outgoingClearMessageId({ id: clientId }, packet);
  }

  return {
    serve: (socket, visitor) => {
      const session = newSession(account, visitor, (topic, payload) => {
        const isWanted = [...session.granted.keys()].some((filter) => isAmong(topic, filter));
        if (!isWanted) session.note('Publish-Out', 'The client has not subscribed to this topic.', topic);
        publish({ topic, payload }, session.id);
      });
      const line = createLine(socket, (frame) => look(session, frame));
      session.close = () => void line.destroy();
      sessions.set(line, session);
      live.add(session);
      line.once('close', () => {
        live.delete(session);
        const name = names.get(session);
        if (name !== undefined && newest.get(name) === session) newest.delete(name);
        session.away();
      });
      aedes.handle(line);
    },
    dismiss: (principalId) => {
      for (const session of live) {
        if (session.visitor.principalId !== principalId) continue;
        session.ended ??= 'SERVER_INITIATED_DISCONNECT';
        session.close();
      }
    },
    count: () => connected.size,
    close: async () => {
      unlisten();
      for (const cancel of forgetting.values()) cancel();
      for (const session of live) session.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
}

type Persistence = {
  cleanSubscriptions(client: { id: string }): Promise<void>;
  outgoingStream(client: { id: string }): AsyncIterable<object>;
  outgoingClearMessageId(client: { id: string }, packet: object): Promise<unknown>;
};

/**
 * The library takes a message for one that the client has had already when a later one overtook it, which a message of QoS 0
 * does to one of QoS 1. Then that is lost. So the library remembers nothing, and the session sees what comes twice.
 */
function keepAll(client: Client): void {
  (client as unknown as { duplicates: object }).duplicates = new Proxy({}, { set: () => true });
}

/** The one session that a message is for. MQTT 3.1.1 has no properties, so that none of this is sent. */
const addressee = (properties: { userProperties?: object } | undefined): string | undefined =>
  (properties?.userProperties as { to?: string } | undefined)?.to;

const eventOf = ({ type }: Frame) =>
  type === 'publish' ? 'Publish-In' : type === 'subscribe' ? 'Subscribe' : 'Connect';

function tooMany({ granted }: Session, frame: Frame): string | undefined {
  if (frame.type !== 'subscribe') return undefined;
  const all = new Set([...granted.keys(), ...frame.asked.map(({ filter }) => filter)]);
  return all.size > mostSubscriptions ? `The connection has more than ${mostSubscriptions} subscriptions.` : undefined;
}
