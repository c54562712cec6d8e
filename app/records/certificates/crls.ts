/** CRLs from their reservation on: reserved → issued | void. */
import { StationError } from '../../contract/errors.ts';
import type { CrlFacts, CrlReservation } from '../../contract/issuance.ts';
import type { CaRevocationReason, RevocationReason } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import { auditNames } from '../entrynames.ts';
import type { Sql } from '../sql.ts';

export type CrlSource = {
  /** One more than the highest number that was ever reserved, also by records that a restore lost. */
  number: number;
  revoked: { serialHex: string; reason: RevocationReason | CaRevocationReason; revokedAt: string }[];
};

/** The content and the number of this CA's next CRL. Its entries are devices, or CAs below it. */
export const crlSource = read(
  (sql, issuerId: string): CrlSource => ({
    number: sql.get<{ number: number }>(
      `SELECT max(coalesce((SELECT max(number) FROM crls), 0),
         coalesce((SELECT max(json_extract(data, '$.crlFloor')) FROM audit
           WHERE subject = (SELECT stationId FROM station) AND entry = ${auditNames('station.restored')}), 0)) + 1 AS number`,
    )!.number,
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

/** A number that is still reserved was left by a crash. Its CRL may have been signed, so the number becomes void. */
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
  // A trigger checks that numbers grow. It throws `records.conflict`.
  sql.run(
    `INSERT INTO crls (number, issuerId, state, entries, thisUpdateAt, nextUpdateAt, tbsDer, actor, reservedAt)
     VALUES (@number, @issuerId, 'reserved', @entries, @thisUpdateAt, @nextUpdateAt, @tbsDer, @actor, @at)`,
    { ...crl, actor, at },
  );
  audit(sql, { at, entry: 'crl.intent', actor, subject: String(number), data: { issuerId, entries } });
});

/**
 * Reserves a CRL. Only this function makes a `CrlReservation`. One commit holds the number, the TBS bytes and audit
 * `crl.intent`. A CRL that was never finished becomes void.
 *
 * @throws records.conflict – the number is not above all others, or a certificate was revoked since `crlSource`
 */
export const reserveCrl = together(
  { keepReservation },
  async (ask, given: CrlFacts, actor: string): Promise<CrlReservation> => {
    const { number, issuerId, entries, thisUpdateAt, nextUpdateAt } = given;
    // A copy, so that the recorded bytes are the bytes that will be signed.
    const tbsDer = new Uint8Array(given.tbsDer);
    await ask.keepReservation({ tbsDer, number, issuerId, entries, thisUpdateAt, nextUpdateAt, actor });
    return { number, tbsDer, issuerId } as CrlReservation;
  },
);

/**
 * Records the signed CRL. Audit `crl.made`.
 *
 * @throws records.conflict – the number is not reserved
 */
export const recordCrl = write((sql, { number, der }: { number: number; der: Uint8Array }, at): void => {
  const { actor, entries } = settle(sql, number, `state = 'issued', der = @der`, { der });
  audit(sql, { at, entry: 'crl.made', actor, subject: String(number), data: { entries } });
});

/**
 * Gives a reserved number up; it is never used again. Audit `crl.voided`.
 *
 * @throws records.conflict – the number is not reserved
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
  /** The number of revoked certificates of this CA. */
  revoked: number;
  /** Revocations, also of CAs, that AWS does not know yet. */
  cloudWaiting: number;
};

const lastOf = `FROM crls WHERE issuerId = @issuerId AND state = 'issued' ORDER BY number DESC LIMIT 1`;

/** The last CRL of this CA, with its DER. */
export const lastCrl = read((sql, issuerId: string): IssuedCrl | undefined =>
  sql.get(`SELECT number, entries, thisUpdateAt, nextUpdateAt, der ${lastOf}`, { issuerId }),
);

/** The state of this CA's CRL, for the screens and the interlock. */
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
