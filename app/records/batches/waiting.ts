/** The members of a batch that have no result yet, for a way without a file. */
import { read } from '../call.ts';
import { type BatchCandidate, thingName } from './candidates.ts';
import { ofMember } from './head.ts';
import { ofRevokedCa, outOfUse, reasons } from './outdated.ts';
import { pemOnRecord } from './pages.ts';

export type WaitingMember = BatchCandidate & {
  line: number;
  certificatePem: string;
  /** Why its certificate must not go to AWS any more; null while it is in use. */
  outOfUse: string | null;
};

type After = {
  batchId: string /** The last line of the page before; 0 for the first page. */;
  afterLine: number;
  limit: number;
};

/** A page of the members without a result, in line order; empty after the last one. */
export const waitingMembers = read((sql, page: After): WaitingMember[] =>
  sql
    .all<Omit<WaitingMember, 'certificatePem'> & { der: Uint8Array | null }>(
      `SELECT m.line, m.unitSerial, m.certificateId, c.orderId, c.issuerId, ${thingName} AS thingName, c.der,
       CASE WHEN ${ofRevokedCa('m')} THEN @ca WHEN ${outOfUse('m')} THEN @own END AS outOfUse
     FROM members m LEFT JOIN certificates c ON ${ofMember('m')}
     WHERE m.batchId = @batchId AND m.state = 'waiting' AND m.line > @afterLine ORDER BY m.line LIMIT @limit`,
      { ...page, ...reasons },
    )
    .map(({ der, ...member }) => ({ ...member, certificatePem: pemOnRecord(der) })),
);
