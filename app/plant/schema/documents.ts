/** Signed documents for all stations, and what each station has of them. */

export const documents = `
-- The public key (Ed25519) of who keeps the plant. Stations do not take it from here: they pin it when they join.
ALTER TABLE birthmark.plant ADD COLUMN public_key bytea CHECK (octet_length(public_key) = 32);

-- The owner writes; the text is what is signed. The newest of a kind counts.
CREATE TABLE birthmark.documents (
  kind text NOT NULL CHECK (kind IN ('profiles', 'recipes', 'people', 'revocations')),
  version bigint NOT NULL CHECK (version BETWEEN 1 AND 9007199254740991),
  text text NOT NULL,
  signature bytea NOT NULL CHECK (octet_length(signature) = 64),
  key_id text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (kind, version)
);
GRANT SELECT ON birthmark.documents TO birthmark_station;
-- The people have verifiers of PINs in their text: not for a reader.
GRANT SELECT (kind, version, key_id, published_at) ON birthmark.documents TO birthmark_reader;

-- A station can say no version that would leave none for the next document.
CREATE TABLE birthmark.taken (
  station_id uuid NOT NULL REFERENCES birthmark.stations (station_id),
  kind text NOT NULL,
  version bigint NOT NULL CHECK (version BETWEEN 0 AND 1099511627776),
  problem text,
  said_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (station_id, kind)
);
GRANT SELECT ON birthmark.taken TO birthmark_station, birthmark_reader;
ALTER TABLE birthmark.taken ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON birthmark.taken FOR SELECT TO birthmark_reader USING (true);
CREATE POLICY own ON birthmark.taken FOR SELECT TO birthmark_station USING (station_id = birthmark.my_station());

-- p_taken: [{kind, version, problem}], what this station has now and why it takes nothing later.
CREATE FUNCTION birthmark.say_taken(p_taken jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := birthmark.my_station();
BEGIN
  IF me IS NULL THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;
  INSERT INTO birthmark.taken AS t (station_id, kind, version, problem)
    SELECT me, g.kind, g.version, g.problem
    FROM jsonb_to_recordset(p_taken) AS g (kind text, version bigint, problem text)
    ON CONFLICT (station_id, kind) DO UPDATE SET version = excluded.version, problem = excluded.problem, said_at = now()
    WHERE (t.version, t.problem) IS DISTINCT FROM (excluded.version, excluded.problem);
END $$;
REVOKE EXECUTE ON FUNCTION birthmark.say_taken FROM PUBLIC;
GRANT EXECUTE ON FUNCTION birthmark.say_taken TO birthmark_station;
`;
