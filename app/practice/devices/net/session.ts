/** A device that is connected, by MQTT 3.1.1. */
import type { TLSSocket } from 'node:tls';
import type { MqttClient } from 'mqtt';
import type { PhaseResult } from '../../../contract/connecting.ts';
import type { ConnectOptions, Gateway, Identity } from './identity.ts';
import { createPhaseLog, type Log, PhaseFailure } from './phaselog.ts';
import { openTls, tlsFault } from './tls.ts';

export type Session = {
  /** @throws PhaseFailure – the gateway ended the connection, or never acknowledged */
  publish(topic: string, payload: string): Promise<void>;
  /**
   * Asks on `topic` and waits for the answer on `topic/accepted` or `topic/rejected`, as AWS's reserved topics do.
   *
   * @throws PhaseFailure – no answer, or no right to ask
   */
  ask(topic: string, payload: string): Promise<{ accepted: boolean; payload: string }>;
  /** Resolves when the connection is over, on either side. */
  readonly over: Promise<void>;
  end(): Promise<void>;
};

export type Opened = { session: Session | null; phases(): PhaseResult[] };

/** Connects once. `session` is null if a phase failed; `phases` says which one and why. It never throws. */
export async function openSession(identity: Identity, gateway: Gateway, options: ConnectOptions): Promise<Opened> {
  const log = createPhaseLog(options);
  try {
    const socket = await openTls(identity, gateway, options, log);
    const client = await connectMqtt(socket, options, log);
    return { session: sessionOf(client, log), phases: log.results };
  } catch (thrown) {
    if (!(thrown instanceof PhaseFailure)) throw thrown;
    return { session: null, phases: log.results };
  }
}

const dropped = 'the gateway closed the connection without an answer';

async function connectMqtt(socket: TLSSocket, { clientId }: ConnectOptions, log: Log): Promise<MqttClient> {
  let alert: unknown;
  socket.on('error', (error) => {
    alert = error;
  });
  // Large, and needed only once a device connects.
  const mqtt = await import('mqtt');
  const client = new mqtt.MqttClient(() => socket, {
    clientId,
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    // The device itself decides when it comes again.
    reconnectPeriod: 0,
    connectTimeout: 0x7fffffff,
  });
  try {
    await log.phase('connect', (signal) => acknowledged(client, signal), connectFault);
    return client;
  } catch (thrown) {
    client.end(true);
    // With TLS 1.3 the handshake of a client is over before the server has looked at its certificate.
    const code = (alert as NodeJS.ErrnoException | undefined)?.code ?? '';
    if (/ALERT/.test(code)) log.takeBack('tls', tlsFault(alert));
    throw thrown;
  }
}

function acknowledged(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', reject);
    client.once('close', () => reject(new Error(dropped)));
    signal.addEventListener('abort', () => client.end(true), { once: true });
  });
}

/** CONNACK return codes (MQTT 3.1.1, section 3.2.2.3). */
const refusals: Readonly<Record<number, string>> = {
  1: 'CONNECT refused: protocol version',
  2: 'CONNECT refused: client id',
  3: 'CONNECT refused: server unavailable',
  4: 'CONNECT refused: bad user name or password',
  5: 'CONNECT refused: not authorised',
};

function connectFault(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'number') return refusals[code] ?? `CONNECT refused with code ${code}`;
  return dropped;
}

function sessionOf(client: MqttClient, log: Log): Session {
  const over = new Promise<void>((resolve) => void client.once('close', () => resolve()));
  const lost = over.then(() => Promise.reject(new Error('the connection is over')));
  lost.catch(() => {});

  const publish = async (topic: string, payload: string): Promise<void> => {
    let stored: Promise<unknown> = Promise.resolve();
    await log.phase(
      'publish',
      async () => {
        if (!client.connected) throw new Error('the connection is over');
        stored = client.publishAsync(topic, payload, { qos: 1 });
        stored.catch(() => {});
      },
      () => 'the connection was over before the message was sent',
    );
    await log.phase(
      'policy',
      () => Promise.race([stored, lost]),
      () => `the gateway ended the connection after the message to ${topic}: no policy lets the device publish there`,
    );
  };
  return {
    publish,
    async ask(topic, payload) {
      const answers = [`${topic}/accepted`, `${topic}/rejected`];
      const answer = new Promise<{ accepted: boolean; payload: string }>((resolve) => {
        client.on('message', (from, bytes) => {
          if (answers.includes(from)) resolve({ accepted: from === answers[0], payload: bytes.toString('utf8') });
        });
      });
      await log.phase(
        'policy',
        async () => {
          const granted = await Promise.race([client.subscribeAsync(answers, { qos: 1 }), lost]);
          if (granted.some(({ qos }) => qos > 2)) throw new Error('refused');
        },
        () => `the device may not subscribe to ${answers.join(' and ')}`,
      );
      await publish(topic, payload);
      return log.phase(
        'policy',
        () => Promise.race([answer, lost]),
        () => `the connection ended before the answer to ${topic}`,
      );
    },
    over,
    end: async () => {
      if (client.connected) await client.endAsync();
      else client.end(true);
      await over;
    },
  };
}
