import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Act, Standing } from './acts.ts';
import type { Call, Reply } from './http.ts';
import { readAct } from './readact.ts';

/**
 * The way in for `practice aws fault` and its sisters: `POST /-/control` with an act as JSON. It takes only callers on
 * this machine who know the token. A page in a browser cannot: it does not know the token, may not send the header to
 * another origin, and a name that it points at 127.0.0.1 is not a name of loopback.
 */
export const controlPath = '/-/control';
export const tokenHeader = 'x-practice-token';

const loopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export function createControl(perform: (act: Act) => Standing) {
  const token = randomBytes(24).toString('base64url');
  return {
    token,
    /** The answer, or undefined for a call that is for AWS. */
    reply(call: Call, remoteAddress: string | undefined): Reply | undefined {
      if (call.rawPath !== controlPath) return undefined;
      const near = loopback.test(remoteAddress ?? '') && loopbackHost.test(call.headers.host ?? '');
      if (!near || call.headers.origin !== undefined || !same(call.headers[tokenHeader] ?? '', token)) {
        return json(403, { error: 'the token of the practice AWS is missing or wrong' });
      }
      if (call.method !== 'POST') return json(405, { error: 'POST an act' });
      try {
        return json(200, perform(readAct(JSON.parse(call.body.toString('utf8')))));
      } catch (error) {
        return json(400, { error: error instanceof Error ? error.message : 'the act is malformed' });
      }
    },
  };
}

const json = (status: number, value: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
