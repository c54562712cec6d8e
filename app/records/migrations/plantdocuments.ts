/** What a station has from its plant: signed documents that count here, and what they say that has no other table. */
import { appendOnly, time } from './checks.ts';

const kinds = "('profiles', 'recipes', 'people', 'revocations')";

export const plantDocuments = `
-- The newest of a plant and a kind counts. Its text is with the plant.
CREATE TABLE plantDocuments (
  documentId INTEGER PRIMARY KEY,
  plantId TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ${kinds}),
  version INTEGER NOT NULL CHECK (version > 0),
  -- SHA-256 of the text, and of the public key that signed it.
  hash TEXT NOT NULL CHECK (hash NOT GLOB '*[^0-9a-f]*' AND length(hash) = 64),
  keyId TEXT NOT NULL CHECK (keyId NOT GLOB '*[^0-9a-f]*' AND length(keyId) = 64),
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  -- The newest version of each kind when it was signed.
  versions TEXT NOT NULL CHECK (json_valid(versions)),
  -- Badges that belong to other people here.
  clashes TEXT NOT NULL CHECK (json_valid(clashes)),
  appliedAt TEXT NOT NULL ${time('appliedAt')},
  UNIQUE (plantId, kind, version)
) STRICT;
${appendOnly('plantDocuments', 'documentId')}

-- What the plant shows and this station does not take. 0: the plant shows none.
CREATE TABLE plantRejections (
  kind TEXT PRIMARY KEY CHECK (kind IN ${kinds}),
  version INTEGER NOT NULL CHECK (version >= 0),
  hash TEXT NOT NULL,
  problem TEXT NOT NULL,
  why TEXT NOT NULL,
  rejectedAt TEXT NOT NULL ${time('rejectedAt')}
) STRICT, WITHOUT ROWID;

CREATE TABLE plantProfiles (
  name TEXT PRIMARY KEY,
  text TEXT NOT NULL CHECK (json_valid(text))
) STRICT, WITHOUT ROWID;

-- A certificate, or with no serialHex a unit, that the plant revoked.
CREATE TABLE plantRevocations (
  revocationId INTEGER PRIMARY KEY,
  serialHex TEXT,
  unitSerial TEXT,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  revokedAt TEXT NOT NULL ${time('revokedAt')},
  takenAt TEXT NOT NULL ${time('takenAt')},
  CHECK (serialHex IS NOT NULL OR unitSerial IS NOT NULL)
) STRICT;
${appendOnly('plantRevocations', 'revocationId')}
CREATE INDEX plantRevocationsByUnit ON plantRevocations (unitSerial);
CREATE UNIQUE INDEX plantRevocationsOnce ON plantRevocations (coalesce(serialHex, ''), coalesce(unitSerial, ''));
`;
