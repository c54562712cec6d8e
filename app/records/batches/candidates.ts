/** The units that may join a batch of a target. */
import type { BatchWay } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import { selfMadeWays } from '../../contract/firstconnections.ts';
import { firstTargetName } from '../../contract/targets.ts';
import { revokedError, underRevoked } from '../authorities/revocations.ts';
import { read } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { assertNotRefused, isRefused } from '../plant/refusals.ts';
import { bit, type Sql } from '../sql.ts';
import { assertNotScrapped } from '../units/scrapped.ts';

/** A passed unit with the certificate to register. */
export type BatchCandidate = {
  unitSerial: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  certificateId: string;
  orderId: string;
  /** The CA that signed the certificate; null for AWS's own CA in the account of the target. */
  issuerId: string | null;
  /** The thing name that the device was told. */
  thingName: string;
};

/** AWS has made the thing with the certificate. */
const provisioned = `EXISTS (SELECT 1 FROM awsRequests p WHERE p.certificateId = c.certificateId AND p.thing IS NOT NULL)`;

/**
 * Units that passed, and whose certificate is in no live batch of `@target` and under a CA that is not revoked. They may
 * be registered in another target, or rejected earlier. A certificate of AWS's own CA is in its one account only, and AWS
 * takes none such in a file (`@file`).
 */
export const readyOf = (units: string) => `
  FROM ${units}
  JOIN certificates c ON c.unitSerial = j.unitSerial AND c.state = 'issued'
  WHERE j.state IN ('passed', 'rejected', 'registered') AND NOT ${underRevoked('c')} AND NOT ${isRefused('c')}
    AND NOT EXISTS (SELECT 1 FROM members m WHERE m.unitSerial = c.unitSerial AND m.certificateId = c.certificateId
      AND m.target = @target AND m.live = 1)
    AND (c.awsTarget IS NULL OR c.awsTarget = @target AND NOT @file AND NOT ${provisioned})`;
const ready = readyOf('journalIndex j');
/** AWS makes the thing when the device connects, so such a unit joins a batch only when a person names it. */
const notLeftToAws = `NOT EXISTS (SELECT 1 FROM firstConnections f WHERE f.unitSerial = j.unitSerial AND f.target = @target
  AND f.way IN (${selfMadeWays.map((way) => `'${way}'`).join(', ')}) AND f.state <> 'ended')`;

/** The thing name that the device with this certificate was told; the unit serial if it was told none. */
export const thingName = `coalesce((SELECT json_extract(t.data, '$.thingName') FROM journal t
  WHERE t.unitSerial = c.unitSerial AND t.entry = ${journalNames('step.done')} AND t.step = 'install'
    AND json_extract(t.data, '$.certificateId') = c.certificateId ORDER BY t.position DESC LIMIT 1), c.unitSerial)`;

/**
 * The number of passed units that are in no live batch of the target. It includes units that a finished batch left
 * rejected or unaccounted, and none that AWS makes things of by itself.
 */
export const readyUnits = read(
  (sql, target: string | undefined = firstTargetName): number =>
    sql.get<{ count: number }>(`SELECT count(*) AS count ${ready} AND ${notLeftToAws}`, { target, file: 0 })!.count,
);

export type Candidates = {
  /** The name of the target; the default is `main`. */
  target?: string | undefined;
  /** The way of the batch, if it is known. */
  way?: BatchWay | undefined;
  unitSerials?: string[] | undefined;
  orderId?: string | undefined;
  /** They passed in this period: from `since`, and before `until`. ISO 8601 UTC. */
  since?: string | undefined;
  until?: string | undefined;
  state?: 'passed' | 'rejected' | 'registered' | undefined;
  /** They are members of this batch, and got no thing from it. */
  fromBatch?: string | undefined;
};

