import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Account } from '../account.ts';
import { type Call, readHead } from '../http.ts';
import { type Identity, userIdOf, userName } from '../permissions/identities.ts';
import { isScopedWebSocket, webSocketSigner } from '../signature.ts';
import type { Seat } from './gateway.ts';
import { mostFrameBytes } from './limits.ts';
import { identityRights } from './rights.ts';

type Parts = {
  server: Server;
  account: Account;
  seat: Seat;
  /** Signatures are not checked, and an unknown access key is the user's. */
  anyClient: boolean;
};

/**
 * MQTT over WebSocket for users and roles: `GET /mqtt` with the subprotocol `mqtt`, signed for `iotdevicegateway` ("MQTT
 * over the WebSocket protocol", AWS IoT developer guide). The identity policy decides what they may do. AWS has it on port
 * 443 with TLS; here it is where the other calls of a user are, on the HTTP port.
 */
export function createWebSockets({ server, account, seat, anyClient }: Parts): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostFrameBytes, perMessageDeflate: false });

  const identityOf = (call: Call): Identity | undefined => {
    const { identities } = account.state;
    if (anyClient && isScopedWebSocket(call, account.region))
      return webSocketSigner(call, account.region, identities) ?? identities.get(userName);
    return webSocketSigner(call, account.region, identities);
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refuse = (status: string, reason: string) => {
      const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
      account.log.note({ eventType: 'Connect', status: 'Failure', reason, sourceIp });
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    };
    const call = callOf(request);
    const protocols = (call?.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
    if (call?.rawPath !== '/mqtt') return refuse('404 Not Found', 'The path of MQTT over WebSocket is /mqtt.');
    if (!protocols.includes('mqtt')) return refuse('400 Bad Request', 'The WebSocket subprotocol is mqtt.');
    const identity = identityOf(call);
    if (!identity) return refuse('403 Forbidden', 'The WebSocket is not signed by a user or role of the account.');
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      seat.serve(createWebSocketStream(webSocket), {
        principalId: userIdOf(identity),
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        sourcePort: request.socket.remotePort ?? 0,
        rightsOf: () => identityRights(account, identity),
      }),
    );
  });
}

function callOf(request: IncomingMessage): Call | undefined {
  try {
    return readHead(request);
  } catch {
    return undefined;
  }
}
