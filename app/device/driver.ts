import type { Clock } from '../contract/clock.ts';
import type { ConnectFault, ConnectPhase, PhaseResult } from '../contract/connecting.ts';
import type { DriverFacts, DriverSettings } from '../contract/drivers.ts';
import type { LineSettings, Terminator } from '../contract/lines.ts';
import type { ByteChannel } from './channel.ts';

/**
 * What the device reports about itself, before anything is written to it. A text is empty when the protocol does not
 * report it.
 */
export type DeviceIdentity = {
  protocol: string;
  model: string;
  hardwareRevision: string;
  firmware: string;
  /** Unique to the chip: lower-case hex or the vendor's own form (an IMEI, a UUID). */
  hardwareId: string;
  /** The unit serial stored in the device, if it has one. */
  unitSerial?: string;
  /** For example `P-256` (NIST's names). */
  keyTypes: string[];
  hasKey: boolean;
  hasCertificate: boolean;
  sealed: boolean;
  /** Whether this device has a network and can be asked to connect; see `callHome`. */
  callsHome: boolean;
};

/** Facts about a protocol for the line, the screens and a firmware engineer. None of them changes at run time. */
export type DriverTraits = {
  /** The things that `identify` reads, in words, e.g. `IMEI`. */
  identityFields: readonly string[];
  /** Conditions that the device must meet before work on it, as sentences. */
  preconditions: readonly string[];
  /**
   * `safe`: a second request keeps the key. `refuses`: a second request is an error. `overwrites`: a second request
   * makes another key.
   */
  keyGeneration: 'safe' | 'refuses' | 'overwrites';
  csrEncoding: 'der' | 'pem' | 'base64' | 'base64url';
  /** `once`: the CSR comes with the key, and then never again. */
  csrRead: 'always' | 'once';
  /** Which side decides the CSR's subject. */
  subject: 'host' | 'device';
  /** How the certificate of the issuing CA gets onto the device. */
  chain: 'separate' | 'withCertificate' | 'none';
  /** Names of the config values that the device can hold, e.g. `endpoint`; `*` means any. */
  config: readonly string[];
  /** The most characters of a unit serial that the device can hold. A common name has at most 64 (X.520). */
  longestSerial: number;
  /** The longest certificate item in bytes as it is sent. */
  maxItemBytes: number;
  /** How the written items are verified. */
  readBack: 'digest' | 'bytes';
  /** How the device proves that it holds the key; see `Proof`. */
  proof: Proof['kind'];
  seals: boolean;
  /** Whether the protocol has a command by which a device with a network connects; see `callHome`. */
  callsHome: boolean;
  /** Whether a private key can be written, as a claim needs it. */
  takesClaim: boolean;
  /** Whether the protocol has a command by which a device with a network uses its claim; see `provision`. */
  provisions: boolean;
  /** Acts that cannot be undone, as sentences; empty when all can. */
  irreversible: readonly string[];
  /** How to find out the state of a device after a time limit or a pulled cable. */
  afterTimeout: string;
};

/** The line's requirements for a key, and its knowledge of a key that may be there. */
export type KeyRequest = {
  keyType: string;
  /** The common name, for protocols that fix the subject when the key is made. */
  subject: string;
  /** The last CSR on record for this unit, and the mark of its key: for devices that give out a CSR only once. */
  known?: { csrDer: Uint8Array; keyMark?: string };
  /** Whether a key without a known CSR may be replaced. It may when the records hold no certificate for this unit. */
  mayReplace: boolean;
  /**
   * The unit is reworked, so an existing key is not kept. Only drivers whose `keyGeneration` is `overwrites` get this;
   * the line calls `erase` on the others before.
   */
  fresh?: boolean;
};

/** The items that the device should hold. */
export type Installation = {
  certificateDer: Uint8Array;
  /** The issuing CA first, without the root. */
  chainDer: Uint8Array[];
  /** The root that the device must trust when it connects: the cloud's, not ours. */
  rootCaDer: Uint8Array;
  /** For example endpoint, thingName, unitSerial. */
  config: Record<string, string>;
};

/** What a device needs to ask the cloud for its identity by itself. */
export type ClaimInstallation = {
  certificateDer: Uint8Array;
  /** PKCS#8 of the key that all devices of an order share. It is in no transcript. */
  privateKeyDer: Uint8Array;
  rootCaDer: Uint8Array;
  /** endpoint, template, unitSerial, and `param.NAME` for what the template needs, where that is not the serial only. */
  config: Record<string, string>;
};

/** The result of comparing the device with an `Installation`. */
export type ReadBack = {
  /**
   * `name` is certificate, chain, rootCa or the name of a config value. `found` is a SHA-256 or the value; it is absent
   * when nothing is stored.
   */
  items: { name: string; same: boolean; how: 'digest' | 'bytes' | 'value'; found?: string }[];
  /** Names of items that this protocol cannot store or cannot read back. */
  unread: string[];
};

/** Where and as what the device connects. The server must prove to be the endpoint that the device holds. */
export type Home = { host: string; port: number; clientId: string; topic: string };

/** Where and as what the device asks for its own certificate. */
export type ClaimPlace = Omit<Home, 'topic'>;

/** In this order: those of a connection, then AWS's two answers ("Device provisioning MQTT API"). */
export const provisionPhases = ['dns', 'tcp', 'tls', 'connect', 'certificate', 'thing'] as const;
export type ProvisionPhase = (typeof provisionPhases)[number];

