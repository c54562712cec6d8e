import type { Clock } from '../contract/clock.ts';
import type { DriverFacts, DriverSettings } from '../contract/drivers.ts';
import type { ByteChannel, LineSettings } from './channel.ts';

/** What the device says of itself, before anything is written to it. Text is empty where its protocol does not tell. */
export type DeviceIdentity = {
  protocol: string;
  model: string;
  hardwareRevision: string;
  firmware: string;
  /** Unique to the chip; lower-case hex or the vendor's own form (an IMEI, a UUID). */
  hardwareId: string;
  /** The unit serial stored in the device, if it has one. */
  unitSerial?: string;
  /** e.g. `P-256` (NIST's names). */
  keyTypes: string[];
  hasKey: boolean;
  hasCertificate: boolean;
  sealed: boolean;
};

/** Facts about a protocol that the line, the screens and a firmware engineer need; none of them changes at run time. */
export type DriverTraits = {
  /** What `identify` reads, in words, e.g. `IMEI`. */
  identityFields: readonly string[];
  /** What must be so before the device can be worked on, as sentences. */
  preconditions: readonly string[];
  /** `safe`: asking again keeps the key. `refuses`: an error where there is one. `overwrites`: asking again makes another. */
  keyGeneration: 'safe' | 'refuses' | 'overwrites';
  csrEncoding: 'der' | 'pem' | 'base64' | 'base64url';
  /** `once`: the CSR comes with the key and never again. */
  csrRead: 'always' | 'once';
  /** Who decides the CSR's subject. */
  subject: 'host' | 'device';
  /** How the issuing CA's certificate gets there. */
  chain: 'separate' | 'withCertificate' | 'none';
  /** Names of the config values it can hold, e.g. `endpoint`; `*` for any. */
  config: readonly string[];
  /** The longest certificate item it takes, in bytes as it is sent. */
  maxItemBytes: number;
  /** How what was written is verified. */
  readBack: 'digest' | 'bytes';
  /** How the device shows that it holds the key: see `Proof`. */
  proof: Proof['kind'];
  seals: boolean;
  /** Acts that cannot be undone, as sentences; empty where all can. */
  irreversible: readonly string[];
  /** How to find out where a device stands after a time limit or a pulled cable. */
  afterTimeout: string;
};

/** What the line wants of a key, and what it knows of the one that may be there. */
export type KeyRequest = {
  keyType: string;
  /** Common name, for protocols that fix the subject when the key is made. */
  subject: string;
  /** The last CSR on record for this unit, and the mark its key had: for devices that give out a CSR once only. */
  known?: { csrDer: Uint8Array; keyMark?: string };
  /** Whether a key whose CSR is not known may be replaced: the records hold no certificate for this unit. */
  mayReplace: boolean;
  /**
   * The unit is reworked: a key that is there is not kept. Said to drivers whose `keyGeneration` is `overwrites`; the
   * others are told to `erase` before.
   */
  fresh?: boolean;
};

/** What the device is to hold. */
export type Installation = {
  certificateDer: Uint8Array;
  /** Issuing CA first; without the root. */
  chainDer: Uint8Array[];
  /** What the device must trust when it connects: the cloud's root, not ours. */
  rootCaDer: Uint8Array;
  /** e.g. endpoint, thingName, unitSerial. */
  config: Record<string, string>;
};

/** What a comparison of the device with an `Installation` found. */
export type ReadBack = {
  /** `name`: certificate, chain, rootCa or the name of a config value. `found` is a SHA-256, or the value; absent where nothing is stored. */
  items: { name: string; same: boolean; how: 'digest' | 'bytes' | 'value'; found?: string }[];
  /** Names of what this protocol cannot store or cannot read back. */
  unread: string[];
};

/** How the device showed that it holds the private key. */
export type Proof =
  /** ECDSA-SHA-256 signature (DER) over the nonce. */
  | { kind: 'nonce'; signatureDer: Uint8Array }
  /** A CSR that the stored key signed just now. */
  | { kind: 'freshCsr'; csrDer: Uint8Array }
  /** The public key as the device reports it, to be compared with the certificate's. */
  | { kind: 'publicKey'; spkiDer: Uint8Array }
  /** This protocol has no other proof than the CSR itself; `keyMark` is the key's mark now. */
  | { kind: 'csr'; keyMark?: string };

/** Bytes and time of one conversation so far, so that the wire-time limit can be computed. */
export type LinkTally = {
  bytesSent: number;
  bytesReceived: number;
  deviceMs: number;
};

/**
 * One conversation with one device. Every call is safe to repeat.
 * @throws link.* – where the line or the port fails
 * @throws device.* – where the device refuses, or answers what it must not
 */
export interface Device {
  identify(): Promise<DeviceIdentity>;
  /**
   * Makes the key if there is none; `created` says which. `keyMark` tells this key from another one later, where the
   * protocol has such a thing.
   * @throws device.keyUnknown – for a key that may not be replaced and whose CSR is not known
   */
  makeKey(request: KeyRequest): Promise<{ created: boolean; keyMark?: string }>;
  /** PKCS#10 DER as the device sent it, after `makeKey`. `notes`: what was checked besides, e.g. a COSE digest. */
  readCsr(subjectCommonName: string): Promise<{ csrDer: Uint8Array; notes: string[] }>;
  install(what: Installation, onProgress: (doneBytes: number, totalBytes: number) => void): Promise<void>;
  /** Compares what the device holds with what it should. */
  readBack(expected: Installation): Promise<ReadBack>;
  prove(nonce: Uint8Array): Promise<Proof>;
  /** Forgets key and certificate; refused once sealed. */
  erase(): Promise<void>;
  /** Nothing for protocols that do not seal. */
  seal(): Promise<void>;
  tally(): LinkTally;
  close(): Promise<void>;
}

export type { DriverSettings };

/** What every conversation is given. */
export type DriverOptions = {
  clock: Clock;
  settings?: DriverSettings;
  signal?: AbortSignal;
  /** Lines the device printed that were not answers. */
  onLog?: (line: string) => void;
};

/** A protocol that firmware speaks; `declareDriver` makes one. */
export interface Driver {
  readonly name: string;
  /** What may be chosen for it, by key; command line, slot form and recipe check follow from this. */
  readonly settings: Readonly<DriverFacts['settings']>;
  readonly line: LineSettings;
  readonly traits: DriverTraits;
  /**
   * Secrets that its lines may hold, either way, to be left out of what is kept of a conversation: what the group `secret`
   * matches, or the whole match. Private keys as PEM need not be named.
   */
  readonly redactions?: readonly RegExp[];
  /**
   * Whether the device at the other end speaks this protocol: sends at most a line that changes nothing in any of the
   * others' firmware, and leaves no half-typed line behind. Takes a second at most.
   * @throws link.lost – the port is gone
   * @throws call.cancelled – by the signal
   */
  recognise(channel: ByteChannel, options: DriverOptions): Promise<boolean>;
  connect(channel: ByteChannel, options: DriverOptions): Device;
}
