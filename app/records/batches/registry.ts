/** What AWS's registry must have by the records, a page at a time. */
import { read } from '../call.ts';

export type RecordedCertificate = {
  certificateId: string;
  unitSerial: string | null;
  /** Whether the certificate is in use: issued, and neither revoked nor replaced. */
  inUse: boolean;
  /** Whether a batch of the target registered it, or AWS did so: at the first connection or while the unit was made. */
  registered: boolean;
};

/** What the records say about these certificates; unknown ones are left out. Ask for a few hundred at a time. */
export const recordedCertificates = read(
  (sql, { target, ids }: { target: string; ids: readonly string[] }): RecordedCertificate[] =>
    sql
      .all<Omit<RecordedCertificate, 'inUse' | 'registered'> & { inUse: number; registered: number }>(
        `SELECT c.certificateId, c.unitSerial, c.state = 'issued' AS inUse, EXISTS (SELECT 1 FROM members m
           WHERE m.certificateId = c.certificateId AND m.target = @target AND m.live = 1 AND m.state = 'registered')
           OR EXISTS (SELECT 1 FROM firstConnections f
           WHERE f.certificateId = c.certificateId AND f.target = @target AND f.registeredAt IS NOT NULL)
           OR EXISTS (SELECT 1 FROM awsRequests r
           WHERE r.certificateId = c.certificateId AND r.target = @target AND r.thing IS NOT NULL) AS registered
         FROM json_each(@ids) asked CROSS JOIN certificates c ON c.certificateId = asked.value`,
        { target, ids: JSON.stringify(ids) },
      )
      .map(({ inUse, registered, ...row }) => ({ ...row, inUse: inUse === 1, registered: registered === 1 })),
);

export type RegisteredUnit = { certificateId: string; unitSerial: string; thingName: string | null };
type Page = { target: string; after: string; limit: number };

/**
 * A page of the units that are registered in the target with a certificate in use, in the order of certificate ids: by a
 * batch with a certificate of a CA of this station, by AWS when the device first connected, or by AWS while the unit was
 * made and the station spoke for it.
 */
export const registeredUnits = read((sql, page: Page): RegisteredUnit[] =>
  sql.all(
    `SELECT * FROM (SELECT m.certificateId, m.unitSerial, m.thingName FROM members m JOIN certificates c USING (certificateId)
       WHERE m.target = @target AND m.live = 1 AND m.state = 'registered' AND c.state = 'issued' AND c.awsTarget IS NULL
         AND m.certificateId > @after
       ORDER BY m.certificateId LIMIT @limit)
     UNION SELECT * FROM (SELECT f.certificateId, f.unitSerial, f.madeName AS thingName FROM firstConnections f
       WHERE f.target = @target AND f.registeredAt IS NOT NULL AND f.state <> 'ended' AND f.certificateId > @after
         AND NOT EXISTS (SELECT 1 FROM awsRequests r
           WHERE r.certificateId = f.certificateId AND r.target = f.target AND r.thing IS NOT NULL)
       ORDER BY f.certificateId LIMIT @limit)
     UNION SELECT * FROM (SELECT r.certificateId, r.unitSerial, r.thing ->> 'thingName' AS thingName
       FROM awsRequests r JOIN certificates c USING (certificateId)
       WHERE r.target = @target AND r.thing IS NOT NULL AND c.state = 'issued' AND r.certificateId > @after
       ORDER BY r.certificateId LIMIT @limit)
     ORDER BY certificateId LIMIT @limit`,
    page,
  ),
);
