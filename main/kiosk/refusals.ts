import type { FastifyReply } from 'fastify';
import { type ErrorCode, type Reply, StationError } from '../../app/contract/index.ts';

const refusal = (code: ErrorCode, detail: string): Reply => ({
  ok: false,
  error: new StationError(code, detail).toJSON(),
});

/** A refusal in the wire form, for what the page's script asked. */
export const refuse = (reply: FastifyReply, status: number, code: ErrorCode, detail: string) =>
  reply.code(status).send(refusal(code, detail));

/** A refusal in words, for a person in front of a browser. */
export const turnAway = (reply: FastifyReply, status: number, words: string) =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${words}\n`);

export const words = {
  wrongHost: 'This station answers to 127.0.0.1 and localhost only.',
  notLetIn:
    'Open the address that the station printed in its terminal. An address works once; the terminal prints another.',
  spent: 'This address was used already. The station’s terminal prints another.',
  full: 'Too many screens are open on this station. Close one and try again.',
} as const;
