import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, type Reply, StationError, type WireError } from '../../app/contract/index.ts';
import { type Notice, noticePage } from './notice.ts';

const refusal = (code: ErrorCode, detail: string, data: WireError['data']): Reply => ({
  ok: false,
  error: new StationError(code, detail, { data }).toJSON(),
});

/** A refusal in the wire form, for requests of the page's script. */
export const refuse = (
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  detail: string,
  data?: WireError['data'],
) => reply.code(status).send(refusal(code, detail, data));

/** A refusal in words, for a person in front of a browser. */
export const turnAway = (request: FastifyRequest, reply: FastifyReply, status: number, notice: Notice) =>
  reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(noticePage(notice, request.headers['accept-language'], `http://127.0.0.1:${request.socket.localPort}/`));
