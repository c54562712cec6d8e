/** Whether a backup is whole, and whether its records are as their log says. */
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BackupManifest } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import { systemCodeOf, unwritten, whyUnwritten } from '../../app/files/index.ts';
import type { LogProblem, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import { migrate, migrations } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { makeBeside } from '../beside.ts';
import { verifyFile } from '../threads/verifyrecords.ts';
import { digestOf } from './bytes.ts';
import { manifestName, readManifest } from './place.ts';

export type BackupVerdict = {
  ok: boolean;
  name: string;
  madeAt: string;
  stationId: string;
  /** Leaves of its log, and their root in base64. */
  size: number;
  root: string;
  /** Entries of the audit log and of the journals. */
  entries: number;
  problems: LogProblem[];
};

export type Checking = {
  checkpoints?: readonly NamedCheckpoint[];
  onProgress?: (done: number, of: number) => void;
  pause: () => Promise<void>;
};

/** The folder of a backup, by its own path or by that of its `backup.json`. */
export const backupFolder = (path: string): string => (basename(path) === manifestName ? join(path, '..') : path);

/**
 * Reads the whole backup and changes nothing in it.
 *
 * @throws backup.damaged – it has no list of its files, so that it is no backup; records.failed – it cannot be read
 * @throws records.newer – a later version of the program made it
 */
export async function checkBackup(
  folder: string,
  checking: Checking,
): Promise<{ verdict: BackupVerdict; manifest: BackupManifest }> {
  const manifest = readManifest(folder);
  const { madeAt, stationId, log, schema } = manifest;
  if (schema > migrations.length)
    throw new StationError(
      'records.newer',
      `the backup is of version ${schema}, this program knows ${migrations.length}`,
      {
        data: { version: schema, known: migrations.length },
      },
    );
  const problems: LogProblem[] = [];
  const say = (where: string, meaning: string) => void problems.push({ what: 'file', where, meaning });
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = join(folder, path);
    if (!existsSync(file)) {
      say(path, 'this file is missing');
      continue;
    }
    const found = await digestOf(file, async (read) => {
      done += read;
      checking.onProgress?.(done, total);
      await checking.pause();
    }).catch((thrown: unknown) => {
      if (systemCodeOf(thrown) !== 'EIO') throw unread(file, thrown);
      say(path, 'the disk fails to read this file');
    });
    if (found === undefined) continue;
    if (found.bytes !== bytes) say(path, `this file has ${found.bytes} bytes and had ${bytes}`);
    else if (found.sha256 !== sha256) say(path, 'this file is not as it was written');
  }
  for (const needed of ['records.db', 'station.json'])
    if (!manifest.files.some(({ path }) => path === needed)) say(needed, 'the list of the backup lacks this file');
  let entries = 0;
  if (problems.length === 0) {
    const found = await verifyCopy(join(folder, 'records.db'), schema, checking);
    entries = found.entries;
    problems.push(...found.problems);
    const isSame = found.size === log.size && found.root === log.root;
    // Records of an earlier version get entries when they are brought up to date.
    if (found.ok && schema === migrations.length && !isSame)
      say('records.db', `its log has ${found.size} leaves, and the list says ${log.size}`);
  }
  const { size, root } = log;
  const name = basename(folder);
  return { verdict: { ok: problems.length === 0, name, madeAt, stationId, size, root, entries, problems }, manifest };
}

/** A file that this user may not read says nothing about the backup. */
function unread(file: string, cause: unknown): StationError {
  if (cause instanceof StationError) return cause;
  return new StationError('records.failed', `${file} cannot be read: ${whyUnwritten(cause)}`, { cause });
}

function copyHere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (cause) {
    throw unwritten(to, cause);
  }
}

/** Records of an earlier version are brought up to date in a copy first, as the station would do it. */
async function verifyCopy(file: string, schema: number, { checkpoints = [], pause }: Checking) {
  const isOlder = schema < migrations.length;
  const made = isOlder ? makeBeside(join(tmpdir(), 'birthmark'), 'checking') : undefined;
  const work = made?.folder;
  try {
    const copy = work === undefined ? file : join(work, 'records.db');
    if (work !== undefined) {
      copyHere(file, copy);
      const sql = openSqlite(copy);
      try {
        migrate(sql);
      } finally {
        sql.close();
      }
    }
    const steps = verifyFile(copy, { checkpoints });
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value;
      await pause();
    }
  } finally {
    made?.release();
    if (work !== undefined) rmSync(work, { recursive: true, force: true });
  }
}
