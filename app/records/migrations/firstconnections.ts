/** Units whose first connection to a target is watched, and how many of each order stand where. */
import { time } from './checks.ts';

const key = 'orderId, target, state, reason';
const put = (row: string, change: string) => `
  INSERT INTO connectionCounts (${key}, units) VALUES (${row}.orderId, ${row}.target, ${row}.state, coalesce(${row}.reason, ''), ${change})
  ON CONFLICT (${key}) DO UPDATE SET units = units + excluded.units;`;

export const firstConnections = `
CREATE TABLE firstConnections (
  unitSerial TEXT NOT NULL REFERENCES units,
  target TEXT NOT NULL CHECK (length(target) > 0),
  orderId TEXT NOT NULL REFERENCES orders,
  way TEXT NOT NULL,
  -- Ended: the certificate is out of use. Another one begins it again.
  state TEXT NOT NULL CHECK (state IN ('waiting', 'connected', 'failed', 'overdue', 'ended')),
  -- The name that the device was told, and that of the thing that AWS made.
  thingName TEXT NOT NULL,
  madeName TEXT,
  -- Null as long as AWS has not made it (provisioning by claim).
  certificateId TEXT CHECK (certificateId NOT GLOB '*[^0-9a-f]*' AND length(certificateId) = 64),
  passedAt TEXT NOT NULL ${time('passedAt')},
  dueAt TEXT NOT NULL ${time('dueAt')},
  registeredAt TEXT ${time('registeredAt')},
  connectedAt TEXT ${time('connectedAt')},
  source TEXT,
  clientId TEXT,
  sourceIp TEXT,
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  lastTryAt TEXT ${time('lastTryAt')},
  reason TEXT CHECK (length(reason) > 0),
  -- When AWS is to be asked about it again. The year 9999: when a list or a message of AWS names it.
  askAt TEXT NOT NULL ${time('askAt')},
  PRIMARY KEY (unitSerial, target),
  CHECK (state NOT IN ('waiting', 'failed', 'overdue') OR connectedAt IS NULL),
  CHECK (state <> 'connected' OR connectedAt IS NOT NULL),
  CHECK (state <> 'failed' OR reason IS NOT NULL),
  CHECK ((connectedAt IS NULL) = (source IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX firstConnectionsOfOrder ON firstConnections (orderId, unitSerial);
CREATE INDEX firstConnectionsByOrder ON firstConnections (orderId, state, unitSerial);
CREATE INDEX firstConnectionsByState ON firstConnections (state, unitSerial);
CREATE INDEX firstConnectionsByReason ON firstConnections (reason, unitSerial) WHERE reason IS NOT NULL AND state <> 'ended';
CREATE INDEX firstConnectionsToAsk ON firstConnections (target, way, askAt)
  WHERE state IN ('waiting', 'failed', 'overdue') OR (state = 'connected' AND registeredAt IS NULL
    AND way IN ('jitp', 'jitr', 'claim', 'trustedUser', 'stationClaim'));
CREATE INDEX firstConnectionsDue ON firstConnections (dueAt) WHERE state = 'waiting';
CREATE INDEX firstConnectionsByCertificate ON firstConnections (certificateId) WHERE certificateId IS NOT NULL;
CREATE INDEX firstConnectionsByThing ON firstConnections (thingName);

CREATE TABLE connectionCounts (
  orderId TEXT NOT NULL,
  target TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  units INTEGER NOT NULL,
  PRIMARY KEY (${key})
) STRICT, WITHOUT ROWID;
CREATE TRIGGER firstConnectionsCounted AFTER INSERT ON firstConnections BEGIN ${put('NEW', '1')} END;
CREATE TRIGGER firstConnectionsRecounted AFTER UPDATE OF orderId, state, reason ON firstConnections
WHEN NEW.state <> OLD.state OR NEW.reason IS NOT OLD.reason OR NEW.orderId <> OLD.orderId
BEGIN ${put('OLD', '-1')} ${put('NEW', '1')} END;
CREATE TRIGGER firstConnectionsKept BEFORE DELETE ON firstConnections
BEGIN SELECT RAISE(ABORT, 'what was watched stays on record'); END;

-- A unit is not waited for while its certificate is out of use, and again when it comes back into use.
CREATE TRIGGER firstConnectionsEnd AFTER UPDATE OF state ON certificates
WHEN OLD.state = 'issued' AND NEW.state IN ('revocationQueued', 'superseded') BEGIN
  UPDATE firstConnections SET state = 'ended' WHERE certificateId = NEW.certificateId;
END;
CREATE TRIGGER firstConnectionsGoOn AFTER UPDATE OF state ON certificates
WHEN OLD.state = 'revocationQueued' AND NEW.state = 'issued' BEGIN
  UPDATE firstConnections SET state = iif(connectedAt IS NULL, 'waiting', 'connected') WHERE certificateId = NEW.certificateId;
END;
CREATE TRIGGER firstConnectionsScrapped AFTER INSERT ON scraps BEGIN
  UPDATE firstConnections SET state = 'ended' WHERE unitSerial = NEW.unitSerial;
END;

-- How far the watch has come: in the journal, and in the list of each CA of a target.
CREATE TABLE watchMarks (name TEXT PRIMARY KEY, mark TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
