/** What orders have made, from tables that triggers keep: no call counts units or certificates. */
import type { Order } from '../../contract/model.ts';
import { journalNames } from '../entrynames.ts';
import { unitRanges } from '../log/slices.ts';
import type { Sql } from '../sql.ts';

/** An order's `issued`, `passed` and `failed`, as columns of SQL over `orders o`. */
export const countColumns = `
  coalesce((SELECT p.live + p.kept + p.claimed FROM orderPlaces p WHERE p.orderId = o.orderId), 0) AS issued,
  (SELECT coalesce(sum(n.units), 0) FROM orderUnits n
    WHERE n.orderId = o.orderId AND n.state IN ('passed', 'registered', 'rejected')) AS passed,
  (SELECT coalesce(sum(n.units), 0) FROM orderUnits n WHERE n.orderId = o.orderId AND n.state = 'failed') AS failed`;

/** The number of places that are taken in the order `@orderId`, without those of `@unitSerial`, as a column of SQL. */
export const takenColumn = `
  coalesce((SELECT live + asked + kept + claimed FROM orderPlaces WHERE orderId = @orderId), 0)
    - (SELECT count(*) FROM certificates INDEXED BY certificatesByUnit
        WHERE unitSerial = @unitSerial AND orderId = @orderId AND state IN ('reserved', 'issued'))
    - (SELECT count(*) FROM awsRequests WHERE unitSerial = @unitSerial AND orderId = @orderId AND state = 'asked')
    - coalesce((SELECT certificates FROM keptPlaces WHERE unitSerial = @unitSerial AND orderId = @orderId), 0)
    - EXISTS (SELECT 1 FROM claimUnits g JOIN claims k USING (claimId)
        WHERE g.unitSerial = @unitSerial AND k.orderId = @orderId) AS taken`;

/** The same as a number. */
export const placesTaken = (sql: Sql, of: { orderId: string; unitSerial: string }): number =>
  sql.get<{ taken: number }>(`SELECT ${takenColumn}`, of)!.taken;

const hourMs = 3_600_000;

/** The pace of each order with at least two units that passed in the last hour. Reads the last hour only. */
export function pacesOf(sql: Sql, at: string): Map<string, NonNullable<Order['pace']>> {
  const sinceAt = new Date(Date.parse(at) - hourMs).toISOString();
  const rows = sql.all<{ orderId: string; units: number; firstAt: string; passed: number }>(
    `SELECT u.orderId, count(*) AS units, min(j.at) AS firstAt,
       (SELECT coalesce(sum(n.units), 0) FROM orderUnits n
         WHERE n.orderId = u.orderId AND n.state IN ('passed', 'registered', 'rejected')) AS passed
     FROM journal j JOIN units u USING (unitSerial)
     WHERE j.entry = ${journalNames('attempt.ended')} AND j.at >= @sinceAt AND j.state = 'passed' GROUP BY u.orderId`,
    { sinceAt },
  );
  return new Map(
    rows.flatMap(({ orderId, units, firstAt, passed }) => {
      // An order that began within the hour is measured from its first unit, which took no time that is known.
      const began = passed <= units;
      const pace = { passed: began ? units - 1 : units, sinceAt: began ? firstAt : sinceAt, untilAt: at };
      return pace.passed > 0 && pace.sinceAt < at ? [[orderId, pace] as const] : [];
    }),
  );
}

/** Where the counts differ from what they are derived from, in words, slice by slice. */
export function* countProblems(sql: Sql): Generator<string[]> {
  const counted = new Map<string, Map<string, number>>();
  for (const range of unitRanges(sql)) {
    const moved = sql.all<{ unitSerial: string }>(
      `SELECT unitSerial FROM units u JOIN journalIndex j USING (unitSerial)
       WHERE u.unitSerial >= @from AND u.unitSerial < @to AND j.orderId IS NOT u.orderId`,
      range,
    );
    const real = sql.all<{ orderId: string; shown: string; units: number }>(
      `SELECT u.orderId, iif(s.unitSerial IS NULL, j.state, 'scrapped') AS shown, count(*) AS units
       FROM units u JOIN journalIndex j USING (unitSerial) LEFT JOIN scraps s USING (unitSerial)
       WHERE u.unitSerial >= @from AND u.unitSerial < @to GROUP BY u.orderId, shown`,
      range,
    );
    for (const { orderId, shown, units } of real) {
      const of = counted.get(orderId) ?? new Map<string, number>();
      counted.set(orderId, of.set(shown, (of.get(shown) ?? 0) + units));
    }
    yield moved.map(({ unitSerial }) => `the index has ${unitSerial} in another order than its unit`);
  }
  const said = sql.all<{ orderId: string; state: string; units: number }>(
    'SELECT orderId, state, units FROM orderUnits WHERE units <> 0',
  );
  const differ = said.filter(({ orderId, state, units }) => {
    const of = counted.get(orderId);
    const own = of?.get(state);
    of?.delete(state);
    return own !== units;
  });
  const unsaid = [...counted].filter(([, states]) => states.size > 0);
  const orders = new Set([...differ.map(({ orderId }) => orderId), ...unsaid.map(([orderId]) => orderId)]);
  yield [...orders].map((orderId) => `the counts of order ${orderId} do not agree with its units`);
  const places = sql.all<{ orderId: string }>(
    `WITH kept AS (
       SELECT c.unitSerial, c.orderId, count(*) AS certificates FROM certificates c JOIN units u USING (unitSerial)
       WHERE c.state = 'superseded' AND u.orderId = c.orderId
         AND NOT EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = c.unitSerial)
         AND NOT EXISTS (SELECT 1 FROM supersessions x WHERE x.serialHex = c.serialHex)
         AND NOT EXISTS (SELECT 1 FROM certificates l WHERE l.unitSerial = c.unitSerial AND l.state IN ('reserved', 'issued'))
       GROUP BY c.unitSerial)
     SELECT o.orderId FROM orders o LEFT JOIN orderPlaces p USING (orderId)
     WHERE coalesce(p.live, 0) <>
         (SELECT count(*) FROM certificates c WHERE c.orderId = o.orderId AND c.state IN ('reserved', 'issued'))
       OR coalesce(p.asked, 0) <> (SELECT count(*) FROM awsRequests r WHERE r.orderId = o.orderId AND r.state = 'asked')
       OR coalesce(p.kept, 0) <> (SELECT coalesce(sum(k.certificates), 0) FROM kept k WHERE k.orderId = o.orderId)
       OR coalesce(p.kept, 0) <> (SELECT coalesce(sum(k.certificates), 0) FROM keptPlaces k WHERE k.orderId = o.orderId)
       OR coalesce(p.claimed, 0) <>
         (SELECT count(DISTINCT g.unitSerial) FROM claims k JOIN claimUnits g USING (claimId) WHERE k.orderId = o.orderId)
       OR coalesce(o.listed, 0) <> (SELECT count(*) FROM orderSerials l WHERE l.orderId = o.orderId)
     UNION SELECT orderId FROM orderPlaces
       WHERE live + asked + kept + claimed <> 0 AND orderId NOT IN (SELECT orderId FROM orders)
     UNION SELECT orderId FROM keptPlaces WHERE orderId NOT IN (SELECT orderId FROM orders)`,
  );
  yield places.map(({ orderId }) => `the places of order ${orderId} do not agree with its certificates`);
}
