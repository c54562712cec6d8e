/** What the kiosk remembers across restarts: its port, and digests of the keys of pages, so that they find back. */
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
  /** Written behind the caller's back, the newest only. */
  save(next: Remembered): void;
  /** Resolves once what was saved last is on disk. */
  settled(): Promise<void>;
};

/** In a file for its owner only. What cannot be read or written is no reason not to serve: pages then ask for an address. */
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
