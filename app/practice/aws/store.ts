import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { Bucket, State, StoredObject } from './account.ts';
import type { Spool } from './keep/blobs.ts';
import { createJournal, type Noun, readJournal, rewrite } from './keep/journal.ts';
import { upgrade } from './keep/older.ts';
import { writeWhole } from './keep/whole.ts';

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
    claims: new Map(),
    policies: new Map(),
    things: new Map(),
    types: new Map(),
    groups: new Map(),
    billingGroups: new Map(),
    templates: new Map(),
    rules: new Map(),
    tags: new Map(),
    tasks: new Map(),
    functions: new Map(),
    tables: new Map(),
    stacks: new Map(),
    buckets: new Map(),
    keys: new Map(),
  };
}

const journalOf = (file: string) => `${file}.journal`;

/** The saved state, or undefined on the first start. */
export async function loadState(file: string, spool: Spool, clock: Clock): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const saved = JSON.parse(text, (_key, value: unknown) =>
    isSavedMap(value) ? new Map(value.$map) : value,
  ) as Partial<State>;
  const state = upgrade({ ...emptyState(), ...saved }, spool, clock.now().getTime() / 1000);
  await readJournal(journalOf(file), state);
  // Version 0.1 had everything in one file.
  if (saved.things) await rewrite(journalOf(file), state);
  return state;
}

type SavedMap = { $map: [string, unknown][] };
const isSavedMap = (value: unknown): value is SavedMap =>
  typeof value === 'object' && value !== null && '$map' in value && Array.isArray(value.$map);

/** Things and certificates are in the journal. */
const stateText = (state: State): string =>
  JSON.stringify({ ...state, things: undefined, certificates: undefined }, (_key, value: unknown) =>
    value instanceof Map ? { $map: [...value] } : value,
  );

export type Saver = {
  changed(noun?: Noun, key?: string): void;
  flush(): Promise<void>;
  /** As `flush`. Those who ask while a save is under way share the next one. */
  saved(): Promise<void>;
  /** Resolves when the certificate is on the disk as it is now: at once for one that has not changed. */
  kept(certificateId: string): Promise<void>;
};

/**
 * Saves some time after a change. A large state is saved less often, so that saving takes at most a twentieth of the
 * time. What a task says it has done is taken first and written last, so that its things are there when it says so.
 */
export function createSaver(state: State, file: string | undefined, spool: Spool, clock: Clock): Saver {
  if (file === undefined)
    return { changed: () => {}, flush: async () => {}, saved: async () => {}, kept: async () => {} };
  const journal = createJournal(journalOf(file), state);
  let cancel: (() => void) | undefined;
  let delayMs = 200;
  let saving = Promise.resolve();
  let shared: Promise<void> | undefined;
  let changed = new Set<string>();
  let beingSaved = new Set<string>();
  const save = (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    saving = saving
      .catch(() => {})
      .then(async () => {
        const startedMs = clock.monotonicMs();
        const text = stateText(state);
        delayMs = Math.max(200, 20 * (clock.monotonicMs() - startedMs));
        [beingSaved, changed] = [changed, new Set()];
        try {
          await mkdir(dirname(file), { recursive: true });
          await spool.flush();
          await journal.write();
          await writeWhole(file, text);
        } catch (error) {
          changed = new Set([...beingSaved, ...changed]);
          throw error;
        } finally {
          beingSaved = new Set();
        }
      });
    return saving;
  };
  const saved = (): Promise<void> => {
    shared ??= saving
      .catch(() => {})
      .then(() => {
        shared = undefined;
        return save();
      });
    return shared;
  };
  return {
    changed: (noun, key) => {
      if (noun !== undefined && key !== undefined) journal.note(noun, key);
      if (noun === 'certificates' && key !== undefined) changed.add(key);
      // A failed save shows at close. Until then the practice line continues in memory.
      cancel ??= clock.after(delayMs, () => void save().catch(() => {}));
    },
    flush: save,
    saved,
    kept: async (certificateId) => {
      if (changed.has(certificateId)) await saved();
      else if (beingSaved.has(certificateId)) await saving;
    },
  };
}

export const bucketOf = (name: string, createdAt: number): Bucket => ({
  name,
  createdAt,
  objects: new Map<string, StoredObject>(),
});
