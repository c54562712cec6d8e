import type { Fault } from '../faults.ts';
import type { Shell } from './shell.ts';
import type { ZephyrStore } from './store.ts';

/** The build options of a firmware. */
export type ZephyrFirmware = {
  /** CONFIG_TLS_CREDENTIALS_SHELL_CRED_BUF_SIZE; Zephyr's default. */
  credBufferBytes: number;
  /** Whether `cred buf load` exists (Zephyr 4.2). */
  bufLoad: boolean;
  /** CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN_VERIFY: `nrf_cloud_cred pubkey`. */
  publicKey: boolean;
  /** CONFIG_NRF_CLOUD_CREDENTIALS_KEYGEN_SHELL. */
  keyShell: boolean;
  /** CONFIG_TLS_CREDENTIALS_SHELL. */
  credShell: boolean;
  /** CONFIG_HWINFO_SHELL. */
  hwinfo: boolean;
  /** CONFIG_APP_VERSION_SHELL, since Zephyr 4.2. */
  appVersion: boolean;
  /**
   * Whether credentials are in protected storage; otherwise they are in RAM (CONFIG_TLS_CREDENTIALS_BACKEND_VOLATILE).
   */
  persistent: boolean;
  /** CONFIG_HEAP_MEM_POOL_SIZE, as far as it is left for credentials in RAM. */
  heapBytes: number;
  /** CONFIG_NRF_CLOUD_SEC_TAG. */
  secTag: number;
  /** CONFIG_TLS_MAX_CREDENTIALS_NUMBER. */
  places: number;
  kernel: string;
  prompt: string;
  colors: boolean;
  echo: boolean;
  ringBytes: number;
};

export type CommandSet = { help: string; sub: Record<string, Command> };
export type Command = {
  help: string;
  run?: (argv: string[]) => void;
  sub?: Record<string, Command>;
  /** The least number of words with the command's own name; without it the words are not counted. */
  least?: number;
  most?: number;
  /** The cost in units of `computeMs`. */
  slow?: number;
  /** The names for faults (`dieAt`, `refuse`). */
  names?: (argv: string[]) => string[];
};

/** One power-on. */
export type Machine = {
  shell: Shell;
  store: ZephyrStore;
  firmware: ZephyrFirmware;
  readonly fault: Fault;
  hardwareId: string;
};
