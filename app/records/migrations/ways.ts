/** The target (account and Region) and the way of each batch, and orders whose units are registered as they pass. */

export const ways = `
-- Batches made before there were several targets went to the only one, which is named main since.
ALTER TABLE batches ADD COLUMN target TEXT NOT NULL DEFAULT 'main' CHECK (length(target) > 0);
ALTER TABLE batches ADD COLUMN way TEXT NOT NULL DEFAULT 'bulk'
  CHECK (way IN ('bulk', 'registerThing', 'registerCertificate', 'withoutCa'));
-- The order whose units join the batch as they pass. Null for a batch that was made whole.
ALTER TABLE batches ADD COLUMN lineOrder TEXT REFERENCES orders CHECK (lineOrder IS NULL OR way <> 'bulk');
CREATE UNIQUE INDEX oneOpenLineBatch ON batches (lineOrder, target) WHERE lineOrder IS NOT NULL AND state <> 'done';

-- A unit may be in one live batch of each target. The target of a member is that of its batch.
ALTER TABLE members ADD COLUMN target TEXT NOT NULL DEFAULT 'main';
CREATE TRIGGER membersTarget BEFORE INSERT ON members
WHEN NOT EXISTS (SELECT 1 FROM batches b WHERE b.batchId = NEW.batchId AND b.target = NEW.target)
BEGIN SELECT RAISE(ABORT, 'a member goes to the target of its batch'); END;
DROP INDEX oneLiveBatch;
CREATE UNIQUE INDEX oneLiveBatch ON members (certificateId, target) WHERE live = 1;

-- How the order's units are registered while the line runs: {target, way}. Null means not at all.
ALTER TABLE orders ADD COLUMN registration TEXT CHECK (registration IS NULL OR json_type(registration) = 'object');
`;
