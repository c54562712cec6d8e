/** Pages of members in columns: lists of text go from thread to thread at half the price of as many objects. */
import { StationError } from '../../contract/errors.ts';
import { pemOf } from '../pem.ts';
import type { BatchCandidate } from './candidates.ts';

/** Each list has one item for each unit. */
export type MemberPage = {
  unitSerials: string[];
  thingNames: string[];
  /** SHA-256 of the certificate's DER, lower-case hex. */
  certificateIds: string[];
  certificatePems: string[];
  /** The place in `issuers`. */
  issuerOf: number[];
  /** The CAs of the page; null for AWS's own. */
  issuers: (string | null)[];
};

type Row = Omit<BatchCandidate, 'orderId'> & { der: Uint8Array | null };

/** @throws records.damaged – a unit has no certificate on record */
export function pageOf(rows: readonly Row[]): MemberPage {
  const page: MemberPage = {
    ...{ unitSerials: [], thingNames: [], certificateIds: [], certificatePems: [], issuerOf: [], issuers: [] },
  };
  for (const { unitSerial, thingName, certificateId, issuerId, der } of rows) {
    page.unitSerials.push(unitSerial);
    page.thingNames.push(thingName);
    page.certificateIds.push(certificateId);
    page.certificatePems.push(pemOnRecord(der));
    const known = page.issuers.indexOf(issuerId);
    page.issuerOf.push(known < 0 ? page.issuers.push(issuerId) - 1 : known);
  }
  return page;
}

/** @throws records.damaged */
export function pemOnRecord(der: Uint8Array | null): string {
  if (!der) throw new StationError('records.damaged', 'a member has no certificate on record');
  return pemOf(der);
}
