/** Requests to AWS for a certificate: asked → answered | refused | lost, lost → searched. */
import { StationError } from '../../contract/errors.ts';
import type { RequestFacts } from '../../issuing/rules/index.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { append } from '../units/journal.ts';
import { writeWithPending } from '../units/pending.ts';
import type { AwsThing } from './awsthings.ts';
import { admitKey } from './facts.ts';
import { openSupersession, succeed } from './supersessions.ts';

export type AwsAsk = {
  unitSerial: string;
  attempt: number;
  actor: string;
  /** The target in whose account AWS is asked. */
  target: string;
  /** The provisioning template by which AWS then makes the thing; absent where AWS only certifies. */
  template?: string | undefined;
  spkiSha256: string;
  profile: string;
  request: RequestFacts;
};

/**
 * Puts on record that AWS is about to be asked. One commit holds the request, the key's owner, journal
 * `certificate.asked` and audit `aws.asked`. A request counts as a certificate of its order until it is settled.
 *
 * @returns the id of the request
 * @throws policy.*, order.*, csr.subjectMismatch, unit.scrapped – as `reserve`
 * @throws records.conflict – the unit has a live certificate, or AWS is being asked for it
 */
export const askAws = writeWithPending((sql, { request, ...ask }: AwsAsk, at): number => {
  const { unitSerial, attempt, actor, target, template = null, spkiSha256, profile } = ask;
  const orderId = admitKey(sql, { unitSerial, spkiSha256, profile, request }, at);
  const { lastId } = sql.run(
    `INSERT INTO awsRequests (unitSerial, orderId, attempt, actor, target, template, profile, spkiSha256, state, askedAt)
     VALUES (@unitSerial, @orderId, @attempt, @actor, @target, @template, @profile, @spkiSha256, 'asked', @at)`,
    { ...ask, template, orderId, at },
  );
  const by = { target, ...(template === null ? {} : { template }) };
  append(sql, { unitSerial, at, attempt, entry: 'certificate.asked', step: 'issue', actor, data: by });
  audit(sql, { at, entry: 'aws.asked', actor, subject: unitSerial, data: { attempt, ...by, spkiSha256, profile } });
  return lastId;
});

type Row = Omit<AwsAsk, 'template'> & {
  requestId: number;
  orderId: string;
  template: string | null;
  certificateId: string | null;
};

/** @throws records.conflict – the request is settled */
function settle(sql: Sql, requestId: number, state: 'answered' | 'refused' | 'lost', at: string, made?: AwsThing): Row {
  const thing = made === undefined ? null : JSON.stringify(made);
  const { changes } = sql.run(
    `UPDATE awsRequests SET state = @state, settledAt = @at, thing = @thing
     WHERE requestId = @requestId AND state = 'asked'`,
    { requestId, state, at, thing },
  );
  if (changes !== 1) throw new StationError('records.conflict', `request ${requestId} to AWS is settled`);
  return rowOf(sql, requestId);
}

export type AwsMade = { requestId: number; certificateId: string };

/**
 * Records which certificate AWS made, before AWS is asked to provision it: if its answer is lost then, this certificate is
 * revoked. Journal `certificate.made`, audit `aws.made`.
 *
 * @throws records.conflict – the request is settled or has its certificate
 */
export const recordAwsMade = write((sql, { requestId, certificateId }: AwsMade, at): void => {
  const { changes } = sql.run(
    `UPDATE awsRequests SET certificateId = @certificateId
     WHERE requestId = @requestId AND state = 'asked' AND certificateId IS NULL`,
    { requestId, certificateId },
  );
  if (changes !== 1) throw new StationError('records.conflict', `request ${requestId} to AWS waits for no certificate`);
  const { unitSerial, attempt, actor, target } = rowOf(sql, requestId);
  const data = { target, certificateId };
  append(sql, { unitSerial, at, attempt, entry: 'certificate.made', step: 'issue', actor, data });
  audit(sql, { at, entry: 'aws.made', actor, subject: unitSerial, data: { attempt, ...data } });
});

const rowOf = (sql: Sql, requestId: number): Row =>
  sql.get<Row>('SELECT * FROM awsRequests WHERE requestId = @requestId', { requestId })!;

