import type { Vault } from '../app/ca/index.ts';
import type { Connect } from '../app/contract/index.ts';
import type { WindowControl } from '../app/station/index.ts';

/** Where the station's folder is, and whether it is the practice one; the rest is in the folder. */
export type HostOptions = {
  dataDir?: string | undefined;
  practice?: boolean | undefined;
  /** Where the host can have the operating system keep a passphrase. */
  vault?: Vault | undefined;
  /** The program's own window, where it has one. */
  window?: WindowControl | undefined;
};

/** An open station, as Electron and the kiosk hold it. */
export type Host = {
  connect: Connect;
  /** Units at work: now, and at each change. Returns the way to stop. */
  onWork(listener: (units: number) => void): () => void;
  /** The PC goes to sleep: what runs ends as the station's fault, on record when this resolves. Idempotent. */
  suspend(): Promise<void>;
  /** The PC is awake: clock, ports, tokens, CAs and AWS are looked at anew. Nothing where it was not suspended. */
  resume(): Promise<void>;
  /** The folder of the station it was opened with; absent where there is none, as in tests. */
  folder?: string;
  /** Finishes what is under way, closes the records. Idempotent. */
  close(): Promise<void>;
  /** One line for the terminal: which station, where. */
  describe(): string;
};

/** Longest that a host waits for the station to close before it ends anyway. */
export const closeWithinMs = 5000;
