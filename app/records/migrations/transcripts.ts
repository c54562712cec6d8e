/** Conversations with devices: one for each ended attempt, and one for each check of a golden unit (attempt 0). */
import { appendOnly, time } from './checks.ts';

export const transcripts = `
CREATE TABLE transcripts (
  transcriptId INTEGER PRIMARY KEY,
  unitSerial TEXT NOT NULL REFERENCES units,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  startedAt TEXT NOT NULL ${time('startedAt')},
  driver TEXT NOT NULL,
  -- Kept, before compression.
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  -- Compressed; secrets were left out before.
  data BLOB NOT NULL
) STRICT;
${appendOnly('transcripts', 'transcriptId')}
CREATE INDEX transcriptsByUnit ON transcripts (unitSerial, attempt);
CREATE UNIQUE INDEX oneTranscript ON transcripts (unitSerial, attempt) WHERE attempt > 0;
`;
