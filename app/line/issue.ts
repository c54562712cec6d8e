/** Steps 6–9 in one place: build, lint, reserve, sign exactly those bytes, compare, record. Whoever issues goes through here. */
import {
  assemble,
  buildTbs,
  certificateId,
  issuerUnder,
  lint,
  newSerial,
  type TbsRequest,
  verifyIssued,
} from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { Ledger } from '../records/index.ts';
import type { Notes } from './pending.ts';
import type { Authority, SigningState } from './unit.ts';

export type Issued = { serialHex: string; der: Uint8Array; certificateId: string; issuerId: string };

export type IssueTools = {
  ledger: Ledger;
  clock: Clock;
  authority: () => Authority;
  /** See `LineTools`; a station always has it. */
  assertSound?: () => Promise<void>;
  /** What led to it: on disk with the reservation, before anything is signed. */
  notes?: Pick<Notes, 'along'>;
};

export type IssueRequest = Pick<TbsRequest, 'profile' | 'key' | 'fields'>;

/** `unitSerial` is null for a certificate that is not a unit's (the CA verification certificate). */
export async function issueCertificate(
  request: IssueRequest,
  owner: { unitSerial: string | null; attempt: number; actor: string },
  { ledger, clock, authority, assertSound, notes: waiting }: IssueTools,
): Promise<Issued> {
  const { issuer: ca, signer, state } = authority();
  if (!signer) throw cannotSign(state);
  // The PC's clock may have been set since the unit was begun.
  await assertSound?.();
  const issuer = issuerUnder(request.profile, ca);
  const tbs = buildTbs({ ...request, issuer, serialHex: newSerial(), now: clock.now() });
  const linted = lint(tbs, issuer);
  const reservation = await (waiting
    ? waiting.along((notes) => ledger.reserve(linted, { ...owner, notes }))
    : ledger.reserve(linted, owner));
  const { serialHex, tbsDer } = reservation;
  try {
    const der = assemble(tbsDer, issuer.algorithm, await signer.sign(reservation));
    verifyIssued(der, reservation, issuer);
    const id = certificateId(der);
    await ledger.recordIssued({ serialHex, der, certificateId: id });
    return { serialHex, der, certificateId: id, issuerId: issuer.issuerId };
  } catch (thrown) {
    // A certificate serial that may have been signed is never used again. If the records are what failed, this fails
    // too, recovery voids it at the next start, and the first reason is the one that is reported.
    const reason = thrown instanceof StationError ? thrown.code : 'internal';
    await ledger.voidReservation({ serialHex, reason }).catch(() => {});
    throw thrown;
  }
}

/** Why the CA signs nothing now. */
export function cannotSign(state: SigningState): StationError {
  switch (state) {
    case 'absent':
      return new StationError('ca.tokenAbsent', 'the token with the CA key is not plugged in');
    case 'missing':
      return new StationError('ca.missing', 'the key of the issuing CA is not where it should be');
    case 'expired':
      return new StationError('ca.expired', 'the issuing CA, or one above it, has expired; an engineer makes another');
    case 'revoked':
      return new StationError('ca.revoked', 'the issuing CA is revoked; an engineer makes another one active');
    default:
      return new StationError('ca.locked', 'the CA is locked; an engineer unlocks it');
  }
}
