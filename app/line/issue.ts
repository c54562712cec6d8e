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
import type { Authority } from './unit.ts';

export type Issued = { serialHex: string; der: Uint8Array; certificateId: string };

export type IssueTools = { ledger: Ledger; clock: Clock; authority: () => Authority };

export type IssueRequest = Pick<TbsRequest, 'profile' | 'key' | 'fields'>;

/** `unitSerial` is null for a certificate that is not a unit's (the CA verification certificate). */
export async function issueCertificate(
  request: IssueRequest,
  owner: { unitSerial: string | null; attempt: number; actor: string },
  { ledger, clock, authority }: IssueTools,
): Promise<Issued> {
  const { issuer: ca, signer } = authority();
  if (!signer) throw new StationError('ca.locked', 'the CA is locked; an engineer unlocks it with its passphrase');
  const issuer = issuerUnder(request.profile, ca);
  const tbs = buildTbs({ ...request, issuer, serialHex: newSerial(), now: clock.now() });
  const reservation = await ledger.reserve(lint(tbs, issuer), owner);
  const { serialHex, tbsDer } = reservation;
  try {
    const der = assemble(tbsDer, issuer.algorithm, await signer.sign(reservation));
    verifyIssued(der, reservation, issuer);
    const id = certificateId(der);
    await ledger.recordIssued({ serialHex, der, certificateId: id });
    return { serialHex, der, certificateId: id };
  } catch (thrown) {
    // A certificate serial that may have been signed is never used again. If the records are what failed, this fails
    // too, recovery voids it at the next start, and the first reason is the one that is reported.
    const reason = thrown instanceof StationError ? thrown.code : 'internal';
    await ledger.voidReservation({ serialHex, reason }).catch(() => {});
    throw thrown;
  }
}
