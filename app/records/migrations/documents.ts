/** Documents that engineers write for AWS IoT: every version as it was written. */
import { appendOnly, time } from './checks.ts';

export const documents = `
CREATE TABLE documents (
  documentId INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('template', 'policy')),
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  -- What it is written for, e.g. the way of provisioning.
  form TEXT NOT NULL,
  -- NULL retires the name; a later version brings it back.
  text TEXT CHECK (json_valid(text)),
  -- SHA-256 of the text.
  hash TEXT CHECK (hash NOT GLOB '*[^0-9a-f]*' AND length(hash) = 64),
  madeBy TEXT NOT NULL,
  madeAt TEXT NOT NULL ${time('madeAt')},
  UNIQUE (kind, name, version),
  CHECK ((text IS NULL) = (hash IS NULL))
) STRICT;
${appendOnly('documents', 'documentId')}
`;
