/** A name of a million fits here in about its own length, where a `Map` of strings takes several times as much. */
export type NameTable = {
  /**
   * Adds the next name. A name that is there already keeps its text, and the new place counts.
   *
   * @returns the place that the name had before
   */
  add(name: string): number | undefined;
  /** The place of the name, from 0, in the order of adding. */
  find(name: string): number | undefined;
  /** The name at the place, which was added. Empty for one that is not looked for. */
  at(place: number): string;
};

/** Longer ones are not looked for: no name of AWS IoT is. */
const maxBytes = 1024;

/**
 * An open hash table over the bytes of the names. Names are compared whole, so two names never count as one. `hex` is for
 * names that are bytes in hex; what is none is never found.
 */
export function createNameTable(encoding: 'utf8' | 'hex' = 'utf8'): NameTable {
  let bytes = Buffer.alloc(65_536);
  let ends = new Uint32Array(1024);
  /** Of each name, so that the table grows, and tells most names apart, without a look at their bytes. */
  let hashes = new Uint32Array(1024);
  /** The place of a name plus one; 0 is a free slot. */
  let slots = new Uint32Array(4096);
  let count = 0;
  const asked = Buffer.alloc(maxBytes * 3);
  /** Puts the name into `asked` and gives its length; 0 for what is no name. */
  const bytesOf = (name: string): number => {
    if (name.length > maxBytes) return 0;
    const length = asked.write(name, encoding);
    return encoding === 'hex' && length * 2 !== name.length ? 0 : length;
  };

  const isAt = (place: number, from: Buffer, length: number): boolean => {
    const start = place === 0 ? 0 : ends[place - 1]!;
    if (ends[place]! - start !== length) return false;
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== from[at]) return false;
    return true;
  };
  /** The slot that holds the name, or the free one where it would be. */
  const slotOf = (hash: number, from: Buffer, length: number): number => {
    let slot = hash & (slots.length - 1);
    for (let place = slots[slot]! - 1; place >= 0; place = slots[slot]! - 1) {
      if (hashes[place] === hash && isAt(place, from, length)) break;
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  };
  const grow = () => {
    const wider = new Uint32Array(slots.length * 2);
    for (const taken of slots) {
      if (taken === 0) continue;
      let slot = hashes[taken - 1]! & (wider.length - 1);
      while (wider[slot] !== 0) slot = (slot + 1) & (wider.length - 1);
      wider[slot] = taken;
    }
    slots = wider;
  };

  return {
    add(name) {
      const length = bytesOf(name);
      const start = count === 0 ? 0 : ends[count - 1]!;
      if (start + length > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
      if (count === ends.length) [ends, hashes] = [longer(ends), longer(hashes)];
      if (count * 2 >= slots.length) grow();
      asked.copy(bytes, start, 0, length);
      ends[count] = start + length;
      const hash = hashOf(asked, length);
      hashes[count] = hash;
      const slot = length === 0 ? undefined : slotOf(hash, asked, length);
      count += 1;
      if (slot === undefined) return undefined;
      const before = slots[slot]!;
      slots[slot] = count;
      return before === 0 ? undefined : before - 1;
    },
    find(name) {
      const length = bytesOf(name);
      const found = length === 0 ? 0 : slots[slotOf(hashOf(asked, length), asked, length)]!;
      return found === 0 ? undefined : found - 1;
    },
    at: (place) => bytes.toString(encoding, place === 0 ? 0 : ends[place - 1]!, ends[place]),
  };
}

/** Twice as long, with the same beginning. */
export function longer(given: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const twice = new Uint32Array(given.length * 2);
  twice.set(given);
  return twice;
}

/** FNV-1a, 32 bits (www.isthe.com/chongo/tech/comp/fnv), with its upper bits mixed into the lower ones. */
function hashOf(from: Buffer, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ from[at]!, 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
