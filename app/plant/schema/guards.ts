/** What a station can be given: serials that no station has by any order, and nothing by a plant that was put back unseen. */

export const guards = `
-- Where the database is: its server, the line of that server's history (one that was put back from its archive, or took over from
-- another one, has begun a line of its own), and its number there. A dump that is put back has another number.
CREATE FUNCTION birthmark.here() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE number text := (SELECT oid::text FROM pg_database WHERE datname = current_database());
BEGIN
  RETURN concat_ws(' ', (SELECT system_identifier::text FROM pg_control_system()), left(pg_walfile_name(pg_current_wal_lsn()), 8), number);
-- Some providers keep these functions for themselves.
EXCEPTION WHEN insufficient_privilege THEN RETURN number;
END $$;
ALTER TABLE birthmark.plant ADD COLUMN here text;
UPDATE birthmark.plant SET here = birthmark.here();

-- How far this station's log has come here, and the collisions that it was not told. Each station begins with this question.
CREATE OR REPLACE FUNCTION birthmark.standing() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE open_log birthmark.logs;
BEGIN
  SELECT * INTO open_log FROM birthmark.logs WHERE station_id = birthmark.my_station() AND ended_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  UPDATE birthmark.plant SET here = birthmark.here(), restored_at = now() WHERE here IS DISTINCT FROM birthmark.here();
  RETURN jsonb_build_object('plantId', (SELECT plant_id FROM birthmark.plant), 'logId', open_log.log_id,
    'size', open_log.size, 'root', encode(open_log.root, 'hex'), 'collisions', birthmark.untold());
END $$;

CREATE INDEX leases_by_serial ON birthmark.leases (length(serial_from), serial_from COLLATE "C");
CREATE INDEX returned_by_serial ON birthmark.returned_serials (length(serial_from), serial_from COLLATE "C");

-- The serials of the order that no station has, as runs: every lease of them has come back, by whichever order it was.
CREATE OR REPLACE FUNCTION birthmark.free_runs(p_order text) RETURNS TABLE (first numeric, last numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH o AS (SELECT serial_prefix, serial_width, serial_first, serial_last, length(serial_prefix) + serial_width AS signs,
        serial_prefix || repeat('0', serial_width) AS low, serial_prefix || repeat('9', serial_width) AS high
      FROM birthmark.orders WHERE order_id = p_order AND serial_prefix IS NOT NULL),
    held AS (
      SELECT l.serial_from, l.serial_to, 1 AS n FROM o JOIN birthmark.leases l
        ON length(l.serial_from) = o.signs AND l.serial_from COLLATE "C" BETWEEN o.low AND o.high
      UNION ALL SELECT r.serial_from, r.serial_to, -1 FROM o JOIN birthmark.returned_serials r
        ON length(r.serial_from) = o.signs AND r.serial_from COLLATE "C" BETWEEN o.low AND o.high),
    tails AS (
      SELECT right(h.serial_from, o.serial_width) AS a, right(h.serial_to, o.serial_width) AS z, h.n
      FROM held h, o WHERE starts_with(h.serial_from, o.serial_prefix)),
    -- Between the ends of a range lie serials of other kinds, such as A-0B1.
    runs AS (
      SELECT CASE WHEN a ~ '^[0-9]+$' THEN a::numeric END AS a, CASE WHEN z ~ '^[0-9]+$' THEN z::numeric END AS z, n FROM tails),
    ends AS (
      SELECT a AS at, n FROM runs WHERE a <= z UNION ALL SELECT z + 1, -n FROM runs WHERE a <= z
      UNION ALL SELECT serial_first, 0 FROM o UNION ALL SELECT serial_last + 1, 0 FROM o),
    steps AS (SELECT e.at, sum(e.n) AS n FROM ends e, o GROUP BY e.at, o.serial_first, o.serial_last
      HAVING sum(e.n) <> 0 OR e.at IN (o.serial_first, o.serial_last + 1)),
    levels AS (SELECT at, sum(n) OVER (ORDER BY at) AS level, lead(at) OVER (ORDER BY at) AS next FROM steps)
  SELECT v.at, v.next - 1 FROM levels v, o
    WHERE v.level = 0 AND v.at >= o.serial_first AND v.next <= o.serial_last + 1
$$;

-- As before, for one unit at least. One lease is made at a time: the serials of two orders may be the same.
ALTER FUNCTION birthmark.lease(text, bigint) RENAME TO lease_of;
REVOKE EXECUTE ON FUNCTION birthmark.lease_of FROM birthmark_station;
CREATE FUNCTION birthmark.lease(p_order text, p_quantity bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF p_quantity IS NULL OR p_quantity < 1 THEN RAISE EXCEPTION 'a lease is of one unit at least' USING ERRCODE = 'BM004'; END IF;
  PERFORM pg_advisory_xact_lock(7146514);
  RETURN birthmark.lease_of(p_order, p_quantity);
END $$;
REVOKE EXECUTE ON FUNCTION birthmark.lease, birthmark.here FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.lease TO birthmark_station;
`;
