/**
 * What orders have made, counted as it happens: an order costs the same at its millionth unit as at its first. Triggers
 * fill these tables and nothing else does; the integrity check compares them with what they are derived from.
 */
const scrapped = (unit: string) => `EXISTS (SELECT 1 FROM scraps s WHERE s.unitSerial = ${unit})`;
const stateOf = (unit: string, state: string) => `iif(${scrapped(unit)}, 'scrapped', ${state})`;
const put = (orderId: string, state: string, change: string) => `
  INSERT INTO orderUnits (orderId, state, units) SELECT ${orderId}, ${state}, ${change} WHERE true
  ON CONFLICT (orderId, state) DO UPDATE SET units = units + excluded.units;`;
const place = (column: string, orderId: string, change: string) => `
  INSERT INTO orderPlaces (orderId, ${column}) VALUES (${orderId}, ${change})
  ON CONFLICT (orderId) DO UPDATE SET ${column} = ${column} + excluded.${column};`;

/** A superseded certificate without a successor, of a unit that has no other, is not scrapped and is still in its order. */
const keptPlaces = (where: string) => `
  SELECT c.unitSerial, c.orderId, count(*) FROM certificates c JOIN units u USING (unitSerial)
  WHERE c.state = 'superseded' AND u.orderId = c.orderId ${where} AND NOT ${scrapped('c.unitSerial')}
    AND NOT EXISTS (SELECT 1 FROM supersessions x WHERE x.serialHex = c.serialHex)
    AND NOT EXISTS (SELECT 1 FROM certificates l WHERE l.unitSerial = c.unitSerial AND l.state IN ('reserved', 'issued'))
  GROUP BY c.unitSerial`;
const keep = (unit: string) => `
  DELETE FROM keptPlaces WHERE unitSerial = ${unit};
  INSERT INTO keptPlaces (unitSerial, orderId, certificates) ${keptPlaces(`AND c.unitSerial = ${unit}`)};`;
const hasSuperseded = (unit: string) =>
  `EXISTS (SELECT 1 FROM certificates o WHERE o.unitSerial = ${unit} AND o.state = 'superseded')`;
const isLive = (row: string) => `(${row}.state IN ('reserved', 'issued'))`;

