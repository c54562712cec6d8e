/** Revocation and CRLs. One place says which certificates are revoked: the rows of `revocations`. */
import { appendOnly, time } from './checks.ts';

export const revocation = `
-- Once and for ever. The certificate's own row keeps where it was before: superseded, or taken out of use.
CREATE TABLE revocations (
  serialHex TEXT PRIMARY KEY REFERENCES certificates,
  -- RFC 5280 section 5.3.1
  reason TEXT NOT NULL CHECK (reason IN ('unspecified', 'keyCompromise', 'affiliationChanged', 'superseded',
    'cessationOfOperation', 'privilegeWithdrawn')),
  note TEXT NOT NULL CHECK (length(note) > 0),
  actor TEXT NOT NULL,
  revokedAt TEXT NOT NULL ${time('revokedAt')}
) STRICT;
${appendOnly('revocations', 'serialHex')}
CREATE TRIGGER revocationsOfIssued BEFORE INSERT ON revocations
WHEN NOT EXISTS (SELECT 1 FROM certificates WHERE serialHex = NEW.serialHex AND state IN ('revocationQueued', 'superseded'))
BEGIN SELECT RAISE(ABORT, 'only a certificate that was issued, and is out of use, is revoked'); END;

-- What AWS is still to be told, kept until it has been.
CREATE TABLE cloudRevocations (
  serialHex TEXT PRIMARY KEY REFERENCES revocations,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'revoked', 'unknown')),
  settledAt TEXT ${time('settledAt')},
  CHECK ((state = 'waiting') = (settledAt IS NULL))
) STRICT;
CREATE INDEX cloudRevocationsWaiting ON cloudRevocations (serialHex) WHERE state = 'waiting';

-- A certificate may leave the revocation queue for where it came from, unless it has been revoked.
DROP TRIGGER certificatesMove;
CREATE TRIGGER certificatesMove BEFORE UPDATE OF state ON certificates
WHEN NOT (OLD.state = 'reserved' AND NEW.state IN ('issued', 'void')
  OR OLD.state = 'issued' AND NEW.state IN ('revocationQueued', 'superseded')
  OR OLD.state = 'revocationQueued' AND NEW.state = 'issued'
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE serialHex = OLD.serialHex))
BEGIN SELECT RAISE(ABORT, 'a certificate does not go back'); END;

CREATE INDEX certificatesByTime ON certificates (reservedAt);
CREATE INDEX certificatesByKey ON certificates (spkiSha256);

-- A CRL number is used once and they grow, whatever became of the CRL (RFC 5280 section 5.2.3).
CREATE TABLE crls (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  issuerId TEXT NOT NULL REFERENCES issuers,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'void')),
  entries INTEGER NOT NULL CHECK (entries >= 0),
  thisUpdateAt TEXT NOT NULL ${time('thisUpdateAt')},
  nextUpdateAt TEXT NOT NULL ${time('nextUpdateAt')},
  tbsDer BLOB NOT NULL,
  der BLOB,
  actor TEXT NOT NULL,
  reservedAt TEXT NOT NULL ${time('reservedAt')},
  CHECK (nextUpdateAt > thisUpdateAt),
  CHECK ((state = 'issued') = (der IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX oneReservedCrl ON crls (state) WHERE state = 'reserved';
CREATE TRIGGER crlsGrow BEFORE INSERT ON crls WHEN NEW.number <= (SELECT coalesce(max(number), 0) FROM crls)
BEGIN SELECT RAISE(ABORT, 'CRL numbers grow'); END;
CREATE TRIGGER crlsKept BEFORE DELETE ON crls BEGIN SELECT RAISE(ABORT, 'a CRL stays on record'); END;
CREATE TRIGGER crlsFixed BEFORE UPDATE ON crls
WHEN OLD.state <> 'reserved' OR NEW.number <> OLD.number OR NEW.issuerId <> OLD.issuerId OR NEW.tbsDer <> OLD.tbsDer
  OR NEW.entries <> OLD.entries OR NEW.thisUpdateAt <> OLD.thisUpdateAt OR NEW.nextUpdateAt <> OLD.nextUpdateAt
BEGIN SELECT RAISE(ABORT, 'what was reserved or issued does not change'); END;
`;
