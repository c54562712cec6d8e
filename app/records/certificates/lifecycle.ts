/** Certificates from their reservation on: reserved → issued | void, issued → revocationQueued | superseded. */
import { StationError } from '../../contract/errors.ts';
import type { Linted, Reservation, TbsFacts } from '../../contract/issuance.ts';
import { audit } from '../audit/audit.ts';
import { revokedError, underRevoked } from '../authorities/revocations.ts';
import { read, together, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { type WithPending, writeWithPending } from '../units/pending.ts';
import type { AwsThing } from './awsthings.ts';
import { type Asking, admitKey } from './facts.ts';
import { openSupersessionOf, succeed } from './supersessions.ts';

/** A unit's issued certificate. It is neither void, superseded nor queued for revocation. */
export type StandingCertificate = {
  serialHex: string;
  der: Uint8Array;
  spkiSha256: string;
  certificateId: string;
  /** Null for a certificate of AWS's own CA. */
  issuerId: string | null;
  /** What AWS made with it, where AWS has provisioned it. */
  thing?: AwsThing;
};

export type LiveCertificate = {
  serialHex: string;
  state: 'reserved' | 'issued';
  attempt: number;
  spkiSha256: string;
  der: Uint8Array | null;
  certificateId: string | null;
  issuerId: string | null;
};

/** The unit's one certificate that is reserved or issued. */
export const liveCertificate = (sql: Sql, unitSerial: string): LiveCertificate | undefined =>
  sql.get<LiveCertificate>(
    `SELECT serialHex, state, attempt, spkiSha256, der, certificateId, issuerId FROM certificates
     WHERE unitSerial = @unitSerial AND state IN ('reserved', 'issued')`,
    { unitSerial },
  );

/** The live certificate if it is issued; undefined when it is only reserved, or when there is none. */
export function standingCertificate(live: LiveCertificate | undefined): StandingCertificate | undefined {
  if (!live?.der || live.certificateId === null) return undefined;
  const { serialHex, der, spkiSha256, certificateId, issuerId } = live;
  return { serialHex, der, spkiSha256, certificateId, issuerId };
}

/** `unitSerial` is null for the CA verification certificate, which belongs to no unit. */
type Owner = { unitSerial: string | null; attempt: number; actor: string };

const keepReservation = writeWithPending(
  (sql, { tbs, unitSerial, attempt, actor, request }: Owner & Asking & { tbs: TbsFacts }, at): void => {
    const { serialHex } = tbs;
    const { used, revoked } = sql.get<{ used: number; revoked: number }>(
      `SELECT EXISTS (SELECT 1 FROM certificates WHERE serialHex = @serialHex) AS used, ${underRevoked('c')} AS revoked
       FROM (SELECT @issuerId AS issuerId) c`,
      { serialHex, issuerId: tbs.issuerId },
    )!;
    if (used === 1) {
      throw new StationError('records.conflict', `certificate serial ${serialHex} has been used`, {
        data: { serialHex },
      });
    }
    if (revoked === 1) throw revokedError(tbs.issuerId);
    const { spkiSha256, issuerId, profile, purpose } = tbs;
    const orderId = unitSerial === null ? null : admitKey(sql, { unitSerial, spkiSha256, profile, request }, at);
    sql.run(
      `INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject,
       spkiSha256, notBeforeAt, notAfterAt, tbsDer, reservedAt)
     VALUES (@serialHex, @issuerId, @purpose, @unitSerial, @orderId, @attempt, @actor, 'reserved', @profile, @subject,
       @spkiSha256, @notBeforeAt, @notAfterAt, @tbsDer, @at)`,
      { ...tbs, unitSerial, orderId, attempt, actor, at },
    );
    if (unitSerial !== null) {
      append(sql, {
        unitSerial,
        at,
        attempt,
        entry: 'certificate.reserved',
        step: 'issue',
        actor,
        data: { serialHex },
      });
    }
    const data = { unitSerial: unitSerial ?? '', attempt, spkiSha256, issuerId, profile, purpose };
    audit(sql, { at, entry: 'sign.intent', actor, subject: serialHex, data });
  },
);

/**
 * Step 7. Reserves a certificate serial. Only this function makes a `Reservation`. One commit holds the certificate
 * serial, the TBS bytes, unit, journal and audit `sign.intent`.
 *
 * @throws order.full, order.closed, order.ended, order.serialOutOfRange, order.profileNotAllowed
 * @throws policy.keySeen – the key is another unit's, or the unit had it before rework
 * @throws policy.keyCompromised – the key was revoked as compromised
 * @throws unit.scrapped
 * @throws ca.revoked
 * @throws records.conflict – the certificate serial was used before, or the unit already has a live certificate
 */
export const reserve = together(
  { keepReservation },
  async (ask, linted: Linted, owner: Owner & Asking & WithPending): Promise<Reservation> => {
    const tbs = factsOf(linted);
    await ask.keepReservation({ ...owner, tbs });
    return { serialHex: tbs.serialHex, tbsDer: tbs.tbsDer, issuerId: tbs.issuerId } as Reservation;
  },
);

/**
 * Only the facts go to the writer. The TBS bytes are copied, so that the recorded bytes are the bytes that will be
 * signed.
 */
const factsOf = (linted: Linted): TbsFacts => ({
  tbsDer: new Uint8Array(linted.tbsDer),
  serialHex: linted.serialHex,
  spkiSha256: linted.spkiSha256,
  issuerId: linted.issuerId,
  profile: linted.profile,
  purpose: linted.purpose,
  subject: linted.subject,
  notBeforeAt: linted.notBeforeAt,
  notAfterAt: linted.notAfterAt,
});

/**
 * Moves one certificate to its next state.
 *
 * @throws records.conflict – the certificate is not in the expected state
 */
function move(
  sql: Sql,
  serialHex: string,
  change: string,
  from: string,
  params: Record<string, string | Uint8Array>,
): Owner {
  const owner = sql.get<Owner>(
    `UPDATE certificates SET ${change} WHERE serialHex = @serialHex AND state = @from RETURNING unitSerial, attempt, actor`,
    { ...params, serialHex, from },
  );
  if (owner === undefined) {
    throw new StationError('records.conflict', `certificate serial ${serialHex} is not ${from}`, {
      data: { serialHex },
    });
  }
  return owner;
}

type Issued = { serialHex: string; der: Uint8Array; certificateId: string };

/**
 * Step 9. Records the signed certificate. One commit holds the DER, the state `issued`, journal and audit `sign.done`.
 *
 * @throws records.conflict – the serial is not reserved, or this certificate is on record
 * @throws ca.revoked – the CA was revoked while its key was signing
 */
export const recordIssued = write((sql, { serialHex, der, certificateId }: Issued, at): void => {
  const reserved = sql.get<{ issuerId: string; known: number; revoked: number; supersedes: string | null }>(
    `SELECT c.issuerId, EXISTS (SELECT 1 FROM certificates WHERE certificateId = @certificateId) AS known,
       ${underRevoked('c')} AS revoked, (${openSupersessionOf('c.unitSerial')}) AS supersedes
     FROM certificates c WHERE c.serialHex = @serialHex`,
    { serialHex, certificateId },
  );
  if (reserved?.known === 1) {
    throw new StationError('records.conflict', `certificate ${certificateId} is on record`, {
      data: { certificateId },
    });
  }
  // The CA was revoked while its key was signing. The signed certificate is not recorded, and its serial becomes void.
  if (reserved?.revoked === 1) throw revokedError(reserved.issuerId);
  const change = `state = 'issued', der = @der, certificateId = @certificateId, issuedAt = @at`;
  const { unitSerial, attempt, actor } = move(sql, serialHex, change, 'reserved', { der, certificateId, at });
  const supersedes = reserved?.supersedes ?? null;
  if (supersedes !== null) succeed(sql, supersedes, serialHex);
  const chain = supersedes === null ? {} : { supersedes };
  const data = { serialHex, certificateId, ...chain };
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'certificate.issued', step: 'issue', actor, data });
  }
  audit(sql, {
    at,
    entry: 'sign.done',
    actor,
    subject: serialHex,
    data: { certificateId, unitSerial: unitSerial ?? '', ...chain },
  });
});

