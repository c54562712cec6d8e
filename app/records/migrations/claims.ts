/** Claims that the devices of an order share, and which units got one. */
import { time } from './checks.ts';

export const claims = `
CREATE TABLE claims (
  claimId INTEGER PRIMARY KEY AUTOINCREMENT,
  orderId TEXT NOT NULL REFERENCES orders,
  target TEXT NOT NULL CHECK (length(target) > 0),
  template TEXT NOT NULL CHECK (length(template) > 0),
  spkiSha256 TEXT NOT NULL UNIQUE CHECK (spkiSha256 NOT GLOB '*[^0-9a-f]*' AND length(spkiSha256) = 64),
  -- Encrypted PKCS#8. It is gone once no device is to get the claim.
  keyPem TEXT CHECK (keyPem GLOB '-----BEGIN ENCRYPTED *'),
  certificateId TEXT UNIQUE CHECK (certificateId NOT GLOB '*[^0-9a-f]*' AND length(certificateId) = 64),
  der BLOB,
  state TEXT NOT NULL CHECK (state IN ('begun', 'made', 'active', 'retired', 'revoked')),
  actor TEXT NOT NULL,
  begunAt TEXT NOT NULL ${time('begunAt')},
  endedAt TEXT ${time('endedAt')},
  revokeAsked INTEGER NOT NULL DEFAULT 0 CHECK (revokeAsked IN (0, 1)),
  CHECK ((certificateId IS NULL) = (der IS NULL)),
  CHECK (state NOT IN ('made', 'active') OR certificateId IS NOT NULL),
  CHECK ((keyPem IS NULL) = (state IN ('retired', 'revoked')))
) STRICT;
CREATE UNIQUE INDEX claimsInUse ON claims (orderId, target, template) WHERE state IN ('begun', 'made', 'active');
CREATE TRIGGER claimsKept BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'a claim stays on record'); END;
CREATE TRIGGER claimsMove BEFORE UPDATE ON claims
WHEN NEW.orderId <> OLD.orderId OR NEW.target <> OLD.target OR NEW.template <> OLD.template
  OR NEW.spkiSha256 <> OLD.spkiSha256 OR OLD.certificateId IS NOT NULL AND NEW.certificateId IS NOT OLD.certificateId
  OR OLD.revokeAsked > NEW.revokeAsked
  OR NOT (NEW.state = OLD.state OR OLD.state = 'begun' AND NEW.state IN ('made', 'retired')
    OR OLD.state = 'made' AND NEW.state IN ('active', 'retired') OR OLD.state = 'active' AND NEW.state = 'retired'
    OR OLD.state = 'retired' AND NEW.state = 'revoked')
BEGIN SELECT RAISE(ABORT, 'a claim does not go back'); END;

-- On record before the device gets it.
CREATE TABLE claimUnits (
  unitSerial TEXT NOT NULL REFERENCES units,
  attempt INTEGER NOT NULL,
  claimId INTEGER NOT NULL REFERENCES claims,
  givenAt TEXT NOT NULL ${time('givenAt')},
  PRIMARY KEY (unitSerial, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimUnitsOfClaim ON claimUnits (claimId, unitSerial);
CREATE TRIGGER claimUnitsNoReplace BEFORE INSERT ON claimUnits
WHEN EXISTS (SELECT 1 FROM claimUnits WHERE unitSerial = NEW.unitSerial AND attempt = NEW.attempt)
BEGIN SELECT RAISE(ABORT, 'claimUnits is append-only'); END;
CREATE TRIGGER claimUnitsNoUpdate BEFORE UPDATE ON claimUnits
BEGIN SELECT RAISE(ABORT, 'claimUnits is append-only'); END;
CREATE TRIGGER claimUnitsNoDelete BEFORE DELETE ON claimUnits
BEGIN SELECT RAISE(ABORT, 'claimUnits is append-only'); END;
`;
