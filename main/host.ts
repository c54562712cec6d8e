import type { Vault } from '../app/ca/index.ts';
import type { Connect } from '../app/contract/index.ts';
import type { WindowControl } from '../app/station/index.ts';

/** The station's folder, and whether it is the practice one. The folder contains everything else. */
export type HostOptions = {
  dataDir?: string | undefined;
  practice?: boolean | undefined;
  /** The operating system's vault for a passphrase, on hosts that have one. */
  vault?: Vault | undefined;
  /** The program's own window, on hosts that have one. */
  window?: WindowControl | undefined;
};

/** An open station as Electron and the kiosk use it. */
export type Host = {
  connect: Connect;
  /** Tells the number of units at work, now and at each change. Returns the function that stops this. */
  onWork(listener: (units: number) => void): () => void;
  /**
   * Called before the PC sleeps. Running work ends as the station's fault, and is on record when this resolves.
   * Idempotent.
   */
  suspend(): Promise<void>;
  /**
   * Called after the PC wakes: clock, ports, tokens, CAs and AWS are checked again. Does nothing if it was not
   * suspended.
   */
  resume(): Promise<void>;
  /** The folder that the station was opened with. Absent when there is none, as in tests. */
  folder?: string;
  /** Finishes the running work and closes the records. Idempotent. */
  close(): Promise<void>;
  /** One line for the terminal: the station and its place. */
  describe(): string;
};

/** The longest that a host waits for the station to close before it ends in any case. */
export const closeWithinMs = 5000;
