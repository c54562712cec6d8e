/**
 * AWS registers a certificate of an auto-registering CA when its device first connects. So the newest certificates in the
 * list of the CA are the devices that came since the last look: a few calls, however many units are waited for.
 */
import type { Calm } from '../patience.ts';
import type { Pace } from '../ways/pace.ts';
import type { ConnectionCalls } from './calls.ts';

type Ports = {
  calls: Pick<ConnectionCalls, 'newestOf'>;
  pace: Pace;
  calm: Calm;
  signal?: AbortSignal | undefined;
  /** Certificates of a page, the newest first. The next page is asked for after it. */
  onPage: (certificateIds: readonly string[]) => Promise<void>;
};

/** Times of creation of one second may come in any order, and clocks of AWS differ a little. */
const overlapMs = 10 * 60_000;

/**
 * Tells every certificate that was created after `since` and some that were before.
 *
 * @param since the mark of the last look, ISO 8601 UTC; undefined for the whole list
 * @returns the mark for the next look; `since` when the list is empty
 * @throws as `Cloud`; `call.cancelled`
 */
export async function lookThrough(
  caCertificateId: string,
  since: string | undefined,
  { calls, pace, calm, signal, onPage }: Ports,
): Promise<string | undefined> {
  const untilMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since) - overlapMs;
  let marker: string | undefined;
  let mark = since;
  do {
    const page = await calm(async () => {
      await pace.turn('DescribeCertificate', signal);
      return calls.newestOf(caCertificateId, marker, signal);
    });
    const createdMs = page.certificates.map(({ createdAt }) => createdAt?.getTime() ?? Number.POSITIVE_INFINITY);
    for (const ms of createdMs)
      if (Number.isFinite(ms) && (mark === undefined || ms > Date.parse(mark))) mark = new Date(ms).toISOString();
    await onPage(
      page.certificates.filter((_, index) => createdMs[index]! >= untilMs).map(({ certificateId }) => certificateId),
    );
    marker = createdMs.some((ms) => ms < untilMs) ? undefined : page.next;
  } while (marker !== undefined);
  return mark;
}
