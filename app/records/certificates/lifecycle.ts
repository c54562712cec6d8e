/** Certificates from reservation on: reserved → issued | void, issued → revocationQueued | superseded. */
import { StationError } from '../../contract/errors.ts';
import type { TbsFacts } from '../../contract/issuance.ts';
import { audit } from '../audit/audit.ts';
import { caRevoked, isRevokedCa } from '../authorities/revocations.ts';
import type { StandingCertificate } from '../ledger.ts';
import { assertIssuable, findOrder } from '../orders/orders.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { assertNotScrapped } from '../units/scrapped.ts';
import { claimKey } from './keys.ts';
import { isCompromised } from './revocations.ts';
import { isSupersededKey, succeed } from './supersessions.ts';

export type LiveCertificate = {
  serialHex: string;
  state: 'reserved' | 'issued';
  attempt: number;
  spkiSha256: string;
  der: Uint8Array | null;
  certificateId: string | null;
  issuerId: string;
};

/** The one certificate of the unit that is reserved or issued. */
export const liveCertificate = (sql: Sql, unitSerial: string): LiveCertificate | undefined =>
  sql.get<LiveCertificate>(
    `SELECT serialHex, state, attempt, spkiSha256, der, certificateId, issuerId FROM certificates
     WHERE unitSerial = @unitSerial AND purpose = 'device' AND state IN ('reserved', 'issued')`,
    { unitSerial },
  );

export function standingCertificate(live: LiveCertificate | undefined): StandingCertificate | undefined {
  if (!live?.der || live.certificateId === null) return undefined;
  const { serialHex, der, spkiSha256, certificateId, issuerId } = live;
  return { serialHex, der, spkiSha256, certificateId, issuerId };
}

export type ReserveParams = {
  tbs: TbsFacts;
  unitSerial: string | null;
  attempt: number;
  actor: string;
  at: string;
};

/** Refuses `order.full`, `unit.scrapped`, `policy.keySeen`, `policy.keyCompromised`, `records.conflict`; see `LineLedger.reserve`. */
export function reserve(sql: Sql, { tbs, unitSerial, attempt, actor, at }: ReserveParams): void {
  const { serialHex } = tbs;
  if (sql.get('SELECT 1 FROM certificates WHERE serialHex = @serialHex', { serialHex })) {
    throw new StationError('records.conflict', `certificate serial ${serialHex} has been used`, {
      data: { serialHex },
    });
  }
  if (isRevokedCa(sql, tbs.issuerId)) throw caRevoked(tbs.issuerId);
  const orderId = unitSerial === null ? null : admitKey(sql, unitSerial, tbs, at);
  sql.run(
    `INSERT INTO certificates (serialHex, issuerId, purpose, unitSerial, orderId, attempt, actor, state, profile, subject,
       spkiSha256, notBeforeAt, notAfterAt, tbsDer, reservedAt)
     VALUES (@serialHex, @issuerId, @purpose, @unitSerial, @orderId, @attempt, @actor, 'reserved', @profile, @subject,
       @spkiSha256, @notBeforeAt, @notAfterAt, @tbsDer, @at)`,
    { ...tbs, unitSerial, orderId, attempt, actor, at },
  );
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'certificate.reserved', step: 'issue', actor, data: { serialHex } });
  }
  const { spkiSha256, issuerId, profile, purpose } = tbs;
  const data = { unitSerial: unitSerial ?? '', attempt, spkiSha256, issuerId, profile, purpose };
  audit(sql, { at, entry: 'sign.intent', actor, subject: serialHex, data });
}

/** The order this unit's certificate counts in, once key and quota allow it. */
function admitKey(sql: Sql, unitSerial: string, { spkiSha256, profile }: TbsFacts, at: string): string {
  const unit = sql.get<{ orderId: string }>('SELECT orderId FROM units WHERE unitSerial = @unitSerial', { unitSerial });
  if (!unit) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  assertNotScrapped(sql, unitSerial);
  if (liveCertificate(sql, unitSerial)) {
    throw new StationError('records.conflict', `${unitSerial} has a live certificate`, { data: { unitSerial } });
  }
  const owner = claimKey(sql, { unitSerial, spkiSha256, at });
  if (owner !== unitSerial) throw keySeen(owner);
  if (isSupersededKey(sql, unitSerial, spkiSha256)) {
    throw new StationError('policy.keySeen', `${unitSerial} is reworked: it needs another key than before`, {
      data: { unitSerial, reason: 'superseded' },
    });
  }
  if (isCompromised(sql, spkiSha256)) {
    throw new StationError('policy.keyCompromised', `the key of ${unitSerial} was reported compromised`, {
      data: { unitSerial, reason: 'keyCompromised' },
    });
  }
  assertIssuable(sql, findOrder(sql, unit.orderId), { unitSerial, profile, at });
  return unit.orderId;
}

