/** Who may come in: pure decisions on a request's headers. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, URL-safe: a token to be let in by, or a session's name. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

const digest = (text: string) => createHash('sha256').update(text).digest();
export const sameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

/**
 * Only names of this machine's loopback at our port. A page elsewhere whose name was re-bound to 127.0.0.1 sends its
 * own name (DNS rebinding).
 */
export const isOurHost = (host: string | undefined, port: number): host is string =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`;

/** A POST must say that it comes from the page this very host served. */
export const isOurOrigin = (origin: string | undefined, host: string): boolean => origin === `http://${host}`;

/**
 * Browsers send no Origin with a same-origin GET, an EventSource's included; they say `Sec-Fetch-Site: same-origin`
 * instead (W3C Fetch Metadata), which no page can forge.
 */
export const isOurStream = (origin: string | undefined, fetchSite: string | undefined, host: string): boolean =>
  origin === undefined ? fetchSite === 'same-origin' : isOurOrigin(origin, host);

/** Cookies do not know ports: two stations on one machine must not take each other's sessions. */
export const cookieName = (port: number): string => `birthmark-${port}`;

/** A token that opens the door once. */
export type Ticket = {
  /** A new token; the one before it is no longer good. */
  renew(): string;
  /** Whether this is the token; it is spent by that. */
  spend(token: string): boolean;
};

export function createTicket(): Ticket {
  let current: string | undefined;
  return {
    renew() {
      current = makeSecret();
      return current;
    },
    spend(token) {
      if (current === undefined || !sameSecret(token, current)) return false;
      current = undefined;
      return true;
    },
  };
}
