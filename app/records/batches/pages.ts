/** Pages of members in columns: lists of text go from thread to thread at half the price of as many objects. */
import { StationError } from '../../contract/errors.ts';
import { pemOf } from '../pem.ts';

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

/** What a page needs of a unit, and more that it does not. */
export type PageRow = [
  unitSerial: string,
  thingName: string,
  certificateId: string,
  issuerId: string | null,
  der: Uint8Array | null,
  ...more: number[],
];

/** @throws records.damaged – a unit has no certificate on record */
export function pageOf(rows: readonly PageRow[]): MemberPage {
  const page: MemberPage = {
    ...{ unitSerials: [], thingNames: [], certificateIds: [], certificatePems: [], issuerOf: [], issuers: [] },
  };
  for (const [unitSerial, thingName, certificateId, issuerId, der] of rows) {
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
