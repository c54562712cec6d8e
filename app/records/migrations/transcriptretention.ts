/** Conversations that a rule removed: what is kept of each is its digest. */
import { appendOnly, time } from './checks.ts';

export const transcriptRetention = `
CREATE TABLE removedTranscripts (
  transcriptId INTEGER PRIMARY KEY,
  unitSerial TEXT NOT NULL REFERENCES units,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  startedAt TEXT NOT NULL ${time('startedAt')},
  -- SHA-256 of its compressed data, as it was kept.
  dataSha256 BLOB NOT NULL CHECK (length(dataSha256) = 32),
  removedAt TEXT NOT NULL ${time('removedAt')}
) STRICT;
${appendOnly('removedTranscripts', 'transcriptId')}
CREATE INDEX removedTranscriptsByUnit ON removedTranscripts (unitSerial, attempt);
-- A conversation goes only after what is kept of it.
DROP TRIGGER transcriptsNoDelete;
CREATE TRIGGER transcriptsKept BEFORE DELETE ON transcripts
WHEN NOT EXISTS (SELECT 1 FROM removedTranscripts r WHERE r.transcriptId = OLD.transcriptId
  AND r.unitSerial = OLD.unitSerial AND r.attempt = OLD.attempt AND r.startedAt = OLD.startedAt)
BEGIN SELECT RAISE(ABORT, 'a transcript goes only by its rule'); END;
-- Its number is not given out a second time.
CREATE TRIGGER transcriptsOnce BEFORE INSERT ON transcripts
WHEN EXISTS (SELECT 1 FROM removedTranscripts r WHERE r.transcriptId = NEW.transcriptId)
BEGIN SELECT RAISE(ABORT, 'this transcript was removed'); END;
`;
