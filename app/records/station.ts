/** The station that the file belongs to, and the health of the file. */
import { StationError } from '../contract/errors.ts';
import { audit } from './audit/audit.ts';
import { longRead, read, together, write } from './call.ts';
import { derivedProblems } from './log/derived.ts';
import { bit, type Connection, connectionOf } from './sql.ts';

export type StationFacts = { stationId: string; name: string; practice: boolean; createdAt: string };

/**
 * Records the station that the file belongs to, once for each file. Audit `station.made`.
 *
 * @throws records.exists – the file belongs to a station already
 */
export const initStation = write((sql, { actor, ...facts }: StationFacts & { actor: string }): void => {
  if (sql.get('SELECT 1 FROM station')) throw new StationError('records.exists', 'these records belong to a station');
  sql.run(
    `INSERT INTO station (only, stationId, name, practice, createdAt)
     VALUES (1, @stationId, @name, @practice, @createdAt)`,
    { ...facts, practice: bit(facts.practice) },
  );
  audit(sql, { at: facts.createdAt, entry: 'station.made', actor, subject: facts.stationId, data: { ...facts } });
});

/**
 * The station that the file belongs to.
 *
 * @throws records.notStation – before `initStation`
 */
export const station = read((sql): StationFacts => {
  const row = sql.get<Omit<StationFacts, 'practice'> & { practice: number }>(
    'SELECT stationId, name, practice, createdAt FROM station',
  );
  if (!row) throw new StationError('records.notStation', 'these records belong to no station yet');
  return { ...row, practice: row.practice === 1 };
});

const problemsOf = longRead((sql): string[] => {
  const pages = sql.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check);
  return [...pages.filter((line) => line !== 'ok'), ...[...derivedProblems(sql)].flat()];
});

const writer = write((sql): Connection => connectionOf(sql));
const reader = read((sql): Connection => connectionOf(sql));

/** Empty when both connections wait for the disk. */
export const connectionProblems = together({ writer, reader }, async (ask): Promise<string[]> => {
  const connections = await Promise.all([ask.writer(), ask.reader()]);
  const weak = connections.some(({ synchronous, journalMode }) => synchronous !== 2 || journalMode !== 'wal');
  return weak ? ['a connection does not wait for the disk (synchronous is not FULL)'] : [];
});

/**
 * What is wrong with the file, with the durability of the connections, or with what follows from the entries. Empty when
 * all is well. It reads all of the file.
 */
export const integrityCheck = together({ writer, reader, problemsOf }, async (ask): Promise<string[]> => {
  const [weak, problems] = await Promise.all([connectionProblems.act(ask), ask.problemsOf()]);
  return [...weak, ...problems];
});
