/** The results of a batch's members. */
import { batchStates } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import { patientWrite } from '../call.ts';
import { journalNames } from '../entrynames.ts';
import { thingName } from './candidates.ts';
import { badState, ofMember, stateOfBatch } from './head.ts';

export type MemberResult = {
  line: number;
  state: 'registered' | 'rejected' | 'unaccounted';
  thingName?: string | undefined;
  reason?: string | undefined;
};
type Results = { batchId: string; results: readonly MemberResult[] };

type NewResult = {
  /** With each line, so that SQLite looks the lines up, and does not look for them in all of the batch. */
  batchId: string;
  line: number;
  state: MemberResult['state'];
  thingName: string | null;
  reason: string | null;
  unitSerial: string;
  attempts: number;
  inForce: number;
};

/**
 * The results that differ from those on record, in one statement: a look for each of them would hold up the line's
 * writes. CROSS JOIN keeps SQLite from reading the whole batch for each result. A registered member is the thing that
 * its device was told.
 */
const newResults = `
  SELECT batchId, line, state, thingName, reason, unitSerial, attempts, inForce FROM (
    SELECT m.batchId, m.line, g.value ->> 'state' AS state, g.value ->> 'reason' AS reason,
      iif(g.value ->> 'state' = 'registered', coalesce(g.value ->> 'thingName', ${thingName}), g.value ->> 'thingName') AS thingName,
      m.unitSerial, j.attempts, c.state = 'issued' AS inForce, m.state AS oldState, m.thingName AS oldName, m.reason AS oldReason
    FROM json_each(@results) g CROSS JOIN members m ON m.batchId = @batchId AND m.line = g.value ->> 'line'
    CROSS JOIN certificates c ON ${ofMember('m')} CROSS JOIN journalIndex j ON j.unitSerial = m.unitSerial)
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
export const recordResults = patientWrite((sql, { batchId, results }: Results, at): void => {
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
  const changed = JSON.stringify(sql.all<NewResult>(newResults, params));
  if (changed === '[]') return;
  // A unit that was reworked since follows its new certificate. AWS's answer about the old one does not move it.
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state)
     SELECT g.value ->> 'unitSerial',
       (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = g.value ->> 'unitSerial'), @at, g.value ->> 'attempts',
       ${journalNames('registration.done')}, 'station', json_object('batchId', @batchId, 'line', g.value ->> 'line',
         'state', g.value ->> 'state', 'thingName', g.value ->> 'thingName', 'reason', g.value ->> 'reason'),
       iif(g.value ->> 'inForce' AND g.value ->> 'state' <> 'unaccounted', g.value ->> 'state', NULL)
     FROM json_each(@changed) g`,
    { batchId, at, changed },
  );
  sql.run(
    `UPDATE members SET state = g.value ->> 'state', thingName = g.value ->> 'thingName', reason = g.value ->> 'reason'
     FROM json_each(@changed) g WHERE members.batchId = g.value ->> 'batchId' AND members.line = g.value ->> 'line'`,
    { changed },
  );
});
