import { createReadStream } from 'node:fs';
import { mkdir, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { createTemporary, hands } from '../../../files/index.ts';
import type { Certificate, State, Thing } from '../account.ts';

/**
 * Things and certificates, of which there can be a million, are saved in a journal: a line for each that changed. So a
 * save costs what has changed, and not what is there. The last line of a thing counts. A line without a value is its
 * deletion.
 */
export type Noun = 'things' | 'certificates';
type Entry = { noun: Noun; key: string; value?: Thing | Certificate };

export type Journal = {
  note(noun: Noun, key: string): void;
  /** Appends what was noted. The values are those of the moment of writing. */
  write(): Promise<void>;
};

/** Records a write. Between two writes other work goes on. */
const perWrite = 256;

export function createJournal(file: string, state: State): Journal {
  let noted: Record<Noun, Set<string>> = { things: new Set(), certificates: new Set() };
  const lineOf = (noun: Noun, key: string) => {
    const value = state[noun].get(key);
    return `${JSON.stringify({ noun, key, ...(value && { value }) } satisfies Entry)}\n`;
  };
  return {
    note: (noun, key) => void noted[noun].add(key),
    write: async () => {
      const { things, certificates } = noted;
      if (things.size + certificates.size === 0) return;
      noted = { things: new Set(), certificates: new Set() };
      // Certificates first: a thing names those that are attached to it.
      const all = [
        ...[...certificates].map((key) => ['certificates', key] as const),
        ...[...things].map((key) => ['things', key] as const),
      ];
      try {
        await append(file, all, ([noun, key]) => lineOf(noun, key));
      } catch (error) {
        for (const [noun, key] of all) noted[noun].add(key);
        throw error;
      }
    },
  };
}

async function append<T>(file: string, all: readonly T[], lineOf: (one: T) => string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a', 0o600);
  try {
    for (let at = 0; at < all.length; at += perWrite) {
      await handle.appendFile(
        all
          .slice(at, at + perWrite)
          .map(lineOf)
          .join(''),
      );
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Adds the journal's things and certificates to the state. A journal with many old lines is written again from
 * what is there. A last line that a crash cut short is dropped.
 */
export async function readJournal(file: string, state: State): Promise<void> {
  let lines = 0;
  let whole = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const entry = parseLine(line);
      if (!entry) break;
      lines += 1;
      whole += Buffer.byteLength(line) + 1;
      if (entry.noun === 'things') apply(state.things, entry.key, entry.value as Thing | undefined);
      else apply(state.certificates, entry.key, entry.value as Certificate | undefined);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (lines > 1000 + 2 * (state.things.size + state.certificates.size)) await rewrite(file, state);
  else await truncate(file, whole);
}

function parseLine(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}

function apply<T>(records: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) records.delete(key);
  else records.set(key, value);
}

/** Writes the journal of all things and certificates there are. */
export async function rewrite(file: string, state: State): Promise<void> {
  const { temporary, handle } = await createTemporary(file, 0o600);
  try {
    for (const noun of ['certificates', 'things'] as const) {
      let lines: string[] = [];
      for (const [key, value] of state[noun]) {
        lines.push(`${JSON.stringify({ noun, key, value } satisfies Entry)}\n`);
        if (lines.length < perWrite) continue;
        await handle.appendFile(lines.join(''));
        lines = [];
      }
      await handle.appendFile(lines.join(''));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await hands.rename(temporary, file);
}
