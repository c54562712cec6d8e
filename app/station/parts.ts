/** What a station is made of, once joined; handlers get this and nothing else. */
import type { Vault } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import type { EventName, StationPlan } from '../contract/methods.ts';
import type { CloudTarget, PracticeSnapshot, StationStatus } from '../contract/model.ts';
import type { Ports } from '../device/channel.ts';
import type { Driver } from '../device/driver.ts';
import type { Bench, LineTools } from '../line/index.ts';
import type { Ledger } from '../records/index.ts';
import type { Cloud } from '../registration/index.ts';
import type { StationAuthority } from './authority.ts';
import type { BatchJobs } from './batchjobs.ts';
import type { CloudLink } from './cloudlink.ts';
import type { ConfigStore } from './config.ts';
import type { CrlJobs } from './crljobs.ts';
import type { Hub } from './hub.ts';
import type { FreeBytes, Interlocks } from './interlocks.ts';
import type { KeptSecrets } from './kept.ts';
import type { KeyHomes, KeyPorts } from './keyhomes.ts';
import type { Labels } from './labels.ts';
import type { Log } from './log.ts';
import type { ProfileSet } from './profiles.ts';
import type { Recipes } from './recipes.ts';
import type { Scanners } from './scanners/index.ts';

/** The practice line's hands: what a person would do with real units. Absent on a real station. */
export type PracticeControl = {
  snapshot: () => Omit<PracticeSnapshot, 'seq'>;
  plug: (slotId: number, deviceId?: string) => void;
  unplug: (slotId: number) => void;
  fault: (slotId: number, fault: string | null) => void;
  onChange: (listener: () => void) => void;
  badges: NonNullable<StationStatus['practiceBadges']>;
};

/** What the program around the station can do: make another one, and open it. */
export type SetupControl = {
  folder: () => { folder: string; exists: boolean };
  make: (plan: StationPlan, actor: string) => Promise<{ stationId: string; folder: string }>;
  open: (which: 'practice' | 'real') => Promise<void>;
  other: () => StationStatus['otherStation'];
};

/** The seams a station is created with. */
export type StationPorts = {
  dir: string;
  version: string;
  config: ConfigStore;
  /** Homes of CA keys beside files; without them there are files only. */
  keys?: KeyPorts;
  ledger: Ledger;
  clock: Clock;
  ports: Ports;
  /** Where scanners are plugged in; `ports` where it is not given. */
  scannerPorts?: Ports;
  driverNamed: (name: string) => Driver;
  driverNames: string[];
  openCloud: (target: CloudTarget) => Promise<Cloud>;
  /** DER of the root that devices must trust when they connect; without it the root of their own CA. */
  deviceRootDer?: Uint8Array;
  log: Log;
  /** Free bytes on the disk of a folder; the disk's own unless a test has another. */
  freeBytes?: FreeBytes;
  practice?: PracticeControl;
  setup?: SetupControl;
  /** Absent where no operating system keeps anything: the kiosk, the command line. */
  vault?: Vault;
};

export type StationParts = StationPorts & {
  authority: StationAuthority;
  homes: KeyHomes;
  kept: KeptSecrets;
  profiles: ProfileSet;
  recipes: Recipes;
  labels: Labels;
  scanners: Scanners;
  interlocks: Interlocks;
  bench: Bench;
  cloudLink: CloudLink;
  batchJobs: BatchJobs;
  crlJobs: CrlJobs;
  hub: Hub;
  startedAt: string;
  /** What a unit is run with; the command line runs one without a slot. */
  lineTools: LineTools;
  changed: (...events: EventName[]) => void;
  status: () => Promise<Omit<StationStatus, 'seq'>>;
};
