/** Makes a CRL: build, reserve, sign exactly those bytes, compare, record, and then write the file. */
import { assembleCrl, buildCrl, type Issuer, pemOf, type Signer, verifyCrl } from '../../ca/index.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { Ledger } from '../../records/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';

export type CrlTools = { ledger: Ledger; clock: Pick<Clock, 'now'>; issuer: Issuer; signer: Signer };

/**
 * The next CRL, on record. A number whose CRL may have been signed is never used again.
 *
 * @throws ca.locked, ca.tokenAbsent – when the key would not sign; no number is reserved then
 * @throws records.conflict – when a certificate was revoked meanwhile; the next try includes it
 * @throws ca.signFailed, ca.mismatch, records.* – when signing or recording fails; the number is void
 */
export async function issueCrl(
  { validMs, actor }: { validMs: number; actor: string },
  { ledger, clock, issuer, signer }: CrlTools,
): Promise<Uint8Array> {
  const { number, revoked } = await ledger.crlSource(issuer.issuerId);
  signer.assertReady();
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

/**
 * Writes the DER for programs that fetch it (RFC 2585 §4.2). Each CA has a file under its id, and the active one also
 * has `issuing.crl`.
 */
export async function writeCrl(dir: string, issuerId: string, der: Uint8Array, active: boolean): Promise<void> {
  await writeWhole(paths(dir).crlOf(issuerId), der);
  if (active) await writeWhole(paths(dir).crl, der);
}

/** PEM for brokers that read one file: the CRLs of all CAs, one after another. */
export const crlPemOf = (ders: readonly Uint8Array[]): string => ders.map((der) => pemOf('X509 CRL', der)).join('');
