/** `audit checkpoint` and `audit verify`. They read the files of a station and open no station, so that they work beside one. */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { verifyAuditLines } from '../../app/records/audit/file.ts';
import { type BundleExpected, BundleProblem, type BundleVerdict, checkBundle } from '../../app/records/bundle/index.ts';
import { noteKind, readVerifierKey } from '../../app/records/log/note.ts';
import { checkpointOf, type GivenCheckpoint } from '../../app/records/log/store.ts';
import type { LogVerdict, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import type { Sql } from '../../app/records/sql.ts';
import { checkpointsIn, paths, readConfig, writeOut } from '../../app/station/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../datafolders.ts';
import { folderSource } from '../exports/folder.ts';
import { verifyRecords } from '../threads/verifyrecords.ts';
import { checkpointDrawing } from './checkpointqr.ts';
import { conclude, note, print } from './command.ts';
import { checkpointFrom, noteFrom, whyUnread } from './givenfile.ts';
import { inSteps } from './steps.ts';

export type Options = { data?: string; json?: boolean };

export const withFolder = (command: Command): Command =>
  command
    .option('--data <dir>', "the station's data folder")
    .option('--json', 'print one JSON value on stdout and nothing else there');

/** The records of a station; its folder is checked first. */
async function recordsOf({ data }: Options): Promise<string> {
  const dir = resolve(data ?? dataFolder('real'));
  await readConfig(dir);
  return paths(dir).records;
}

/** Adds `audit checkpoint`. */
export function addAuditCheckpoint(audit: Command): void {
  withFolder(audit.command('checkpoint'))
    .description(
      'write the signed head of the log: keep it in another place to notice an older file, or a rewritten one',
    )
    .option('--out <file>', 'the file to write')
    .option('--qr <file>', 'a drawing (SVG) of it as a QR code, to print or to take with a camera')
    .action((options: Options & { out?: string; qr?: string }) =>
      conclude(options, async () => {
        const { out, qr } = options;
        if (out === undefined && qr === undefined)
          throw new StationError('call.badParams', 'say where the checkpoint goes: --out FILE, --qr FILE.svg, or both');
        return withRecords(options, async (sql) => {
          const checkpoint = signedHead(sql);
          const { size, note, verifierKey, root: bytes } = checkpoint;
          if (out !== undefined) await writeOut(out, note);
          if (qr !== undefined) await writeOut(qr, await checkpointDrawing(checkpoint, systemClock.now()));
          const root = Buffer.from(bytes).toString('base64');
          print(options, { size, root, verifierKey }, () => `checkpoint of ${size} leaves, root ${root}`);
          return 0;
        });
      }),
    );
}

/** Reads one state of the records in `--data`, beside a running station too. */
export async function withRecords(options: Options, act: (sql: Sql) => Promise<number>): Promise<number> {
  const sql = openSqlite(await recordsOf(options), { readOnly: true });
  try {
    sql.exec('BEGIN');
    return await act(sql);
  } finally {
    if (sql.inTransaction()) sql.exec('COMMIT');
    sql.close();
  }
}

/** @throws records.failed – nothing is signed yet */
export function signedHead(sql: Sql): GivenCheckpoint {
  const hasLog = sql.get(`SELECT 1 FROM sqlite_schema WHERE name = 'logHead'`) !== undefined;
  const checkpoint = hasLog ? checkpointOf(sql) : undefined;
  if (checkpoint !== undefined) return checkpoint;
  throw new StationError('records.failed', 'the log of these records is not signed: open the station once');
}

type VerifyOptions = Options & { checkpoint?: string; key?: string };

/** Adds `audit verify`. */
export function addAuditVerify(audit: Command): void {
  withFolder(
    audit
      .command('verify')
      .argument('[file]', 'an exported file, or the folder of an unpacked bundle; without it the records in --data'),
  )
    .description('check that an exported file is whole, or that the records of a station are as it left them')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere; the log must go on from it')
    .option('--key <key>', "the public key of the station's log (name+id+key) that must have signed the bundle")
    .action((file: string | undefined, options: VerifyOptions) =>
      conclude(options, () => (file === undefined ? verifyFolder(options) : verifyFile(file, options))),
    );
}

async function verifyFile(file: string, options: VerifyOptions): Promise<number> {
  const kind = await kindOf(file);
  if (kind === 'folder') await assertBundleFolder(file);
  if (kind !== 'lines') return verifyBundle(file, kind, options);
  if (options.key !== undefined || options.checkpoint !== undefined)
    throw new StationError('call.badParams', '--key and --checkpoint are for a bundle: this file has no signature');
  const verdict = verifyAuditLines(linesIn(await noteFrom(file)));
  print(options, verdict, () =>
    verdict.firstBad ? `BAD at ${verdict.firstBad.line}: ${verdict.firstBad.reason}` : `ok, ${verdict.entries} entries`,
  );
  return verdict.ok ? 0 : 1;
}

/** A program that copies texts may end lines in its own way, put a mark before them, or leave the last one open. */
const linesIn = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, '')
    .replace(/(\r?\n)+$/, '')
    .split(/\r?\n/);

