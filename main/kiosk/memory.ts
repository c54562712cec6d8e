/** The kiosk's memory across restarts: its port, and digests of the pages' keys, so that pages can return. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWhole } from '../../app/station/index.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const keptPage = z.object({ id: z.string().max(64), secret: digest, cookie: digest, seenAt: z.int() });
const remembered = z.object({ port: z.int().min(1).max(65_535), pages: z.array(keptPage).max(128) });

/** `secret` and `cookie` are SHA-256 digests; `seenAt` is in milliseconds since 1970. */
export type KeptPage = z.infer<typeof keptPage>;
export type Remembered = z.infer<typeof remembered>;

export type Memory = {
  load(): Promise<Remembered | undefined>;
  /** Saves in the background. Only the newest state is written. */
  save(next: Remembered): void;
  /** Resolves once the last saved state is on disk. */
  settled(): Promise<void>;
};

/**
 * A memory in a file that only its owner can read. If it cannot be read or written, the kiosk still serves: pages then
 * ask for an address.
 */
export function fileMemory(file: string): Memory {
  let waiting: Remembered | undefined;
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (waiting) {
      const next = waiting;
      waiting = undefined;
      await writeWhole(file, `${JSON.stringify(next)}\n`, true).catch((error: unknown) => {
        process.stderr.write(`The kiosk cannot remember its pages: ${String(error)}\n`);
      });
    }
    writing = undefined;
  };
  return {
    async load() {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        return remembered.parse(JSON.parse(text));
      } catch {
        return undefined;
      }
    },
    save(next) {
      waiting = next;
      writing ??= write();
    },
    settled: async () => writing,
  };
}
