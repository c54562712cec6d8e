/** AWS's registry held against the records, as a stream: certificates come in pages, and only their ids stay in memory. */
import type { Clock } from '../contract/clock.ts';
import type { DriftFinding } from '../contract/drift.ts';
import { StationError } from '../contract/errors.ts';
import { createIdTable } from './nametable.ts';
import { type Calm, pause } from './patience.ts';

/** What a check asks of AWS. */
export interface RegistryInAws {
  /** A page of the device certificates of this CA; `next` is undefined on the last one. */
  certificatesOf(
    caCertificateId: string,
    marker: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ certificates: { certificateId: string; status: string }[]; next?: string | undefined }>;
  /**
   * The status of a certificate; undefined when the account does not know it. A certificate that was registered without
   * its CA, or comes from AWS's own, is in no list of a CA.
   */
  statusOf(certificateId: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The names of the things that have this certificate. */
  thingsOf(certificateId: string, signal?: AbortSignal): Promise<string[]>;
}

/** What a check asks of the records. */
export type DriftRecords = {
  certificates(
    ids: readonly string[],
  ): Promise<{ certificateId: string; unitSerial: string | null; inUse: boolean; registered: boolean }[]>;
  /** Registered units in the order of certificate ids, after this one. Empty at the end. */
  registered(after: string): Promise<{ certificateId: string; unitSerial: string; thingName: string | null }[]>;
};

export type DriftPorts = {
  aws: RegistryInAws;
  records: DriftRecords;
  clock: Clock;
  caCertificateIds: readonly string[];
  /** Ask for the thing of each registered unit as well. That is a call for each. */
  things: boolean;
  /** The account's limit for calls of this kind. */
  callsPerSecond?: number;
  calm: Calm;
  signal?: AbortSignal | undefined;
  onFinding: (finding: DriftFinding) => void;
  onProgress: (seen: { certificates: number; units: number }) => void;
};

/**
 * Tells each difference to `onFinding`. It changes nothing, here or in AWS.
 *
 * @throws call.cancelled – `signal` fired; cloud.… – refusals that AWS means
 */
export async function checkDrift(ports: DriftPorts): Promise<void> {
  const { aws, records, clock, signal, calm, onFinding, onProgress, callsPerSecond = 10 } = ports;
  const seen = createIdTable();
  const count = { certificates: 0, units: 0 };
  let nextMs = clock.monotonicMs();
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    const waitMs = nextMs - clock.monotonicMs();
    if (waitMs > 0) await pause(clock, waitMs, signal);
    nextMs = Math.max(nextMs, clock.monotonicMs()) + 1000 / callsPerSecond;
    return calm(act);
  };

  for (const caId of ports.caCertificateIds) {
    let marker: string | undefined;
    do {
      const page = await call(() => aws.certificatesOf(caId, marker, signal));
      const known = new Map(
        (await records.certificates(page.certificates.map(({ certificateId }) => certificateId))).map((one) => [
          one.certificateId,
          one,
        ]),
      );
      for (const { certificateId, status } of page.certificates) {
        seen.add(certificateId);
        const ours = known.get(certificateId);
        const about = { certificateId, unitSerial: ours?.unitSerial ?? null, found: status };
        if (!ours) onFinding({ kind: 'unknown', ...about });
        else if (!ours.inUse && status === 'ACTIVE') onFinding({ kind: 'stillActive', ...about });
        else if (ours.registered && ours.inUse && status !== 'ACTIVE') onFinding({ kind: 'inactive', ...about });
        else if (!ours.registered && ours.inUse) onFinding({ kind: 'notRecorded', ...about });
      }
      count.certificates += page.certificates.length;
      onProgress(count);
      marker = page.next;
    } while (marker !== undefined);
  }

  let after = '';
  for (;;) {
    const units = await records.registered(after);
    const last = units.at(-1);
    if (last === undefined) return;
    for (const { certificateId, unitSerial, thingName } of units) {
      const isListed = seen.find(certificateId) !== undefined;
      const status = isListed ? 'ACTIVE' : await call(() => aws.statusOf(certificateId, signal));
      if (status === undefined) onFinding({ kind: 'missing', certificateId, unitSerial, found: 'not in AWS' });
      else if (status !== 'ACTIVE') onFinding({ kind: 'inactive', certificateId, unitSerial, found: status });
      else if (ports.things) {
        const things = await call(() => aws.thingsOf(certificateId, signal));
        const about = { certificateId, unitSerial, found: things.join(', ') || 'no thing' };
        if (things.length === 0) onFinding({ kind: 'noThing', ...about });
        else if (things.length > 1 || (thingName !== null && things[0] !== thingName))
          onFinding({ kind: 'otherThing', ...about });
      }
      count.units += 1;
    }
    after = last.certificateId;
    onProgress(count);
    if (signal?.aborted) throw new StationError('call.cancelled', 'comparing with AWS was cancelled');
  }
}
