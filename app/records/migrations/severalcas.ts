/** Several CAs: the place of each key, the chain above each issuing CA, and open requests. */
import { time } from './checks.ts';

const sha256 = (column: string): string => `CHECK (${column} NOT GLOB '*[^0-9a-f]*' AND length(${column}) = 64)`;

export const severalCas = `
-- By public key: a CA's certificate may be renewed, its key stays where it is. Nothing secret is in here.
CREATE TABLE caKeys (
  spkiSha256 TEXT PRIMARY KEY ${sha256('spkiSha256')},
  custody TEXT NOT NULL CHECK (json_type(custody) = 'object'),
  -- An export or a split was restored and has signed.
  backupProvedAt TEXT ${time('backupProvedAt')}
) STRICT, WITHOUT ROWID;

-- From the CA above an issuing CA (position 1) to its root. Without rows: the only root of the records is above it.
CREATE TABLE issuerChains (
  issuerId TEXT NOT NULL REFERENCES issuers,
  position INTEGER NOT NULL CHECK (position > 0),
  certificateDer BLOB NOT NULL,
  PRIMARY KEY (issuerId, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE caRequests (
  -- SHA-256 of the SubjectPublicKeyInfo.
  requestId TEXT PRIMARY KEY ${sha256('requestId')},
  subject TEXT NOT NULL,
  keyType TEXT NOT NULL,
  custody TEXT NOT NULL CHECK (json_type(custody) = 'object'),
  csrDer BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'completed', 'discarded')),
  actor TEXT NOT NULL,
  requestedAt TEXT NOT NULL ${time('requestedAt')}
) STRICT;

CREATE INDEX certificatesByIssuer ON certificates (issuerId, issuedAt)
  WHERE purpose = 'device' AND issuedAt IS NOT NULL;
`;
