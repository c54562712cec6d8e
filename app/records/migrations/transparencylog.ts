/** The transparency log over the records: its head, its order, what it says of rows, and the hashes of its tree. */
export const transparencyLog = `
-- Where the log stands. Each commit changes it last. Its signature is of the key that is kept outside of the records.
CREATE TABLE logHead (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  size INTEGER NOT NULL CHECK (size >= 0),
  root BLOB NOT NULL CHECK (length(root) = 32),
  -- The complete subtrees from left to right, 32 bytes each.
  frontier BLOB NOT NULL CHECK (length(frontier) % 32 = 0),
  -- The last statement that is in the log.
  statementId INTEGER NOT NULL,
  -- The leaves that were there before the log: their entries need not be canonical JSON.
  adopted INTEGER NOT NULL CHECK (adopted >= 0 AND adopted <= size),
  publicKey BLOB CHECK (length(publicKey) = 32),
  signature BLOB CHECK (length(signature) = 64),
  CHECK ((publicKey IS NULL) = (signature IS NULL))
) STRICT;

-- The one order over entries and statements: those from firstId to lastId are the leaves from firstLeaf on.
CREATE TABLE logRuns (
  firstLeaf INTEGER PRIMARY KEY CHECK (firstLeaf >= 0),
  source TEXT NOT NULL CHECK (source IN ('audit', 'journal', 'statement')),
  firstId INTEGER NOT NULL,
  lastId INTEGER NOT NULL CHECK (lastId >= firstId)
) STRICT;

-- What a row of another table was after a commit: the SHA-256 of its content, or nothing when it is gone.
CREATE TABLE logStatements (
  statementId INTEGER PRIMARY KEY,
  ofTable TEXT NOT NULL,
  -- A JSON array: the values of its key.
  rowKey TEXT NOT NULL,
  digest BLOB CHECK (length(digest) = 32)
) STRICT;

-- Tiles as c2sp.org/tlog-tiles cuts the tree: 256 hashes of 32 bytes. Those of level 0 are kept once they are full.
CREATE TABLE logTiles (
  level INTEGER NOT NULL CHECK (level >= 0),
  position INTEGER NOT NULL CHECK (position >= 0),
  hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
  PRIMARY KEY (level, position)
) STRICT;

-- The hashes of the leaves that do not fill a tile yet.
CREATE TABLE logPending (
  leafIndex INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Checkpoints that were given out or kept at set times.
CREATE TABLE logCheckpoints (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL CHECK (length(root) = 32),
  at TEXT NOT NULL,
  publicKey BLOB NOT NULL CHECK (length(publicKey) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
`;
