/** First-pass yield as the stations count it: a unit counts once in its life, with its first PASS or FAIL. */
import type { JournalName } from '../../contract/model.ts';

const ended: JournalName = 'attempt.ended';

export const firsts = `
-- Units that have their first result, by log. Only the function below reads and writes it.
CREATE TABLE birthmark.first_results (
  log_id bigint NOT NULL REFERENCES birthmark.logs,
  unit_serial text NOT NULL,
  PRIMARY KEY (log_id, unit_serial)
);
ALTER TABLE birthmark.first_results ENABLE ROW LEVEL SECURITY;
-- Those of the attempts that were the first result of their unit.
ALTER TABLE birthmark.results ADD COLUMN firsts bigint NOT NULL DEFAULT 0;

-- The leaves come in the order of the log.
CREATE OR REPLACE FUNCTION birthmark.keep_results(p_log bigint, p_leaves text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH ended AS (
    SELECT s.n, date_trunc('hour', (s.j ->> 'at')::timestamptz, 'UTC') AS hour, s.j #>> '{data,outcome}' AS outcome,
      left(s.j ->> 'unitSerial', 200) AS unit
    FROM (SELECT birthmark.said(leaf) AS j, n FROM unnest(p_leaves) WITH ORDINALITY AS l (leaf, n) WHERE leaf LIKE '%"entry":"${ended}"%') s
    WHERE s.j ->> 'kind' = 'journal' AND s.j ->> 'entry' = '${ended}' AND s.j #>> '{data,outcome}' IS NOT NULL
  ), first AS (
    SELECT DISTINCT ON (unit) unit, n FROM ended WHERE outcome IN ('PASS', 'FAIL') AND unit IS NOT NULL ORDER BY unit, n
  ), kept AS (
    INSERT INTO birthmark.first_results (log_id, unit_serial) SELECT p_log, unit FROM first ON CONFLICT DO NOTHING RETURNING unit_serial
  )
  INSERT INTO birthmark.results AS r (log_id, hour, outcome, attempts, firsts)
    SELECT p_log, e.hour, e.outcome, count(*), count(k.unit_serial)
    FROM ended e LEFT JOIN first f USING (n) LEFT JOIN kept k ON k.unit_serial = f.unit
    GROUP BY 1, 2, 3
    ON CONFLICT (log_id, hour, outcome) DO UPDATE SET attempts = r.attempts + excluded.attempts, firsts = r.firsts + excluded.firsts
$$;
CREATE OR REPLACE FUNCTION birthmark.read_leaves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE page record;
BEGIN
  FOR page IN SELECT log_id, min(leaf_index) AS first, max(leaf_index) + 1 AS next, array_agg(leaf ORDER BY leaf_index) AS leaves
    FROM fresh GROUP BY log_id LOOP
    PERFORM birthmark.keep_nodes(page.log_id, page.first, page.next);
    PERFORM birthmark.keep_results(page.log_id, page.leaves);
  END LOOP;
  RETURN NULL;
END $$;
-- What came before is counted once more.
DELETE FROM birthmark.results;
DO $$ DECLARE l record; BEGIN
  FOR l IN SELECT log_id, size FROM birthmark.logs LOOP
    FOR k IN 0 .. l.size / 10000 LOOP
      PERFORM birthmark.keep_results(l.log_id, ARRAY(SELECT v.leaf FROM birthmark.leaves_between(l.log_id, k * 10000, k * 10000 + 9999) v
        ORDER BY v.leaf_index));
    END LOOP;
  END LOOP;
END $$;
`;
