/** What QA reads of all stations: entries by unit, results by hour, and the hashes with which a leaf is proved. */
import type { JournalName } from '../../contract/model.ts';

const ended: JournalName = 'attempt.ended';

export const desk = `
-- A leaf as JSON; NULL when it is none. What JSON of another program may have and jsonb has not is put as U+FFFD.
CREATE FUNCTION birthmark.said(p_leaf text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
BEGIN
  RETURN regexp_replace(p_leaf, '\\\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\\\ufffd', 'g')::jsonb;
EXCEPTION WHEN others THEN RETURN NULL;
END $$;
-- What the leaf is about: the unit that it names, or the subject of an entry of the audit log.
CREATE FUNCTION birthmark.subject_of(p_leaf text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT left(coalesce(s.j ->> 'unitSerial', s.j #>> '{data,unitSerial}', s.j ->> 'subject'), 200) FROM (SELECT birthmark.said(p_leaf)) s (j)
$$;
CREATE INDEX leaves_by_subject ON birthmark.leaves (birthmark.subject_of(leaf));
CREATE INDEX units_in_order ON birthmark.units (unit_serial COLLATE "C", station_id);
CREATE INDEX certificates_by_id ON birthmark.certificates (certificate_id);
CREATE INDEX units_of_order ON birthmark.units (order_id, station_id, state);

-- The ends of attempts, by hour and outcome.
CREATE TABLE birthmark.results (
  log_id bigint NOT NULL REFERENCES birthmark.logs,
  hour timestamptz NOT NULL,
  outcome text NOT NULL,
  attempts bigint NOT NULL,
  PRIMARY KEY (log_id, hour, outcome)
);
-- The complete subtrees of 2^level leaves (RFC 6962), for level 8, 16 and 24.
CREATE TABLE birthmark.nodes (
  log_id bigint NOT NULL REFERENCES birthmark.logs,
  level int NOT NULL,
  place bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (log_id, level, place)
);
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['results', 'nodes'] LOOP
    EXECUTE format('ALTER TABLE birthmark.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT ON birthmark.%I TO birthmark_station, birthmark_reader', t);
    EXECUTE format('CREATE POLICY all_of_it ON birthmark.%I FOR SELECT TO birthmark_reader USING (true)', t);
    EXECUTE format('CREATE POLICY own ON birthmark.%I FOR SELECT TO birthmark_station USING (log_id IN
      (SELECT log_id FROM birthmark.logs WHERE station_id = birthmark.my_station()))', t);
  END LOOP;
END $$;

-- Leaves by their place. Each month is asked by its own key.
CREATE FUNCTION birthmark.leaves_between(p_log bigint, p_from bigint, p_to bigint) RETURNS TABLE (leaf_index bigint, leaf text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT v.leaf_index, v.leaf FROM birthmark.logs l,
    generate_series(date_trunc('month', l.joined_at) - interval '1 month', now() + interval '1 day', '1 month') m,
    LATERAL (SELECT x.leaf_index, x.leaf FROM birthmark.leaves x WHERE x.month = m::date AND x.log_id = p_log
      AND x.leaf_index BETWEEN p_from AND p_to) v
  WHERE l.log_id = p_log ORDER BY v.leaf_index
$$;

-- The root over 2^n hashes.
CREATE FUNCTION birthmark.merkle(p_hashes bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE n int := array_length(p_hashes, 1);
BEGIN
  WHILE n > 1 LOOP
    n := n / 2;
    FOR i IN 1..n LOOP p_hashes[i] := sha256('\\x01'::bytea || p_hashes[2 * i - 1] || p_hashes[2 * i]); END LOOP;
  END LOOP;
  RETURN p_hashes[1];
END $$;

-- Leaves from p_from to before p_to are new.
CREATE FUNCTION birthmark.keep_nodes(p_log bigint, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE width bigint := 256;
BEGIN
  FOR k IN p_from / 256 .. p_to / 256 - 1 LOOP
    INSERT INTO birthmark.nodes (log_id, level, place, hash) VALUES (p_log, 8, k, birthmark.merkle(ARRAY(
      SELECT sha256('\\x00'::bytea || convert_to(v.leaf, 'UTF8'))
      FROM birthmark.leaves_between(p_log, k * 256, k * 256 + 255) v ORDER BY v.leaf_index))) ON CONFLICT DO NOTHING;
  END LOOP;
  FOR step IN 2..3 LOOP
    width := width * 256;
    FOR k IN p_from / width .. p_to / width - 1 LOOP
      INSERT INTO birthmark.nodes (log_id, level, place, hash) VALUES (p_log, 8 * step, k, birthmark.merkle(ARRAY(
        SELECT n.hash FROM birthmark.nodes n WHERE n.log_id = p_log AND n.level = 8 * step - 8
          AND n.place BETWEEN k * 256 AND k * 256 + 255 ORDER BY n.place))) ON CONFLICT DO NOTHING;
    END LOOP;
  END LOOP;
END $$;

CREATE FUNCTION birthmark.keep_results(p_log bigint, p_leaves text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO birthmark.results AS r (log_id, hour, outcome, attempts)
    SELECT p_log, date_trunc('hour', (s.j ->> 'at')::timestamptz, 'UTC'), s.j #>> '{data,outcome}', count(*)
    FROM (SELECT birthmark.said(leaf) AS j FROM unnest(p_leaves) leaf WHERE leaf LIKE '%"entry":"${ended}"%') s
    WHERE s.j ->> 'kind' = 'journal' AND s.j ->> 'entry' = '${ended}' AND s.j #>> '{data,outcome}' IS NOT NULL
    GROUP BY 1, 2, 3
    ON CONFLICT (log_id, hour, outcome) DO UPDATE SET attempts = r.attempts + excluded.attempts
$$;

-- In the transaction that takes the leaves, so that a leaf counts once.
CREATE FUNCTION birthmark.read_leaves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE page record;
BEGIN
  FOR page IN SELECT log_id, min(leaf_index) AS first, max(leaf_index) + 1 AS next, array_agg(leaf) AS leaves FROM fresh GROUP BY log_id LOOP
    PERFORM birthmark.keep_nodes(page.log_id, page.first, page.next);
    PERFORM birthmark.keep_results(page.log_id, page.leaves);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER read_leaves AFTER INSERT ON birthmark.leaves REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION birthmark.read_leaves();
-- What came before.
DO $$ DECLARE l record; BEGIN
  FOR l IN SELECT log_id, size FROM birthmark.logs LOOP
    PERFORM birthmark.keep_nodes(l.log_id, 0, l.size);
    FOR k IN 0 .. l.size / 10000 LOOP
      PERFORM birthmark.keep_results(l.log_id, ARRAY(SELECT v.leaf FROM birthmark.leaves_between(l.log_id, k * 10000, k * 10000 + 9999) v));
    END LOOP;
  END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION birthmark.said, birthmark.subject_of, birthmark.leaves_between, birthmark.merkle, birthmark.keep_nodes,
  birthmark.keep_results, birthmark.read_leaves FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.said, birthmark.subject_of, birthmark.leaves_between TO birthmark_station, birthmark_reader;
`;
