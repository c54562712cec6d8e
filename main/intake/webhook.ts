/**
 * Sends events to the receiver, one after the other, at least once each: the next one goes when this one was taken. Signed
 * as Standard Webhooks says (standardwebhooks.com): HMAC-SHA256 over id, time and body.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HookEvent, WebhookTrouble } from '../../app/contract/model.ts';
import type { Ledger } from '../../app/records/index.ts';
import { type Log, readReceiverCa } from '../../app/station/index.ts';
import { connectionsTrusting, post } from './post.ts';

type Options = {
  ledger: Pick<Ledger, 'delivery' | 'listEvents' | 'recordDelivery'>;
  stationId: string;
  url: string;
  secretFile: string;
  /** The CA of the receiver, PEM, beside those that this PC knows. */
  caFile?: string | undefined;
  log: Log;
  /** Milliseconds between two looks for new events. */
  everyMs?: number;
  /** Milliseconds before the second try; it doubles with each one. */
  firstWaitMs?: number;
};
export type Webhook = { status: () => { trouble: WebhookTrouble | null }; close: () => Promise<void> };

const pageSize = 50;
const answerWithinMs = 10_000;
const longestWaitMs = 300_000;
/** A receiver that refuses an event so often will not take it the next time either: a person must look. */
const refusals = 3;

/** The headers of one message. `secret` is `whsec_` and base64. `at` is in seconds. */
export function signed(body: string, { id, at, secret }: { id: string; at: number; secret: string }) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
}

/** Begins to send. What was not taken before a stop or a crash is sent again. */
export function startWebhook(options: Options): Webhook {
  const { ledger, stationId, url, secretFile, caFile, log, everyMs = 500, firstWaitMs = 1000 } = options;
  const stop = new AbortController();
  let trouble: WebhookTrouble | null = null;
  let trusted = { text: '', hasExpired: false, connections: connectionsTrusting([]) };

  /** Reads the CA again, so that a renewed one counts at once. False: the file cannot be used. */
  const readCa = async (): Promise<boolean> => {
    if (caFile === undefined) return true;
    const ca = await readReceiverCa(caFile).catch(() => undefined);
    if (ca === undefined) return false;
    const hasExpired = ca.certificates.some(({ notAfterAt }) => Date.parse(notAfterAt) < Date.now());
    const text = ca.pems.join('\n');
    if (text === trusted.text) trusted.hasExpired = hasExpired;
    else {
      trusted.connections.destroy();
      trusted = { text, hasExpired, connections: connectionsTrusting(ca.pems) };
    }
    return true;
  };
  /** What the receiver said: undefined when it took the event. */
  const send = async (
    event: HookEvent,
    secret: string,
  ): Promise<{ failed: WebhookTrouble; final: boolean } | undefined> => {
    const body = JSON.stringify({ type: event.type, timestamp: event.at, data: { stationId, ...event } });
    const at = Math.floor(Date.now() / 1000);
    const late = AbortSignal.timeout(answerWithinMs);
    try {
      const status = await post({
        url,
        headers: {
          'content-type': 'application/json',
          ...signed(body, { id: `${stationId}-${event.seq}`, at, secret }),
        },
        body,
        signal: AbortSignal.any([stop.signal, late]),
        connections: trusted.connections,
      });
      if (status >= 200 && status < 300) return undefined;
      const later = status >= 500 || [408, 425, 429].includes(status);
      return { failed: { what: 'answers', status }, final: !later };
    } catch (thrown) {
      if (stop.signal.aborted) throw thrown;
      const what = late.aborted ? 'late' : whatFailed(thrown, trusted.hasExpired);
      return { failed: { what }, final: false };
    }
  };

  /** Sends what is due. Returns whether there is more at once. */
  const turn = async (): Promise<boolean> => {
    const { delivered, tries, nextTryAt, pausedAt, waiting } = await ledger.delivery();
    if (waiting === 0 || pausedAt !== null || (nextTryAt !== null && Date.parse(nextTryAt) > Date.now())) return false;
    const secret = await readFile(secretFile, 'utf8').catch(() => '');
    trouble = secret === '' ? { what: 'noSecret' } : (await readCa()) ? null : { what: 'noCa' };
    if (trouble) return false;
    const { events, more } = await ledger.listEvents({ after: delivered, limit: pageSize });
    for (const event of events) {
      if (stop.signal.aborted) return false;
      const said = await send(event, secret.trim());
      if (said) {
        const { failed, final } = said;
        const isGone = failed.what === 'answers' && failed.status === 410;
        const pause = final && (tries + 1 >= refusals || isGone);
        const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 20));
        const nextTryAt = new Date(Date.now() + waitMs).toISOString();
        await ledger.recordDelivery({ failed: JSON.stringify(failed), nextTryAt, pause });
        if (pause) log.warn({ seq: event.seq, failed }, 'the webhook is paused');
        return false;
      }
      await ledger.recordDelivery({ delivered: event.seq });
    }
    return more;
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const goesOn = await turn().catch((thrown: unknown) => {
        if (!stop.signal.aborted) log.error({ err: thrown }, 'the webhook');
        return false;
      });
      if (!goesOn) await pauseFor(everyMs, stop.signal);
    }
  };
  const ended = run();
  return {
    status: () => ({ trouble }),
    async close() {
      stop.abort();
      await ended;
      trusted.connections.destroy();
    },
  };
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });

/** The names of OpenSSL's verification errors (X509_V_ERR_…), which Node gives as `code`. */
const untrusted = /^(UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

/** `hasExpired`: a CA of the settings has. TLS says the same of it and of the receiver's certificate. */
function whatFailed(
  thrown: unknown,
  hasExpired: boolean,
): 'unreachable' | 'expired' | 'caExpired' | 'otherName' | 'untrusted' {
  const code = String((thrown as NodeJS.ErrnoException | undefined)?.code ?? '');
  if (code === 'CERT_HAS_EXPIRED') return hasExpired ? 'caExpired' : 'expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'otherName';
  return untrusted.test(code) ? 'untrusted' : 'unreachable';
}
