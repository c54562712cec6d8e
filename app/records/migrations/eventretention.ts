/** Events that an MES has, and keys of requests that it sent, go by a rule: the oldest first. */
import { time } from './checks.ts';

export const eventRetention = `
-- The last event that the rule removed, and the time before which it removed keys.
ALTER TABLE outboxMark ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outboxMark ADD COLUMN keysBefore TEXT ${time('keysBefore')};
DROP TRIGGER outboxNoDelete;
CREATE TRIGGER outboxKept BEFORE DELETE ON outbox WHEN OLD.seq > (SELECT removed FROM outboxMark)
BEGIN SELECT RAISE(ABORT, 'an event goes only by its rule'); END;
DROP TRIGGER hookKeysNoDelete;
CREATE TRIGGER hookKeysKept BEFORE DELETE ON hookKeys WHEN OLD.at >= (SELECT coalesce(keysBefore, '') FROM outboxMark)
BEGIN SELECT RAISE(ABORT, 'a key goes only by its rule'); END;
CREATE INDEX hookKeysByTime ON hookKeys (at);
`;
