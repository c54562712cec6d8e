/** `audit tiles`: the log of a station as files that other people's clients verify. It opens no station. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { unwritten } from '../../app/files/index.ts';
import { readCheckpoint } from '../../app/records/log/note.ts';
import { type GivenCheckpoint, rootOfFirst } from '../../app/records/log/store.ts';
import { countTiles, type LongEntry, tilesAt } from '../../app/records/log/tiles.ts';
import type { Progress } from '../../app/records/log/verdict.ts';
import type { Sql } from '../../app/records/sql.ts';
import { writeWhole } from '../../app/station/index.ts';
import { type Options, signedHead, withFolder, withRecords } from './auditverify.ts';
import { conclude, print } from './command.ts';
import { inSteps } from './steps.ts';

type TilesOptions = Options & { out: string };

/** Adds `audit tiles`. */
export function addAuditTiles(audit: Command): void {
  withFolder(audit.command('tiles'))
    .description('write the log as tiles (c2sp.org/tlog-tiles), which clients of other people verify')
    .requiredOption('--out <dir>', 'a new folder, or one with earlier tiles of this log, which go on')
    .action((options: TilesOptions) =>
      conclude(options, () => withRecords(options, (sql) => writeTiles(sql, options))),
    );
}

async function writeTiles(sql: Sql, options: TilesOptions): Promise<number> {
  const dir = resolve(options.out);
  const checkpoint = signedHead(sql);
  const { size, note: text, verifierKey, root: bytes } = checkpoint;
  await assertGoesOn(sql, checkpoint, dir);
  const { written, leftOut } = await inSteps(
    tileSteps(sql, size, dir),
    options,
    'stopped: the tiles so far stay, without their checkpoint; the next run goes on',
  );
  // The last tile is not kept before it is full, so that its hashes come from the entries as they are now.
  if (!rootOfFirst(sql, size).equals(bytes))
    throw new StationError(
      'records.damaged',
      'the entries do not have the root that was signed: see audit verify --data',
    );
  // Last, so that the tiles of a checkpoint are there when it is read.
  await writeWhole(join(dir, 'checkpoint'), text);
  const root = Buffer.from(bytes).toString('base64');
  print(options, { size, root, verifierKey, files: written + 1, leftOut }, () =>
    [
      `${size} leaves in ${written + 1} files, root ${root}`,
      ...leftOut.map(({ entry, bytes }) => `left out: the bundle of entry ${entry}, which has ${bytes} bytes`),
      `verifier key ${verifierKey}`,
    ].join('\n'),
  );
  return 0;
}

/** Writes each file; a step after each. `leftOut`: the bundles of entries that are too long. */
async function* tileSteps(
  sql: Sql,
  size: number,
  dir: string,
): AsyncGenerator<Progress, { written: number; leftOut: LongEntry[] }> {
  const of = countTiles(size);
  let written = 0;
  const leftOut: LongEntry[] = [];
  for (const file of tilesAt(sql, size)) {
    if ('entry' in file) leftOut.push(file);
    else {
      await writeTile(join(dir, file.path), file.bytes);
      written += 1;
    }
    yield { done: written, of };
  }
  return { written, leftOut };
}

async function writeTile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, bytes);
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw unwritten(file, cause);
  }
}

/** Earlier tiles are evidence: they are not overwritten by those of a log that does not go on from them. */
async function assertGoesOn(sql: Sql, now: GivenCheckpoint, dir: string): Promise<void> {
  const names = await namesIn(dir);
  if (names.some((name) => !['tile', 'checkpoint', 'checkpoint.new'].includes(name)))
    throw new StationError('call.badParams', `${dir} holds other files: give a new folder`);
  if (!names.includes('checkpoint')) return;
  const earlier = readCheckpoint(await readFile(join(dir, 'checkpoint'), 'utf8'));
  const other = (why: string) =>
    new StationError('records.damaged', `${why}: keep ${dir} as it is, and see audit verify --data --checkpoint`);
  if (earlier === undefined) throw other('its checkpoint cannot be read');
  if (earlier.origin !== now.origin)
    throw new StationError('call.badParams', `${dir} holds the log ${earlier.origin}: give a new folder`);
  if (earlier.size > now.size) throw other(`the tiles have ${earlier.size} entries, the log has ${now.size}`);
  if (!rootOfFirst(sql, earlier.size).equals(earlier.root))
    throw other(`the first ${earlier.size} entries are not those of the tiles`);
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new StationError('call.badParams', `${dir} cannot be read as a folder`, { cause });
  });
}