/** The first form of an export is text that begins with a brace, whatever its name. A pipe can be read once only. */
async function kindOf(file: string): Promise<'lines' | 'zip' | 'folder'> {
  const unreadable = (cause: unknown) => {
    throw new StationError('call.badParams', `${file} cannot be read: ${whyUnread(cause)}`, { cause });
  };
  const found = await stat(file).catch(unreadable);
  if (found.isDirectory()) return 'folder';
  if (!found.isFile()) return 'lines';
  const handle = await open(file, 'r').catch(unreadable);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    const begin = buffer.toString('latin1');
    return begin === 'PK' || (/\.zip$/i.test(file) && !begin.startsWith('{')) ? 'zip' : 'lines';
  } finally {
    await handle.close();
  }
}

/** Another folder of a station has no manifest either, and nothing in it is damaged. */
async function assertBundleFolder(dir: string): Promise<void> {
  const names = await readdir(dir);
  const other = (what: string) => new StationError('call.badParams', `${dir} is no bundle: it is ${what}`);
  if (names.includes('backup.json')) throw other('a backup; see backup verify');
  if (names.includes('station.json')) throw other('the folder of a station; see audit verify --data');
  if (names.includes('tile')) throw other('a log in tiles, which clients for tiles verify');
}

async function verifyBundle(file: string, kind: 'zip' | 'folder', options: VerifyOptions): Promise<number> {
  // A key that was copied wrong says nothing about the bundle.
  if (options.key !== undefined && !readVerifierKey(options.key, noteKind))
    throw new StationError('call.badParams', '--key is not the public key of a log: name+id+key, copied whole');
  const checkpoint = options.checkpoint === undefined ? undefined : await checkpointFrom(options.checkpoint);
  const verdict = await bundleVerdict(file, kind, { key: options.key, checkpoint }, options);
  print(options, verdict, () => {
    const { ok, entries, size, root, key, firstBad } = verdict;
    if (!ok) return `BAD ${placeOf(firstBad)}${firstBad?.reason}`;
    const known = options.key === undefined ? ': compare this key with the one that you know' : '';
    return `ok, ${entries} entries in a log of ${size} leaves, root ${root}\nsigned by ${key}${known}`;
  });
  return verdict.ok ? 0 : 1;
}

const placeOf = (bad: BundleVerdict['firstBad']): string => {
  if (!bad?.file) return '';
  return bad.line === undefined ? `${bad.file}: ` : `${bad.file} line ${bad.line}: `;
};

async function bundleVerdict(
  file: string,
  kind: 'zip' | 'folder',
  expected: BundleExpected,
  options: Options,
): Promise<BundleVerdict> {
  if (kind === 'folder') return inSteps(checkBundle(folderSource(file), expected), options);
  const { zipSource } = await import('../exports/zip.ts');
  let zip: ReturnType<typeof zipSource> | undefined;
  try {
    zip = zipSource(file);
    const verdict = await inSteps(checkBundle(zip, expected), options);
    if (verdict.ok) zip.assertWhole();
    return verdict;
  } catch (thrown) {
    if (!(thrown instanceof BundleProblem)) throw thrown;
    const firstBad = { file: thrown.file, reason: thrown.message };
    return { ok: false, format: 'birthmark-bundle/1', entries: 0, size: 0, root: null, key: null, firstBad };
  } finally {
    zip?.close();
  }
}

async function verifyFolder(options: VerifyOptions): Promise<number> {
  if (options.key !== undefined) throw new StationError('call.badParams', '--key is for a bundle');
  const given: NamedCheckpoint[] =
    options.checkpoint === undefined
      ? []
      : [{ name: basename(options.checkpoint), note: await checkpointFrom(options.checkpoint) }];
  const records = await recordsOf(options);
  const published = await publishedBy(dirname(records));
  const verdict = await inSteps(verifyRecords(records, [...given, ...published.checkpoints]), options);
  const compared = { folder: published.folder, checkpoints: published.checkpoints.length };
  print(options, { ...verdict, compared }, () =>
    [
      ...(verdict.ok
        ? [`ok, ${verdict.entries} entries in a log of ${verdict.size} leaves`, ...restoresOf(verdict)]
        : verdict.problems.map(({ where, meaning }) => `BAD ${where}: ${meaning}`)),
      ...(verdict.claims ?? []).map(
        ({ witness, held, size, at }) =>
          `WARNING ${at}: the witness ${witness} says that it holds ${held} leaves of another log; here were ${size}`,
      ),
    ].join('\n'),
  );
  return verdict.ok ? 0 : 1;
}

/** What the station published in its folder. A folder that cannot be read is told, and the rest is verified without it. */
async function publishedBy(dir: string): Promise<{ folder: string | null; checkpoints: NamedCheckpoint[] }> {
  const { checkpoints: settings, stationId } = await readConfig(dir);
  const folder = settings?.folder ?? null;
  if (folder === null) return { folder, checkpoints: [] };
  try {
    return { folder, checkpoints: await checkpointsIn(folder, stationId) };
  } catch (thrown) {
    if (!(thrown instanceof StationError)) throw thrown;
    note(`not compared with published checkpoints: ${thrown.detail}`);
    return { folder: null, checkpoints: [] };
  }
}

/** Restores that the log declares are no fault, and are told. */
const restoresOf = ({ restores = [] }: LogVerdict): string[] =>
  restores.map(
    ({ at, madeAt, size, lost }) =>
      `restored at ${at} from the backup of ${madeAt} (${size} leaves); ${lost === null ? 'how much was lost is not known' : `at least ${lost} leaves were lost`}`,
  );
