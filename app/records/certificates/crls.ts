/** CRLs from reservation on: reserved → issued | void. */
import { StationError } from '../../contract/errors.ts';
import type { CrlFacts, CrlReservation } from '../../contract/issuance.ts';
import type { CaRevocationReason, RevocationReason } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import type { Sql } from '../sql.ts';

export type CrlSource = {
  /** The number after every one ever reserved. */
  number: number;
  revoked: { serialHex: string; reason: RevocationReason | CaRevocationReason; revokedAt: string }[];
};

/** What the next CRL of this CA is to say, of devices or of CAs below it, and its number. */
export const crlSource = read(
  (sql, issuerId: string): CrlSource => ({
    number: sql.get<{ number: number }>('SELECT coalesce(max(number), 0) + 1 AS number FROM crls')!.number,
    revoked: sql.all(
      `SELECT r.serialHex, r.reason, r.revokedAt FROM revocations r JOIN certificates c USING (serialHex)
     WHERE c.issuerId = @issuerId
     UNION ALL SELECT serialHex, reason, revokedAt FROM caRevocations WHERE parentId = @issuerId
     ORDER BY revokedAt, serialHex`,
      { issuerId },
    ),
  }),
);

const countRevoked = (sql: Sql, issuerId: string): number =>
  sql.get<{ count: number }>(
    `SELECT (SELECT count(*) FROM revocations r JOIN certificates c USING (serialHex) WHERE c.issuerId = @issuerId)
       + (SELECT count(*) FROM caRevocations WHERE parentId = @issuerId) AS count`,
    { issuerId },
  )!.count;

/** A number still reserved is one that a crash left: it may have been signed, so it is void. */
const keepReservation = write((sql, { actor, ...crl }: CrlFacts & { actor: string }, at): void => {
  const { number, issuerId, entries } = crl;
  for (const left of sql.all<{ number: number }>(`SELECT number FROM crls WHERE state = 'reserved'`)) {
    voidCrl(sql, { number: left.number, reason: 'never finished' }, at);
  }
  if (countRevoked(sql, issuerId) !== entries) {
    throw new StationError('records.conflict', 'a certificate was revoked while the CRL was made', {
      data: { number },
    });
  }
  // That numbers grow is the trigger's rule; it refuses `records.conflict`.
  sql.run(
    `INSERT INTO crls (number, issuerId, state, entries, thisUpdateAt, nextUpdateAt, tbsDer, actor, reservedAt)
     VALUES (@number, @issuerId, 'reserved', @entries, @thisUpdateAt, @nextUpdateAt, @tbsDer, @actor, @at)`,
    { ...crl, actor, at },
  );
  audit(sql, { at, entry: 'crl.intent', actor, subject: String(number), data: { issuerId, entries } });
});

/**
 * The only place that makes a `CrlReservation`. One commit: number, TBS bytes, audit `crl.intent`; a CRL that was never
 * finished is void.
 *
 * @throws records.conflict – the number is not above all others, or a certificate was revoked since `crlSource`
 */
export const reserveCrl = together(
  { keepReservation },
  async (ask, given: CrlFacts, actor: string): Promise<CrlReservation> => {
    const { number, issuerId, entries, thisUpdateAt, nextUpdateAt } = given;
    // Copied: what was recorded is what will be signed.
    const tbsDer = new Uint8Array(given.tbsDer);
    await ask.keepReservation({ tbsDer, number, issuerId, entries, thisUpdateAt, nextUpdateAt, actor });
    return { number, tbsDer, issuerId } as CrlReservation;
  },
);

/**
 * Audit `crl.made`.
 *
 * @throws records.conflict – it is not reserved
 */
export const recordCrl = write((sql, { number, der }: { number: number; der: Uint8Array }, at): void => {
  const { actor, entries } = settle(sql, number, `state = 'issued', der = @der`, { der });
  audit(sql, { at, entry: 'crl.made', actor, subject: String(number), data: { entries } });
});

/**
 * The number is never used again. Audit `crl.voided`.
 *
 * @throws records.conflict – it is not reserved
 */
export const voidCrl = write((sql, { number, reason }: { number: number; reason: string }, at): void => {
  const { actor } = settle(sql, number, `state = 'void'`, {});
  audit(sql, { at, entry: 'crl.voided', actor, subject: String(number), data: { reason } });
});

function settle(sql: Sql, number: number, change: string, params: Record<string, Uint8Array>) {
  const { changes } = sql.run(`UPDATE crls SET ${change} WHERE number = @number AND state = 'reserved'`, {
    ...params,
    number,
  });
  if (changes !== 1) throw new StationError('records.conflict', `CRL ${number} is not reserved`, { data: { number } });
  return sql.get<{ actor: string; entries: number }>('SELECT actor, entries FROM crls WHERE number = @number', {
    number,
  })!;
}

export type IssuedCrl = {
  number: number;
  entries: number;
  thisUpdateAt: string;
  nextUpdateAt: string;
  der: Uint8Array;
};
export type CrlStanding = {
  last: Omit<IssuedCrl, 'der'> | null;
  /** Certificates of this CA that are revoked by now. */
  revoked: number;
  /** Revocations, of CAs too, that AWS is still to be told of. */
  cloudWaiting: number;
};

const lastOf = `FROM crls WHERE issuerId = @issuerId AND state = 'issued' ORDER BY number DESC LIMIT 1`;

/** The last CRL of this CA, with its DER. */
export const lastCrl = read((sql, issuerId: string): IssuedCrl | undefined =>
  sql.get(`SELECT number, entries, thisUpdateAt, nextUpdateAt, der ${lastOf}`, { issuerId }),
);

/** What the station's screens and its interlock say of this CA's CRL. */
export const crlStanding = read(
  (sql, issuerId: string): CrlStanding => ({
    last: sql.get(`SELECT number, entries, thisUpdateAt, nextUpdateAt ${lastOf}`, { issuerId }) ?? null,
    revoked: countRevoked(sql, issuerId),
    cloudWaiting: sql.get<{ count: number }>(
      `SELECT (SELECT count(*) FROM cloudRevocations WHERE state = 'waiting')
         + (SELECT count(*) FROM cloudCaRevocations WHERE state = 'waiting') AS count`,
    )!.count,
  }),
);