/** The conditions of `Candidates` beside readiness. Its parameters are those of `wantedOf`. */
export const wantedWhere = `
  AND (coalesce(@unitSerials, @fromBatch) IS NOT NULL OR ${notLeftToAws})
  AND (@orderId IS NULL OR c.orderId = @orderId)
  AND (@unitSerials IS NULL OR j.unitSerial IN (SELECT value FROM json_each(@unitSerials)))
  AND (@state IS NULL OR j.state = @state)
  AND (@fromBatch IS NULL OR EXISTS (SELECT 1 FROM members f WHERE f.batchId = @fromBatch AND f.unitSerial = j.unitSerial
    AND f.state IN ('rejected', 'unaccounted')))
  AND (coalesce(@since, @until) IS NULL OR EXISTS (SELECT 1 FROM journal p
    WHERE p.unitSerial = j.unitSerial AND p.state = 'passed'
      AND (@since IS NULL OR p.at >= @since) AND (@until IS NULL OR p.at < @until)))`;

/** Parameters for `readyOf` and `wantedWhere`. */
export const wantedOf = ({ target = firstTargetName, way, unitSerials, ...wanted }: Candidates) => ({
  target,
  file: bit(way === 'bulk'),
  unitSerials: unitSerials ? JSON.stringify(unitSerials) : null,
  orderId: wanted.orderId ?? null,
  since: wanted.since ?? null,
  until: wanted.until ?? null,
  state: wanted.state ?? null,
  fromBatch: wanted.fromBatch ?? null,
});

/**
 * The units that are ready, the oldest pass first. Each condition that is given narrows them.
 *
 * @throws unit.notFound – a named unit does not exist
 * @throws unit.scrapped, ca.revoked – why a named unit is not ready
 * @throws call.badParams – a named unit has not passed, or is in a batch, or its certificate is AWS's of another account
 */
export const batchCandidates = read((sql, wanted: Candidates): BatchCandidate[] => {
  const { unitSerials } = wanted;
  const found = sql.all<BatchCandidate>(
    `SELECT j.unitSerial, c.certificateId, c.orderId, c.issuerId, ${thingName} AS thingName ${ready} ${wantedWhere}
     ORDER BY j.entryId`,
    wantedOf(wanted),
  );
  if (unitSerials) assertAllFound(sql, wanted, found);
  return found;
});

function assertAllFound(
  sql: Sql,
  { target = firstTargetName, way, unitSerials: asked = [] }: Candidates,
  found: BatchCandidate[],
): void {
  const ready = new Set(found.map((candidate) => candidate.unitSerial));
  const unitSerial = asked.find((serial) => !ready.has(serial));
  if (unitSerial === undefined) return;
  const known = sql.get('SELECT 1 FROM units WHERE unitSerial = @unitSerial', { unitSerial });
  if (!known) throw new StationError('unit.notFound', `there is no unit ${unitSerial}`, { data: { unitSerial } });
  assertNotScrapped(sql, unitSerial);
  assertNotRefused(sql, unitSerial);
  const revoked = sql.get<{ issuerId: string }>(
    `SELECT c.issuerId FROM certificates c WHERE c.unitSerial = @unitSerial AND c.state = 'issued' AND ${underRevoked('c')}`,
    { unitSerial },
  );
  if (revoked) throw revokedError(revoked.issuerId);
  const ofAws = sql.get<{ awsTarget: string }>(
    `SELECT awsTarget FROM certificates WHERE unitSerial = @unitSerial AND state = 'issued' AND awsTarget IS NOT NULL`,
    { unitSerial },
  );
  if (ofAws && (ofAws.awsTarget !== target || way === 'bulk')) {
    const detail = `the certificate of ${unitSerial} is AWS's own, in ${ofAws.awsTarget}: register it there, unit by unit`;
    throw new StationError('call.badParams', detail, { data: { unitSerial } });
  }
  throw new StationError('call.badParams', `${unitSerial} has not passed, or is in a batch, or AWS knows it already`, {
    data: { unitSerial },
  });
}
