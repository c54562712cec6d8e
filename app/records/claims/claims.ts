/** Claims that the devices of an order share: begun → made → active → retired → revoked. */
import { StationError } from '../../contract/errors.ts';
import type { Claim, ClaimState } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import { assertOpen, findOrder } from '../orders/orders.ts';
import type { Sql } from '../sql.ts';
import { registeredOf, unitsOf } from './places.ts';

type Place = { orderId: string; target: string; template: string };

/** A claim with what only the station needs: its certificate, and its key as encrypted PKCS#8 (PEM). */
export type ClaimRecord = Place & {
  claimId: number;
  state: ClaimState;
  spkiSha256: string;
  keyPem: string | null;
  certificateId: string | null;
  der: Uint8Array | null;
};

const stored = 'claimId, orderId, target, template, state, spkiSha256, keyPem, certificateId, der';

/** @throws claim.notFound */
export function findClaim(sql: Sql, claimId: number): ClaimRecord {
  const found = sql.get<ClaimRecord>(`SELECT ${stored} FROM claims WHERE claimId = @claimId`, { claimId });
  if (!found) throw new StationError('claim.notFound', `there is no claim ${claimId}`, { data: { claimId } });
  return found;
}

type Row = Omit<Claim, 'revokeAsked'> & { revokeAsked: number };

/** Claims with their counts, the latest first: of one order, or all. */
export const listClaims = read((sql, { orderId = null }: { orderId?: string | null }): Claim[] =>
  sql
    .all<Row>(
      `SELECT claimId, orderId, target, template, state, certificateId, begunAt AS madeAt, actor AS madeBy, endedAt,
         revokeAsked, ${unitsOf('claims.claimId')} AS units, ${registeredOf('claims.claimId')} AS registered
       FROM claims WHERE @orderId IS NULL OR orderId = @orderId ORDER BY claimId DESC`,
      { orderId },
    )
    .map((row) => ({ ...row, revokeAsked: row.revokeAsked === 1 })),
);

/** The claim in use for an order; undefined when there is none. */
export const claimInUse = read((sql, place: Place): ClaimRecord | undefined =>
  sql.get<ClaimRecord>(
    `SELECT ${stored} FROM claims WHERE orderId = @orderId AND target = @target AND template = @template
       AND state IN ('begun', 'made', 'active')`,
    place,
  ),
);

/** The claims whose keys are kept. */
export const claimKeys = read((sql): { claimId: number; keyPem: string }[] =>
  sql.all('SELECT claimId, keyPem FROM claims WHERE keyPem IS NOT NULL ORDER BY claimId'),
);

type Begun = Place & { spkiSha256: string; keyPem: string; actor: string };

/**
 * Puts on record that AWS is about to be asked for the certificate of a claim, with its encrypted key. Audit `claim.begun`.
 *
 * @returns the id of the claim
 * @throws order.notFound, order.closed, order.ended
 * @throws claim.exists – the order has one in use for this template
 */
export const beginClaim = write((sql, { actor, spkiSha256, keyPem, ...place }: Begun, at): number => {
  assertOpen(findOrder(sql, place.orderId), at);
  if (claimInUse(sql, place, at))
    throw new StationError('claim.exists', `order ${place.orderId} has a claim for ${place.template}`, {
      data: { orderId: place.orderId, template: place.template },
    });
  const { lastId } = sql.run(
    `INSERT INTO claims (orderId, target, template, spkiSha256, keyPem, state, actor, begunAt)
     VALUES (@orderId, @target, @template, @spkiSha256, @keyPem, 'begun', @actor, @at)`,
    { ...place, spkiSha256, keyPem, actor, at },
  );
  audit(sql, { at, entry: 'claim.begun', actor, subject: String(lastId), data: { ...place, spkiSha256 } });
  return lastId;
});

/** @throws records.conflict – the claim is not in the state that comes before */
function move(sql: Sql, claimId: number, from: ClaimState[], change: string, params = {}): void {
  const states = from.map((state) => `'${state}'`).join(', ');
  const { changes } = sql.run(`UPDATE claims SET ${change} WHERE claimId = @claimId AND state IN (${states})`, {
    ...params,
    claimId,
  });
  if (changes !== 1) throw new StationError('records.conflict', `claim ${claimId} is not ${from.join(' or ')}`);
}

type Certified = { claimId: number; certificateId: string; der: Uint8Array; actor: string };

/** AWS has made the certificate. Audit `claim.certified`. @throws records.conflict – it has one, or the claim has ended */
export const recordClaimCertificate = write((sql, { claimId, certificateId, der, actor }: Certified, at): void => {
  move(sql, claimId, ['begun'], `state = 'made', certificateId = @certificateId, der = @der`, { certificateId, der });
  audit(sql, { at, entry: 'claim.certified', actor, subject: String(claimId), data: { certificateId } });
});

/** Policy and certificate are in place. Audit `claim.made`. @throws records.conflict – it is not made, or has ended */
export const activateClaim = write((sql, { claimId, actor }: { claimId: number; actor: string }, at): void => {
  move(sql, claimId, ['made'], `state = 'active'`);
  const { orderId, target, template, certificateId } = findClaim(sql, claimId);
  const data = { orderId, target, template, certificateId: certificateId ?? '' };
  audit(sql, { at, entry: 'claim.made', actor, subject: String(claimId), data });
});

const countsOf = (sql: Sql, claimId: number) =>
  sql.get<{ units: number; registered: number }>(
    `SELECT ${unitsOf('@claimId')} AS units, ${registeredOf('@claimId')} AS registered`,
    { claimId },
  )!;

type Act = { claimId: number; actor: string };

/**
 * No other device gets the claim, and its key is forgotten. Audit `claim.retired`.
 *
 * @throws claim.notFound
 * @throws claim.ended – it is retired or revoked
 */
export const retireClaim = write((sql, { claimId, actor }: Act, at): void => {
  const { state } = findClaim(sql, claimId);
  if (state === 'retired' || state === 'revoked')
    throw new StationError('claim.ended', `claim ${claimId} is ${state}`, { data: { claimId, state } });
  // Whether AWS has made its certificate is not known then.
  const lost = state === 'begun' ? ', lostAt = @at' : '';
  move(sql, claimId, [state], `state = 'retired', keyPem = NULL, endedAt = @at${lost}`, { at });
  audit(sql, { at, entry: 'claim.retired', actor, subject: String(claimId), data: countsOf(sql, claimId) });
});

/**
 * A person wants AWS to take the claim no longer; it is retired at once. Audit `claim.revokeAsked`.
 *
 * @throws claim.notFound
 * @throws claim.ended – it is revoked, or that was asked for
 */
export const askClaimRevocation = write((sql, { claimId, actor }: Act, at): void => {
  const { state } = findClaim(sql, claimId);
  if (state === 'begun' || state === 'made' || state === 'active') retireClaim(sql, { claimId, actor }, at);
  const { changes } = sql.run(
    `UPDATE claims SET revokeAsked = 1 WHERE claimId = @claimId AND state = 'retired' AND revokeAsked = 0`,
    { claimId },
  );
  if (changes !== 1)
    throw new StationError('claim.ended', `claim ${claimId} is ${state}`, { data: { claimId, state } });
  audit(sql, { at, entry: 'claim.revokeAsked', actor, subject: String(claimId), data: countsOf(sql, claimId) });
});
