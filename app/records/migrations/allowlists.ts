/** Allow-lists of just-in-time registration: which orders' units an account lets in, and what its table has. */
import { time } from './checks.ts';

export const allowLists = `
-- The latest wish for the units of an order in an account. An absent row: nobody has wished anything.
CREATE TABLE allowLists (
  orderId TEXT NOT NULL REFERENCES orders,
  target TEXT NOT NULL CHECK (length(target) > 0),
  wanted INTEGER NOT NULL CHECK (wanted IN (0, 1)),
  actor TEXT NOT NULL,
  changedAt TEXT NOT NULL ${time('changedAt')},
  PRIMARY KEY (orderId, target)
) STRICT, WITHOUT ROWID;

-- What the account was told about a certificate: it is listed, taken off, or taken off and listed as revoked. 'telling' is
-- written first: the account may have it, and must be told again if it is not to have it.
CREATE TABLE allowed (
  target TEXT NOT NULL CHECK (length(target) > 0),
  serialHex TEXT NOT NULL REFERENCES certificates,
  state TEXT NOT NULL CHECK (state IN ('telling', 'listed', 'off', 'revoked')),
  changedAt TEXT NOT NULL ${time('changedAt')},
  PRIMARY KEY (target, serialHex)
) STRICT, WITHOUT ROWID;
CREATE INDEX allowedBySerial ON allowed (serialHex);
`;
