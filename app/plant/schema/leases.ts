/** Orders of the plant, and what stations have of them: a quantity, and serials that no other station gets. */

export const leases = `
-- A range of serials is a prefix and a number of fixed width; NULL: the order has none.
CREATE TABLE birthmark.orders (
  order_id text PRIMARY KEY,
  model text NOT NULL,
  quantity bigint NOT NULL CHECK (quantity > 0),
  serial_prefix text,
  serial_width int,
  serial_first numeric,
  serial_last numeric,
  made_at timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nulls(serial_prefix, serial_width, serial_first, serial_last) IN (0, 4))
);
-- What is left of an order follows from its leases, so that a plant that was restored gets both back from the stations.
CREATE TABLE birthmark.leases (
  lease_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  order_id text NOT NULL,
  station_id uuid NOT NULL,
  model text NOT NULL,
  quantity bigint NOT NULL,
  serial_from text,
  serial_to text,
  leased_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX leases_by_order ON birthmark.leases (order_id);
GRANT SELECT ON birthmark.orders TO birthmark_station, birthmark_reader;
GRANT SELECT ON birthmark.leases TO birthmark_station, birthmark_reader;
ALTER TABLE birthmark.leases ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON birthmark.leases FOR SELECT TO birthmark_reader USING (true);
CREATE POLICY own ON birthmark.leases FOR SELECT TO birthmark_station USING (station_id = birthmark.my_station());

-- The station has shipped its whole log: the plant knows all that it has leased.
CREATE FUNCTION birthmark.whole() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE birthmark.logs SET whole_at = now() WHERE station_id = birthmark.my_station() AND ended_at IS NULL
$$;

CREATE FUNCTION birthmark.keep_leases(p_station uuid, p_leases jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO birthmark.leases (lease_id, order_id, station_id, model, quantity, serial_from, serial_to)
    SELECT g."leaseId", g."plantOrder", p_station, g.model, g.quantity, g."serialFrom", g."serialTo"
    FROM jsonb_to_recordset(p_leases) AS g ("leaseId" uuid, "plantOrder" text, model text, quantity bigint,
      "serialFrom" text, "serialTo" text)
    ON CONFLICT DO NOTHING
$$;

-- A part of an order for this station. The answer has all its leases, the oldest first: one whose answer was lost is among them.
CREATE FUNCTION birthmark.lease(p_order text, p_quantity bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := birthmark.my_station(); o birthmark.orders; free bigint; first numeric; missing text;
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
  SELECT o.quantity - coalesce(sum(l.quantity), 0),
      greatest(o.serial_first, 1 + max(substr(l.serial_to, length(o.serial_prefix) + 1)::numeric))
    INTO free, first FROM birthmark.leases l WHERE l.order_id = p_order;
  IF p_quantity > free THEN RAISE EXCEPTION 'order % has % left', p_order, greatest(free, 0) USING ERRCODE = 'BM004'; END IF;
  IF first + p_quantity - 1 > o.serial_last THEN
    RAISE EXCEPTION 'order % has % serials left', p_order, o.serial_last - first + 1 USING ERRCODE = 'BM004';
  END IF;
  INSERT INTO birthmark.leases (order_id, station_id, model, quantity, serial_from, serial_to) VALUES (p_order, me, o.model,
    p_quantity, o.serial_prefix || lpad(first::text, o.serial_width, '0'),
    o.serial_prefix || lpad((first + p_quantity - 1)::text, o.serial_width, '0'));
  RETURN birthmark.my_leases();
END $$;

CREATE FUNCTION birthmark.my_leases() RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT jsonb_build_object('leases', coalesce(jsonb_agg(jsonb_build_object('leaseId', l.lease_id, 'plantOrder', l.order_id,
    'model', l.model, 'quantity', l.quantity, 'serialFrom', l.serial_from, 'serialTo', l.serial_to) ORDER BY l.leased_at), '[]'))
  FROM birthmark.leases l WHERE l.station_id = birthmark.my_station()
$$;

REVOKE EXECUTE ON FUNCTION birthmark.whole, birthmark.keep_leases, birthmark.lease, birthmark.my_leases FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.whole, birthmark.lease TO birthmark_station;
`;