type Reasoned = { serialHex: string; reason: string };

/**
 * Gives a reserved certificate serial up; it is never used again. Journal, audit `sign.voided`.
 *
 * @throws records.conflict – the serial is not reserved
 */
export const voidReservation = write((sql, { serialHex, reason }: Reasoned, at): void => {
  const { unitSerial, attempt, actor } = move(sql, serialHex, `state = 'void', reason = @reason`, 'reserved', {
    reason,
  });
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'certificate.voided', actor, data: { serialHex, reason } });
  }
  audit(sql, { at, entry: 'sign.voided', actor, subject: serialHex, data: { reason, unitSerial: unitSerial ?? '' } });
});

/**
 * Takes a certificate out of use until a person revokes it or puts it back. Journal, audit `revocation.queued`.
 *
 * @throws records.conflict – the certificate is not issued
 */
export const queueRevocation = write((sql, { serialHex, reason }: Reasoned, at): void => {
  const change = `state = 'revocationQueued', reason = @reason`;
  const { unitSerial, attempt, actor } = move(sql, serialHex, change, 'issued', { reason });
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'revocation.queued', actor, data: { serialHex, reason } });
  }
  audit(sql, {
    at,
    entry: 'revocation.queued',
    actor,
    subject: serialHex,
    data: { reason, unitSerial: unitSerial ?? '' },
  });
});

/** The number of device certificates issued since this time (ISO 8601 UTC). */
export const issuedSince = read(
  (sql, since: string): number =>
    sql.get<{ count: number }>(
      `SELECT count(*) AS count FROM certificates WHERE purpose = 'device' AND issuedAt >= @since`,
      { since },
    )!.count,
);

/**
 * Voids what was reserved without a unit (the CA verification certificate) and never settled. Call it at the start,
 * before anything is signed. Returns the certificate serials.
 */
export const voidUnowned = write((sql, { reason }: { reason: string }, at): string[] => {
  const stray = sql.all<{ serialHex: string }>(
    `SELECT serialHex FROM certificates WHERE state = 'reserved' AND unitSerial IS NULL`,
  );
  for (const { serialHex } of stray) voidReservation(sql, { serialHex, reason }, at);
  return stray.map(({ serialHex }) => serialHex);
});
