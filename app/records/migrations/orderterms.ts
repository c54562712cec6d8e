/** Terms of orders: the day that they are due, a pause, and the unit serials that they are for, as a list or a pattern. */
import { time } from './checks.ts';

export const orderTerms = `
ALTER TABLE orders ADD COLUMN dueAt TEXT ${time('dueAt')};
-- Since when it takes no new units; NULL while it does. A paused order may be the one that the line works on.
ALTER TABLE orders ADD COLUMN pausedAt TEXT ${time('pausedAt')};
-- # stands for a digit, @ for a capital letter, ? for either.
ALTER TABLE orders ADD COLUMN pattern TEXT CHECK (length(pattern) > 0);
-- The number of rows of orderSerials. NULL: the order has no list.
ALTER TABLE orders ADD COLUMN listed INTEGER CHECK (listed > 0);
CREATE TABLE orderSerials (
  orderId TEXT NOT NULL REFERENCES orders,
  unitSerial TEXT NOT NULL,
  PRIMARY KEY (orderId, unitSerial)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER orderSerialsNoReplace BEFORE INSERT ON orderSerials
WHEN EXISTS (SELECT 1 FROM orderSerials WHERE orderId = NEW.orderId AND unitSerial = NEW.unitSerial)
BEGIN SELECT RAISE(ABORT, 'orderSerials is append-only'); END;
CREATE TRIGGER orderSerialsNoUpdate BEFORE UPDATE ON orderSerials
BEGIN SELECT RAISE(ABORT, 'orderSerials is append-only'); END;
CREATE TRIGGER orderSerialsNoDelete BEFORE DELETE ON orderSerials
BEGIN SELECT RAISE(ABORT, 'orderSerials is append-only'); END;
`;
