/**
 * What each entry costs beside itself. SQLite makes a table of its own for a list of three constants and more, at each run
 * of a trigger and for each row of a partial index. An entry that does not move its unit's state leaves the indexes of
 * states as they are.
 */
const told = ['made', 'activated', 'paused', 'resumed', 'changed', 'closed']
  .map((act) => `NEW.entry = 'order.${act}'`)
  .join(' OR ');

export const cheapWrites = `
DROP TRIGGER outboxOrders;
CREATE TRIGGER outboxOrders AFTER INSERT ON audit WHEN ${told} BEGIN
  INSERT INTO outbox (orderId, auditSeq) VALUES (NEW.subject, NEW.seq);
END;

-- auditBySubject finds them as well: a batch has hardly any other entries.
DROP INDEX auditOfBatches;
-- certificatesByUnit and certificatesByState do.
DROP INDEX certificatesReserved;

DROP TRIGGER journalIndexed;
CREATE TRIGGER journalIndexed AFTER INSERT ON journal WHEN NEW.position = 1 BEGIN
  INSERT INTO journalIndex (unitSerial, entryId, state, attempts, updatedAt, errorCode, orderId, model)
  VALUES (NEW.unitSerial, NEW.entryId, coalesce(NEW.state, 'started'), NEW.attempt, NEW.at, json_extract(NEW.data, '$.error.code'),
    (SELECT orderId FROM units WHERE unitSerial = NEW.unitSerial), (SELECT model FROM units WHERE unitSerial = NEW.unitSerial));
END;
CREATE TRIGGER journalIndexMoved AFTER INSERT ON journal WHEN NEW.position > 1 AND NEW.state IS NOT NULL BEGIN
  UPDATE journalIndex SET entryId = NEW.entryId, state = NEW.state, attempts = max(attempts, NEW.attempt),
    updatedAt = NEW.at, errorCode = json_extract(NEW.data, '$.error.code')
  WHERE unitSerial = NEW.unitSerial;
END;
CREATE TRIGGER journalIndexGoesOn AFTER INSERT ON journal WHEN NEW.position > 1 AND NEW.state IS NULL BEGIN
  UPDATE journalIndex SET entryId = NEW.entryId, attempts = max(attempts, NEW.attempt), updatedAt = NEW.at
  WHERE unitSerial = NEW.unitSerial;
END;
`;