export type AwsIssued = {
  requestId: number;
  serialHex: string;
  /** What AWS signed: the TBSCertificate of `der`. */
  tbsDer: Uint8Array;
  der: Uint8Array;
  certificateId: string;
  subject: string;
  notBeforeAt: string;
  notAfterAt: string;
  /** Present where AWS has provisioned the certificate. */
  thing?: AwsThing | undefined;
};

/**
 * Records AWS's answer. One commit holds the certificate in state `issued`, its request, journal `certificate.issued` and
 * audit `aws.issued`.
 *
 * @throws records.conflict – the request is settled, or a certificate with this id or serial is on record
 */
export const recordAwsIssued = write((sql, { requestId, thing, ...issued }: AwsIssued, at): void => {
  const asked = sql.get<Row & { askedAt: string }>(
    `SELECT * FROM awsRequests WHERE requestId = @requestId AND state = 'asked'`,
    { requestId },
  );
  if (!asked) throw new StationError('records.conflict', `request ${requestId} to AWS is settled`);
  const { serialHex, certificateId } = issued;
  const { unitSerial, orderId, attempt, actor, target, spkiSha256, profile, askedAt } = asked;
  sql.run(
    `INSERT INTO certificates (serialHex, awsTarget, purpose, unitSerial, orderId, attempt, actor, state, profile, subject,
       spkiSha256, notBeforeAt, notAfterAt, tbsDer, der, certificateId, reservedAt, issuedAt)
     VALUES (@serialHex, @target, 'device', @unitSerial, @orderId, @attempt, @actor, 'issued', @profile, @subject,
       @spkiSha256, @notBeforeAt, @notAfterAt, @tbsDer, @der, @certificateId, @askedAt, @at)`,
    { ...issued, unitSerial, orderId, attempt, actor, target, spkiSha256, profile, askedAt, at },
  );
  settle(sql, requestId, 'answered', at, thing);
  const supersedes = openSupersession(sql, unitSerial);
  if (supersedes !== undefined) succeed(sql, supersedes, serialHex);
  const chain = supersedes === undefined ? {} : { supersedes };
  const data = { serialHex, certificateId, ...chain };
  append(sql, { unitSerial, at, attempt, entry: 'certificate.issued', step: 'issue', actor, data });
  audit(sql, {
    at,
    entry: 'aws.issued',
    actor,
    subject: serialHex,
    data: { certificateId, unitSerial, target, ...(thing && { thingName: thing.thingName }), ...chain },
  });
});

type Reasoned = { requestId: number; reason: string };

/**
 * AWS refused, so there is no certificate. Journal `certificate.notMade`, audit `aws.refused`.
 *
 * @throws records.conflict – the request is settled
 */
export const refuseAwsRequest = write((sql, { requestId, reason }: Reasoned, at): void => {
  const { unitSerial, attempt, actor, target } = settle(sql, requestId, 'refused', at);
  append(sql, {
    unitSerial,
    at,
    attempt,
    entry: 'certificate.notMade',
    step: 'issue',
    actor,
    data: { target, reason },
  });
  audit(sql, { at, entry: 'aws.refused', actor, subject: unitSerial, data: { attempt, target, reason } });
});

/** Whether AWS is being asked for a certificate of the unit. */
export const isAskingAws = (sql: Sql, unitSerial: string): boolean => askedFor(sql, unitSerial) !== undefined;

const askedFor = (sql: Sql, unitSerial: string): number | undefined =>
  sql.get<{ requestId: number }>(
    `SELECT requestId FROM awsRequests WHERE unitSerial = @unitSerial AND state = 'asked'`,
    { unitSerial },
  )?.requestId;

/** The unit's attempt ends without AWS's answer. Journal `certificate.lost`, audit `aws.lost`. */
export function loseAwsRequest(sql: Sql, unitSerial: string, reason: string, at: string): void {
  const requestId = askedFor(sql, unitSerial);
  if (requestId === undefined) return;
  const { attempt, actor, target, certificateId } = settle(sql, requestId, 'lost', at);
  const data = { target, reason, ...(certificateId === null ? {} : { certificateId }) };
  append(sql, { unitSerial, at, attempt, entry: 'certificate.lost', actor, data });
  audit(sql, { at, entry: 'aws.lost', actor, subject: unitSerial, data: { attempt, ...data } });
}

