/** Steps 6–9 in one place: build, lint, reserve, sign exactly those bytes, compare, record. Whoever issues goes through here. */
import { assemble, buildTbs, certificateId, lint, newSerial, type TbsRequest, verifyIssued } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { Ledger } from '../records/index.ts';
import type { Authority } from './unit.ts';

export type Issued = { serialHex: string; der: Uint8Array; certificateId: string };

export type IssueTools = { ledger: Ledger; clock: Clock; authority: () => Authority };

/** `unitSerial` is null for a certificate that is not a unit's (the CA verification certificate). */
export async function issueCertificate(
  request: Omit<TbsRequest, 'issuer' | 'serialHex' | 'now'>,
  owner: { unitSerial: string | null; attempt: number; actor: string },
  tools: IssueTools,
): Promise<Issued> {
  const { issuer, signer } = tools.authority();
  if (!signer) throw new StationError('ca.locked', 'the CA is locked; an engineer unlocks it with its passphrase');
  const tbs = buildTbs({ ...request, issuer, serialHex: newSerial(), now: tools.clock.now() });
  const linted = lint(tbs, issuer);
  const reservation = await tools.ledger.reserve(linted, owner);
  try {
    const signature = await signer.sign(reservation);
    const der = assemble(reservation.tbsDer, issuer, signature);
    verifyIssued(der, reservation, issuer);
    const id = certificateId(der);
    await tools.ledger.recordIssued({ serialHex: reservation.serialHex, der, certificateId: id });
    return { serialHex: reservation.serialHex, der, certificateId: id };
  } catch (thrown) {
    // A certificate serial that may have been signed is never used again; the records may be what failed, so the
    // reason that comes first is the one that is reported.
    await tools.ledger.voidReservation({ serialHex: reservation.serialHex, reason: String(thrown) }).catch(() => {});
    throw thrown;
  }
}
