import type { Clock } from '../contract/clock.ts';
import type { ByteChannel, LineSettings } from './channel.ts';

/** What the device says of itself, before anything is written to it. */
export type DeviceIdentity = {
  protocol: string;
  model: string;
  hardwareRevision: string;
  firmware: string;
  /** Unique to the chip; lower-case hex or the vendor's own form. */
  hardwareId: string;
  /** The unit serial stored in the device, if it has one. */
  unitSerial?: string;
  /** e.g. `P-256` (NIST's names). */
  keyTypes: string[];
  hasKey: boolean;
  hasCertificate: boolean;
  sealed: boolean;
};

export type Installation = {
  certificateDer: Uint8Array;
  /** Issuing CA first; without the root. */
  chainDer: Uint8Array[];
  /** What the device must trust when it connects: the cloud's root, not ours. */
  rootCaDer: Uint8Array;
  /** e.g. endpoint, thingName, unitSerial. */
  config: Record<string, string>;
};

/** What the device holds, as SHA-256 of the stored bytes (lower-case hex), `undefined` where nothing is stored. */
export type ReadBack = {
  certificateSha256?: string;
  /** Over the chain's certificates one after the other, in DER. */
  chainSha256?: string;
  rootCaSha256?: string;
  config: Record<string, string>;
};

/** Bytes and time of one conversation so far, so that the wire-time limit can be computed. */
export type LinkTally = {
  bytesSent: number;
  bytesReceived: number;
  deviceMs: number;
};

/** One conversation with one device. Every call is safe to repeat. Throws `link.*` and `device.*`. */
export interface Device {
  identify(): Promise<DeviceIdentity>;
  /** Makes the key if there is none; `created` says which. */
  makeKey(keyType: string): Promise<{ created: boolean }>;
  /** PKCS#10 DER as the device sent it. */
  readCsr(subjectCommonName: string): Promise<Uint8Array>;
  install(what: Installation, onProgress: (doneBytes: number, totalBytes: number) => void): Promise<void>;
  readBack(): Promise<ReadBack>;
  /** Signature over the nonce by the device's key: ECDSA-SHA-256, DER. */
  prove(nonce: Uint8Array): Promise<Uint8Array>;
  /** Forgets key and certificate; refused once sealed. */
  erase(): Promise<void>;
  seal(): Promise<void>;
  tally(): LinkTally;
  close(): Promise<void>;
}

export type DriverOptions = {
  clock: Clock;
  signal?: AbortSignal;
  /** Lines the device printed that were not answers. */
  onLog?: (line: string) => void;
};

/** A protocol that firmware speaks. */
export interface Driver {
  readonly name: string;
  readonly line: LineSettings;
  connect(channel: ByteChannel, options: DriverOptions): Device;
}
