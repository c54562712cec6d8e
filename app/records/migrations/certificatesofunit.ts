/**
 * Without statistics SQLite takes any indexed column for one that tells rows apart. By the index of states it then reads
 * all issued certificates to find that of one unit. The figures are those of a million certificates; they are the same on
 * every station, so that a query is answered in the same way on the first day and years later.
 *
 * Form: https://www.sqlite.org/fileformat2.html#the_sqlite_stat1_table (rows, then rows for each value of the first
 * column, of the first two, …).
 */
export const certificatesOfUnit = `
DROP INDEX certificatesByUnit;
CREATE INDEX certificatesByUnit ON certificates (unitSerial, state, reservedAt);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('certificates', 'certificatesByState', '1000000 250000 1'),
  ('certificates', 'certificatesOfIssuer', '1000000 500000 1 1'),
  ('certificates', 'certificatesByUnit', '1000000 2 1 1');
ANALYZE sqlite_schema;
`;
