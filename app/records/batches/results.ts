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

/**
 * The results that differ from those on record, for the two statements that write them. It is a table of this connection
 * only. With the batch's id in each row SQLite looks the lines up, and does not look for them in all of the batch.
 */
const changes = `CREATE TEMP TABLE IF NOT EXISTS changedResults
  (batchId TEXT, line INTEGER, state TEXT, thingName TEXT, reason TEXT, unitSerial TEXT, attempts INTEGER, inForce INTEGER)`;

/**
 * All in one statement: a look for each of them would hold up the line's writes. CROSS JOIN keeps SQLite from reading the
 * whole batch for each result. A registered member is the thing that its device was told: who read the names
 * of the batch gives it, and only without it the unit's journal is looked through once more.
 */
const findChanges = `
  WITH given AS MATERIALIZED (SELECT value ->> 'line' AS line, value ->> 'state' AS state,
    value ->> 'thingName' AS thingName, value ->> 'reason' AS reason FROM json_each(@results))
  INSERT INTO temp.changedResults
  SELECT batchId, line, state, thingName, reason, unitSerial, attempts, inForce FROM (
    SELECT m.batchId, m.line, g.state, g.reason,
      iif(g.state = 'registered', coalesce(g.thingName, ${thingName}), g.thingName) AS thingName,
      m.unitSerial, j.attempts, c.state = 'issued' AS inForce, m.state AS oldState, m.thingName AS oldName, m.reason AS oldReason
    FROM given g CROSS JOIN members m ON m.batchId = @batchId AND m.line = g.line
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
  const { members } = sql.get<{ members: number }>('SELECT members FROM batches WHERE batchId = @batchId', {
    batchId,
  })!;
  const unknown = results.find(({ line }) => line < 1 || line > members);
  if (unknown) {
    const { line } = unknown;
    throw new StationError('cloud.badAnswer', `batch ${batchId} has no line ${line}`, { data: { batchId, line } });
  }
  sql.exec(changes);
  sql.run('DELETE FROM temp.changedResults');
  if (sql.run(findChanges, { batchId, results: JSON.stringify(results) }).changes === 0) return;
  // A unit that was reworked since follows its new certificate. AWS's answer about the old one does not move it.
  sql.run(
    `INSERT INTO journal (unitSerial, position, at, attempt, entry, actor, data, state)
     SELECT g.unitSerial, (SELECT max(position) + 1 FROM journal p WHERE p.unitSerial = g.unitSerial), @at, g.attempts,
       ${journalNames('registration.done')}, 'station', json_object('batchId', g.batchId, 'line', g.line,
         'reason', g.reason, 'state', g.state, 'thingName', g.thingName),
       iif(g.inForce AND g.state <> 'unaccounted', g.state, NULL)
     FROM temp.changedResults g`,
    { at },
  );
  sql.run(
    `UPDATE members SET state = g.state, thingName = g.thingName, reason = g.reason
     FROM temp.changedResults g WHERE members.batchId = g.batchId AND members.line = g.line`,
  );
});
