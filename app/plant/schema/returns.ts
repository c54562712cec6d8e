/** Leases that came back: their quantity and serials are for other stations again. */

export const returns = `
-- A lease comes back once, with all that was not used of it.
CREATE TABLE birthmark.returns (
  lease_id uuid PRIMARY KEY,
  order_id text NOT NULL,
  quantity bigint NOT NULL CHECK (quantity >= 0),
  returned_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX returns_by_order ON birthmark.returns (order_id);
CREATE TABLE birthmark.returned_serials (
  lease_id uuid NOT NULL REFERENCES birthmark.returns,
  order_id text NOT NULL,
  serial_from text NOT NULL,
  serial_to text NOT NULL,
  PRIMARY KEY (lease_id, serial_from)
);
CREATE INDEX returned_serials_by_order ON birthmark.returned_serials (order_id);
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['returns', 'returned_serials'] LOOP
    EXECUTE format('ALTER TABLE birthmark.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT ON birthmark.%I TO birthmark_station, birthmark_reader', t);
    EXECUTE format('CREATE POLICY all_of_it ON birthmark.%I FOR SELECT TO birthmark_reader USING (true)', t);
    EXECUTE format('CREATE POLICY own ON birthmark.%I FOR SELECT TO birthmark_station USING (lease_id IN
      (SELECT lease_id FROM birthmark.leases WHERE station_id = birthmark.my_station()))', t);
  END LOOP;
END $$;

-- A station asks before it ships the first return: an older plant would not hear of it.
CREATE FUNCTION birthmark.takes_returns() RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS 'SELECT true';

-- p_leases: leases as the station has them. returned: {quantity, serials: [[from, to]]}, or null. A station returns only what it
-- has leased, and only once.
CREATE OR REPLACE FUNCTION birthmark.keep_leases(p_station uuid, p_leases jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO birthmark.leases (lease_id, order_id, station_id, model, quantity, serial_from, serial_to)
    SELECT g."leaseId", g."plantOrder", p_station, g.model, g.quantity, g."serialFrom", g."serialTo"
    FROM jsonb_to_recordset(p_leases) AS g ("leaseId" uuid, "plantOrder" text, model text, quantity bigint,
      "serialFrom" text, "serialTo" text)
    ON CONFLICT DO NOTHING;
  WITH given AS (
    SELECT l.lease_id, l.order_id, l.quantity, l.serial_from, l.serial_to, g.returned
    FROM jsonb_to_recordset(p_leases) AS g ("leaseId" uuid, returned jsonb)
    JOIN birthmark.leases l ON l.lease_id = g."leaseId" AND l.station_id = p_station
    WHERE jsonb_typeof(g.returned) = 'object'
  ), fresh AS (
    INSERT INTO birthmark.returns (lease_id, order_id, quantity)
      SELECT lease_id, order_id, least(quantity, (returned ->> 'quantity')::bigint) FROM given
      ON CONFLICT DO NOTHING RETURNING lease_id
  )
  INSERT INTO birthmark.returned_serials (lease_id, order_id, serial_from, serial_to)
    SELECT g.lease_id, g.order_id, r ->> 0, r ->> 1
    FROM given g JOIN fresh USING (lease_id), jsonb_array_elements(g.returned -> 'serials') r
    WHERE length(r ->> 0) = length(g.serial_from) AND length(r ->> 1) = length(g.serial_from)
      AND (r ->> 0) COLLATE "C" BETWEEN g.serial_from AND r ->> 1 AND (r ->> 1) COLLATE "C" <= g.serial_to;
END $$;

-- How many of the order no station has.
CREATE FUNCTION birthmark.left_of(p_order text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT (o.quantity - coalesce((SELECT sum(l.quantity) FROM birthmark.leases l WHERE l.order_id = p_order), 0)
    + coalesce((SELECT sum(r.quantity) FROM birthmark.returns r WHERE r.order_id = p_order), 0))::bigint
  FROM birthmark.orders o WHERE o.order_id = p_order
$$;

-- The serials of the order that no station has, as runs: every lease of them has come back.
CREATE FUNCTION birthmark.free_runs(p_order text) RETURNS TABLE (first numeric, last numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  WITH o AS (SELECT serial_prefix, serial_width, serial_first, serial_last FROM birthmark.orders
      WHERE order_id = p_order AND serial_prefix IS NOT NULL),
    held AS (
      SELECT serial_from, serial_to, 1 AS n FROM birthmark.leases WHERE order_id = p_order
      UNION ALL SELECT serial_from, serial_to, -1 FROM birthmark.returned_serials WHERE order_id = p_order),
    runs AS (
      SELECT right(h.serial_from, o.serial_width)::numeric AS a, right(h.serial_to, o.serial_width)::numeric AS z, h.n
      FROM held h, o WHERE starts_with(h.serial_from, o.serial_prefix)
        AND length(h.serial_from) = length(o.serial_prefix) + o.serial_width),
    ends AS (
      SELECT a AS at, n FROM runs UNION ALL SELECT z + 1, -n FROM runs
      UNION ALL SELECT serial_first, 0 FROM o UNION ALL SELECT serial_last + 1, 0 FROM o),
    steps AS (SELECT e.at, sum(e.n) AS n FROM ends e, o GROUP BY e.at, o.serial_first, o.serial_last
      HAVING sum(e.n) <> 0 OR e.at IN (o.serial_first, o.serial_last + 1)),
    levels AS (SELECT at, sum(n) OVER (ORDER BY at) AS level, lead(at) OVER (ORDER BY at) AS next FROM steps)
  SELECT v.at, v.next - 1 FROM levels v, o
    WHERE v.level = 0 AND v.at >= o.serial_first AND v.next <= o.serial_last + 1
$$;

-- A part of an order for this station, of the shortest run of serials that is long enough. The answer has all its leases, the
-- oldest first: one whose answer was lost is among them.
CREATE OR REPLACE FUNCTION birthmark.lease(p_order text, p_quantity bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := birthmark.my_station(); o birthmark.orders; free bigint; start numeric; missing text;
BEGIN
  IF me IS NULL THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  SELECT * INTO o FROM birthmark.orders WHERE order_id = p_order FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'the plant has no order %', p_order USING ERRCODE = 'BM004'; END IF;
  SELECT string_agg(s.login, ', ') INTO missing FROM birthmark.plant p, birthmark.logs l
    JOIN birthmark.stations s USING (station_id)
    WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'the plant was restored: it leases once it has heard from %', missing USING ERRCODE = 'BM004';
  END IF;
  free := birthmark.left_of(p_order);
  IF p_quantity > free THEN RAISE EXCEPTION 'order % has % left', p_order, greatest(free, 0) USING ERRCODE = 'BM004'; END IF;
  IF o.serial_prefix IS NOT NULL THEN
    SELECT r.first INTO start FROM birthmark.free_runs(p_order) r WHERE r.last - r.first + 1 >= p_quantity
      ORDER BY r.last - r.first, r.first LIMIT 1;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'order % has % serials in a row left', p_order, birthmark.longest_run(p_order) USING ERRCODE = 'BM004';
    END IF;
  END IF;
  INSERT INTO birthmark.leases (order_id, station_id, model, quantity, serial_from, serial_to) VALUES (p_order, me, o.model,
    p_quantity, o.serial_prefix || lpad(start::text, o.serial_width, '0'),
    o.serial_prefix || lpad((start + p_quantity - 1)::text, o.serial_width, '0'));
  RETURN birthmark.my_leases();
END $$;

-- The leases of this station, the oldest first, without those that came back.
CREATE OR REPLACE FUNCTION birthmark.my_leases() RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT jsonb_build_object('leases', coalesce(jsonb_agg(jsonb_build_object('leaseId', l.lease_id, 'plantOrder', l.order_id,
    'model', l.model, 'quantity', l.quantity, 'serialFrom', l.serial_from, 'serialTo', l.serial_to) ORDER BY l.leased_at), '[]'))
  FROM birthmark.leases l WHERE l.station_id = birthmark.my_station()
    AND NOT EXISTS (SELECT 1 FROM birthmark.returns r WHERE r.lease_id = l.lease_id)
$$;
-- The leases that this station gave back.
CREATE FUNCTION birthmark.my_returns() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(jsonb_agg(r.lease_id), '[]') FROM birthmark.returns r JOIN birthmark.leases l USING (lease_id)
  WHERE l.station_id = birthmark.my_station()
$$;

-- NULL for an order without a range.
CREATE FUNCTION birthmark.longest_run(p_order text) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT CASE WHEN o.serial_prefix IS NOT NULL THEN
    (SELECT coalesce(max(r.last - r.first + 1), 0) FROM birthmark.free_runs(p_order) r) END
  FROM birthmark.orders o WHERE o.order_id = p_order
$$;

-- The orders of the plant, the latest first, with what is left of them.
CREATE FUNCTION birthmark.list_orders() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('orderId', o.order_id, 'model', o.model, 'quantity', o.quantity,
    'left', greatest(0, birthmark.left_of(o.order_id)), 'longestRun', birthmark.longest_run(o.order_id)) ORDER BY o.made_at DESC), '[]')
  FROM (SELECT * FROM birthmark.orders ORDER BY made_at DESC LIMIT 200) o
$$;

REVOKE EXECUTE ON FUNCTION birthmark.takes_returns, birthmark.left_of, birthmark.free_runs, birthmark.longest_run,
  birthmark.list_orders, birthmark.my_returns FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.takes_returns, birthmark.my_returns TO birthmark_station;
GRANT EXECUTE ON FUNCTION birthmark.list_orders TO birthmark_station, birthmark_reader;
`;
