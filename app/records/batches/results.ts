/** The results of a batch's members. */
import { batchStates } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchMember } from '../../contract/model.ts';
import { write } from '../call.ts';
import { append } from '../units/journal.ts';
import { attemptsOf, badState, stateOfBatch } from './head.ts';

export type MemberResult = {
  line: number;
  state: 'registered' | 'rejected' | 'unaccounted';
  thingName?: string | undefined;
  reason?: string | undefined;
};
type Results = { batchId: string; results: readonly MemberResult[] };

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
  for (const { line, state, thingName, reason } of results) {
    const member = sql.get<BatchMember & { inForce: number }>(
      `SELECT m.unitSerial, m.state, m.thingName, m.reason, c.state = 'issued' AS inForce
       FROM members m JOIN certificates c USING (certificateId) WHERE m.batchId = @batchId AND m.line = @line`,
      { batchId, line },
    );
    if (!member)
      throw new StationError('cloud.badAnswer', `batch ${batchId} has no line ${line}`, { data: { batchId, line } });
    const result = { state, thingName: thingName ?? null, reason: reason ?? null };
    if (member.state === state && member.thingName === result.thingName && member.reason === result.reason) continue;
    sql.run(
      'UPDATE members SET state = @state, thingName = @thingName, reason = @reason WHERE batchId = @batchId AND line = @line',
      { batchId, line, ...result },
    );
    const { unitSerial, inForce } = member;
    append(sql, {
      unitSerial,
      at,
      attempt: attemptsOf(sql, unitSerial),
      entry: 'registration.done',
      actor: 'station',
      data: { batchId, line, ...result },
      // A unit that was reworked since follows its new certificate. AWS's answer about the old one does not move it.
      stays: inForce !== 1,
    });
  }
});
