/** What a station keeps about its plant: how far the plant has its log, and the units that the plant refused. */
import { appendOnly, time } from './checks.ts';

export const plant = `
-- How far the plant has acknowledged the log. The plant says it anew at each connection.
CREATE TABLE plantMark (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  plantId TEXT NOT NULL,
  logId INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL CHECK (acknowledged >= 0),
  reachedAt TEXT NOT NULL ${time('reachedAt')}
) STRICT;

-- Another station has what this unit uses. ownerId is that station.
CREATE TABLE plantRefusals (
  refusalId INTEGER PRIMARY KEY,
  unitSerial TEXT NOT NULL REFERENCES units,
  kind TEXT NOT NULL CHECK (kind IN ('unitSerial', 'hardwareId', 'key')),
  value TEXT NOT NULL,
  ownerId TEXT NOT NULL,
  owner TEXT NOT NULL,
  ownerUnit TEXT NOT NULL,
  refusedAt TEXT NOT NULL ${time('refusedAt')},
  UNIQUE (unitSerial, kind, value)
) STRICT;
${appendOnly('plantRefusals', 'refusalId')}
-- What this station has of the plant's orders. Each is an order here, which may not grow beyond it.
CREATE TABLE plantLeases (
  leaseId TEXT PRIMARY KEY,
  plantOrder TEXT NOT NULL,
  orderId TEXT NOT NULL UNIQUE,
  model TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  serialFrom TEXT,
  serialTo TEXT,
  leasedAt TEXT NOT NULL ${time('leasedAt')}
) STRICT, WITHOUT ROWID;
${appendOnly('plantLeases', 'leaseId')}`;
