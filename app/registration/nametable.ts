/**
 * Tables of what the units of a batch are called, a million of them. They grow piece by piece: a list that is copied when it
 * grows takes three times its memory then, and what it leaves stays until the collector comes.
 */

/** A name that comes again counts at its new place. Places are from 0, in the order of adding. */
type Table = {
  /** @returns the place that the name had before */
  add(name: string): number | undefined;
  find(name: string): number | undefined;
};

export type NameTable = Table & {
  /** The name at the place, which was added. Empty for one that is not looked for. */
  at(place: number): string;
};

/** Longer ones are not looked for: no name of AWS IoT is. */
const maxCharacters = 1024;
const maxBytes = maxCharacters * 3;
/** A name lies whole in one piece, behind its length. */
const pieceBytes = 256 * 1024;
const lengthBytes = 2;

/**
 * Any names. They are compared whole, so two names never count as one. Each takes its own length and some 18 bytes, where
 * a `Map` of strings takes several times as much.
 */
export function createNameTable(): NameTable {
  const pieces: Buffer<ArrayBuffer>[] = [];
  /** Where each name begins, in bytes; and its hash, so that most names are told apart without a look at their bytes. */
  const [starts, hashes] = [createNumbers(), createNumbers()];
  let end = 0;
  let count = 0;
  const asked = Buffer.alloc(maxBytes);
  let [askedBytes, askedHash] = [0, 0];
  /** The name that was looked at last, without an object for each look. */
  let [piece, from, length] = [asked, 0, 0];

  /** Puts the name into `asked`. False for what is no name. */
  const ask = (name: string): boolean => {
    askedBytes = name.length > maxCharacters ? 0 : asked.write(name);
    askedHash = hashOf(asked, askedBytes);
    return askedBytes > 0;
  };
  const look = (place: number) => {
    const start = starts.at(place);
    piece = pieces[Math.floor(start / pieceBytes)]!;
    from = (start % pieceBytes) + lengthBytes;
    length = piece.readUInt16LE(from - lengthBytes);
  };
  const slots = createSlots({
    hashAt: hashes.at,
    isAskedAt(place) {
      if (hashes.at(place) !== askedHash) return false;
      look(place);
      if (length !== askedBytes) return false;
      for (let at = 0; at < length; at += 1) if (piece[from + at] !== asked[at]) return false;
      return true;
    },
  });
  const keep = () => {
    const bytes = lengthBytes + askedBytes;
    if (end + bytes > pieces.length * pieceBytes) {
      end = pieces.length * pieceBytes;
      pieces.push(Buffer.alloc(pieceBytes));
    }
    starts.set(count, end);
    hashes.set(count, askedHash);
    const at = end % pieceBytes;
    pieces.at(-1)!.writeUInt16LE(askedBytes, at);
    asked.copy(pieces.at(-1)!, at + lengthBytes, 0, askedBytes);
    end += bytes;
    count += 1;
  };

  return {
    add(name) {
      const isName = ask(name);
      keep();
      return isName ? slots.put(askedHash, count - 1) : undefined;
    },
    find: (name) => (ask(name) ? slots.find(askedHash) : undefined),
    at(place) {
      look(place);
      return piece.toString('utf8', from, from + length);
    },
  };
}

const idDigits = 64;
const [idBytes, keptNumbers] = [idDigits / 2, 4];

/**
 * Ids of certificates: SHA-256 in hex, of either case. What is none is never found. The second half of an id is kept, 16
 * bytes: to make another certificate with it would take 2^128 tries.
 */
export function createIdTable(): Table {
  const numbers = createNumbers();
  let count = 0;
  const bytes = Buffer.alloc(idBytes);
  const asked = new Int32Array(keptNumbers);
  /** Puts what is kept of the id into `asked`. False for what is none. */
  const ask = (id: string): boolean => {
    if (id.length !== idDigits || bytes.write(id, 'hex') !== idBytes) return false;
    for (let at = 0; at < keptNumbers; at += 1) asked[at] = bytes.readInt32BE(idBytes / 2 + at * 4);
    return true;
  };
  const slots = createSlots({
    hashAt: (place) => numbers.at(place * keptNumbers + keptNumbers - 1),
    isAskedAt(place) {
      for (let at = 0; at < keptNumbers; at += 1)
        if ((numbers.at(place * keptNumbers + at) | 0) !== asked[at]) return false;
      return true;
    },
  });
  const hash = () => asked[keptNumbers - 1]!;
  return {
    add(id) {
      const place = count;
      count += 1;
      if (!ask(id)) return undefined;
      for (let at = 0; at < keptNumbers; at += 1) numbers.set(place * keptNumbers + at, asked[at]!);
      return slots.put(hash(), place);
    },
    find: (id) => (ask(id) ? slots.find(hash()) : undefined),
  };
}

/** What a hash table asks of the list whose places it holds. */
type Listed = {
  hashAt(place: number): number;
  /** Whether what is asked for is at this place. */
  isAskedAt(place: number): boolean;
};

/**
 * The places of a list, by hash: tables with open addressing that are half full at the most. Each of them grows alone. One
 * table of a million would take a twentieth of a second when it grows, and the event loop waits for it.
 */
function createSlots({ hashAt, isAskedAt }: Listed) {
  /** Slots hold a place plus one; 0 is a free slot. */
  const tables = Array.from({ length: 64 }, () => ({ slots: new Uint32Array(64), taken: 0 }));
  const tableOf = (hash: number) => tables[hash >>> 26]!;
  /** The slot that holds what is asked for, or the free one where it would be. */
  const slotOf = (slots: Uint32Array, hash: number): number => {
    let slot = hash & (slots.length - 1);
    for (let held = slots[slot]!; held !== 0 && !isAskedAt(held - 1); held = slots[slot]!)
      slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const wider = (slots: Uint32Array) => {
    const twice = new Uint32Array(slots.length * 2);
    for (const held of slots) {
      if (held === 0) continue;
      let slot = hashAt(held - 1) & (twice.length - 1);
      while (twice[slot] !== 0) slot = (slot + 1) & (twice.length - 1);
      twice[slot] = held;
    }
    return twice;
  };
  return {
    /** @returns the place that it had before */
    put(hash: number, place: number): number | undefined {
      const table = tableOf(hash);
      if (table.taken * 2 >= table.slots.length) table.slots = wider(table.slots);
      const slot = slotOf(table.slots, hash);
      const before = table.slots[slot]!;
      table.slots[slot] = place + 1;
      if (before !== 0) return before - 1;
      table.taken += 1;
      return undefined;
    },
    find(hash: number): number | undefined {
      const { slots } = tableOf(hash);
      const held = slots[slotOf(slots, hash)]!;
      return held === 0 ? undefined : held - 1;
    },
  };
}

/** A list of numbers of 32 bits without a sign; what was not set is 0. */
export function createNumbers() {
  const [bits, size] = [14, 16_384];
  const pieces: Uint32Array[] = [];
  return {
    at: (index: number): number => pieces[index >>> bits]?.[index & (size - 1)] ?? 0,
    set(index: number, number: number): void {
      pieces[index >>> bits] ??= new Uint32Array(size);
      pieces[index >>> bits]![index & (size - 1)] = number;
    },
  };
}

/** FNV-1a, 32 bits (www.isthe.com/chongo/tech/comp/fnv), with its upper bits mixed into the lower ones. */
function hashOf(bytes: Buffer, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
