/** The faults of a practice device, as data that a screen or a test can set. An empty object is a healthy device. */
export type Fault = {
  /** Probability that a byte is lost, in either direction. */
  drop?: number;
  /** Probability that a byte is changed, in either direction. */
  corrupt?: number;
  /** Probability that a line is delivered twice, in either direction. */
  duplicate?: number;
  /** A USB bridge before the device holds so many bytes on their way to it, and drops what does not fit. */
  bridge?: number;
  /** The delay that is added to each answer. */
  delayMs?: number;
  /** Log lines printed before each answer. */
  noise?: number;
  /**
   * Loses power, once, at this command (`key`, `commit`, or with its item `commit.cert`): before the command runs, or
   * after it ran and before the answer.
   */
  dieAt?: { step: string; when: 'before' | 'after' };
  /** Runs this command, once, without an answer. Only for text consoles. */
  loseAnswer?: string;
  /** Never answers. */
  silent?: boolean;
  /** Prints log without pause. */
  flood?: boolean;
  /** The generator fails, makes a key that is too weak, or makes the same key as every other device with this fault. */
  key?: 'fails' | 'weak' | 'duplicate';
  /** Answers this command with this error (PROTOCOL.md section 6). */
  refuse?: { command: string; error: string };
  /** Signs other bytes than the nonce. */
  badProof?: boolean;
  /** Reports this unit serial, whatever its label says. */
  wrongSerial?: string;
  /** What is wrong when it connects to AWS. Its line works. */
  net?: NetTrouble;
};

/**
 * It names no server; its clock is off; its certificate is of a CA that AWS does not know; it trusts another root; AWS
 * has revoked its certificate.
 */
export type NetTrouble = 'noServerName' | 'clockBehind' | 'clockAhead' | 'wrongCa' | 'wrongRoot' | 'revoked';

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
  noServerName: { net: 'noServerName' },
  clockBehind: { net: 'clockBehind' },
  clockAhead: { net: 'clockAhead' },
  wrongCa: { net: 'wrongCa' },
  wrongRoot: { net: 'wrongRoot' },
  revoked: { net: 'revoked' },
} as const satisfies Record<string, Fault>;

/** The faults of a device that cannot connect to anything. */
export const noNetwork = {
  noServerName: null,
  clockBehind: null,
  clockAhead: null,
  wrongCa: null,
  wrongRoot: null,
  revoked: null,
} as const;

export type FaultKind = keyof typeof faultKinds;
export const faultNames = Object.keys(faultKinds) as FaultKind[];

/** A small repeatable generator of numbers in [0, 1) (mulberry32). The same seed damages the same bytes. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The bytes that arrive when `bytes` are sent over a faulty wire. */
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
