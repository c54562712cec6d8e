/** The state of the simulated firmware, and its reactions. */
import type { KeyObject } from 'node:crypto';
import type { Fault } from '../faults.ts';
import type { PemImport } from './pem.ts';

/** The memory that survives power loss: keys and certificates by PKCS#11 label, and the committed configuration. */
export type Flash = {
  key?: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  publicKeys: Map<string, Buffer>;
  certificates: Map<string, Buffer>;
  config: Map<string, string>;
};

/** One power-on of the command line. `staged` and an open import are lost with the power. */
export type Cli = {
  flash: Flash;
  staged: Map<string, string>;
  importing?: PemImport;
  /** Whether an import continues after the footer until two blank lines, as its help text says. */
  blanksEnd: boolean;
  /** The labels under which this port's storage keeps certificates. */
  labels: readonly string[];
  /** Since power-up. */
  uptimeMs: () => number;
  readonly fault: Fault;
};

/** The reaction to a line. `cost` is in units of the compute time; `step` is its name for the fault `dieAt`. */
export type Reply = { text: string; cost: number; step?: string; act?: () => void; reset?: boolean };
