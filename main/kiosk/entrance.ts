/** How a page gets its keys: by the token of an address, beside another page of the browser, or on its way back. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cookieName, isCookieOf, pageHeader, type Ticket } from './admission.ts';
import type { Keys, Pages, Shown } from './pages.ts';
import { refuse } from './refusals.ts';

/** `token` comes from an address. `beside` comes from a duplicate of an admitted page, which asks for its own keys. */
const asked = z.strictObject({ token: z.string().max(128).optional(), beside: z.literal(true).optional() });

export const portOf = (request: FastifyRequest): number => request.socket.localPort ?? 0;

export function shownBy(request: FastifyRequest): Shown {
  const page = request.headers[pageHeader];
  return {
    page: typeof page === 'string' ? page : undefined,
    cookie: (id) => request.cookies[cookieName(portOf(request), id)],
  };
}

/** Sets the page's cookie. The value of its header goes into the answer. */
export const giveKeys = (request: FastifyRequest, reply: FastifyReply, { id, cookie }: Keys): FastifyReply =>
  reply.setCookie(cookieName(portOf(request), id), cookie, { httpOnly: true, sameSite: 'strict', path: '/' });

export type Doors = {
  pages: Pages;
  ticket: Ticket;
  /** Whether a person at a terminal can ask for another address. */
  terminal: boolean;
};

/**
 * Answers with the page's secret, or with `session.unknownPage` and `data`: the `reason` (none, spent, forgotten, full), and
 * `terminal`, where a person gets another address.
 */
export function letIn(request: FastifyRequest, reply: FastifyReply, { pages, ticket, terminal }: Doors): FastifyReply {
  const body = asked.safeParse(request.body);
  if (!body.success) return refuse(reply, 400, 'call.malformed', 'This is no way in.');
  const { token, beside } = body.data;
  const shown = shownBy(request);
  const refused = (status: number, reason: string) =>
    refuse(reply, status, 'session.unknownPage', 'This page is not let in.', { reason, terminal });

  const may =
    token === undefined ? (beside ? pages.find(shown) !== undefined : pages.mayReturn(shown)) : ticket.fits(token);
  if (!may) return refused(401, token !== undefined ? 'spent' : shown.page === undefined ? 'none' : 'forgotten');
  const keys = pages.open(beside !== true && pages.mayReturn(shown) ? shown : undefined);
  if (!keys) return refused(503, 'full');
  if (token !== undefined) ticket.spend();
  dropStale(request, reply, pages);
  return giveKeys(request, reply, keys).send({ ok: true, result: { page: keys.page } });
}

/**
 * Removes cookies of pages that no longer exist: otherwise every server of this host's loopback would keep getting
 * them.
 */
function dropStale(request: FastifyRequest, reply: FastifyReply, pages: Pages): void {
  const port = portOf(request);
  for (const name of Object.keys(request.cookies)) {
    if (!isCookieOf(port, name) || pages.knows(name.slice(cookieName(port, '').length))) continue;
    reply.clearCookie(name, { path: '/' });
  }
}
