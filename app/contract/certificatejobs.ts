/** Acts on the AWS state of many device certificates at once. */
import { z } from 'zod';
import { hex, isoTime, unitSerial, wireError } from './base.ts';
import { revocationNote, revocationReason } from './certificates.ts';
import { desk, done, engineer, method, none } from './method.ts';
import { targetName } from './targets.ts';

/** Only `revoke` is final: it is on record, in the CRL, and told to every target. */
export const certificateAct = z.enum(['activate', 'deactivate', 'revoke']);

/** `unknown`: the account does not know the certificate. `refused`: AWS or the records refused; `detail` says why. */
export const certificateResult = z.object({
  serialHex: hex,
  unitSerial: z.string(),
  outcome: z.enum(['done', 'unknown', 'refused']),
  detail: z.string().optional(),
});

export const certificateJob = z.object({
  jobId: z.string(),
  target: z.string(),
  act: certificateAct,
  actor: z.string(),
  createdAt: isoTime,
  count: z.int(),
  done: z.int(),
  unknown: z.int(),
  refused: z.int(),
  /** `resting`: something outside is wrong (`error`); a start of the station, or a person, goes on with it. */
  state: z.enum(['running', 'resting', 'ended', 'stopped']),
  /** Until its end at the present rate. */
  etaSeconds: z.number().nullable(),
  /** Why it does not move at present; it goes on by itself. */
  waitingReason: z.enum(['throttled', 'unreachable']).optional(),
  error: wireError.optional(),
});
export type CertificateJob = z.infer<typeof certificateJob>;

export const certificateJobsSnapshot = z.object({ seq: z.int(), jobs: z.array(certificateJob) });

const named = z.strictObject({
  jobId: z.string().regex(/^C[\w-]{1,40}$/, 'the id of a job: C, then letters, digits, _ and -'),
});

export const certificateJobMethods = {
  /**
   * Begins to change the certificates of an order, of units or of serials; exactly one of the three. `reason` and `note`
   * are for `revoke`. One call each, not more than `perSecond`: AWS's usual limit is 10.
   * @throws `certificate.notFound` – when nothing fits; `cloud.noTarget`; `certificate.inJob`
   */
  'cloud.setCertificates': method(
    z
      .strictObject({
        act: certificateAct,
        target: targetName.optional(),
        orderId: z.string().max(64).optional(),
        unitSerials: z.array(unitSerial).min(1).max(100_000).optional(),
        serials: z.array(hex.max(40)).min(1).max(100_000).optional(),
        reason: revocationReason.optional(),
        note: revocationNote.optional(),
        perSecond: z.number().positive().max(1000).default(8),
      })
      .refine(
        ({ orderId, unitSerials, serials }) => [orderId, unitSerials, serials].filter((one) => one).length === 1,
        {
          message: 'name an order, units or serials',
          path: ['orderId'],
        },
      )
      .refine(({ act, reason, note }) => act !== 'revoke' || (reason !== undefined && note !== undefined), {
        message: 'a revocation needs its reason and a note',
        path: ['reason'],
      }),
    certificateJob,
    engineer,
    'cloud.certificatesAsked',
  ),
  /** What is done stays done. */
  'cloud.stopCertificates': method(named, done, engineer, 'cloud.certificatesStopped'),
  /** Goes on with a job that rests. */
  'cloud.resumeCertificates': method(named, certificateJob, engineer, 'cloud.certificatesResumed'),
  /** The latest first. */
  'cloud.certificateJobs': method(none, z.array(certificateJob), desk, false),
  /** The results so far, in the order of the units. */
  'cloud.certificateResults': method(
    named.extend({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(100) }),
    z.object({ total: z.int(), rows: z.array(certificateResult) }),
    desk,
    false,
  ),
};
