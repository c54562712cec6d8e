/** The units that get a claim, and the claims whose end has come. */
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { liveCertificate } from '../certificates/lifecycle.ts';
import { assertTakes, findOrder, isOpen, leftIn, termsOf } from '../orders/orders.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { writeWithPending } from '../units/pending.ts';
import { assertNotScrapped } from '../units/scrapped.ts';
import { type ClaimRecord, findClaim, retireClaim } from './claims.ts';

type Given = { unitSerial: string; attempt: number; claimId: number; actor: string };

/**
 * Puts on record that the unit's device is about to get the claim. It takes a place in the order. Journal `claim.given`.
 *
 * @throws claim.ended – the claim is not active
 * @throws order.closed, order.ended, order.serialOutOfRange, order.full
 * @throws unit.scrapped
 * @throws policy.unitHasCertificate – the unit has a certificate of its own
 */
export const giveClaim = writeWithPending((sql, { unitSerial, attempt, claimId, actor }: Given, at): void => {
  const { orderId, state, certificateId, target, template } = findClaim(sql, claimId);
  if (state !== 'active' || certificateId === null)
    throw new StationError('claim.ended', `claim ${claimId} is ${state}`, { data: { claimId, state } });
  assertNotScrapped(sql, unitSerial);
  assertTakes(termsOf(sql, orderId, unitSerial), { unitSerial, at });
  if (liveCertificate(sql, unitSerial))
    throw new StationError('policy.unitHasCertificate', `${unitSerial} has a certificate of its own`, {
      data: { unitSerial },
    });
  sql.run(
    'INSERT INTO claimUnits (unitSerial, attempt, claimId, givenAt) VALUES (@unitSerial, @attempt, @claimId, @at)',
    { unitSerial, attempt, claimId, at },
  );
  const data = { claimId, certificateId, target, template };
  append(sql, { unitSerial, at, attempt, entry: 'claim.given', step: 'claim', actor, data });
});

/** Units that got the claim, are not scrapped and are not in one of these states. */
const others = (sql: Sql, claimId: number, states: string): number =>
  sql.get<{ count: number }>(
    `SELECT count(DISTINCT g.unitSerial) AS count FROM claimUnits g JOIN journalIndex j USING (unitSerial)
     WHERE g.claimId = @claimId AND j.state NOT IN (${states})
       AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = g.unitSerial)`,
    { claimId },
  )!.count;

/**
 * Retires the claims of orders that have ended: closed, over, or with every unit passed. Audit `claim.retired`.
 *
 * @returns their ids
 */
export const retireEndedClaims = write((sql, _: undefined, at): number[] => {
  const using = sql.all<{ claimId: number; orderId: string }>(
    `SELECT claimId, orderId FROM claims WHERE state IN ('begun', 'made', 'active') ORDER BY claimId`,
  );
  const ended = using.filter(({ claimId, orderId }) => {
    const order = findOrder(sql, orderId);
    if (!isOpen(order, at)) return true;
    return leftIn(sql, order, '') <= 0 && others(sql, claimId, `'passed', 'registered', 'rejected'`) === 0;
  });
  for (const { claimId } of ended) retireClaim(sql, { claimId, actor: 'station' }, at);
  return ended.map(({ claimId }) => claimId);
});

/**
 * Retired claims that AWS is to take no longer: a person asked for it, or AWS has made things of all units that have them.
 * Others could then only be used by a person who copied their key.
 */
export const claimsToRevoke = read((sql): Pick<ClaimRecord, 'claimId' | 'target' | 'certificateId'>[] =>
  sql
    .all<{ claimId: number; target: string; certificateId: string; revokeAsked: number }>(
      `SELECT claimId, target, certificateId, revokeAsked FROM claims
       WHERE state = 'retired' AND certificateId IS NOT NULL ORDER BY claimId`,
    )
    .filter(({ claimId, revokeAsked }) => revokeAsked === 1 || others(sql, claimId, `'registered'`) === 0)
    .map(({ claimId, target, certificateId }) => ({ claimId, target, certificateId })),
);

type Revoked = { claimId: number; state: 'revoked' | 'unknown' };

/** AWS takes the claim no longer. Audit `claim.revoked`. @throws records.conflict – it is not retired */
export const recordClaimRevoked = write((sql, { claimId, state }: Revoked, at): void => {
  const { changes } = sql.run(
    `UPDATE claims SET state = 'revoked', endedAt = @at WHERE claimId = @claimId AND state = 'retired'`,
    { claimId, at },
  );
  if (changes !== 1) throw new StationError('records.conflict', `claim ${claimId} is not retired`);
  const { certificateId } = findClaim(sql, claimId);
  const data = { certificateId: certificateId ?? '', state };
  audit(sql, { at, entry: 'claim.revoked', actor: 'station', subject: String(claimId), data });
});