export type LostAwsRequest = {
  requestId: number;
  unitSerial: string;
  target: string;
  spkiSha256: string;
  /** The certificate that AWS is known to have made; null when its answer did not come at all. */
  certificateId: string | null;
  askedAt: string;
  /** When it was found that the answer did not come. */
  settledAt: string;
};

/** The requests whose certificate may be in the account without being on record, the oldest first. */
export const lostAwsRequests = read((sql): LostAwsRequest[] =>
  sql.all(
    `SELECT requestId, unitSerial, target, spkiSha256, certificateId, askedAt, settledAt FROM awsRequests WHERE state = 'lost'
     ORDER BY requestId`,
  ),
);

/**
 * Whether no unit waits for this certificate and it is still to be revoked: it is not on record, and AWS is not being asked
 * for its key. Ask it after
 * the certificate was seen in the account: a request is on record before its certificate exists.
 */
export const isAwsOrphan = read(
  (sql, { certificateId, spkiSha256 }: { certificateId: string; spkiSha256: string }): boolean =>
    !sql.get('SELECT 1 FROM certificates WHERE certificateId = @certificateId', { certificateId }) &&
    !sql.get('SELECT 1 FROM awsOrphans WHERE certificateId = @certificateId', { certificateId }) &&
    !sql.get(`SELECT 1 FROM awsRequests WHERE spkiSha256 = @spkiSha256 AND state = 'asked'`, { spkiSha256 }),
);

type Orphan = { certificateId: string; requestId: number };

/**
 * AWS revoked a certificate that no unit waits for. If it is the one that the request is known to have made, there is no
 * other to look for. Journal `certificate.withdrawn`, audit `aws.orphanRevoked`.
 */
export const recordAwsOrphan = write((sql, { certificateId, requestId }: Orphan, at): void => {
  sql.run('INSERT INTO awsOrphans (certificateId, requestId, revokedAt) VALUES (@certificateId, @requestId, @at)', {
    ...{ certificateId, requestId, at },
  });
  sql.run(
    `UPDATE awsRequests SET state = 'searched', settledAt = @at
     WHERE requestId = @requestId AND state = 'lost' AND certificateId = @certificateId`,
    { requestId, certificateId, at },
  );
  withdraw(sql, { certificateId, requestId }, 'revoked', at);
});

/**
 * AWS itself deleted the certificate of a lost request, because nothing was provisioned with it within its hour. Journal
 * `certificate.withdrawn`, audit `aws.orphanLapsed`.
 *
 * @throws records.conflict – the request is not lost
 */
export const recordAwsLapsed = write((sql, { certificateId, requestId }: Orphan, at): void => {
  const { changes } = sql.run(
    `UPDATE awsRequests SET state = 'searched', settledAt = @at WHERE requestId = @requestId AND state = 'lost'`,
    { requestId, at },
  );
  if (changes !== 1) throw new StationError('records.conflict', `request ${requestId} to AWS is not lost`);
  withdraw(sql, { certificateId, requestId }, 'lapsed', at);
});

function withdraw(sql: Sql, { certificateId, requestId }: Orphan, how: 'revoked' | 'lapsed', at: string): void {
  const { unitSerial, target, attempt } = rowOf(sql, requestId);
  const data = { certificateId, target };
  const actor = 'station';
  append(sql, { unitSerial, at, attempt, entry: 'certificate.withdrawn', actor, data: { ...data, how } });
  audit(sql, {
    at,
    entry: how === 'revoked' ? 'aws.orphanRevoked' : 'aws.orphanLapsed',
    actor,
    subject: unitSerial,
    data,
  });
}

/** The account was looked through for the certificates of these requests, long enough after each. */
export const recordAwsSearched = write((sql, requestIds: readonly number[], at): void => {
  for (const requestId of requestIds) {
    sql.run(
      `UPDATE awsRequests SET state = 'searched', settledAt = @at WHERE requestId = @requestId AND state = 'lost'`,
      {
        requestId,
        at,
      },
    );
  }
});
