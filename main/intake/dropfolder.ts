/**
 * Takes files of orders from a folder. A file that still grows is waited for. Each one goes to `done` with a report beside
 * it; rows that were refused are in a file of their own there. A file that was taken before a crash is taken again: its
 * orders are on record then, and stay as they are.
 */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
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
    const names = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isFile() && takes.test(entry.name) && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
    const now = new Map<string, string>();
    let first: { thrown: unknown } | undefined;
    for (const name of names) {
      if (closed) return;
      // One file that cannot be read or moved holds up no other one.
      try {
        const { size, mtimeMs } = await stat(join(folder, name));
        const looks = `${size} ${mtimeMs}`;
        const isWhole = size > 0 && seen.get(name) === looks;
        now.set(name, looks);
        if (isWhole) await take(name, { size, looks });
      } catch (thrown) {
        first ??= { thrown };
      }
    }
    seen = now;
    for (const name of read.keys()) if (!now.has(name)) read.delete(name);
    if (first) throw first.thrown;
    trouble = null;
  };

  const take = async (name: string, { size, looks }: { size: number; looks: string }): Promise<void> => {
    const target = join(done, await freeName(name));
    const before = read.get(name);
    const report = before?.looks === looks ? before.report : await reportOf(name, size);
    read.set(name, { looks, report });
    await mkdir(done, { recursive: true });
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

  const reportOf = async (name: string, size: number): Promise<Report> => {
    try {
      if (size > maxOrderFileBytes) throw tooManyBytes(size);
      const bytes = new Uint8Array(await readFile(join(folder, name)));
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
