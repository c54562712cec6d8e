/** Writes zip files as other programs, and people with bad intents, would. */
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

export type Part = {
  name: string;
  bytes: Buffer;
  /** The name that stands before its bytes, where it is another one than in the list. */
  local?: string;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
  /** What stands in the zip for its bytes. */
  raw?: Buffer;
  /** Further fields of its row in the list. */
  extra?: Buffer;
  comment?: Buffer;
};
type Whole = {
  before?: Buffer;
  between?: Buffer;
  afterList?: Buffer;
  comment?: Buffer;
  count?: number;
  sealed?: boolean;
};

/** Numbers of two and four bytes, one after the other. */
const words = (...all: readonly [bytes: 2 | 4, value: number][]): Buffer =>
  Buffer.concat(
    all.map(([bytes, value]) => {
      const one = Buffer.alloc(bytes);
      one.writeUIntLE(value, 0, bytes);
      return one;
    }),
  );
const none = Buffer.alloc(0);

/** The SHA-256 that a station puts at the end, over whatever stands before it. */
export const seal = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.from(`birthmark-bundle sha256:${createHash('sha256').update(bytes).digest('hex')}`)]);

/** `whole` says what stands between and behind the parts. */
export function zipOf(parts: readonly Part[], whole: Whole = {}): Buffer {
  const {
    before = none,
    between = none,
    afterList = none,
    comment = none,
    count = parts.length,
    sealed = true,
  } = whole;
  const files: Buffer[] = [before];
  const list: Buffer[] = [];
  for (const { name, bytes, local = name, method = 8, flags = 0, extra = none, comment: of = none, ...part } of parts) {
    const raw = part.raw ?? (method === 8 ? deflateRawSync(bytes) : bytes);
    const [crc, size, at] = [part.crc ?? crc32(bytes), part.size ?? bytes.length, Buffer.concat(files).length];
    const sums = words([2, 0], [2, 0x21], [4, crc], [4, raw.length], [4, size]);
    const head = Buffer.concat([words([4, 0x04034b50], [2, 20], [2, flags], [2, method]), sums]);
    files.push(head, words([2, Buffer.byteLength(local)], [2, 0]), Buffer.from(local), raw, between);
    const row = Buffer.concat([words([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method]), sums]);
    const lengths = words([2, Buffer.byteLength(name)], [2, extra.length], [2, of.length], [4, 0], [4, 0], [4, at]);
    list.push(row, lengths, Buffer.from(name), extra, of);
  }
  const [body, rows] = [Buffer.concat(files), Buffer.concat(list)];
  const behind = comment.length + (sealed ? 88 : 0);
  const end = words([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, rows.length], [4, body.length], [2, behind]);
  const all = Buffer.concat([body, rows, afterList, end, comment]);
  return sealed ? seal(all) : all;
}
