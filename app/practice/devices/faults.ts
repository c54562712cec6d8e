/** How a practice device misbehaves: data, so that a screen or a test can set it. Nothing set: a healthy device. */
export type Fault = {
  /** Probability that a byte is lost, in either direction. */
  drop?: number;
  /** Probability that a byte is changed, in either direction. */
  corrupt?: number;
  /** Probability that a line is delivered twice, in either direction. */
  duplicate?: number;
  /** Added to each answer. */
  delayMs?: number;
  /** Log lines printed before each answer. */
  noise?: number;
  /**
   * Loses power, once, at this command (`key`, `commit`, or with its item `commit.cert`): before it is carried out, or after
   * it is carried out and before it is answered.
   */
  dieAt?: { step: string; when: 'before' | 'after' };
  /** Carries this command out, once, without a word. Text consoles only. */
  loseAnswer?: string;
  /** Answers nothing at all. */
  silent?: boolean;
  /** Prints log without end. */
  flood?: boolean;
  /** The generator fails; makes a key too weak to accept; makes the same key as every other device with this fault. */
  key?: 'fails' | 'weak' | 'duplicate';
  /** Answers this command with this error (PROTOCOL.md section 6). */
  refuse?: { command: string; error: string };
  /** Signs something else than the nonce. */
  badProof?: boolean;
  /** Carries this unit serial whatever its label says. */
  wrongSerial?: string;
};

/** The faults a person can choose on the practice line. The names are stable. */
export const faultKinds = {
  corruptBytes: { corrupt: 0.002 },
  dropBytes: { drop: 0.001 },
  noisy: { noise: 4 },
  silent: { silent: true },
  flooding: { flood: true },
  keyFails: { key: 'fails' },
  weakKey: { key: 'weak' },
  duplicateKey: { key: 'duplicate' },
  storageFull: { refuse: { command: 'commit', error: 'storage' } },
  dieDuringInstall: { dieAt: { step: 'commit.chain', when: 'before' } },
  badProof: { badProof: true },
  wrongLabel: { wrongSerial: 'ANOTHER-UNIT' },
} as const satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faultKinds;
export const faultNames = Object.keys(faultKinds) as FaultKind[];

/** Small repeatable generator of numbers in [0, 1) (mulberry32): the same seed breaks the same bytes. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What arrives when `bytes` are sent over a faulty wire. */
export function damage(bytes: Uint8Array, fault: Fault, random: () => number): Uint8Array {
  const { drop = 0, corrupt = 0, duplicate = 0 } = fault;
  if (drop === 0 && corrupt === 0 && duplicate === 0) return bytes;
  const arrived: number[] = [];
  for (const byte of bytes) {
    if (random() < drop) continue;
    arrived.push(random() < corrupt ? byte ^ (1 << Math.floor(random() * 8)) : byte);
  }
  return Uint8Array.from(random() < duplicate ? [...arrived, ...arrived] : arrived);
}
