/** Label rules of orders. */

export const orderLabels = `
-- How the labels of its units are read, as JSON; NULL where its recipe or the station says so.
ALTER TABLE orders ADD COLUMN label TEXT CHECK (label IS NULL OR json_type(label) = 'object');
`;
