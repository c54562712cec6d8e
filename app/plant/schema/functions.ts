/**
 * What a station may do in the plant. Each function acts for the station whose login it is. SQLSTATEs of class BM are the
 * refusals that `refusals.ts` turns into errors.
 */

export const functions = `
CREATE FUNCTION birthmark.join_plant(p_station uuid, p_name text, p_key bytea, p_again boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE mine birthmark.stations; now_open birthmark.logs;
BEGIN
  SELECT * INTO mine FROM birthmark.stations WHERE login = session_user FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this login is not admitted' USING ERRCODE = 'BM001'; END IF;
  IF mine.station_id IS DISTINCT FROM p_station THEN
    IF mine.station_id IS NOT NULL OR EXISTS (SELECT 1 FROM birthmark.stations WHERE station_id = p_station) THEN
      RAISE EXCEPTION 'this login is of another station' USING ERRCODE = 'BM001';
    END IF;
  END IF;
  UPDATE birthmark.stations SET station_id = p_station, station_name = p_name WHERE login = session_user;
  IF p_again THEN
    UPDATE birthmark.logs SET ended_at = now() WHERE station_id = p_station AND ended_at IS NULL;
  END IF;
  SELECT * INTO now_open FROM birthmark.logs WHERE station_id = p_station AND ended_at IS NULL;
  IF FOUND AND now_open.public_key <> p_key THEN
    RAISE EXCEPTION 'the log of this station had another key' USING ERRCODE = 'BM003';
  ELSIF NOT FOUND THEN
    INSERT INTO birthmark.logs (station_id, public_key) VALUES (p_station, p_key);
  END IF;
  RETURN birthmark.standing();
END $$;

-- How far this station's log has come here, and the collisions that it was not told.
CREATE FUNCTION birthmark.standing() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE open_log birthmark.logs;
BEGIN
  SELECT * INTO open_log FROM birthmark.logs WHERE station_id = birthmark.my_station() AND ended_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  RETURN jsonb_build_object('plantId', (SELECT plant_id FROM birthmark.plant), 'logId', open_log.log_id,
    'size', open_log.size, 'root', encode(open_log.root, 'hex'), 'collisions', birthmark.untold());
END $$;

CREATE FUNCTION birthmark.untold() RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('collisionId', c.collision_id, 'kind', c.kind, 'value', c.value,
    'unitSerial', c.unit_serial, 'ownerId', c.owner_station, 'owner', coalesce(s.station_name, c.owner_station::text),
    'ownerUnit', c.owner_unit)), '[]')
  FROM (SELECT * FROM birthmark.collisions WHERE station_id = birthmark.my_station() AND told_at IS NULL
    ORDER BY collision_id LIMIT 500) c LEFT JOIN birthmark.stations s ON s.station_id = c.owner_station
$$;

CREATE FUNCTION birthmark.told(p_collisions bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE birthmark.collisions SET told_at = now()
  WHERE station_id = birthmark.my_station() AND collision_id = ANY (p_collisions) AND told_at IS NULL
$$;

-- p_claims: [{kind, value, unitSerial}]. Who comes first has it; the others are written down.
CREATE FUNCTION birthmark.take(p_station uuid, p_claims jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  -- In one order for all stations, so that two never wait for each other.
  INSERT INTO birthmark.claims (kind, value, station_id, unit_serial)
    SELECT DISTINCT ON (g.kind, g.value) g.kind, g.value, p_station, g."unitSerial"
    FROM jsonb_to_recordset(p_claims) AS g (kind text, value text, "unitSerial" text)
    WHERE NOT EXISTS (SELECT 1 FROM birthmark.collisions x WHERE x.station_id = p_station
      AND x.unit_serial = g."unitSerial" AND x.kind = g.kind AND x.value = g.value)
    ORDER BY g.kind, g.value
    ON CONFLICT DO NOTHING;
  INSERT INTO birthmark.collisions (kind, value, station_id, unit_serial, owner_station, owner_unit)
    SELECT c.kind, c.value, p_station, g."unitSerial", c.station_id, c.unit_serial
    FROM jsonb_to_recordset(p_claims) AS g (kind text, value text, "unitSerial" text)
    JOIN birthmark.claims c ON c.kind = g.kind AND c.value = g.value
    WHERE c.station_id <> p_station
    ON CONFLICT DO NOTHING;
END $$;
REVOKE EXECUTE ON FUNCTION birthmark.take FROM PUBLIC;

-- Asked before a unit goes on. The answer: the collisions of these claims, whether they were told or not.
CREATE FUNCTION birthmark.ask(p_claims jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := birthmark.my_station();
BEGIN
  IF me IS NULL THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  PERFORM birthmark.take(me, p_claims);
  RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('collisionId', c.collision_id, 'kind', c.kind, 'value', c.value,
      'unitSerial', c.unit_serial, 'ownerId', c.owner_station, 'owner', coalesce(s.station_name, c.owner_station::text),
    'ownerUnit', c.owner_unit)), '[]')
    FROM jsonb_to_recordset(p_claims) AS g (kind text, value text, "unitSerial" text)
    JOIN birthmark.collisions c ON c.station_id = me AND c.unit_serial = g."unitSerial" AND c.kind = g.kind AND c.value = g.value
    LEFT JOIN birthmark.stations s ON s.station_id = c.owner_station);
END $$;

-- The next leaves of the log, in order. Leaves that are here already are answered with where the log stands, and nothing is
-- written. The root over all leaves must be the station's own.
CREATE FUNCTION birthmark.ship(p_first bigint, p_leaves text[], p_root bytea, p_checkpoint text, p_facts jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  log birthmark.logs; leaves bigint; nodes bytea[]; depth int; rest bigint; hash bytea; text_of text;
  at_month date := date_trunc('month', now())::date;
BEGIN
  SELECT * INTO log FROM birthmark.logs WHERE station_id = birthmark.my_station() AND ended_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  IF log.size <> p_first THEN RETURN birthmark.standing(); END IF;
  leaves := log.size; nodes := log.frontier; depth := coalesce(array_length(nodes, 1), 0);
  FOREACH text_of IN ARRAY p_leaves LOOP
    hash := sha256('\\x00'::bytea || convert_to(text_of, 'UTF8'));
    rest := leaves;
    WHILE rest % 2 = 1 LOOP
      hash := sha256('\\x01'::bytea || nodes[depth] || hash);
      depth := depth - 1;
      rest := rest / 2;
    END LOOP;
    depth := depth + 1;
    nodes[depth] := hash;
    leaves := leaves + 1;
  END LOOP;
  hash := nodes[depth];
  FOR n IN REVERSE depth - 1 .. 1 LOOP hash := sha256('\\x01'::bytea || nodes[n] || hash); END LOOP;
  IF hash IS DISTINCT FROM p_root THEN
    RAISE EXCEPTION 'the log of this station does not go on from what is here' USING ERRCODE = 'BM003';
  END IF;
  PERFORM birthmark.make_month(at_month);
  INSERT INTO birthmark.leaves (month, log_id, leaf_index, leaf)
    SELECT at_month, log.log_id, p_first + l.n - 1, l.leaf FROM unnest(p_leaves) WITH ORDINALITY AS l (leaf, n);
  UPDATE birthmark.logs l SET size = leaves, frontier = nodes[1:depth], root = p_root, shipped_at = now(),
    checkpoint = coalesce(p_checkpoint, l.checkpoint) WHERE l.log_id = log.log_id;
  IF p_checkpoint IS NOT NULL AND NOT EXISTS (SELECT 1 FROM birthmark.checkpoints c WHERE c.log_id = log.log_id
    AND c.shipped_at > now() - interval '1 hour') THEN
    INSERT INTO birthmark.checkpoints (log_id, size, checkpoint) VALUES (log.log_id, leaves, p_checkpoint);
  END IF;
  PERFORM birthmark.keep_facts(log.station_id, p_facts);
  RETURN birthmark.standing();
END $$;

CREATE FUNCTION birthmark.make_month(p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE part text := 'leaves_' || to_char(p_month, 'YYYYMM');
BEGIN
  IF to_regclass('birthmark.' || part) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7146513);
  EXECUTE format('CREATE TABLE IF NOT EXISTS birthmark.%I PARTITION OF birthmark.leaves FOR VALUES FROM (%L) TO (%L)',
    part, p_month, (p_month + interval '1 month')::date);
END $$;
REVOKE EXECUTE ON FUNCTION birthmark.make_month FROM PUBLIC;

-- p_facts: {units, certificates, keys, refused, leases} as the station has them now. What it has on record as refused is claimed for
-- nobody, so that a plant that was restored finds the same owners.
CREATE FUNCTION birthmark.keep_facts(p_station uuid, p_facts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO birthmark.collisions (kind, value, station_id, unit_serial, owner_station, owner_unit, told_at)
    SELECT r.kind, r.value, p_station, r."unitSerial", r."ownerId", r."ownerUnit", now()
    FROM jsonb_to_recordset(p_facts -> 'refused') AS r (kind text, value text, "unitSerial" text, "ownerId" uuid, "ownerUnit" text)
    ON CONFLICT DO NOTHING;
  INSERT INTO birthmark.units AS u (unit_serial, station_id, order_id, model, hardware_id, state, updated_at)
    SELECT g."unitSerial", p_station, g."orderId", g.model, g."hardwareId", g.state, g."updatedAt"
    FROM jsonb_to_recordset(p_facts -> 'units') AS g
      ("unitSerial" text, "orderId" text, model text, "hardwareId" text, state text, "updatedAt" timestamptz)
    ON CONFLICT (unit_serial, station_id) DO UPDATE SET order_id = excluded.order_id, model = excluded.model,
      hardware_id = excluded.hardware_id, state = excluded.state, updated_at = excluded.updated_at;
  INSERT INTO birthmark.certificates AS c
      (serial_hex, station_id, unit_serial, certificate_id, issuer_id, spki_sha256, state, not_after, issued_at)
    SELECT g."serialHex", p_station, g."unitSerial", g."certificateId", g."issuerId", g."spkiSha256", g.state, g."notAfterAt",
      g."issuedAt"
    FROM jsonb_to_recordset(p_facts -> 'certificates') AS g ("serialHex" text, "unitSerial" text, "certificateId" text,
      "issuerId" text, "spkiSha256" text, state text, "notAfterAt" timestamptz, "issuedAt" timestamptz)
    ON CONFLICT (serial_hex, station_id) DO UPDATE SET certificate_id = excluded.certificate_id, state = excluded.state,
      issued_at = excluded.issued_at;
  PERFORM birthmark.keep_leases(p_station, p_facts -> 'leases');
  PERFORM birthmark.take(p_station, (SELECT coalesce(jsonb_agg(c), '[]') FROM (
    SELECT 'unitSerial' AS kind, u ->> 'unitSerial' AS value, u ->> 'unitSerial' AS "unitSerial"
      FROM jsonb_array_elements(p_facts -> 'units') u
    UNION ALL SELECT 'hardwareId', u ->> 'hardwareId', u ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'units') u
      WHERE u ->> 'hardwareId' IS NOT NULL
    UNION ALL SELECT 'key', k ->> 'spkiSha256', k ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'keys') k) c));
END $$;
REVOKE EXECUTE ON FUNCTION birthmark.keep_facts FROM PUBLIC;

-- A station had more acknowledged than the plant has: the plant was restored from a backup.
CREATE FUNCTION birthmark.notice_restore(p_acknowledged bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  UPDATE birthmark.plant SET restored_at = now() WHERE (SELECT size < p_acknowledged FROM birthmark.logs
    WHERE station_id = birthmark.my_station() AND ended_at IS NULL)
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA birthmark FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.my_station, birthmark.join_plant, birthmark.standing, birthmark.told, birthmark.ask,
  birthmark.ship, birthmark.notice_restore TO birthmark_station;
`;
