/**
 * Attempts and times of steps, counted by the quarter of an hour as they happen: yields of a year cost the same at the
 * millionth unit as at the first. A shift or a local day may begin at a quarter of a UTC hour. Triggers fill these tables
 * and nothing else does; the integrity check compares them with the journal.
 */

/** The beginning of its quarter, `yyyy-mm-ddThh:mm` in UTC. */
const quarter = (row: string) =>
  `substr(${row}.at, 1, 14) || printf('%02d', CAST(substr(${row}.at, 15, 2) AS INTEGER) / 15 * 15)`;

/**
 * The entry with which the attempt of a row began: it has the order, the slot and the recipe. Only what was there before the
 * row counts: a number of an attempt may come again, and what was counted stays.
 */
const began = (row: string) =>
  `(SELECT b.entryId FROM journal b WHERE b.unitSerial = ${row}.unitSerial AND b.attempt = ${row}.attempt
     AND b.entry IN ('attempt.started', 'unit.admitted') AND b.position <= ${row}.position ORDER BY b.position DESC LIMIT 1)`;
const firmware = (row: string) =>
  `(SELECT json_extract(d.data, '$.firmware') FROM journal d WHERE d.unitSerial = ${row}.unitSerial
     AND d.attempt = ${row}.attempt AND d.entry = 'device.identified' AND d.position < ${row}.position
     ORDER BY d.position DESC LIMIT 1)`;
const recipe = `coalesce(json_extract(s.data, '$.recipe.name') || ' ' || json_extract(s.data, '$.recipe.version'), '')`;
const order = `coalesce(json_extract(s.data, '$.orderId'), '')`;
/** No result before this one: neither a pass nor a fail. */
const isFirst = (row: string) => `${row}.state IN ('passed', 'failed') AND NOT EXISTS (SELECT 1 FROM journal f
     WHERE f.unitSerial = ${row}.unitSerial AND f.position < ${row}.position AND f.state IN ('passed', 'failed'))`;

/** The attempts that `rows` begin or end, a row each in the form of the table. */
const attempts = (rows: string, row: string) => `
  SELECT ${quarter(row)} AS quarter, ${order} AS orderId, ${recipe} AS recipe,
    coalesce(CAST(json_extract(s.data, '$.slotId') AS TEXT), '') AS slot, coalesce(s.actor, ${row}.actor) AS operator,
    iif(${row}.entry = 'attempt.started', '', coalesce(${firmware(row)}, '')) AS firmware,
    coalesce(${row}.state, '') AS outcome, coalesce(json_extract(${row}.data, '$.error.code'), '') AS code,
    ${isFirst(row)} AS first
  FROM ${rows} LEFT JOIN journal s ON s.entryId = ${began(row)}`;

/**
 * Times in bins of 2 %: bin b is around e^(b/50) ms. A step counts when it was done, and the attempt as a whole (`''`)
 * when its unit passed.
 */
const steps = (rows: string, row: string) => `
  SELECT ${quarter(row)} AS quarter, ${order} AS orderId, ${recipe} AS recipe,
    iif(${row}.entry = 'attempt.ended', '', coalesce(${row}.step, '')) AS step,
    CAST(round(ln(max(${row}.ms, 1)) * 50) AS INTEGER) AS bin
  FROM ${rows} LEFT JOIN journal s ON s.entryId = ${began(row)}`;

const isAttempt = (row: string) => `${row}.entry IN ('attempt.started', 'attempt.ended')`;
const isTimed = (row: string) =>
  `${row}.ms IS NOT NULL AND (${row}.entry = 'step.done' OR ${row}.entry = 'attempt.ended' AND ${row}.state = 'passed')`;

/** The tables as `rows` give them: the journal or some of its entries, with the name `j`. */
export const resultsOf = (rows: string) => ({
  attemptCounts: `SELECT *, count(*) AS attempts FROM (${attempts(rows, 'j')} WHERE ${isAttempt('j')}) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`,
  stepCounts: `SELECT *, count(*) AS steps FROM (${steps(rows, 'j')} WHERE ${isTimed('j')}) GROUP BY 1, 2, 3, 4, 5`,
});
export const resultsOfJournal = resultsOf('journal j');

export const resultCounts = `
CREATE TABLE attemptCounts (
  quarter TEXT NOT NULL,
  orderId TEXT NOT NULL,
  recipe TEXT NOT NULL,
  slot TEXT NOT NULL,
  operator TEXT NOT NULL,
  firmware TEXT NOT NULL,
  -- The state of the unit after the entry: 'started' for a beginning.
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  -- 1 for the first pass or fail of a unit.
  first INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (quarter, orderId, recipe, slot, operator, firmware, outcome, code, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE stepCounts (
  quarter TEXT NOT NULL,
  orderId TEXT NOT NULL,
  recipe TEXT NOT NULL,
  -- '' for the whole attempt of a unit that passed.
  step TEXT NOT NULL,
  bin INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  PRIMARY KEY (quarter, orderId, recipe, step, bin)
) STRICT, WITHOUT ROWID;
INSERT INTO attemptCounts ${resultsOfJournal.attemptCounts};
INSERT INTO stepCounts ${resultsOfJournal.stepCounts};
CREATE TRIGGER attemptsCounted AFTER INSERT ON journal WHEN ${isAttempt('NEW')} BEGIN
  INSERT INTO attemptCounts SELECT *, 1 FROM (${attempts('(SELECT 1)', 'NEW')}) WHERE true
  ON CONFLICT (quarter, orderId, recipe, slot, operator, firmware, outcome, code, first) DO UPDATE SET attempts = attempts + 1;
END;
CREATE TRIGGER stepsCounted AFTER INSERT ON journal WHEN ${isTimed('NEW')} BEGIN
  INSERT INTO stepCounts SELECT *, 1 FROM (${steps('(SELECT 1)', 'NEW')}) WHERE true
  ON CONFLICT (quarter, orderId, recipe, step, bin) DO UPDATE SET steps = steps + 1;
END;
`;
