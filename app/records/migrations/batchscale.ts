/** What batches of a million units need: counts that are kept, and indexes for the questions that looked at every member. */

const counted = ['registered', 'rejected', 'unaccounted'] as const;
const counts = (change: (state: string) => string) =>
  counted.map((state) => `${state} = ${state} + ${change(state)}`).join(', ');

export const batchScale = `
ALTER TABLE batches ADD COLUMN members INTEGER NOT NULL DEFAULT 0;
${counted.map((state) => `ALTER TABLE batches ADD COLUMN ${state} INTEGER NOT NULL DEFAULT 0;`).join('\n')}
UPDATE batches SET members = (SELECT count(*) FROM members m WHERE m.batchId = batches.batchId),
  ${counted.map((state) => `${state} = (SELECT count(*) FROM members m WHERE m.batchId = batches.batchId AND m.state = '${state}')`).join(', ')};
CREATE TRIGGER membersCounted AFTER INSERT ON members BEGIN
  UPDATE batches SET members = members + 1, ${counts((state) => `(NEW.state = '${state}')`)} WHERE batchId = NEW.batchId;
END;
CREATE TRIGGER membersRecounted AFTER UPDATE OF state ON members WHEN NEW.state <> OLD.state BEGIN
  UPDATE batches SET ${counts((state) => `(NEW.state = '${state}') - (OLD.state = '${state}')`)} WHERE batchId = NEW.batchId;
END;
-- Members that left their batch, and certificates that are out of use: few of many.
CREATE INDEX membersGone ON members (batchId, line) WHERE live = 0;
CREATE INDEX certificatesOutOfUse ON certificates (certificateId) WHERE state <> 'issued' AND certificateId IS NOT NULL;
CREATE INDEX auditOfBatches ON audit (subject, seq)
  WHERE entry IN ('batch.made', 'batch.advanced', 'batch.withdrawn');
`;