/** What became of a claim. `fault` is a word of native/agent/PROTOCOL.md; `reason` is AWS's, or for an engineer. */
export type DeviceProvisioned =
  | { failed: ProvisionPhase; fault: ConnectFault | 'rejected'; reason: string }
  /** `config` is all that the device then holds. */
  | { certificateDer: Uint8Array; thingName: string; config: Record<string, string> };

/** The proof that the device holds the private key. */
export type Proof =
  /** An ECDSA-SHA-256 signature (DER) over the nonce. */
  | { kind: 'nonce'; signatureDer: Uint8Array }
  /** A CSR that the stored key has just signed. */
  | { kind: 'freshCsr'; csrDer: Uint8Array }
  /** The public key as the device reports it, for comparison with the certificate's. */
  | { kind: 'publicKey'; spkiDer: Uint8Array }
  /** This protocol has no proof but the CSR itself. `keyMark` is the key's present mark. */
  | { kind: 'csr'; keyMark?: string };

/** Bytes and time of one conversation so far. The time limits on the wire are computed from them. */
export type LinkTally = {
  bytesSent: number;
  bytesReceived: number;
  deviceMs: number;
};

/**
 * One conversation with one device. Every call may be repeated.
 *
 * @throws link.* – when the line or the port fails
 * @throws device.* – when the device refuses or gives a wrong answer
 */
export interface Device {
  identify(): Promise<DeviceIdentity>;
  /**
   * Makes the key if there is none; `created` says whether it did. `keyMark` later tells this key from another one, if
   * the protocol has such marks.
   *
   * @throws device.keyUnknown – for a key that may not be replaced and whose CSR is not known
   */
  makeKey(request: KeyRequest): Promise<{ created: boolean; keyMark?: string }>;
  /**
   * The PKCS#10 DER as the device sent it; call it after `makeKey`. `notes` name further checks, e.g. a COSE digest.
   */
  readCsr(subjectCommonName: string): Promise<{ csrDer: Uint8Array; notes: string[] }>;
  install(what: Installation, onProgress: (doneBytes: number, totalBytes: number) => void): Promise<void>;
  /**
   * Writes a claim in acknowledged pieces, and compares what the device then holds. `bytes` is what was written.
   *
   * @throws device.incompatible – when `takesClaim` is false
   */
  installClaim(
    what: ClaimInstallation,
    onProgress: (doneBytes: number, totalBytes: number) => void,
  ): Promise<ReadBack & { bytes: number }>;
  /** Compares the contents of the device with the expected ones. */
  readBack(expected: Installation): Promise<ReadBack>;
  prove(nonce: Uint8Array): Promise<Proof>;
  /** Erases key and certificate. A sealed device refuses. */
  erase(): Promise<void>;
  /** Seals the device. Does nothing for protocols without a seal. */
  seal(): Promise<void>;
  /**
   * The device connects once with the identity that it holds, publishes one message and disconnects. A failed connection
   * is an answer. `onPhase` tells how far it is; it may leave phases out.
   *
   * @throws device.noNetwork – when this device or its protocol cannot connect
   */
  callHome(home: Home, onPhase: (begun: ConnectPhase) => void): Promise<PhaseResult[]>;
  /**
   * The device asks AWS for its own certificate with the claim that it holds, and with its own key, and keeps what it
   * got. What AWS refuses is an answer.
   *
   * @throws device.noNetwork – when this device or its protocol cannot
   */
  provision(at: ClaimPlace, onPhase: (begun: ProvisionPhase) => void): Promise<DeviceProvisioned>;
  tally(): LinkTally;
  close(): Promise<void>;
}

export type { DriverSettings };

/** The input of every conversation. */
export type DriverOptions = {
  clock: Clock;
  settings?: DriverSettings;
  /** The line as the port was opened. The default is the driver's own. */
  line?: LineSettings;
  signal?: AbortSignal;
  /** Called with lines of the device that were not answers. */
  onLog?: (line: string) => void;
  /** The driver calls it once the device has answered in its protocol. Until then the line itself is in doubt. */
  onUnderstood?: () => void;
};

/** A protocol that firmware speaks. `declareDriver` makes one. */
export interface Driver {
  readonly name: string;
  /** The name of its firmware for people, e.g. `FreeRTOS`. */
  readonly title: string;
  /** The settings of this driver, by key. Command line, slot form and recipe check use them. */
  readonly settings: Readonly<DriverFacts['settings']>;
  /** The usual line. Recipes and slots may differ. */
  readonly line: LineSettings;
  /** The line ends that its firmware may be built for. */
  readonly terminators: readonly Terminator[];
  readonly traits: DriverTraits;
  /**
   * Patterns of secrets in its lines, in both directions. The kept transcript leaves them out: the text of the group
   * `secret` (or `key`, for a private key), or the whole match. Private keys as PEM need no pattern.
   */
  readonly redactions?: readonly RegExp[];
  /**
   * Whether the device speaks this protocol. It sends at most a line that changes nothing in the firmware of any other
   * driver, and leaves no half-typed line behind. It takes at most a second.
   *
   * @throws link.lost – the port is gone
   * @throws call.cancelled – by the signal
   */
  recognise(channel: ByteChannel, options: DriverOptions): Promise<boolean>;
  connect(channel: ByteChannel, options: DriverOptions): Device;
}
