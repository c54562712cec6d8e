/**
 * Takes files of orders from a folder. A file that still grows is waited for. Each one goes to `done` with a report beside
 * it; rows that were refused are in a file of their own there. A file that was taken before a crash is taken again: its
 * orders are on record then, and stay as they are.
 */
import { constants, type Stats } from 'node:fs';
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { StationError } from '../../app/contract/errors.ts';
import { type IntakeTrouble, maxOrderFileBytes, type OrderPreview, tooManyBytes } from '../../app/contract/model.ts';
import { hands } from '../../app/files/index.ts';
import { folderTrouble, importFile, type Log, type StationParts, writeWhole } from '../../app/station/index.ts';

type Report = { made?: string[]; preview?: OrderPreview; error?: object };
type Options = { parts: StationParts; folder: string; log: Log; everyMs?: number };
export type DropFolder = { status: () => { taken: number; trouble: IntakeTrouble | null }; close: () => Promise<void> };

const actor = 'drop folder';
const takes = /\.(csv|xlsx|json)$/i;
/** Workbooks that people take for what is taken. Another ending may be that of a file which is still being written. */
const otherKinds = /\.(xls|xlsm|xlsb|ods)$/i;
const namedAtMost = 3;

/** What a file looks like. One that was written again looks different. Numbers of files are not stable on some shares. */
const looksOf = ({ size, mtimeMs }: Stats): string => `${size} ${mtimeMs}`;
/** Neither a link nor a pipe is opened that has just come in its place; Windows has neither flag. */
const plainly = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The bytes of a file that looks so before and afterwards; undefined for one that changes. */
async function bytesOf(file: string, looks: string, size: number): Promise<Uint8Array | undefined> {
  const handle = await open(file, plainly);
  try {
    if (looksOf(await handle.stat()) !== looks) return undefined;
    const bytes = Buffer.alloc(size + 1);
    let read = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, read, bytes.length - read, read);
      read += bytesRead;
      if (bytesRead === 0 || read > size) break;
    }
    const isSame = read === size && looksOf(await handle.stat()) === looks;
    return isSame ? new Uint8Array(bytes.buffer, bytes.byteOffset, size) : undefined;
  } finally {
    await handle.close();
  }
}

/** Watches the folder by looking: shares of other machines tell no changes. */
export function watchDropFolder({ parts, folder, log, everyMs = 2000 }: Options): DropFolder {
  const done = join(folder, 'done');
  /** What a file looked like at the last look. One that looks the same twice is whole. */
  let seen = new Map<string, string>();
  /** Files whose orders were taken, and that could not be moved yet: they are not taken again, only moved. */
  const read = new Map<string, { looks: string; report: Report }>();
  let taken = 0;
  let trouble: IntakeTrouble | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    const names = entries
      .filter((entry) => entry.isFile() && takes.test(entry.name))
      .map(({ name }) => name)
      .sort();
    const passedOver = entries
      .filter((entry) => (entry.isFile() ? otherKinds : takes).test(entry.name))
      .map(({ name }) => name);
    const now = new Map<string, string>();
    let first: { thrown: unknown } | undefined;
    for (const name of names) {
      if (closed) return;
      // One file that cannot be read or moved holds up no other one.
      try {
        const found = await stat(join(folder, name));
        const { size } = found;
        const looks = looksOf(found);
        const isWhole = size > 0 && seen.get(name) === looks;
        if (size === 0 && seen.get(name) === looks) passedOver.push(name);
        now.set(name, looks);
        if (isWhole) await take(name, { size, looks });
      } catch (thrown) {
        first ??= { thrown };
      }
    }
    seen = now;
    for (const name of read.keys()) if (!now.has(name)) read.delete(name);
    if (first) throw first.thrown;
    trouble = passedOver.length === 0 ? null : { what: 'passedOver', code: named(passedOver.sort()) };
  };

  const take = async (name: string, { size, looks }: { size: number; looks: string }): Promise<void> => {
    const before = read.get(name);
    const report = before?.looks === looks ? before.report : await reportOf(name, { size, looks });
    if (report === undefined) return;
    read.set(name, { looks, report });
    // What was written meanwhile is taken as well: a file goes only as it was read.
    if (looksOf(await stat(join(folder, name))) !== looks) return;
    await mkdir(done, { recursive: true });
    const target = join(done, await freeName(name));
    const { refusedCsv = null } = report.preview ?? {};
    if (refusedCsv !== null) await writeWhole(`${target}.refused.csv`, refusedCsv);
    const { preview, ...others } = report;
    const text = { file: name, at: parts.clock.now().toISOString(), ...others, ...shown(preview) };
    await writeWhole(`${target}.report.json`, `${JSON.stringify(text, null, 2)}\n`);
    await hands.rename(join(folder, name), target);
    read.delete(name);
    taken += 1;
    log.info(
      { file: name, made: report.made?.length ?? 0, refused: preview?.badRows ?? 0 },
      'a file of orders was taken',
    );
  };

  /** Undefined for a file that changes while it is read: it is taken when it is whole. */
  const reportOf = async (
    name: string,
    { size, looks }: { size: number; looks: string },
  ): Promise<Report | undefined> => {
    try {
      if (size > maxOrderFileBytes) throw tooManyBytes(size);
      const bytes = await bytesOf(join(folder, name), looks, size);
      if (bytes === undefined) return undefined;
      const table = await parts.readOrderFile(name, bytes);
      return await importFile(parts, { name, bytes, table }, { actor, partial: false });
    } catch (thrown) {
      // Nothing is wrong with the file then: it is taken again.
      if (!(thrown instanceof StationError) || /^(records\.|call\.cancelled$)/.test(thrown.code)) throw thrown;
      return { error: { code: thrown.code, detail: thrown.detail } };
    }
  };

  /** A file of the same name was taken before: this one gets a number. A long name leaves room for those of its reports. */
  const freeName = async (name: string): Promise<string> => {
    const before = new Set(await readdir(done).catch(() => []));
    const end = extname(name);
    const stem = shortened(basename(name, end));
    for (let count = 1; ; count += 1) {
      const free = count === 1 ? `${stem}${end}` : `${stem}-${count}${end}`;
      if (!before.has(free)) return free;
    }
  };

  let turn: Promise<void> = Promise.resolve();
  const next = () => {
    if (closed) return;
    timer = setTimeout(() => {
      turn = look()
        .catch((thrown: unknown) => {
          trouble = folderTrouble(thrown);
          log.warn({ err: thrown }, 'the drop folder');
        })
        .then(next);
    }, everyMs);
  };
  next();
  return {
    status: () => ({ taken, trouble }),
    async close() {
      closed = true;
      clearTimeout(timer);
      await turn;
    },
  };
}

const named = (names: readonly string[]): string =>
  [...names.slice(0, namedAtMost), ...(names.length > namedAtMost ? ['…'] : [])].join(', ');

/** Whole characters of at most 200 bytes: file systems take names of 255. */
const shortened = (stem: string): string => {
  let text = '';
  for (const sign of stem) {
    if (Buffer.byteLength(text + sign) > 200) break;
    text += sign;
  }
  return text;
};

const shown = (preview: OrderPreview | undefined) => {
  if (!preview) return {};
  const { rows, badRows, orders, problems, sha256 } = preview;
  return { sha256, rows, badRows, orders, problems };
};
