/** Leases of the plant that this station gave back. */
import { appendOnly, time } from './checks.ts';

export const plantReturns = `
-- serials: runs of those that were not used, [[from, to], …] as JSON.
CREATE TABLE plantReturns (
  leaseId TEXT PRIMARY KEY REFERENCES plantLeases,
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  serials TEXT NOT NULL CHECK (json_valid(serials)),
  returnedAt TEXT NOT NULL ${time('returnedAt')}
) STRICT, WITHOUT ROWID;
${appendOnly('plantReturns', 'leaseId')}`;
