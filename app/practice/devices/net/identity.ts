import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../../contract/clock.ts';
import type { ConnectPhase } from '../../../contract/connecting.ts';

/** What a device shows when it connects. */
export type Identity = {
  /** Its certificate, and perhaps the chain after it. */
  certificatePem: string;
  /** The private key: PEM, or the key of a simulated device. */
  key: string | KeyObject;
};

/**
 * Where it connects, and the root by which it knows the place. The server must prove to be `serverName`; the default is
 * `host`.
 */
export type Gateway = { host: string; port: number; rootPem: string; serverName?: string };

/** What may be wrong with a device that connects. All are off by default. */
export type NetFault = {
  /** The TLS connection names no server. */
  noServerName?: boolean;
  /** Names this server instead of the one it connects to. */
  serverName?: string;
  /** Milliseconds by which its clock is ahead of the time (negative: behind). */
  clockOffMs?: number;
};

export type ConnectOptions = {
  clock: Clock;
  clientId: string;
  /** Without it, the device connects and says nothing. */
  publish?: { topic: string; payload: string } | undefined;
  /** Each phase has this much time. The default is 10 s. */
  limitMs?: number;
  fault?: NetFault;
  /** Called at the beginning of each phase. */
  onPhase?: (begun: ConnectPhase) => void;
  signal?: AbortSignal;
};
