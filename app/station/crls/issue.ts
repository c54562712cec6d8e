/** A CRL from the records to the file: build, reserve, sign exactly those bytes, compare, record; then write. */
import { assembleCrl, buildCrl, type Issuer, pemOf, type Signer, verifyCrl } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { Ledger } from '../../records/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';

export type CrlTools = { ledger: Ledger; clock: Pick<Clock, 'now'>; issuer: Issuer; signer: Signer };

/**
 * The next CRL, recorded. Rejects with `ca.*` or `records.*`; `records.conflict` when a certificate was revoked
 * meanwhile, and then the next try takes it in. A number whose CRL may have been signed is never used again.
 */
export async function issueCrl(
  { validMs, actor }: { validMs: number; actor: string },
  { ledger, clock, issuer, signer }: CrlTools,
): Promise<Uint8Array> {
  const { number, revoked } = await ledger.crlSource(issuer.issuerId);
  const reservation = await ledger.reserveCrl(buildCrl({ issuer, number, revoked, now: clock.now(), validMs }), actor);
  try {
    const der = assembleCrl(reservation.tbsDer, issuer.algorithm, await signer.signCrl(reservation));
    verifyCrl(der, reservation, issuer);
    await ledger.recordCrl({ number, der });
    return der;
  } catch (thrown) {
    const reason = thrown instanceof StationError ? thrown.code : 'internal';
    await ledger.voidCrl({ number, reason }).catch(() => {});
    throw thrown;
  }
}

/** DER for programs that fetch it (RFC 2585 §4.2): each CA's under its id, the active one's also as `issuing.crl`. */
export async function writeCrl(dir: string, issuerId: string, der: Uint8Array, active: boolean): Promise<void> {
  await writeWhole(paths(dir).crlOf(issuerId), der);
  if (active) await writeWhole(paths(dir).crl, der);
}

/** PEM for brokers that read one file: the CRLs of all issuing CAs, one after the other. */
export const crlPemOf = (ders: readonly Uint8Array[]): string => ders.map((der) => pemOf('X509 CRL', der)).join('');
