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
 * Any names. They are compared whole, so two names never count as one. Each takes its own length and some 14 bytes, where
 * a `Map` of strings takes several times as much.
 */
export function createNameTable(): NameTable {
  const pieces: Buffer<ArrayBuffer>[] = [];
  /** Where each name begins, in bytes. */
  const starts = createNumbers();
  let end = 0;
  let count = 0;
  const asked = Buffer.alloc(maxBytes);
  let askedBytes = 0;
  /** The name that was looked at last, without an object for each look. */
  let [piece, from, length] = [asked, 0, 0];

  /** Puts the name into `asked`. False for what is no name. */
  const ask = (name: string): boolean => {
    askedBytes = name.length > maxCharacters ? 0 : asked.write(name);
    return askedBytes > 0;
  };
  const look = (place: number) => {
    const start = starts.at(place);
    piece = pieces[Math.floor(start / pieceBytes)]!;
    from = (start % pieceBytes) + lengthBytes;
    length = piece.readUInt16LE(from - lengthBytes);
  };
  const slots = createSlots({
    hashAt(place) {
      look(place);
      return hashOf(piece, from, length);
    },
    isAskedAt(place) {
      look(place);
      if (length !== askedBytes) return false;
      // Names of a batch begin alike and end differently.
      for (let at = length - 1; at >= 0; at -= 1) if (piece[from + at] !== asked[at]) return false;
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
      return isName ? slots.put(hashOf(asked, 0, askedBytes), count - 1) : undefined;
    },
    find: (name) => (ask(name) ? slots.find(hashOf(asked, 0, askedBytes)) : undefined),
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

/** The places of a list, by hash: a table with open addressing that is half full at the most. */
function createSlots({ hashAt, isAskedAt }: Listed) {
  /** A place plus one; 0 is a free slot. */
  let slots = new Uint32Array(4096);
  /** The slot that holds what is asked for, or the free one where it would be. */
  const slotOf = (hash: number): number => {
    let slot = hash & (slots.length - 1);
    for (let held = slots[slot]!; held !== 0 && !isAskedAt(held - 1); held = slots[slot]!)
      slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const grow = () => {
    const wider = new Uint32Array(slots.length * 2);
    for (const held of slots) {
      if (held === 0) continue;
      let slot = hashAt(held - 1) & (wider.length - 1);
      while (wider[slot] !== 0) slot = (slot + 1) & (wider.length - 1);
      wider[slot] = held;
    }
    slots = wider;
  };
  const placeIn = (slot: number) => (slots[slot] === 0 ? undefined : slots[slot]! - 1);
  return {
    /** @returns the place that it had before */
    put(hash: number, place: number): number | undefined {
      if (place * 2 >= slots.length) grow();
      const slot = slotOf(hash);
      const before = placeIn(slot);
      slots[slot] = place + 1;
      return before;
    },
    find: (hash: number): number | undefined => placeIn(slotOf(hash)),
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
function hashOf(bytes: Buffer, from: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < from + length; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
