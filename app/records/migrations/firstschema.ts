/** The first schema. Times are ISO 8601 UTC text. Constraints enforce everything that may happen only once. */
const time = (column: string) => `CHECK (${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z')`;
const hex = (column: string, length?: number) =>
  `CHECK (${column} NOT GLOB '*[^0-9a-f]*' AND length(${column}) ${length === undefined ? '> 0' : `= ${length}`})`;

/** Triggers that keep rows from being changed, removed or replaced. REPLACE fires no delete trigger by itself. */
const appendOnly = (table: string, key: string) => `
CREATE TRIGGER ${table}NoReplace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${key} = NEW.${key})
BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoUpdate BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
CREATE TRIGGER ${table}NoDelete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;
`;

export const firstSchema = `
CREATE TABLE station (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  stationId TEXT NOT NULL,
  name TEXT NOT NULL,
  practice INTEGER NOT NULL CHECK (practice IN (0, 1)),
  createdAt TEXT NOT NULL ${time('createdAt')}
) STRICT;

CREATE TABLE issuers (
  issuerId TEXT PRIMARY KEY ${hex('issuerId', 64)},
  kind TEXT NOT NULL CHECK (kind IN ('root', 'issuing')),
  certificateDer BLOB NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  addedAt TEXT NOT NULL ${time('addedAt')}
) STRICT;
CREATE UNIQUE INDEX oneActiveIssuerOfAKind ON issuers (kind) WHERE active = 1;

CREATE TABLE people (
  personId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  badge TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('operator', 'qa', 'engineer')),
  pinSalt BLOB NOT NULL CHECK (length(pinSalt) = 16),
  pinHash BLOB NOT NULL CHECK (length(pinHash) = 32),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  createdAt TEXT NOT NULL ${time('createdAt')}
) STRICT;

-- By badge as typed, whether anybody has it or not: an unknown badge must behave like a known one.
CREATE TABLE signInFailures (
  badge TEXT PRIMARY KEY,
  failures INTEGER NOT NULL CHECK (failures > 0),
  lockedUntilAt TEXT ${time('lockedUntilAt')}
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  orderId TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  profile TEXT NOT NULL,
  serialFrom TEXT,
  serialTo TEXT,
  endsAt TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  createdAt TEXT NOT NULL ${time('createdAt')},
  CHECK (active = 0 OR state = 'open'),
  CHECK ((serialFrom IS NULL) = (serialTo IS NULL))
) STRICT;
CREATE UNIQUE INDEX oneActiveOrder ON orders (active) WHERE active = 1;

CREATE TABLE units (
  unitSerial TEXT PRIMARY KEY,
  orderId TEXT NOT NULL REFERENCES orders,
  model TEXT NOT NULL,
  practice INTEGER NOT NULL CHECK (practice IN (0, 1)),
  hardwareId TEXT UNIQUE,
  firmware TEXT,
  hardwareRevision TEXT,
  createdAt TEXT NOT NULL ${time('createdAt')}
) STRICT;
CREATE INDEX unitsByOrder ON units (orderId);

CREATE TABLE journal (
  entryId INTEGER PRIMARY KEY AUTOINCREMENT,
  unitSerial TEXT NOT NULL REFERENCES units,
  -- 1, 2, 3 … for each unit, so that a gap shows.
  position INTEGER NOT NULL,
  at TEXT NOT NULL ${time('at')},
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  entry TEXT NOT NULL,
  step TEXT,
  actor TEXT NOT NULL,
  ms REAL,
  data TEXT NOT NULL CHECK (json_type(data) = 'object'),
  -- The state this entry puts its unit in; NULL where it moves nothing.
  state TEXT CHECK (state IN ('started', 'issued', 'passed', 'failed', 'error', 'aborted', 'registered', 'rejected')),
  UNIQUE (unitSerial, position)
) STRICT;
CREATE INDEX journalByTime ON journal (at);
CREATE INDEX journalOfResults ON journal (at, state, unitSerial) WHERE entry = 'attempt.ended';
CREATE TRIGGER journalGapless BEFORE INSERT ON journal
WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM journal WHERE unitSerial = NEW.unitSerial)
BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;
${appendOnly('journal', 'entryId')}

-- An index of the journal, for searching many units by where they stand: filled by the trigger below and by nothing
-- else, compared with the journal by the integrity check. Whether a unit may go on is decided from its journal.
CREATE TABLE journalIndex (
  unitSerial TEXT PRIMARY KEY REFERENCES units,
  entryId INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  updatedAt TEXT NOT NULL,
  errorCode TEXT
) STRICT;
CREATE INDEX journalIndexByState ON journalIndex (state, entryId);
CREATE INDEX journalIndexByEntry ON journalIndex (entryId);
CREATE TRIGGER journalIndexed AFTER INSERT ON journal BEGIN
  INSERT INTO journalIndex (unitSerial, entryId, state, attempts, updatedAt, errorCode)
  VALUES (NEW.unitSerial, NEW.entryId, coalesce(NEW.state, 'started'), NEW.attempt, NEW.at, json_extract(NEW.data, '$.error.code'))
  ON CONFLICT (unitSerial) DO UPDATE SET
    entryId = NEW.entryId,
    state = coalesce(NEW.state, state),
    attempts = max(attempts, NEW.attempt),
    updatedAt = NEW.at,
    errorCode = CASE WHEN NEW.state IS NULL THEN errorCode ELSE json_extract(NEW.data, '$.error.code') END;
END;

CREATE TABLE keys (
  spkiSha256 TEXT PRIMARY KEY ${hex('spkiSha256', 64)},
  unitSerial TEXT NOT NULL REFERENCES units,
  firstSeenAt TEXT NOT NULL ${time('firstSeenAt')}
) STRICT, WITHOUT ROWID;

-- Every CSR as it came, also those that were refused.
CREATE TABLE csrs (
  csrId INTEGER PRIMARY KEY,
  unitSerial TEXT NOT NULL REFERENCES units,
  attempt INTEGER NOT NULL,
  spkiSha256 TEXT NOT NULL ${hex('spkiSha256', 64)},
  csrDer BLOB NOT NULL,
  receivedAt TEXT NOT NULL ${time('receivedAt')}
) STRICT;
CREATE INDEX csrsByUnit ON csrs (unitSerial);
${appendOnly('csrs', 'csrId')}

CREATE TABLE certificates (
  serialHex TEXT PRIMARY KEY ${hex('serialHex')},
  issuerId TEXT NOT NULL REFERENCES issuers,
  purpose TEXT NOT NULL CHECK (purpose IN ('device', 'caVerification')),
  unitSerial TEXT REFERENCES units,
  orderId TEXT REFERENCES orders,
  attempt INTEGER NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'void', 'revocationQueued', 'superseded')),
  reason TEXT,
  profile TEXT NOT NULL,
  subject TEXT NOT NULL,
  spkiSha256 TEXT NOT NULL ${hex('spkiSha256', 64)},
  notBeforeAt TEXT NOT NULL ${time('notBeforeAt')},
  notAfterAt TEXT NOT NULL ${time('notAfterAt')},
  tbsDer BLOB NOT NULL,
  der BLOB,
  certificateId TEXT UNIQUE ${hex('certificateId', 64)},
  reservedAt TEXT NOT NULL ${time('reservedAt')},
  issuedAt TEXT ${time('issuedAt')},
  CHECK ((purpose = 'device') = (unitSerial IS NOT NULL)),
  CHECK ((unitSerial IS NULL) = (orderId IS NULL)),
  CHECK ((state IN ('reserved', 'void')) = (der IS NULL)),
  CHECK ((der IS NULL) = (certificateId IS NULL)),
  CHECK ((der IS NULL) = (issuedAt IS NULL))
) STRICT;
CREATE UNIQUE INDEX oneLiveCertificate ON certificates (unitSerial)
  WHERE purpose = 'device' AND state IN ('reserved', 'issued');
CREATE INDEX certificatesByUnit ON certificates (unitSerial, reservedAt);
-- Covers the count that an order's quota is checked with at every reservation.
CREATE INDEX certificatesByOrder ON certificates (orderId, state, unitSerial);
CREATE INDEX certificatesReserved ON certificates (unitSerial) WHERE state = 'reserved';
CREATE INDEX certificatesByIssue ON certificates (issuedAt) WHERE purpose = 'device' AND issuedAt IS NOT NULL;
CREATE TRIGGER certificatesKept BEFORE DELETE ON certificates
BEGIN SELECT RAISE(ABORT, 'a certificate stays on record'); END;
CREATE TRIGGER certificatesFixed BEFORE UPDATE ON certificates
WHEN NEW.serialHex <> OLD.serialHex OR NEW.tbsDer <> OLD.tbsDer OR NEW.issuerId <> OLD.issuerId
  OR NEW.purpose <> OLD.purpose OR NEW.unitSerial IS NOT OLD.unitSerial OR NEW.orderId IS NOT OLD.orderId
  OR NEW.spkiSha256 <> OLD.spkiSha256 OR (OLD.der IS NOT NULL AND NEW.der IS NOT OLD.der)
BEGIN SELECT RAISE(ABORT, 'what was reserved or issued does not change'); END;
CREATE TRIGGER certificatesMove BEFORE UPDATE OF state ON certificates
WHEN NOT (OLD.state = 'reserved' AND NEW.state IN ('issued', 'void')
  OR OLD.state = 'issued' AND NEW.state IN ('revocationQueued', 'superseded'))
BEGIN SELECT RAISE(ABORT, 'a certificate does not go back'); END;

CREATE TABLE batches (
  batchId TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN
    ('made', 'uploading', 'uploaded', 'starting', 'running', 'reconciling', 'done', 'failed', 'stopped')),
  digest TEXT NOT NULL ${hex('digest', 64)},
  objectKey TEXT NOT NULL,
  bucket TEXT,
  region TEXT,
  taskId TEXT,
  details TEXT CHECK (details IS NULL OR json_type(details) = 'object'),
  error TEXT CHECK (error IS NULL OR json_type(error) = 'object'),
  createdAt TEXT NOT NULL ${time('createdAt')},
  createdBy TEXT NOT NULL
) STRICT;

CREATE TABLE members (
  batchId TEXT NOT NULL REFERENCES batches,
  line INTEGER NOT NULL CHECK (line > 0),
  unitSerial TEXT NOT NULL REFERENCES units,
  certificateId TEXT NOT NULL REFERENCES certificates (certificateId),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'registered', 'rejected', 'unaccounted')),
  thingName TEXT,
  reason TEXT,
  -- 0 once the batch is done and left this member without a thing: then it may join another one.
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  PRIMARY KEY (batchId, line),
  UNIQUE (batchId, unitSerial),
  CHECK (live = 1 OR state IN ('rejected', 'unaccounted'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX oneLiveBatch ON members (unitSerial) WHERE live = 1;
CREATE INDEX membersByUnit ON members (unitSerial);
CREATE INDEX membersByState ON members (batchId, state);
CREATE INDEX membersByThing ON members (thingName) WHERE thingName IS NOT NULL;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL ${time('at')},
  entry TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_type(data) = 'object')
) STRICT;
${appendOnly('audit', 'seq')}
`;
