import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { createTemporary, hands } from '../../files/index.ts';
import type { Blobs, Bucket, State, StoredObject } from './account.ts';

export function createBlobs(folder: string | undefined): Blobs {
  const held = new Map<string, Buffer>();
  const nameOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  if (folder === undefined) {
    return {
      put: async (bytes) => {
        const name = nameOf(bytes);
        held.set(name, bytes);
        return name;
      },
      get: async (name) => held.get(name) ?? Buffer.alloc(0),
    };
  }
  return {
    put: async (bytes) => {
      const name = nameOf(bytes);
      await mkdir(folder, { recursive: true });
      await writeWhole(join(folder, name), bytes);
      return name;
    },
    get: (name) => readFile(join(folder, name)),
  };
}

/** A new account contains credentials only. */
export function emptyState(): State {
  return {
    credentials: {
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
    },
    identities: new Map(),
    authorities: new Map(),
    certificates: new Map(),
    policies: new Map(),
    things: new Map(),
    types: new Map(),
    groups: new Map(),
    tasks: new Map(),
    buckets: new Map(),
    keys: new Map(),
  };
}

/** The saved state, or undefined on the first start. */
export async function loadState(file: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const saved = JSON.parse(text, (_key, value: unknown) => (isSavedMap(value) ? new Map(value.$map) : value)) as State;
  // A file from an earlier version lacks newer parts.
  return { ...emptyState(), ...saved };
}

type SavedMap = { $map: [string, unknown][] };
const isSavedMap = (value: unknown): value is SavedMap =>
  typeof value === 'object' && value !== null && '$map' in value && Array.isArray(value.$map);

const stateText = (state: State): string =>
  JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? { $map: [...value] } : value));

export type Saver = { changed(): void; flush(): Promise<void> };

/**
 * Saves some time after a change. A large state is saved less often, so that saving takes at most a twentieth of the
 * time.
 */
export function createSaver(state: State, file: string | undefined, clock: Clock): Saver {
  if (file === undefined) return { changed: () => {}, flush: async () => {} };
  let cancel: (() => void) | undefined;
  let delayMs = 200;
  let saving = Promise.resolve();
  const save = (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    saving = saving
      .catch(() => {})
      .then(async () => {
        const startedMs = clock.monotonicMs();
        await mkdir(dirname(file), { recursive: true });
        await writeWhole(file, stateText(state));
        delayMs = Math.max(200, 20 * (clock.monotonicMs() - startedMs));
      });
    return saving;
  };
  return {
    changed: () => {
      // A failed save shows at close. Until then the practice line continues in memory.
      cancel ??= clock.after(delayMs, () => void save().catch(() => {}));
    },
    flush: save,
  };
}

async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const { temporary, handle } = await createTemporary(file, 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await hands.rename(temporary, file);
}

export const bucketOf = (name: string, createdAt: number): Bucket => ({
  name,
  createdAt,
  objects: new Map<string, StoredObject>(),
});
