/** Events for an MES: each row is made in the commit of what it tells. The webhook sends them in this order. */
import { appendOnly, time } from './checks.ts';

const told = ['made', 'activated', 'paused', 'resumed', 'changed', 'closed'].map((act) => `'order.${act}'`).join(', ');

export const outbox = `
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  orderId TEXT NOT NULL,
  -- One of them: the entry of the journal or of the audit log that is told.
  entryId INTEGER,
  auditSeq INTEGER,
  CHECK ((entryId IS NULL) <> (auditSeq IS NULL))
) STRICT;
${appendOnly('outbox', 'seq')}
CREATE INDEX outboxByOrder ON outbox (orderId, seq);
CREATE TRIGGER outboxResults AFTER INSERT ON journal WHEN NEW.entry = 'attempt.ended' BEGIN
  INSERT INTO outbox (orderId, entryId) SELECT u.orderId, NEW.entryId FROM units u WHERE u.unitSerial = NEW.unitSerial;
END;
CREATE TRIGGER outboxOrders AFTER INSERT ON audit WHEN NEW.entry IN (${told}) BEGIN
  INSERT INTO outbox (orderId, auditSeq) VALUES (NEW.subject, NEW.seq);
END;

-- How far the webhook has come.
CREATE TABLE outboxMark (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  delivered INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  nextTryAt TEXT ${time('nextTryAt')},
  pausedAt TEXT ${time('pausedAt')},
  error TEXT
) STRICT;
INSERT INTO outboxMark (only, delivered, tries) VALUES (1, 0, 0);

-- Keys of requests that made an order, so that a repeated request makes no second one.
CREATE TABLE hookKeys (
  key TEXT PRIMARY KEY,
  bodySha256 TEXT NOT NULL,
  orderId TEXT NOT NULL REFERENCES orders,
  at TEXT NOT NULL ${time('at')}
) STRICT, WITHOUT ROWID;
${appendOnly('hookKeys', 'key')}
`;
