/** Decides who may come in, from a request's headers alone. Pure. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, URL-safe: the token of an address, a page's secret, or a cookie. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

/** The stored form of a secret. The secret is random and long, so one round of SHA-256 is enough. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
export const isSecret = (given: string, digest: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digest));

/**
 * Accepts only names of this machine's loopback at our port. A foreign page whose name was re-bound to 127.0.0.1 sends
 * its own name (DNS rebinding).
 */
export const isOurHost = (host: string | undefined, port: number): host is string =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`;

/** A POST must come from the page that this same host served. */
export const isOurOrigin = (origin: string | undefined, host: string): boolean => origin === `http://${host}`;

/**
 * Browsers send no Origin with a same-origin GET. They send `Sec-Fetch-Site: same-origin` instead (W3C Fetch Metadata),
 * which no page can forge.
 */
export const isOurStream = (origin: string | undefined, fetchSite: string | undefined, host: string): boolean =>
  origin === undefined ? fetchSite === 'same-origin' : isOurOrigin(origin, host);

/** The header in which a page shows its secret and receives the next one: `id.secret`. */
export const pageHeader = 'birthmark-page';

/**
 * Cookies ignore ports: every server on this host's loopback gets them. Each page has a cookie name of its own, so that
 * two stations or two pages cannot take each other's.
 */
export const cookieName = (port: number, id: string): string => `birthmark-${port}-${id}`;
export const isCookieOf = (port: number, name: string): boolean => name.startsWith(`birthmark-${port}-`);

/** A token that admits one page. */
export type Ticket = {
  /** Returns a new token. The one before is no longer valid. */
  renew(): string;
  fits(token: string): boolean;
  /** Makes the token invalid. */
  spend(): void;
};

export function createTicket(): Ticket {
  let current: string | undefined;
  return {
    renew() {
      const token = makeSecret();
      current = digestOf(token);
      return token;
    },
    fits: (token) => current !== undefined && isSecret(token, current),
    spend() {
      current = undefined;
    },
  };
}
