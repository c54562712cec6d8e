/** What each PIN's hash costs (scrypt, RFC 7914): those of before cost less than a new one does. */
export const pinCost = `
ALTER TABLE people ADD COLUMN pinN INTEGER NOT NULL DEFAULT 32768 CHECK (pinN BETWEEN 16384 AND 1048576);
ALTER TABLE people ADD COLUMN pinR INTEGER NOT NULL DEFAULT 8 CHECK (pinR BETWEEN 1 AND 32);
ALTER TABLE people ADD COLUMN pinP INTEGER NOT NULL DEFAULT 1 CHECK (pinP BETWEEN 1 AND 16);
`;
