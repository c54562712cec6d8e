/** Issuing CAs that were given up: one permanent row for each CA, and what AWS must still be told about it. */
import { appendOnly, time } from './checks.ts';

export const caRevocations = `
CREATE TABLE caRevocations (
  issuerId TEXT PRIMARY KEY REFERENCES issuers,
  -- The root whose CRL says it.
  parentId TEXT NOT NULL REFERENCES issuers,
  -- Of the CA's certificate, lower-case hex.
  serialHex TEXT NOT NULL CHECK (length(serialHex) > 0 AND serialHex NOT GLOB '*[^0-9a-f]*'),
  -- RFC 5280 section 5.3.1
  reason TEXT NOT NULL CHECK (reason IN ('unspecified', 'cACompromise', 'affiliationChanged', 'superseded',
    'cessationOfOperation', 'privilegeWithdrawn')),
  note TEXT NOT NULL CHECK (length(note) > 0),
  actor TEXT NOT NULL,
  -- The second person; NULL where nobody else on record could agree.
  agreedBy TEXT CHECK (agreedBy <> actor),
  revokedAt TEXT NOT NULL ${time('revokedAt')},
  CHECK (issuerId <> parentId)
) STRICT;
${appendOnly('caRevocations', 'issuerId')}
CREATE INDEX caRevocationsByParent ON caRevocations (parentId);

CREATE TABLE cloudCaRevocations (
  issuerId TEXT PRIMARY KEY REFERENCES caRevocations,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'inactive', 'unknown')),
  settledAt TEXT ${time('settledAt')},
  CHECK ((state = 'waiting') = (settledAt IS NULL))
) STRICT;

-- What the code refuses first, with its reason.
CREATE TRIGGER certificatesOfRevokedCa BEFORE INSERT ON certificates
WHEN EXISTS (SELECT 1 FROM caRevocations WHERE issuerId = NEW.issuerId)
BEGIN SELECT RAISE(ABORT, 'a revoked CA issues nothing'); END;
CREATE TRIGGER issuersRevoked BEFORE UPDATE OF active ON issuers
WHEN NEW.active = 1 AND OLD.active = 0 AND EXISTS (SELECT 1 FROM caRevocations WHERE issuerId = NEW.issuerId)
BEGIN SELECT RAISE(ABORT, 'a revoked CA is not made the active one'); END;
`;
