/** A device in as few bytes as there can be: TLS and the packets of MQTT, so that the gateway is measured and not its clients. */
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import packet, { type IConnectPacket, type Packet } from 'mqtt-packet';

export type Raw = {
  socket: TLSSocket;
  sessionPresent: boolean;
  /** Sends a packet, and waits for the next one of this kind. */
  ask(sent: Packet, answer: Packet['cmd']): Promise<Packet>;
  end(): Promise<void>;
};

/** Undefined when the gateway closed the connection before CONNACK. */
export async function rawConnect(
  port: number,
  secureContext: SecureContext,
  clientId: string,
  more: Partial<IConnectPacket> = {},
): Promise<Raw | undefined> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', secureContext });
  const parser = packet.parser();
  const waiting: { cmd: string; take: (answer: Packet | undefined) => void }[] = [];
  parser.on('packet', (got) => {
    const at = waiting.findIndex(({ cmd }) => cmd === got.cmd);
    if (at >= 0) waiting.splice(at, 1)[0]?.take(got);
  });
  socket.on('data', (bytes) => void parser.parse(bytes));
  socket.on('error', () => {});
  socket.once('close', () => {
    for (const { take } of waiting) take(undefined);
  });
  const next = (cmd: string) =>
    new Promise<Packet | undefined>((take) => {
      if (socket.destroyed) take(undefined);
      else waiting.push({ cmd, take });
    });
  const raw: Raw = {
    socket,
    sessionPresent: false,
    ask: async (sent, answer) => {
      const comes = next(answer);
      socket.write(packet.generate(sent));
      const got = await comes;
      if (!got) throw new Error(`${clientId}: the connection was closed in place of ${answer}`);
      return got;
    },
    end: async () => {
      if (socket.destroyed) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(packet.generate({ cmd: 'disconnect' }));
      await closed;
    },
  };
  const comes = next('connack');
  socket.write(
    packet.generate({
      ...{ cmd: 'connect', clientId, clean: true, keepalive: 1200, protocolId: 'MQTT', protocolVersion: 4 },
      ...more,
    }),
  );
  const connack = await comes;
  return connack?.cmd === 'connack' ? Object.assign(raw, { sessionPresent: connack.sessionPresent }) : undefined;
}
