/**
 * Steps 6–9 in one place: build, lint, reserve, sign exactly those bytes, compare, record. Every certificate is issued
 * here.
 */
import {
  assemble,
  buildTbs,
  type CsrFacts,
  certificateId,
  issuerUnder,
  type KeyFacts,
  lint,
  newSerial,
  type TbsRequest,
  verifyIssued,
} from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { Ledger, PendingEntry } from '../records/index.ts';
import { type Authority, cannotSign } from './authority.ts';
import { requestFacts } from './check.ts';

/** `issuerId` is null for a certificate of AWS's own CA. `thing`: AWS has provisioned it. */
export type Issued = {
  serialHex: string;
  der: Uint8Array;
  certificateId: string;
  issuerId: string | null;
  thing?: { thingName: string; deviceConfiguration: Record<string, string> };
};

export type IssueTools = {
  ledger: Ledger;
  clock: Clock;
  authority: () => Authority;
  /**
   * Checks the clock, the disk and the records once more.
   *
   * @throws policy.interlock – when nothing may be issued
   */
  assertSound: () => Promise<void>;
};

/**
 * The steps before the certificate that are not on record yet. They are committed with the reservation, before anything
 * is signed.
 */
export type Along = { along<T>(commit: (pending: readonly PendingEntry[]) => Promise<T>): Promise<T> };

/**
 * A unit's certificate is for the key of its CSR. A certificate without a unit (`unitSerial` null) may be for any key.
 */
export type IssueJob = Pick<TbsRequest, 'profile' | 'fields'> & { attempt: number; actor: string } & (
    | { unitSerial: string; key: CsrFacts }
    | { unitSerial: null; key: KeyFacts }
  );

/**
 * Issues one certificate: signed once and on record.
 *
 * @throws ca.locked, ca.tokenAbsent, ca.missing, ca.expired, ca.revoked – when the CA cannot sign now; nothing is
 * reserved then
 * @throws policy.interlock – when nothing may be issued; nothing is reserved then
 * @throws ca.lintFailed, call.badParams – when the certificate would be wrong; nothing is reserved then
 * @throws policy.*, order.*, unit.scrapped, records.* – as `Ledger.reserve`
 * @throws ca.signFailed, ca.mismatch – when the signature fails or is not the CA's; the certificate serial is void
 */
export async function issueCertificate(job: IssueJob, tools: IssueTools, waiting?: Along): Promise<Issued> {
  const { ledger, clock, authority, assertSound } = tools;
  const { issuer: ca, signer, state, caPublicKeys } = authority();
  if (!signer) throw cannotSign(state);
  // The PC's clock may have been changed since the unit was begun.
  await assertSound();
  signer.assertReady();
  const { profile, fields, key, unitSerial, attempt, actor } = job;
  const issuer = issuerUnder(profile, ca);
  const linted = lint(buildTbs({ profile, key, fields, issuer, serialHex: newSerial(), now: clock.now() }), issuer);
  const request = job.unitSerial === null ? undefined : requestFacts(job.key, caPublicKeys);
  const owner = { unitSerial, attempt, actor, request };
  const reservation = await (waiting
    ? waiting.along((pending) => ledger.reserve(linted, { ...owner, pending }))
    : ledger.reserve(linted, owner));
  const { serialHex, tbsDer } = reservation;
  try {
    const der = assemble(tbsDer, issuer.algorithm, await signer.sign(reservation));
    verifyIssued(der, reservation, issuer);
    const id = certificateId(der);
    await ledger.recordIssued({ serialHex, der, certificateId: id });
    return { serialHex, der, certificateId: id, issuerId: issuer.issuerId };
  } catch (thrown) {
    // A certificate serial that may have been signed is never used again. If the records are what failed, this write
    // fails, too. Then recovery voids the serial at the next start, and the first reason is reported.
    const reason = thrown instanceof StationError ? thrown.code : 'internal';
    await ledger.voidReservation({ serialHex, reason }).catch(() => {});
    throw thrown;
  }
}
