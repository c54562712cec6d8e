/** What the hooks of accounts were told: which units may be provisioned, and how many by each claim. */
import { time } from './checks.ts';

export const hookRows = `
-- A row of the account's table: kind and name are its id. 'telling' is written first: the account may have it, and must be
-- told again if it is not to have it. maxUnits is the limit of a claim as it was told.
CREATE TABLE hookRows (
  target TEXT NOT NULL CHECK (length(target) > 0),
  kind TEXT NOT NULL CHECK (kind IN ('serial', 'claim')),
  name TEXT NOT NULL CHECK (length(name) > 0),
  maxUnits INTEGER CHECK (maxUnits IS NULL OR kind = 'claim' AND maxUnits >= 0),
  state TEXT NOT NULL CHECK (state IN ('telling', 'told', 'gone')),
  changedAt TEXT NOT NULL ${time('changedAt')},
  PRIMARY KEY (target, kind, name)
) STRICT, WITHOUT ROWID;
-- How many units a claim may provision, where a person has said so. Null: as many as its order has.
ALTER TABLE claims ADD COLUMN maxUnits INTEGER CHECK (maxUnits >= 0);
-- When it was found that AWS may have made a certificate for the claim's key that is not on record. Null once the account
-- was looked through for it.
ALTER TABLE claims ADD COLUMN lostAt TEXT ${time('lostAt')};
`;
