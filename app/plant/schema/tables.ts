/** Tables of the plant ledger, in PostgreSQL 15 or later without extensions. */

/** Months of leaves, and hashes of what is unique, lie in partitions of their own. */
export const tables = `
CREATE SCHEMA birthmark;
DO $$ BEGIN CREATE ROLE birthmark_station NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE birthmark_reader NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

CREATE TABLE birthmark.plant (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  plant_id uuid NOT NULL DEFAULT gen_random_uuid(),
  made_at timestamptz NOT NULL DEFAULT now(),
  -- Set when a station finds that the plant has less than it had acknowledged: it was restored from a backup.
  restored_at timestamptz
);
INSERT INTO birthmark.plant DEFAULT VALUES;

-- Who may come: a login for each station. The station is bound to it when it joins first.
CREATE TABLE birthmark.stations (
  login name PRIMARY KEY,
  station_id uuid UNIQUE,
  station_name text,
  admitted_at timestamptz NOT NULL DEFAULT now()
);

-- A log of a station, as it was joined. A station that was restored from a backup goes on with another one.
CREATE TABLE birthmark.logs (
  log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  station_id uuid NOT NULL REFERENCES birthmark.stations (station_id),
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
  joined_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  size bigint NOT NULL DEFAULT 0,
  -- The complete subtrees from left to right (RFC 6962 section 2.1).
  frontier bytea[] NOT NULL DEFAULT '{}',
  root bytea,
  -- The last signed head that was shipped whole.
  checkpoint text,
  shipped_at timestamptz,
  -- When the station last had nothing more to ship.
  whole_at timestamptz
);
CREATE UNIQUE INDEX one_open_log ON birthmark.logs (station_id) WHERE ended_at IS NULL;

CREATE TABLE birthmark.leaves (
  month date NOT NULL,
  log_id bigint NOT NULL,
  leaf_index bigint NOT NULL,
  leaf text NOT NULL,
  PRIMARY KEY (month, log_id, leaf_index)
) PARTITION BY RANGE (month);

CREATE TABLE birthmark.checkpoints (
  log_id bigint NOT NULL REFERENCES birthmark.logs,
  size bigint NOT NULL,
  checkpoint text NOT NULL,
  shipped_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (log_id, size)
);

CREATE TABLE birthmark.units (
  unit_serial text NOT NULL,
  station_id uuid NOT NULL,
  order_id text NOT NULL,
  model text NOT NULL,
  hardware_id text,
  state text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (unit_serial, station_id)
) PARTITION BY HASH (unit_serial);

CREATE TABLE birthmark.certificates (
  serial_hex text NOT NULL,
  station_id uuid NOT NULL,
  unit_serial text NOT NULL,
  certificate_id text,
  issuer_id text,
  spki_sha256 text NOT NULL,
  state text NOT NULL,
  not_after timestamptz NOT NULL,
  issued_at timestamptz,
  PRIMARY KEY (serial_hex, station_id)
) PARTITION BY HASH (serial_hex);

-- What one station alone may use: unit serials, hardware ids, public keys.
CREATE TABLE birthmark.claims (
  kind text NOT NULL CHECK (kind IN ('unitSerial', 'hardwareId', 'key')),
  value text NOT NULL,
  station_id uuid NOT NULL,
  unit_serial text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, value)
) PARTITION BY HASH (value);
DO $$ BEGIN
  FOR n IN 0..15 LOOP
    EXECUTE format('CREATE TABLE birthmark.units_%s PARTITION OF birthmark.units FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
    EXECUTE format('CREATE TABLE birthmark.certificates_%s PARTITION OF birthmark.certificates FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
    EXECUTE format('CREATE TABLE birthmark.claims_%s PARTITION OF birthmark.claims FOR VALUES WITH (MODULUS 16, REMAINDER %s)', n, n);
  END LOOP;
END $$;
CREATE INDEX units_by_hardware ON birthmark.units (hardware_id) WHERE hardware_id IS NOT NULL;
CREATE INDEX certificates_by_unit ON birthmark.certificates (unit_serial);
CREATE INDEX certificates_by_key ON birthmark.certificates (spki_sha256);

-- What a station used that another one has. told_at: the station has it on record.
CREATE TABLE birthmark.collisions (
  collision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  value text NOT NULL,
  station_id uuid NOT NULL,
  unit_serial text NOT NULL,
  owner_station uuid NOT NULL,
  owner_unit text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  told_at timestamptz,
  UNIQUE (station_id, unit_serial, kind, value)
);
CREATE INDEX collisions_to_tell ON birthmark.collisions (station_id) WHERE told_at IS NULL;
`;

/** A station reads its own rows, a reader all. Only the functions write. */
export const rights = `
CREATE FUNCTION birthmark.my_station() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT station_id FROM birthmark.stations WHERE login = session_user $$;
GRANT USAGE ON SCHEMA birthmark TO birthmark_station, birthmark_reader;
GRANT SELECT ON birthmark.plant TO birthmark_station, birthmark_reader;
DO $$ DECLARE t text; BEGIN
  FOREACH t IN ARRAY ARRAY['stations', 'logs', 'units', 'certificates', 'collisions', 'checkpoints', 'leaves'] LOOP
    EXECUTE format('ALTER TABLE birthmark.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT ON birthmark.%I TO birthmark_station, birthmark_reader', t);
    EXECUTE format('CREATE POLICY all_of_it ON birthmark.%I FOR SELECT TO birthmark_reader USING (true)', t);
    IF t IN ('checkpoints', 'leaves') THEN
      EXECUTE format('CREATE POLICY own ON birthmark.%I FOR SELECT TO birthmark_station USING (log_id IN
        (SELECT log_id FROM birthmark.logs WHERE station_id = birthmark.my_station()))', t);
    ELSE
      EXECUTE format('CREATE POLICY own ON birthmark.%I FOR SELECT TO birthmark_station USING (station_id = birthmark.my_station())', t);
    END IF;
  END LOOP;
END $$;
`;
