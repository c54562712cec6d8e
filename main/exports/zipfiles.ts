/**
 * The list of a zip, for one that is laid out as `zipSink` writes it and in no other way: its files follow each other from
 * the first byte on, then its list, its end and the seal. Programs for zip files differ in how they read anything else, so
 * that one would show other files than were verified. The verifier inside a bundle has the same rules.
 */

/** `bytes` counts what it has unpacked, `packed` what it has in the zip from `at` on. */
export type Member = { name: string; method: 0 | 8; packed: number; bytes: number; crc: number; at: number };

export const endBytes = 22;
const [headBytes, rowBytes, afterBytes] = [30, 46, 16];
/** Flags of a file: its sums stand after it, and its name is in UTF-8. */
const [sumsAfter, isUtf8Name] = [0x8, 0x800];

type Reading = {
  read: (from: number, bytes: number) => Buffer;
  /** Where the seal begins. */
  size: number;
  sealBytes: number;
  notWhole: () => Error;
};

/**
 * The files in their order.
 *
 * @throws as `notWhole` – it is no zip, or laid out in another way
 */
export function membersOf({ read, size, sealBytes, notWhole }: Reading): Member[] {
  const sure = (is: boolean) => {
    if (!is) throw notWhole();
  };
  const end = read(size - endBytes, endBytes);
  const [count, listBytes, from] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  sure(end.readUInt32LE(0) === 0x06054b50 && end.readUInt32LE(4) === 0 && end.readUInt16LE(8) === count);
  sure(end.readUInt16LE(20) === sealBytes && from + listBytes === size - endBytes);
  const list = read(from, listBytes);
  const members: Member[] = [];
  let [row, at] = [0, 0];
  for (let left = count; left > 0; left -= 1) {
    sure(row + rowBytes <= list.length && list.readUInt32LE(row) === 0x02014b50);
    const [flags, method, nameBytes] = [8, 10, 28].map((place) => list.readUInt16LE(row + place)) as [
      number,
      number,
      number,
    ];
    const [crc, packed, bytes, begin] = [16, 20, 24, 42].map((place) => list.readUInt32LE(row + place)) as [
      number,
      number,
      number,
      number,
    ];
    // Neither further fields nor a comment.
    sure(list.readUInt32LE(row + 30) === 0 && (flags & ~(sumsAfter | isUtf8Name)) === 0 && begin === at);
    if (method !== 0 && method !== 8) throw notWhole();
    const name = list.subarray(row + rowBytes, row + rowBytes + nameBytes);
    const head = read(at, headBytes + nameBytes);
    sure(head.readUInt32LE(0) === 0x04034b50 && head.readUInt16LE(6) === flags && head.readUInt16LE(8) === method);
    sure(head.readUInt16LE(26) === nameBytes && head.readUInt16LE(28) === 0 && head.subarray(headBytes).equals(name));
    const sums = (flags & sumsAfter) === 0 ? head.subarray(14) : after(read(at + head.length + packed, afterBytes));
    sure(sums.readUInt32LE(0) === crc && sums.readUInt32LE(4) === packed && sums.readUInt32LE(8) === bytes);
    members.push({ name: name.toString(), method, packed, bytes, crc, at: at + head.length });
    at += head.length + packed + ((flags & sumsAfter) === 0 ? 0 : afterBytes);
    row += rowBytes + nameBytes;
  }
  sure(row === list.length && at === from);
  return members;

  function after(sums: Buffer): Buffer {
    sure(sums.readUInt32LE(0) === 0x08074b50);
    return sums.subarray(4);
  }
}
