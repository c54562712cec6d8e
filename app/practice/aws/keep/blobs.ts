import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { hands } from '../../../files/index.ts';
import { type Bytes, heldBytes, joined } from '../bytes.ts';
import { writeWhole } from './whole.ts';

/** The bytes of S3 objects, named by their SHA-256, so that a save of the state never rewrites them. */
export type Blobs = {
  put(bytes: Buffer): Promise<string>;
  /** Takes bytes in pieces. Without a folder they stay where they are, and have a name of their own. */
  putPieces(pieces: Bytes): Promise<string>;
  get(name: string): Promise<Buffer>;
  /** The same bytes in pieces, from `from` up to and without `to`. */
  read(name: string, from?: number, to?: number): AsyncIterable<Buffer>;
};

/** Files that grow at their end: the reports of tasks. */
export type Spool = {
  append(name: string, text: string): void;
  /** Resolves when what waits to be written is little. A writer of much calls this now and then. */
  drain(): Promise<void>;
  /** Resolves when all that was appended is written. */
  flush(): Promise<void>;
  /** Forgets what was appended after this many bytes. */
  cut(name: string, bytes: number): Promise<void>;
  read(name: string, from: number, to: number): Promise<Buffer>;
};

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

export function createBlobs(folder: string | undefined): Blobs {
  return folder === undefined ? heldBlobs() : storedBlobs(folder);
}

function heldBlobs(): Blobs {
  const held = new Map<string, Bytes>();
  return {
    put: async (bytes) => {
      const name = hashOf(bytes);
      held.set(name, heldBytes([bytes]));
      return name;
    },
    putPieces: async (pieces) => {
      const name = randomBytes(32).toString('hex');
      held.set(name, pieces);
      return name;
    },
    get: async (name) => {
      return joined(held.get(name) ?? []);
    },
    async *read(name, from = 0, to = Number.POSITIVE_INFINITY) {
      let at = 0;
      for (const piece of held.get(name) ?? []) {
        yield piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
        at += piece.length;
      }
    },
  };
}

function storedBlobs(folder: string): Blobs {
  return {
    put: async (bytes) => {
      const name = hashOf(bytes);
      await mkdir(folder, { recursive: true });
      await writeWhole(join(folder, name), bytes);
      return name;
    },
    putPieces: async (pieces) => {
      await mkdir(folder, { recursive: true });
      const hash = createHash('sha256');
      const temporary = join(folder, `.${randomBytes(8).toString('hex')}`);
      const handle = await open(temporary, 'wx', 0o600);
      try {
        for (const piece of pieces) {
          hash.update(piece);
          await handle.writeFile(piece);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      const name = hash.digest('hex');
      await hands.rename(temporary, join(folder, name));
      return name;
    },
    get: (name) => readFile(join(folder, name)),
    read: (name, from = 0, to) =>
      createReadStream(join(folder, name), {
        start: from,
        ...(to !== undefined && { end: to - 1 }),
        highWaterMark: 1 << 20,
      }) as AsyncIterable<Buffer>,
  };
}

export function createSpool(folder: string | undefined): Spool {
  return folder === undefined ? heldSpool() : storedSpool(folder);
}

function heldSpool(): Spool {
  const held = new Map<string, { chunks: Buffer[] }>();
  const whole = (name: string) => {
    const chunks = held.get(name)?.chunks ?? [];
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    held.set(name, { chunks: [bytes] });
    return bytes;
  };
  return {
    append: (name, text) => {
      const file = held.get(name) ?? { chunks: [] };
      file.chunks.push(Buffer.from(text));
      held.set(name, file);
    },
    drain: async () => {},
    flush: async () => {},
    cut: async (name, bytes) => void held.set(name, { chunks: [whole(name).subarray(0, bytes)] }),
    read: async (name, from, to) => whole(name).subarray(from, to),
  };
}

const muchWaiting = 1 << 20;

function storedSpool(folder: string): Spool {
  let waiting = new Map<string, string[]>();
  let length = 0;
  let writing = Promise.resolve();
  const write = async (files: Map<string, string[]>) => {
    await mkdir(folder, { recursive: true });
    for (const [name, texts] of files) {
      const handle: FileHandle = await open(join(folder, name), 'a', 0o600);
      await handle.appendFile(texts.join('')).finally(() => handle.close());
    }
  };
  const flush = () => {
    const files = waiting;
    waiting = new Map();
    length = 0;
    writing = writing.then(() => (files.size === 0 ? undefined : write(files)));
    return writing;
  };
  return {
    append: (name, text) => {
      const texts = waiting.get(name);
      if (texts) texts.push(text);
      else waiting.set(name, [text]);
      length += text.length;
    },
    drain: async () => (length < muchWaiting ? undefined : flush()),
    flush,
    cut: async (name, bytes) => {
      await flush();
      // A report without lines has no file.
      await truncate(join(folder, name), bytes).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
    read: async (name, from, to) => {
      await flush();
      const bytes = Buffer.alloc(to - from);
      const handle = await open(join(folder, name), 'r');
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from).finally(() => handle.close());
      return bytes.subarray(0, bytesRead);
    },
  };
}
