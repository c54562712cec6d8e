/** Recipes: every version as it was written, and its approvals with the people who gave them. */
import { appendOnly, time } from './checks.ts';

export const recipes = `
CREATE TABLE recipes (
  recipeId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  -- SHA-256 of the text.
  hash TEXT NOT NULL CHECK (hash NOT GLOB '*[^0-9a-f]*' AND length(hash) = 64),
  text TEXT NOT NULL CHECK (json_valid(text)),
  madeBy TEXT NOT NULL,
  madeAt TEXT NOT NULL ${time('madeAt')},
  UNIQUE (name, version)
) STRICT;
${appendOnly('recipes', 'recipeId')}

-- The last line of a name says what is in use: a version, or none (retired).
CREATE TABLE recipeApprovals (
  approvalId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version INTEGER,
  -- SHA-256 of the profile it names, as it was then.
  profileHash TEXT,
  actor TEXT NOT NULL,
  at TEXT NOT NULL ${time('at')},
  FOREIGN KEY (name, version) REFERENCES recipes (name, version),
  CHECK ((version IS NULL) = (profileHash IS NULL))
) STRICT;
${appendOnly('recipeApprovals', 'approvalId')}
CREATE INDEX recipeApprovalsByName ON recipeApprovals (name, approvalId);

-- The recipe an order names; NULL for the approved one of its model.
ALTER TABLE orders ADD COLUMN recipe TEXT;
`;
