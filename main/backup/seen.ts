/** What a backup says of the records that it holds, and whether another copy of the station makes backups, too. */
import type { BackupManifest } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import { keysBefore } from '../../app/records/log/restores.ts';
import { checkpointOf, headOf, rootOfFirst } from '../../app/records/log/store.ts';
import type { Sql } from '../../app/records/sql.ts';
import { openSqlite } from '../../native/sqlite.ts';
import type { PlacedBackup } from './place.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export type Seen = Pick<BackupManifest, 'stationId' | 'name' | 'practice' | 'schema' | 'log'> & {
  /** The keys that signed the log before, base64, and until when. */
  keysBefore: { publicKey: string; until: string }[];
};

/**
 * Reads the station and the head of the log.
 *
 * @throws records.notStation – the records belong to no station, or have no log yet
 */
export function seenIn(sql: Sql): Seen {
  const station = sql.get<{ stationId: string; name: string; practice: number }>(
    'SELECT stationId, name, practice FROM station',
  );
  const has = sql.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'logHead'`);
  const head = has ? headOf(sql) : undefined;
  if (station === undefined || head === undefined)
    throw new StationError('records.notStation', 'these records have no log yet: open the station once');
  const { size, root, publicKey } = head;
  return {
    stationId: station.stationId,
    name: station.name,
    practice: station.practice === 1,
    schema: sql.get<{ user_version: number }>('PRAGMA user_version')!.user_version,
    log: {
      ...{ size, root: base64(root), publicKey: publicKey && base64(publicKey) },
      checkpoint: checkpointOf(sql)?.note ?? null,
    },
    keysBefore: keysBefore(sql),
  };
}

/**
 * The backups that another copy of this station made: with a key that this one never had, with a key that this one gave up
 * before, or of a log that is not the beginning of this one.
 *
 * @param copy the records as `seen` has them
 */
export function twinsOf(copy: string, seen: Seen, rows: readonly PlacedBackup[]): string[] {
  const { log, keysBefore } = seen;
  const sql = openSqlite(copy, { readOnly: true });
  try {
    return rows
      .filter((row) => {
        if (row.log === undefined || row.madeAt === null || row.publicKey === null) return false;
        if (row.publicKey !== log.publicKey) {
          const before = keysBefore.findLast(({ publicKey }) => publicKey === row.publicKey);
          return before === undefined || row.madeAt > before.until;
        }
        return row.log.size > log.size || base64(rootOfFirst(sql, row.log.size)) !== row.log.root;
      })
      .map(({ name }) => name);
  } finally {
    sql.close();
  }
}
