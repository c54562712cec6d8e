/** Rework and scrap: which certificate replaced which, and the scrapped units. */
import { appendOnly, time } from './checks.ts';

export const rework = `
-- A state of its own, outside the journal's list of states: what is shown as 'scrapped' has a row here, for ever.
CREATE TABLE scraps (
  unitSerial TEXT PRIMARY KEY REFERENCES units,
  reason TEXT NOT NULL CHECK (length(reason) > 0),
  actor TEXT NOT NULL,
  -- The second person.
  agreedBy TEXT NOT NULL CHECK (agreedBy <> actor),
  scrappedAt TEXT NOT NULL ${time('scrappedAt')}
) STRICT;
${appendOnly('scraps', 'unitSerial')}

CREATE TABLE supersessions (
  serialHex TEXT PRIMARY KEY REFERENCES certificates,
  bySerialHex TEXT NOT NULL UNIQUE REFERENCES certificates,
  CHECK (serialHex <> bySerialHex)
) STRICT;
${appendOnly('supersessions', 'serialHex')}
CREATE TRIGGER supersessionsOfOneUnit BEFORE INSERT ON supersessions
WHEN NOT EXISTS (SELECT 1 FROM certificates o JOIN certificates n USING (unitSerial)
  WHERE o.serialHex = NEW.serialHex AND o.state = 'superseded' AND n.serialHex = NEW.bySerialHex AND n.der IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a superseded certificate is replaced by one that was issued to the same unit'); END;
CREATE INDEX certificatesSuperseded ON certificates (orderId, unitSerial) WHERE state = 'superseded';

-- What was superseded before this was kept: the next certificate the unit got took its place.
INSERT OR IGNORE INTO supersessions (serialHex, bySerialHex)
  SELECT o.serialHex, (SELECT n.serialHex FROM certificates n WHERE n.unitSerial = o.unitSerial AND n.issuedAt > o.issuedAt
    ORDER BY n.issuedAt LIMIT 1) AS bySerialHex
  FROM certificates o WHERE o.state = 'superseded' AND bySerialHex IS NOT NULL;

-- A unit that was registered and reworked joins a batch again with its new certificate: what is in one live batch only
-- is the certificate, of which a unit has one.
DROP INDEX oneLiveBatch;
CREATE UNIQUE INDEX oneLiveBatch ON members (certificateId) WHERE live = 1;
`;
