/** What the records know for the rules of issuing, and the admission of a key by them. */
import { StationError } from '../../contract/errors.ts';
import { assertMayIssue, type RecordFacts, type RequestFacts } from '../../issuing/rules/index.ts';
import { read } from '../call.ts';
import { termsOf } from '../orders/orders.ts';
import { isRefused, plantRevocationOf, refusalOf } from '../plant/refusals.ts';
import type { Sql } from '../sql.ts';
import { isScrapped } from '../units/scrapped.ts';
import { claimKey } from './keys.ts';
import { isCompromised } from './revocations.ts';
import { isSupersededKey } from './supersessions.ts';

type FactsAsked = { unitSerial: string; spkiSha256: string; profile: string };

/**
 * The facts for the rules of issuing. The same facts count before the reservation and in its transaction.
 *
 * @throws unit.notFound – the records have no such unit
 */
export const issuingFacts = read((sql, asked: FactsAsked, at): RecordFacts => factsOf(sql, asked, at).facts);

type Known = {
  orderId: string;
  scrapped: number;
  refused: number;
  owner: string | null;
  superseded: number;
  compromised: number;
  live: string | null;
};

/**
 * All facts of unit and key in one statement. `owner` is the unit that has the key, `live` the key of the unit's one
 * certificate that is reserved or issued.
 */
function factsOf(
  sql: Sql,
  { unitSerial, spkiSha256, profile }: FactsAsked,
  at: string,
): Pick<Known, 'owner' | 'live'> & { facts: RecordFacts } {
  const known = sql.get<Known>(
    `SELECT u.orderId, ${isScrapped('u')} AS scrapped, ${isRefused('u')} AS refused,
       (SELECT unitSerial FROM keys WHERE spkiSha256 = @spkiSha256) AS owner,
       ${isSupersededKey} AS superseded, ${isCompromised} AS compromised,
       (SELECT spkiSha256 FROM certificates WHERE unitSerial = @unitSerial AND state IN ('reserved', 'issued')) AS live
     FROM units u WHERE u.unitSerial = @unitSerial`,
    { unitSerial, spkiSha256 },
  );
  if (!known) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  const { orderId, owner, live } = known;
  const isRefusedUnit = known.refused === 1;
  const facts = {
    unitSerial,
    profile,
    at,
    scrapped: known.scrapped === 1,
    plantRefusal: isRefusedUnit ? refusalOf(sql, unitSerial) : null,
    plantRevocation: isRefusedUnit ? plantRevocationOf(sql, unitSerial) : null,
    keySeenOn: owner === unitSerial ? null : owner,
    keySuperseded: known.superseded === 1,
    keyCompromised: known.compromised === 1,
    unitHasCertificate: live !== null && live !== spkiSha256,
    order: termsOf(sql, orderId, unitSerial),
  };
  return { facts, owner, live };
}

/** The facts of the CSR; absent for the CA verification certificate. */
export type Asking = { request?: RequestFacts | undefined };

/** The order in which this unit's certificate counts, if the rules allow the certificate. */
export function admitKey(sql: Sql, { request, ...asked }: FactsAsked & Asking, at: string): string {
  const { unitSerial } = asked;
  const { facts, owner, live } = factsOf(sql, asked, at);
  assertMayIssue({ ...facts, request });
  if (live !== null) {
    throw new StationError('records.conflict', `${unitSerial} has a live certificate`, { data: { unitSerial } });
  }
  if (owner === null) claimKey(sql, { ...asked, at });
  return facts.order.orderId;
}
