/** Orders whose counts may be too low, because the records were restored from a backup. */
import { time } from './checks.ts';

export const restored = `
-- When the records were restored from a backup. NULL once an engineer counted what was made.
ALTER TABLE orders ADD COLUMN restoredAt TEXT ${time('restoredAt')};
`;