/** The reasons are the gate's: docs/gate.md. */
export const keySeen = (owner: string): StationError =>
  new StationError('policy.keySeen', `this public key belongs to unit ${owner}`, {
    data: { reason: 'keySeen', seenOn: owner },
  });

type Owned = { unitSerial: string | null; attempt: number; actor: string };

/** Moves one certificate on, or refuses `records.conflict`. */
function move(
  sql: Sql,
  serialHex: string,
  change: string,
  from: string,
  params: Record<string, string | Uint8Array>,
): Owned {
  const { changes } = sql.run(`UPDATE certificates SET ${change} WHERE serialHex = @serialHex AND state = @from`, {
    ...params,
    serialHex,
    from,
  });
  if (changes !== 1) {
    throw new StationError('records.conflict', `certificate serial ${serialHex} is not ${from}`, {
      data: { serialHex },
    });
  }
  return sql.get<Owned>('SELECT unitSerial, attempt, actor FROM certificates WHERE serialHex = @serialHex', {
    serialHex,
  })!;
}

export type IssuedParams = { serialHex: string; der: Uint8Array; certificateId: string; at: string };

export function recordIssued(sql: Sql, { serialHex, der, certificateId, at }: IssuedParams): void {
  if (sql.get('SELECT 1 FROM certificates WHERE certificateId = @certificateId', { certificateId })) {
    throw new StationError('records.conflict', `certificate ${certificateId} is on record`, {
      data: { certificateId },
    });
  }
  const { issuerId = '' } =
    sql.get<{ issuerId: string }>('SELECT issuerId FROM certificates WHERE serialHex = @serialHex', { serialHex }) ??
    {};
  // Revoked while its key was signing: what it signed is on no record, and the serial is void.
  if (isRevokedCa(sql, issuerId)) throw caRevoked(issuerId);
  const change = `state = 'issued', der = @der, certificateId = @certificateId, issuedAt = @at`;
  const { unitSerial, attempt, actor } = move(sql, serialHex, change, 'reserved', { der, certificateId, at });
  const supersedes = unitSerial === null ? undefined : succeed(sql, unitSerial, serialHex);
  const chain = supersedes === undefined ? {} : { supersedes };
  const data = { serialHex, certificateId, ...chain };
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'certificate.issued', step: 'issue', actor, data, state: 'issued' });
  }
  audit(sql, {
    at,
    entry: 'sign.done',
    actor,
    subject: serialHex,
    data: { certificateId, unitSerial: unitSerial ?? '', ...chain },
  });
}

type Reasoned = { serialHex: string; reason: string; at: string };

export function voidReservation(sql: Sql, { serialHex, reason, at }: Reasoned): void {
  const { unitSerial, attempt, actor } = move(sql, serialHex, `state = 'void', reason = @reason`, 'reserved', {
    reason,
  });
  if (unitSerial !== null) {
    append(sql, { unitSerial, at, attempt, entry: 'certificate.voided', actor, data: { serialHex, reason } });
  }
  audit(sql, { at, entry: 'sign.voided', actor, subject: serialHex, data: { reason, unitSerial: unitSerial ?? '' } });
}

export function queueRevocation(sql: Sql, { serialHex, reason, at }: Reasoned): void {
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
}

export const issuedSince = (sql: Sql, { since }: { since: string }): number =>
  sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM certificates WHERE purpose = 'device' AND issuedAt IS NOT NULL AND issuedAt >= @since`,
    { since },
  )?.count ?? 0;

/** At start: reservations that belong to no unit (the CA verification certificate) and were never settled. */
export function voidUnowned(sql: Sql, { reason, at }: { reason: string; at: string }): string[] {
  const stray = sql.all<{ serialHex: string }>(
    `SELECT serialHex FROM certificates WHERE state = 'reserved' AND unitSerial IS NULL`,
  );
  for (const { serialHex } of stray) voidReservation(sql, { serialHex, reason, at });
  return stray.map(({ serialHex }) => serialHex);
}
