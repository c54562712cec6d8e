/** A certificate by AWS's own CA, for the key of a device's CSR. */
import { type CsrFacts, pemOf, readAmazonCertificate } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { Ledger } from '../records/index.ts';
import type { Authority } from './authority.ts';
import { requestFacts } from './check.ts';
import type { Along, Issued } from './issue.ts';

/** AWS's own CA in the account of a target. */
export type AwsCa = {
  /**
   * Has the request certified. The certificate is INACTIVE. It is never repeated here: each call makes another one.
   *
   * @param csrPem at most 4096 characters
   * @throws cloud.…
   */
  certify(csrPem: string): Promise<{ certificateId: string; certificatePem: string }>;
};

export type AwsTools = {
  ledger: Pick<Ledger, 'askAws' | 'recordAwsIssued' | 'refuseAwsRequest'>;
  clock: Pick<Clock, 'now'>;
  authority: () => Pick<Authority, 'caPublicKeys'>;
  /** @throws policy.interlock – when nothing may be issued */
  assertSound: () => Promise<void>;
  /** @throws cloud.notConfigured, cloud.noTarget – when there is no such target; nothing is on record then */
  awsCa: (target: string) => Promise<AwsCa>;
};

export type AwsJob = {
  target: string;
  /** The profile that the order allows. AWS's certificates have none of its contents. */
  profile: string;
  key: CsrFacts;
  unitSerial: string;
  attempt: number;
  actor: string;
};

/** What AWS says before it makes anything. Any other failure may hide a certificate. */
const refusals = ['cloud.refused', 'cloud.denied', 'cloud.credentials', 'cloud.throttled'];

/**
 * Has AWS issue a certificate. It is on record that AWS is asked, before it is. A request without an answer is lost with
 * the end of its attempt; what AWS made then is looked for and revoked. No device has it, and it is INACTIVE.
 *
 * @throws policy.*, order.*, csr.*, unit.scrapped, records.* – as `Ledger.askAws`; AWS is not asked then
 * @throws cloud.… – AWS is not reached, refuses, or answers with something else than was asked for
 */
export async function issueAtAws(job: AwsJob, tools: AwsTools, waiting: Along): Promise<Issued> {
  const ca = await tools.awsCa(job.target);
  const requestId = await ask(job, tools, waiting);
  const issued = await certified(ca, requestId, job, tools);
  await tools.ledger.recordAwsIssued({ requestId, ...issued });
  return ofAws(issued);
}

/** Puts on record that AWS is about to be asked, and returns the id of the request. */
export async function ask(
  { key, ...job }: AwsJob & { template?: string },
  { ledger, authority, assertSound }: Pick<AwsTools, 'authority' | 'assertSound'> & { ledger: Pick<Ledger, 'askAws'> },
  waiting: Along,
): Promise<number> {
  await assertSound();
  const { spkiSha256 } = key;
  const asked = { ...job, spkiSha256, request: requestFacts(key, authority().caPublicKeys) };
  return waiting.along((pending) => ledger.askAws({ ...asked, pending }));
}

/**
 * The certificate that AWS makes for the key of the job, checked. A refusal of AWS settles the request.
 *
 * @throws cloud.…
 */
export async function certified(
  ca: AwsCa,
  requestId: number,
  { key }: Pick<AwsJob, 'key'>,
  { ledger, clock }: { ledger: Pick<Ledger, 'refuseAwsRequest'>; clock: Pick<Clock, 'now'> },
) {
  let answer: Awaited<ReturnType<AwsCa['certify']>>;
  try {
    answer = await ca.certify(pemOf('CERTIFICATE REQUEST', key.der));
  } catch (thrown) {
    if (thrown instanceof StationError && refusals.includes(thrown.code))
      await ledger.refuseAwsRequest({ requestId, reason: `${thrown.code}: ${thrown.detail}` });
    throw thrown;
  }
  const { spkiSha256, ...issued } = readAmazonCertificate(answer.certificatePem);
  const at = clock.now().toISOString();
  if (spkiSha256 !== key.spkiSha256) throw wrong('is for another key');
  if (issued.certificateId !== answer.certificateId.toLowerCase()) throw wrong('is not the one that AWS names');
  if (at < issued.notBeforeAt || at > issued.notAfterAt) throw wrong('is not valid now');
  return issued;
}

/** A certificate of AWS as the line has it: without an issuer of ours. */
export const ofAws = ({ serialHex, der, certificateId }: Omit<Issued, 'issuerId'>): Issued => ({
  ...{ serialHex, der, certificateId },
  issuerId: null,
});

const wrong = (why: string) => new StationError('cloud.badAnswer', `the certificate of AWS ${why}`);
