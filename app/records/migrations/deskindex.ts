/**
 * What QA's lists need to answer at once from a million units: where a unit stands beside its order and its model, and
 * for each day which entries it has.
 */
const dayOf = (column: string) => `substr(${column}, 1, 10)`;
const put = (row: string) => `INSERT INTO auditDays (day, entry, actor, entries, firstSeq, lastSeq)
    VALUES (${dayOf(`${row}.at`)}, ${row}.entry, ${row}.actor, 1, ${row}.seq, ${row}.seq)
  ON CONFLICT (day, entry, actor) DO UPDATE SET entries = entries + 1, lastSeq = excluded.lastSeq;`;

export const deskIndex = `
-- As in units, so that one index finds the units of an order in the order of their last entry.
ALTER TABLE journalIndex ADD COLUMN orderId TEXT;
ALTER TABLE journalIndex ADD COLUMN model TEXT;
UPDATE journalIndex SET (orderId, model) =
  (SELECT orderId, model FROM units u WHERE u.unitSerial = journalIndex.unitSerial);
CREATE INDEX journalIndexByOrder ON journalIndex (orderId, entryId, state);
CREATE INDEX journalIndexByOrderSerial ON journalIndex (orderId, unitSerial, state);
CREATE INDEX journalIndexByModel ON journalIndex (model, entryId, state);
CREATE INDEX journalIndexByStateSerial ON journalIndex (state, unitSerial);
CREATE INDEX journalIndexByError ON journalIndex (errorCode, entryId, state) WHERE errorCode IS NOT NULL;

DROP TRIGGER journalIndexed;
CREATE TRIGGER journalIndexed AFTER INSERT ON journal BEGIN
  INSERT INTO journalIndex (unitSerial, entryId, state, attempts, updatedAt, errorCode, orderId, model)
  SELECT NEW.unitSerial, NEW.entryId, coalesce(NEW.state, 'started'), NEW.attempt, NEW.at, json_extract(NEW.data, '$.error.code'),
    orderId, model FROM units WHERE unitSerial = NEW.unitSerial
  ON CONFLICT (unitSerial) DO UPDATE SET
    entryId = NEW.entryId,
    state = coalesce(NEW.state, state),
    attempts = max(attempts, NEW.attempt),
    updatedAt = NEW.at,
    errorCode = CASE WHEN NEW.state IS NULL THEN errorCode ELSE json_extract(NEW.data, '$.error.code') END;
END;
CREATE TRIGGER unitsIndexed AFTER UPDATE OF orderId, model ON units WHEN NEW.orderId <> OLD.orderId OR NEW.model <> OLD.model BEGIN
  UPDATE journalIndex SET orderId = NEW.orderId, model = NEW.model WHERE unitSerial = NEW.unitSerial;
END;

-- A person or a scanner writes the letters of a serial either way.
CREATE INDEX unitsByAnyCase ON units (unitSerial COLLATE NOCASE);
CREATE INDEX unitsByHardware ON units (hardwareId COLLATE NOCASE);

-- The span of the journal's entries of each UTC day. A clock that was set back makes spans overlap, no more.
CREATE TABLE journalDays (
  day TEXT PRIMARY KEY,
  firstEntry INTEGER NOT NULL,
  lastEntry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO journalDays SELECT ${dayOf('at')}, min(entryId), max(entryId) FROM journal GROUP BY 1;
CREATE TRIGGER journalDated AFTER INSERT ON journal BEGIN
  INSERT INTO journalDays (day, firstEntry, lastEntry) VALUES (${dayOf('NEW.at')}, NEW.entryId, NEW.entryId)
  ON CONFLICT (day) DO UPDATE SET lastEntry = excluded.lastEntry;
END;

-- How many entries of which name each person left on each UTC day, and between which sequence numbers they lie.
CREATE TABLE auditDays (
  day TEXT NOT NULL,
  entry TEXT NOT NULL,
  actor TEXT NOT NULL,
  entries INTEGER NOT NULL,
  firstSeq INTEGER NOT NULL,
  lastSeq INTEGER NOT NULL,
  PRIMARY KEY (day, entry, actor)
) STRICT, WITHOUT ROWID;
INSERT INTO auditDays SELECT ${dayOf('at')}, entry, actor, count(*), min(seq), max(seq) FROM audit GROUP BY 1, 2, 3;
CREATE TRIGGER auditDated AFTER INSERT ON audit BEGIN ${put('NEW')} END;
CREATE INDEX auditBySubject ON audit (subject, seq);

CREATE INDEX certificatesByState ON certificates (state, reservedAt);
CREATE INDEX certificatesOfIssuer ON certificates (issuerId, reservedAt, state);
CREATE INDEX certificatesByEnd ON certificates (notAfterAt);

-- A list as a person set it: its filter, its order and its columns.
CREATE TABLE savedViews (
  viewId INTEGER PRIMARY KEY,
  list TEXT NOT NULL,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- Null for a view that everyone at the desk sees.
  personId INTEGER REFERENCES people,
  filter TEXT NOT NULL,
  madeBy TEXT NOT NULL,
  madeAt TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX savedViewsByName ON savedViews (list, coalesce(personId, 0), name);
`;
