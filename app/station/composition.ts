/** What a station is made of, once joined; handlers get this and nothing else. */
import type { Vault } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import type { EventName, StationPlan } from '../contract/methods.ts';
import type { CloudTarget, DoctorCheck, PracticeSnapshot, StationStatus } from '../contract/model.ts';
import type { WindowBrief, WindowChange, WindowView } from '../contract/window.ts';
import type { Ports } from '../device/channel.ts';
import type { Driver } from '../device/driver.ts';
import type { Place } from '../files/index.ts';
import type { Bench, LineTools } from '../line/index.ts';
import type { Ledger } from '../records/index.ts';
import type { Cloud } from '../registration/index.ts';
import type { KeptSecrets } from './authorities/keptpassphrases.ts';
import type { KeyHomes, KeyPorts } from './authorities/keyhomes.ts';
import type { ModuleList } from './authorities/modulelist.ts';
import type { StationAuthority } from './authorities/signing.ts';
import type { CloudLink } from './batches/cloudlink.ts';
import type { BatchJobs } from './batches/jobs.ts';
import type { FreeBytes, Interlocks } from './bench/interlocks.ts';
import type { Labels } from './bench/labels.ts';
import type { CrlJobs } from './crls/jobs.ts';
import type { ConfigStore } from './folder/config.ts';
import type { Log } from './log.ts';
import type { Sessions } from './people/sessions.ts';
import type { ProfileSet } from './recipes/profiles.ts';
import type { Recipes } from './recipes/recipes.ts';
import type { Scanners } from './scanners/index.ts';
import type { Power } from './sleep/power.ts';
import type { SnapshotHub } from './snapshots.ts';

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

/** What happened to the program's window, for the log: a name, and facts without secrets. */
export type WindowEvent = { what: string; level: 'info' | 'warn' } & Record<string, string | number | boolean>;

/** The program's own window, where it has one: the host does these, the station decides who may ask. */
export type WindowControl = {
  brief: () => WindowBrief;
  view: () => Promise<WindowView>;
  configure: (change: WindowChange) => Promise<void>;
  kiosk: (on: boolean) => void;
  /** Does not end by itself any more. */
  stay: () => void;
  /** What happens from now on. Returns the way to stop. */
  onEvent: (listener: (event: WindowEvent) => void) => () => void;
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
  /** Where `dir` lies. */
  place?: Place;
  /** What can be told of the PC itself: power of its USB sockets, its clock's source. */
  pcChecks?: () => Promise<DoctorCheck[]>;
  /** Has this process ask the system for its time zone again. */
  redetectZone?: () => void;
  /** Milliseconds since the PC was started, those asleep included. */
  uptimeMs?: () => number;
  practice?: PracticeControl;
  setup?: SetupControl;
  /** Absent where the program has no window of its own: the kiosk, the command line. */
  window?: WindowControl;
  /** Absent where no operating system keeps anything: the kiosk, the command line. */
  vault?: Vault;
};

export type StationParts = StationPorts & {
  authority: StationAuthority;
  homes: KeyHomes;
  modules: ModuleList;
  kept: KeptSecrets;
  profiles: ProfileSet;
  recipes: Recipes;
  labels: Labels;
  scanners: Scanners;
  interlocks: Interlocks;
  power: Power;
  bench: Bench;
  cloudLink: CloudLink;
  batchJobs: BatchJobs;
  crlJobs: CrlJobs;
  hub: SnapshotHub;
  sessions: Sessions;
  startedAt: string;
  /** What a unit is run with; the command line runs one without a slot. */
  lineTools: LineTools;
  changed: (...events: EventName[]) => void;
  status: () => Promise<Omit<StationStatus, 'seq'>>;
};
