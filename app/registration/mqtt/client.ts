/** One MQTT connection to the device gateway of an account, with a client certificate. Only this file imports the package. */
import type { MqttClient } from 'mqtt';
import { StationError } from '../../contract/errors.ts';
import { cloudError } from '../failure.ts';

/** Where devices connect. `rootPem` is the root that the certificate of the gateway is under. */
export type Gateway = { host: string; port: number; rootPem: string };

/** PEM. The key stays in memory, and is in no error. */
export type ClientIdentity = { certificatePem: string; privateKeyPem: string };

export type MqttLink = {
  /** Resolves when the gateway has granted all of them (SUBACK). */
  subscribe(topics: string[]): Promise<void>;
  /** At QoS 1: resolves when the gateway has taken the message (PUBACK). */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  /** `listener` gets what comes on any topic. Returns the function that ends it. */
  onMessage(listener: (topic: string, payload: Uint8Array) => void): () => void;
  /** Resolves to the reason when the connection ends, also when this side ends it. Never rejects. */
  readonly ended: Promise<StationError>;
  close(): Promise<void>;
};

type Connecting = { gateway: Gateway; identity: ClientIdentity; clientId: string; signal?: AbortSignal | undefined };

const connectMs = 10_000;
/** MQTT 3.1.1 §3.2.2.3: bad user name or password, not authorized. */
const notAllowed = [4, 5];
/** MQTT 3.1.1 §3.9.3: the subscription failed. */
const failedSubscription = 0x80;

/**
 * Connects by MQTT 3.1.1 over TLS with a clean session, and does not connect again by itself: an identity that is good for
 * minutes is of no use later.
 *
 * @throws cloud.unreachable – no network, no trust in the gateway, or it closed the connection without an answer, as AWS
 * does for a certificate that it does not know
 * @throws cloud.denied – the policy of the certificate does not let this client in
 * @throws call.cancelled – by the signal
 */
export async function connectMqtt({ gateway, identity, clientId, signal }: Connecting): Promise<MqttLink> {
  const { connect } = await import('mqtt');
  if (signal?.aborted) throw failureOf(undefined, signal);
  const { host, port, rootPem } = gateway;
  const client = connect({
    // The package tells the server its name (SNI), which AWS needs.
    ...{ protocol: 'mqtts', host, port, ca: rootPem, rejectUnauthorized: true },
    ...{ cert: identity.certificatePem, key: identity.privateKeyPem, clientId },
    ...{ protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: connectMs, resubscribe: false },
  });
  const ended = new Promise<StationError>((resolve) => {
    client.on('error', (error) => resolve(failureOf(error, signal)));
    client.on('close', () => resolve(signal?.aborted ? failureOf(undefined, signal) : closed()));
  });
  const abort = () => void client.end(true);
  signal?.addEventListener('abort', abort, { once: true });
  void ended.then(() => signal?.removeEventListener('abort', abort));
  const connected = new Promise<'connected'>((resolve) => client.once('connect', () => resolve('connected')));
  const first = await Promise.race([connected, ended]);
  if (first instanceof StationError) {
    client.end(true);
    throw first;
  }
  return linkOf(client, ended);
}

function linkOf(client: MqttClient, ended: Promise<StationError>): MqttLink {
  /** The package does not settle an act whose connection is gone. */
  const whileOpen = async <T>(act: Promise<T>): Promise<T> => {
    const outcome = await Promise.race([act.then((value) => ({ value })), ended]);
    if (outcome instanceof StationError) throw outcome;
    return outcome.value;
  };
  return {
    ended,
    async subscribe(topics) {
      const granted = await whileOpen(client.subscribeAsync(topics, { qos: 1 }));
      const refused = granted.find(({ qos }) => (qos as number) >= failedSubscription);
      if (refused) throw new StationError('cloud.denied', `the gateway does not let us subscribe to ${refused.topic}`);
    },
    async publish(topic, payload) {
      await whileOpen(client.publishAsync(topic, Buffer.from(payload), { qos: 1 }));
    },
    onMessage(listener) {
      const take = (topic: string, payload: Uint8Array) => listener(topic, payload);
      client.on('message', take);
      return () => void client.off('message', take);
    },
    close: () => client.endAsync(true),
  };
}

const closed = () =>
  new StationError('cloud.unreachable', 'the gateway closed the connection', { data: { operation: 'MQTT' } });

function failureOf(error: unknown, signal: AbortSignal | undefined): StationError {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'number' && !signal?.aborted) {
    const own = notAllowed.includes(code) ? 'cloud.denied' : 'cloud.refused';
    return new StationError(own, `the gateway refused CONNECT with code ${code}`, { data: { operation: 'CONNECT' } });
  }
  return cloudError(error, 'CONNECT', signal);
}
