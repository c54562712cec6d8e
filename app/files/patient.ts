/**
 * The one way files are renamed and removed. On Windows a virus scanner or an indexer opens a freshly written file and
 * holds it for a moment, and a rename or removal is refused meanwhile. The functions here retry for a few seconds at
 * most.
 */
import { rename, rm } from 'node:fs/promises';
import { StationError } from '../contract/errors.ts';
import { systemCodeOf as codeOf, unwritten } from './reasons.ts';

/** The acts on files. Only a test replaces the system's own. */
export type FileActs = {
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { recursive?: boolean; force: true }): Promise<void>;
};

export type HandsOptions = {
  acts?: FileActs;
  wait?: (ms: number) => Promise<void>;
  platform?: NodeJS.Platform;
};

/**
 * Windows reports all of these for a file that another program has open. Elsewhere two of them concern rights, and
 * waiting does not change those.
 */
const passing = (platform: NodeJS.Platform): readonly string[] =>
  platform === 'win32' ? ['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY'] : ['EBUSY'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Four seconds in all. A scanner takes milliseconds for a small file, and a second for a large one. */
const waitsMs = [10, 20, 40, 80, 160, 320, 640, 900, 900, 900] as const;

export type Hands = ReturnType<typeof createHands>;

export function createHands({ acts = { rename, rm }, wait = pause, platform = process.platform }: HandsOptions = {}) {
  const codes = passing(platform);

  /**
   * Carries the act out, and repeats it while the file is held.
   * @throws `records.fileHeld` – when the file stays held; `records.diskFull` – when the disk is full; `records.failed`
   * – otherwise
   */
  async function patiently<T>(file: string, act: () => Promise<T>): Promise<T> {
    for (const ms of [...waitsMs, undefined]) {
      try {
        return await act();
      } catch (cause) {
        const code = codeOf(cause);
        if (!codes.includes(code)) throw refused(file, code, cause);
        if (ms === undefined) throw held(file, code, cause);
        await wait(ms);
      }
    }
    throw new Error('unreachable');
  }

  return {
    patiently,
    /** Replaces an existing file of the new name. After a rejection both files are as they were. */
    rename: (from: string, to: string): Promise<void> => patiently(to, () => acts.rename(from, to)),
    /** Does nothing when the file does not exist. */
    remove: (path: string, options: { recursive?: boolean } = {}): Promise<void> =>
      patiently(path, () => acts.rm(path, { ...options, force: true })),
  };
}

const held = (file: string, systemError: string, cause: unknown) =>
  new StationError('records.fileHeld', `another program holds ${file}; nothing was changed`, {
    data: { file, systemError },
    cause,
  });

const refused = (file: string, systemError: string, cause: unknown) => {
  const { code, detail } = unwritten(file, cause);
  return new StationError(code, detail, { data: { file, systemError }, cause });
};

export const hands: Hands = createHands();
