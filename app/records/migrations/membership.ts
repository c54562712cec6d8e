/**
 * Members of a million, at the price of a row and one entry of an index each. What is true of every member is checked as
 * it comes; what is said of many together (who put them there, when, and how many) stands once for a page of them.
 */
import { time } from './checks.ts';

const fixed = 'batchId, line, unitSerial, certificateId, target';
const columns = `${fixed}, state, thingName, reason, live`;
const counted = ['registered', 'rejected', 'unaccounted'] as const;

export const membership = `
CREATE TABLE newMembers (
  batchId TEXT NOT NULL REFERENCES batches,
  line INTEGER NOT NULL CHECK (line > 0),
  -- Unit and certificate are on record: the trigger membersJoin says so. A certificate stays, and so does its unit.
  unitSerial TEXT NOT NULL,
  certificateId TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'registered', 'rejected', 'unaccounted')),
  thingName TEXT,
  reason TEXT,
  -- 0 once the batch is done and left this member without a thing: then it may join another one.
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  target TEXT NOT NULL DEFAULT 'main',
  PRIMARY KEY (batchId, line),
  CHECK (live = 1 OR state IN ('rejected', 'unaccounted'))
) STRICT, WITHOUT ROWID;
INSERT INTO newMembers (${columns}) SELECT ${columns} FROM members;
DROP TABLE members;
ALTER TABLE newMembers RENAME TO members;

-- Serials come in the order of the line, so this index grows at its end. One by certificate would grow everywhere.
CREATE UNIQUE INDEX memberOnce ON members (unitSerial, batchId);
-- The counts of a batch say how many wait. Only the few are looked for.
CREATE INDEX membersRefused ON members (batchId, state, line) WHERE state IN ('rejected', 'unaccounted');
CREATE INDEX membersByThing ON members (thingName) WHERE thingName IS NOT NULL;
CREATE INDEX membersGone ON members (batchId, line) WHERE live = 0;

CREATE TRIGGER membersJoin BEFORE INSERT ON members BEGIN
  SELECT RAISE(ABORT, 'a member goes to the target of its batch')
    WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.batchId = NEW.batchId AND b.target = NEW.target);
  SELECT RAISE(ABORT, 'a member has a certificate of its own unit')
    WHERE NOT EXISTS (SELECT 1 FROM certificates c WHERE c.unitSerial = NEW.unitSerial AND +c.certificateId = NEW.certificateId);
  SELECT RAISE(ABORT, 'a certificate is in one live batch of a target')
    WHERE NEW.live = 1 AND EXISTS (SELECT 1 FROM members m WHERE m.unitSerial = NEW.unitSerial
      AND m.certificateId = NEW.certificateId AND m.target = NEW.target AND m.live = 1);
END;
CREATE TRIGGER membersFixed BEFORE UPDATE OF ${fixed} ON members
BEGIN SELECT RAISE(ABORT, 'a member stays who it is'); END;
CREATE TRIGGER membersLeave BEFORE UPDATE OF live ON members WHEN NEW.live > OLD.live
BEGIN SELECT RAISE(ABORT, 'what left a batch does not come back'); END;
CREATE TRIGGER membersKept BEFORE DELETE ON members
BEGIN SELECT RAISE(ABORT, 'a member stays on record'); END;
CREATE TRIGGER certificatesNamed BEFORE UPDATE OF certificateId ON certificates
WHEN OLD.certificateId IS NOT NULL AND NEW.certificateId IS NOT OLD.certificateId
BEGIN SELECT RAISE(ABORT, 'what was reserved or issued does not change'); END;
CREATE TRIGGER membersRecounted AFTER UPDATE OF state ON members WHEN NEW.state <> OLD.state BEGIN
  UPDATE batches SET ${counted.map((state) => `${state} = ${state} + (NEW.state = '${state}') - (OLD.state = '${state}')`).join(', ')}
  WHERE batchId = NEW.batchId;
END;

-- The journal's entry batch.member of each of these lines follows from here. Members of earlier versions have their own.
CREATE TABLE memberPages (
  batchId TEXT NOT NULL REFERENCES batches,
  firstLine INTEGER NOT NULL CHECK (firstLine > 0),
  lastLine INTEGER NOT NULL CHECK (lastLine >= firstLine),
  -- The last entry of all journals at that moment: the place of the lines' entries among the others of their units.
  afterEntry INTEGER NOT NULL,
  at TEXT NOT NULL ${time('at')},
  actor TEXT NOT NULL,
  PRIMARY KEY (batchId, firstLine)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER memberPagesWhole BEFORE INSERT ON memberPages
WHEN NEW.lastLine - NEW.firstLine + 1 <>
  (SELECT count(*) FROM members m WHERE m.batchId = NEW.batchId AND m.line BETWEEN NEW.firstLine AND NEW.lastLine)
  OR NEW.firstLine <> 1 + (SELECT b.members FROM batches b WHERE b.batchId = NEW.batchId)
BEGIN SELECT RAISE(ABORT, 'a page has all its lines, and follows the one before it'); END;
CREATE TRIGGER memberPagesCounted AFTER INSERT ON memberPages BEGIN
  UPDATE batches SET members = NEW.lastLine WHERE batchId = NEW.batchId;
END;
CREATE TRIGGER memberPagesNoUpdate BEFORE UPDATE ON memberPages BEGIN SELECT RAISE(ABORT, 'memberPages is append-only'); END;
CREATE TRIGGER memberPagesNoDelete BEFORE DELETE ON memberPages BEGIN SELECT RAISE(ABORT, 'memberPages is append-only'); END;
`;
