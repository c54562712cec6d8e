/** Valid requests, and the ways to break them: what the fuzzing runs of the tests and the bench have in common. */
import { generateKeyPairSync } from 'node:crypto';
import { parseCsr } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { judge } from './judges/build.ts';
import { rsaWithSha256 } from './malformed.ts';
import { ecdsaWithSha256Null, hex, makeCsr, tlv } from './support.ts';

/** A generator with a seed, so that a find can be had again (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One of each kind that is taken. */
export function seeds(): Buffer[] {
  const attributes = tlv(0x30, hex('06092a864886f70d01090e'), tlv(0x31, tlv(0x30, hex('0603551d0e'), hex('04020400'))));
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return [
    makeCsr('SN-0001').csrDer,
    makeCsr('SN-2', { attributes, algorithm: ecdsaWithSha256Null }).csrDer,
    makeCsr('SN-3', { key: p384, hash: 'sha384', algorithm: tlv(0x30, hex('06082a8648ce3d040303')) }).csrDer,
    makeCsr('SN-4', { key: rsa, algorithm: rsaWithSha256 }).csrDer,
  ].map((der) => Buffer.from(der));
}

type Random = ReturnType<typeof createRandom>;
type Mutation = (bytes: Buffer, at: number, random: Random) => Buffer;

const flip: Mutation = (bytes, at, random) => {
  const changed = Buffer.from(bytes);
  changed[at]! ^= 1 << random(8);
  return changed;
};

/** Flipped bits are what most often leaves a request that only its signature gives away. */
const mutations: readonly Mutation[] = [
  flip,
  flip,
  flip,
  flip,
  function set(bytes, at, random) {
    const changed = Buffer.from(bytes);
    changed[at] = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x30, 0x31, random(256)][random(8)]!;
    return changed;
  },
  (bytes, at, random) => Buffer.concat([bytes.subarray(0, at), Buffer.of(random(256)), bytes.subarray(at)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
  (bytes, at) => bytes.subarray(0, at),
  function copy(bytes, at, random) {
    const changed = Buffer.from(bytes);
    const length = 1 + random(32);
    bytes.copy(changed, random(bytes.length), at, Math.min(at + length, bytes.length));
    return changed;
  },
];

/** One change or two; now and then the halves of two requests, or none at all. */
export function mutant(from: readonly Buffer[], random: Random): Buffer {
  const first = from[random(from.length)]!;
  if (random(50) === 0) return first;
  if (random(20) === 0) {
    const second = from[random(from.length)]!;
    const at = random(Math.min(first.length, second.length));
    return Buffer.concat([first.subarray(0, at), second.subarray(at)]);
  }
  let bytes: Buffer = first;
  for (let changes = 1 + random(2); changes > 0 && bytes.length > 0; changes--) {
    bytes = mutations[random(mutations.length)]!(bytes, random(bytes.length), random);
  }
  return bytes;
}

export type Tally = { taken: number; badSignature: number; refused: number; slowestMs: number };

/**
 * Parses `count` mutants, and compares with OpenSSL: what was taken, OpenSSL must verify; where the signature was the
 * reason, OpenSSL must not. Throws at the first that differs, and for anything but a refusal by name.
 */
export function fuzz(count: number, seed: number): Tally {
  const random = createRandom(seed);
  const from = seeds();
  const tally: Tally = { taken: 0, badSignature: 0, refused: 0, slowestMs: 0 };
  const batchSize = 5000;
  for (let done = 0; done < count; done += batchSize) {
    const batch = Array.from({ length: Math.min(batchSize, count - done) }, () => mutant(from, random));
    compare(
      batch,
      batch.map((bytes) => timed(bytes, tally)),
      tally,
    );
  }
  return tally;
}

function timed(bytes: Uint8Array, tally: Tally): string {
  const start = performance.now();
  const outcome = outcomeOf(bytes);
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - start);
  return outcome;
}

/** `taken`, or the reason. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    parseCsr(bytes);
    return 'taken';
  } catch (error) {
    const reason = error instanceof StationError ? error.data?.reason : undefined;
    if (typeof reason !== 'string') throw new Error(`not a refusal by name: ${hexOf(bytes)}`, { cause: error });
    return reason;
  }
}

function compare(batch: readonly Buffer[], outcomes: readonly string[], tally: Tally): void {
  for (const [index, verdict] of judge(batch).entries()) {
    const outcome = outcomes[index]!;
    const wrong = outcome === 'taken' ? verdict !== 'v' : outcome === 'badSignature' && verdict === 'v';
    if (wrong) throw new Error(`${outcome}, but OpenSSL says ${verdict}: ${hexOf(batch[index]!)}`);
    tally[outcome === 'taken' || outcome === 'badSignature' ? outcome : 'refused'] += 1;
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
