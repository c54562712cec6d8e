/** The results of a batch's members. */
import { batchStates } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import { write } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { thingName } from './candidates.ts';
import { badState, stateOfBatch } from './head.ts';

export type MemberResult = {
  line: number;
  state: 'registered' | 'rejected' | 'unaccounted';
  thingName?: string | undefined;
  reason?: string | undefined;
};
type Results = { batchId: string; results: readonly MemberResult[] };

/** The results that differ from those on record. A registered member is the thing that its device was told. */
const newResults = `
  SELECT * FROM (SELECT g.value ->> 'line' AS line, g.value ->> 'state' AS state, g.value ->> 'reason' AS reason,
      iif(g.value ->> 'state' = 'registered', coalesce(g.value ->> 'thingName', ${thingName}), g.value ->> 'thingName') AS thingName,
      c.state = 'issued' AS inForce, o.state AS oldState, o.thingName AS oldName, o.reason AS oldReason
    FROM json_each(@results) g CROSS JOIN members o ON o.batchId = @batchId AND o.line = g.value ->> 'line'
    JOIN certificates c ON c.certificateId = o.certificateId)
  WHERE state <> oldState OR thingName IS NOT oldName OR reason IS NOT oldReason`;

/**
 * Records part of the results, a few hundred at most, so that the line's writes get their turn in between. Each unit
 * gets `registration.done` in its journal. A line that already has the same result is left as it is, so reconciling may
 * be repeated.
 *
 * @throws batch.notFound
 * @throws batch.badState – AWS has no task for it
 * @throws cloud.badAnswer – the batch has no such line
 */
export const recordResults = write((sql, { batchId, results }: Results, at): void => {
  const batch = stateOfBatch(sql, batchId);
  if (batchStates[batch].stage !== 'task') throw badState(batchId, `is ${batch}; it takes no results`);
  const params = { batchId, results: JSON.stringify(results) };
  const unknown = sql.get<{ line: number }>(
    `SELECT value ->> 'line' AS line FROM json_each(@results) WHERE NOT EXISTS
       (SELECT 1 FROM members m WHERE m.batchId = @batchId AND m.line = value ->> 'line') LIMIT 1`,
    params,
  );
  if (unknown) {
    const { line } = unknown;
    throw new StationError('cloud.badAnswer', `batch ${batchId} has no line ${line}`, { data: { batchId, line } });
  }
  // A unit that was reworked since follows its new certificate. AWS's answer about the old one does not move it.
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state)
     SELECT m.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = m.unitSerial), @at, j.attempts,
       ${journalNames('registration.done')}, 'station', json_object('batchId', m.batchId, 'line', m.line,
         'state', r.state, 'thingName', r.thingName, 'reason', r.reason),
       iif(r.inForce AND r.state <> 'unaccounted', r.state, NULL)
     FROM (${newResults}) r JOIN members m ON m.batchId = @batchId AND m.line = r.line JOIN journalIndex j USING (unitSerial)
     ORDER BY m.line`,
    { ...params, at },
  );
  sql.run(
    `UPDATE members SET state = r.state, thingName = r.thingName, reason = r.reason FROM (${newResults}) r
     WHERE members.batchId = @batchId AND members.line = r.line`,
    params,
  );
});