export const orderCounts = `
-- The number of an order's units in each state, as it is shown: 'scrapped' hides the state of the journal.
CREATE TABLE orderUnits (
  orderId TEXT NOT NULL,
  state TEXT NOT NULL,
  units INTEGER NOT NULL,
  PRIMARY KEY (orderId, state)
) STRICT, WITHOUT ROWID;
-- What takes a place in an order: live certificates, requests to AWS that are not answered, units that are being reworked,
-- and units that have a claim.
CREATE TABLE orderPlaces (
  orderId TEXT PRIMARY KEY,
  live INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 0,
  claimed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE keptPlaces (
  unitSerial TEXT PRIMARY KEY,
  orderId TEXT NOT NULL,
  certificates INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO orderUnits (orderId, state, units)
  SELECT j.orderId, ${stateOf('j.unitSerial', 'j.state')} AS shown, count(*) FROM journalIndex j GROUP BY j.orderId, shown;
INSERT INTO keptPlaces (unitSerial, orderId, certificates) ${keptPlaces('')};
INSERT INTO orderPlaces (orderId, live, asked, kept, claimed)
  SELECT o.orderId,
    (SELECT count(*) FROM certificates c WHERE c.orderId = o.orderId AND c.state IN ('reserved', 'issued')),
    (SELECT count(*) FROM awsRequests r WHERE r.orderId = o.orderId AND r.state = 'asked'),
    (SELECT coalesce(sum(k.certificates), 0) FROM keptPlaces k WHERE k.orderId = o.orderId),
    (SELECT count(DISTINCT g.unitSerial) FROM claims k JOIN claimUnits g USING (claimId) WHERE k.orderId = o.orderId)
  FROM orders o;

CREATE TRIGGER orderUnitsAdded AFTER INSERT ON journalIndex BEGIN
  ${put('NEW.orderId', stateOf('NEW.unitSerial', 'NEW.state'), '1')}
END;
CREATE TRIGGER orderUnitsMoved AFTER UPDATE OF state ON journalIndex
WHEN NEW.state <> OLD.state AND NOT ${scrapped('NEW.unitSerial')} BEGIN
  ${put('OLD.orderId', 'OLD.state', '-1')} ${put('NEW.orderId', 'NEW.state', '1')}
END;
CREATE TRIGGER orderUnitsLeft AFTER UPDATE OF orderId ON journalIndex WHEN NEW.orderId IS NOT OLD.orderId BEGIN
  ${put('OLD.orderId', stateOf('OLD.unitSerial', 'OLD.state'), '-1')}
  ${put('NEW.orderId', stateOf('NEW.unitSerial', 'NEW.state'), '1')}
END;
CREATE TRIGGER orderUnitsScrapped AFTER INSERT ON scraps BEGIN
  INSERT INTO orderUnits (orderId, state, units) SELECT orderId, state, -1 FROM journalIndex WHERE unitSerial = NEW.unitSerial
    ON CONFLICT (orderId, state) DO UPDATE SET units = units + excluded.units;
  INSERT INTO orderUnits (orderId, state, units) SELECT orderId, 'scrapped', 1 FROM journalIndex WHERE unitSerial = NEW.unitSerial
    ON CONFLICT (orderId, state) DO UPDATE SET units = units + excluded.units;
  ${keep('NEW.unitSerial')}
END;
CREATE TRIGGER unitsChangeOrder AFTER UPDATE OF orderId ON units WHEN NEW.orderId <> OLD.orderId BEGIN
  ${keep('NEW.unitSerial')}
END;

CREATE TRIGGER placesTaken AFTER INSERT ON certificates WHEN NEW.orderId IS NOT NULL AND ${isLive('NEW')} BEGIN
  ${place('live', 'NEW.orderId', '1')}
END;
CREATE TRIGGER placesMoved AFTER UPDATE OF state ON certificates
WHEN NEW.orderId IS NOT NULL AND ${isLive('NEW')} <> ${isLive('OLD')} BEGIN
  ${place('live', 'NEW.orderId', `${isLive('NEW')} - ${isLive('OLD')}`)}
END;
CREATE TRIGGER keptByInsert AFTER INSERT ON certificates
WHEN NEW.unitSerial IS NOT NULL AND ${hasSuperseded('NEW.unitSerial')} BEGIN ${keep('NEW.unitSerial')} END;
CREATE TRIGGER keptByMove AFTER UPDATE OF state ON certificates
WHEN NEW.unitSerial IS NOT NULL AND NEW.state <> OLD.state AND ${hasSuperseded('NEW.unitSerial')} BEGIN ${keep('NEW.unitSerial')} END;
CREATE TRIGGER keptBySuccessor AFTER INSERT ON supersessions BEGIN
  ${keep('(SELECT k.unitSerial FROM certificates k WHERE k.serialHex = NEW.serialHex)')}
END;
CREATE TRIGGER keptCounted AFTER INSERT ON keptPlaces BEGIN ${place('kept', 'NEW.orderId', 'NEW.certificates')} END;
CREATE TRIGGER keptUncounted AFTER DELETE ON keptPlaces BEGIN ${place('kept', 'OLD.orderId', '-OLD.certificates')} END;

CREATE TRIGGER placesAsked AFTER INSERT ON awsRequests WHEN NEW.state = 'asked' BEGIN
  ${place('asked', 'NEW.orderId', '1')}
END;
CREATE TRIGGER placesAnswered AFTER UPDATE OF state ON awsRequests WHEN OLD.state = 'asked' AND NEW.state <> 'asked' BEGIN
  ${place('asked', 'NEW.orderId', '-1')}
END;
CREATE TRIGGER placesClaimed AFTER INSERT ON claimUnits
WHEN NOT EXISTS (SELECT 1 FROM claimUnits g JOIN claims k USING (claimId) WHERE g.unitSerial = NEW.unitSerial
  AND g.attempt <> NEW.attempt AND k.orderId = (SELECT n.orderId FROM claims n WHERE n.claimId = NEW.claimId)) BEGIN
  ${place('claimed', '(SELECT n.orderId FROM claims n WHERE n.claimId = NEW.claimId)', '1')}
END;
`;
