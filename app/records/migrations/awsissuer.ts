/** Certificates of AWS's own CA, and each request for one: on record before AWS is asked. */
import { appendOnly, time } from './checks.ts';

export const awsIssuer = `
-- AWS publishes no certificate of the CA that signs in an account. So such a certificate has a target in place of an issuer.
ALTER TABLE certificates ALTER COLUMN issuerId DROP NOT NULL;
ALTER TABLE certificates ADD COLUMN awsTarget TEXT CHECK ((issuerId IS NULL) = (awsTarget IS NOT NULL));
CREATE TRIGGER certificatesIssuerFixed BEFORE UPDATE ON certificates
WHEN NEW.issuerId IS NOT OLD.issuerId OR NEW.awsTarget IS NOT OLD.awsTarget
BEGIN SELECT RAISE(ABORT, 'what was reserved or issued does not change'); END;

-- Lost: the answer did not come, so AWS may have made a certificate. Searched: the account was looked through since.
CREATE TABLE awsRequests (
  requestId INTEGER PRIMARY KEY AUTOINCREMENT,
  unitSerial TEXT NOT NULL REFERENCES units,
  orderId TEXT NOT NULL REFERENCES orders,
  attempt INTEGER NOT NULL,
  actor TEXT NOT NULL,
  target TEXT NOT NULL CHECK (length(target) > 0),
  profile TEXT NOT NULL,
  spkiSha256 TEXT NOT NULL CHECK (spkiSha256 NOT GLOB '*[^0-9a-f]*' AND length(spkiSha256) = 64),
  state TEXT NOT NULL CHECK (state IN ('asked', 'answered', 'refused', 'lost', 'searched')),
  askedAt TEXT NOT NULL ${time('askedAt')},
  settledAt TEXT ${time('settledAt')},
  CHECK ((state = 'asked') = (settledAt IS NULL))
) STRICT;
CREATE UNIQUE INDEX oneAwsRequest ON awsRequests (unitSerial) WHERE state = 'asked';
CREATE INDEX awsRequestsOpen ON awsRequests (orderId) WHERE state = 'asked';
CREATE INDEX awsRequestsLost ON awsRequests (target) WHERE state = 'lost';
CREATE TRIGGER awsRequestsKept BEFORE DELETE ON awsRequests
BEGIN SELECT RAISE(ABORT, 'a request to AWS stays on record'); END;
CREATE TRIGGER awsRequestsMove BEFORE UPDATE ON awsRequests
WHEN NEW.requestId <> OLD.requestId OR NEW.unitSerial <> OLD.unitSerial OR NEW.orderId <> OLD.orderId
  OR NEW.target <> OLD.target OR NEW.spkiSha256 <> OLD.spkiSha256 OR NEW.askedAt <> OLD.askedAt
  OR NOT (OLD.state = 'asked' AND NEW.state IN ('answered', 'refused', 'lost')
    OR OLD.state = 'lost' AND NEW.state = 'searched')
BEGIN SELECT RAISE(ABORT, 'a request to AWS does not go back'); END;

-- Certificates that AWS had made for a lost request, and that were revoked there.
CREATE TABLE awsOrphans (
  certificateId TEXT PRIMARY KEY CHECK (certificateId NOT GLOB '*[^0-9a-f]*' AND length(certificateId) = 64),
  requestId INTEGER NOT NULL REFERENCES awsRequests,
  revokedAt TEXT NOT NULL ${time('revokedAt')}
) STRICT;
${appendOnly('awsOrphans', 'certificateId')}
-- Nothing of AWS's comes on record that was not asked for, for this unit and this key.
CREATE TRIGGER certificatesOfAws BEFORE INSERT ON certificates WHEN NEW.awsTarget IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM awsRequests r WHERE r.state = 'asked' AND r.unitSerial = NEW.unitSerial AND r.target = NEW.awsTarget
    AND r.spkiSha256 = NEW.spkiSha256)
BEGIN SELECT RAISE(ABORT, 'AWS was not asked for this certificate'); END;
`;
