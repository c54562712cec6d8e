/** The parts of a station, once joined. Handlers get these parts and nothing else. */
import type { Vault } from '../ca/index.ts';
import type { Clock } from '../contract/clock.ts';
import type { EventName } from '../contract/methods.ts';
import type {
  CloudTarget,
  DoctorCheck,
  IntakeTrouble,
  OrderTable,
  PracticeLogEntry,
  PracticeOutage,
  PracticeSnapshot,
  RecipeWay,
  StationStatus,
  WebhookTrouble,
} from '../contract/model.ts';
import type { StationPlan } from '../contract/setupmethods.ts';
import type { WindowBrief, WindowChange, WindowView } from '../contract/window.ts';
import type { Ports } from '../device/channel.ts';
import type { Driver } from '../device/driver.ts';
import type { Place } from '../files/index.ts';
import type { Bench, LineTools } from '../line/index.ts';
import type { OpenPlant } from '../plant/index.ts';
import type { Ledger } from '../records/index.ts';
import type { Cloud } from '../registration/index.ts';
import type { KeptSecrets } from './authorities/keptpassphrases.ts';
import type { KeyHomes, KeyPorts } from './authorities/keyhomes.ts';
import type { ModuleList } from './authorities/modulelist.ts';
import type { StationAuthority } from './authorities/signing.ts';
import type { BackupJobs } from './backups/jobs.ts';
import type { BackupMaker } from './backups/maker.ts';
import type { BatchJobs } from './batches/jobs.ts';
import type { LineRegistration } from './batches/lineregistration.ts';
import type { FreeBytes, Interlocks, RecordsVerification } from './bench/interlocks.ts';
import type { Labels } from './bench/labels.ts';
import type { LineRuns } from './bench/lineruns.ts';
import type { CheckpointJobs } from './checkpoints/jobs.ts';
import type { AskWitness } from './checkpoints/witness.ts';
import type { ClaimKeys } from './claims/keys.ts';
import type { AllowLists } from './cloud/allowlists.ts';
import type { CertificateJobs } from './cloud/certificatejobs.ts';
import type { CloudLink } from './cloud/cloudlink.ts';
import type { DriftJobs } from './cloud/drift.ts';
import type { EndpointWatch } from './cloud/endpoint.ts';
import type { HookRows } from './cloud/hookrows.ts';
import type { CrlJobs } from './crls/jobs.ts';
import type { ExportJobs, ExportMaker } from './exports/jobs.ts';
import type { ConnectionWatch } from './firstconnections/watch.ts';
import type { ConfigStore } from './folder/config.ts';
import type { Log } from './log.ts';
import type { AlertWatch } from './orders/alertwatch.ts';
import type { OrderImports } from './orders/imports.ts';
import type { Sessions } from './people/sessions.ts';
import type { PlantLink } from './plant/link.ts';
import type { ProfileSet } from './recipes/profiles.ts';
import type { Recipes } from './recipes/recipes.ts';
import type { Retention } from './records/retention.ts';
import type { Scanners } from './scanners/index.ts';
import type { Power } from './sleep/power.ts';
import type { SnapshotHub } from './snapshots.ts';

/** Control of the practice line, in place of the hands of a person. Absent on a real station. */
export type PracticeControl = {
  snapshot: () => Omit<PracticeSnapshot, 'seq'>;
  plug: (slotId: number, deviceId?: string) => void;
  unplug: (slotId: number) => void;
  fault: (slotId: number, fault: string | null) => void;
  /** Begins an outage of the practice AWS; `null` ends it. */
  outage: (outage: PracticeOutage | null) => void;
  /**
   * Prepares the account, a recipe and an order for this way. Units that pass then connect by themselves.
   * @throws StationError – as the acts that it takes
   */
  practise: (way: RecipeWay) => Promise<void>;
  /** What happened at the gateway, the newest first; only what failed, where that is asked for. */
  log: (failures: boolean) => PracticeLogEntry[];
  /** AWS's default rates on or off. */
  rates: (on: boolean) => void;
  /**
   * Gives the caller or the role an identity policy; `null` allows everything again.
   * @throws StationError call.badParams – says what is wrong with the policy
   */
  permit: (who: 'user' | 'role', policy: string | null) => void;
  onChange: (listener: () => void) => void;
  badges: NonNullable<StationStatus['practiceBadges']>;
};

/** The acts of the program around the station: make another station, and open it. */
export type SetupControl = {
  folder: () => { folder: string; exists: boolean };
  make: (plan: StationPlan, actor: string) => Promise<{ stationId: string; folder: string; checks: DoctorCheck[] }>;
  /** Opens the other station. `station.opened` goes into the records of the present one. */
  open: (which: 'practice' | 'real', actor: string) => Promise<void>;
  other: () => StationStatus['otherStation'];
};

/** An event of the program's window, for the log: a name, and facts without secrets. */
export type WindowEvent = { what: string; level: 'info' | 'warn' } & Record<string, string | number | boolean>;

/**
 * The program's own window, if it has one. The host performs these acts, and the station decides who may ask for them.
 */
export type WindowControl = {
  brief: () => WindowBrief;
  view: () => Promise<WindowView>;
  configure: (change: WindowChange) => Promise<void>;
  kiosk: (on: boolean) => void;
  /** Cancels the end that was announced. */
  stay: () => void;
  /** Tells the events from now on. Returns the function that stops this. */
  onEvent: (listener: (event: WindowEvent) => void) => () => void;
};

/** The running drop folder, hook and webhook. */
export type IntakeControl = {
  status: () => {
    dropFolder?: { taken: number; trouble: IntakeTrouble | null };
    hook?: { url: string | null; trouble: IntakeTrouble | null };
    webhook?: { trouble: WebhookTrouble | null };
  };
  /** Takes the settings as they are now. */
  apply: () => Promise<void>;
};

/** The seams a station is created with. */
export type StationPorts = {
  dir: string;
  version: string;
  config: ConfigStore;
  /** The homes of CA keys besides files. Without them there are only files. */
  keys?: KeyPorts;
  ledger: Ledger;
  clock: Clock;
  ports: Ports;
  /** The ports of scanners; the default is `ports`. */
  scannerPorts?: Ports;
  driverNamed: (name: string) => Driver;
  driverNames: string[];
  openCloud: (target: CloudTarget) => Promise<Cloud>;
  /** The DER of the root that devices must trust when they connect; the default is the root of their own CA. */
  deviceRootDer?: Uint8Array;
  log: Log;
  /** Whether the start goes on with what an earlier run left. The default is true; a command does only what it is told. */
  goesOn?: boolean;
  /** Free bytes on the disk of a folder. Tests may give another function. */
  freeBytes?: FreeBytes;
  /** The kind of place of `dir`, e.g. a network drive. */
  place?: Place;
  /** Checks about the PC itself: power of its USB sockets, source of its clock. */
  pcChecks?: () => Promise<DoctorCheck[]>;
  /** Makes backups. */
  backups?: BackupMaker;
  /** What a quick look at the records found at the start, in English. */
  foundAtStart?: string | undefined;
  /** Compares the records with their log; absent in a command. */
  verification?: RecordsVerification;
  /** Asks witnesses over HTTP. */
  askWitness?: AskWitness;
  /** Makes exports of the records; absent in a command. */
  exportMaker?: ExportMaker;
  /** Makes this process ask the system for its time zone again. */
  redetectZone?: () => void;
  /** Milliseconds since the PC started, including the time asleep. */
  uptimeMs?: () => number;
  practice?: PracticeControl;
  setup?: SetupControl;
  /** Absent when the program has no window of its own (kiosk, command line). */
  window?: WindowControl;
  /** Reads the cells of a file of orders. @throws `order.badFile` */
  readOrderFile?: (name: string, bytes: Uint8Array) => Promise<OrderTable>;
  /** Opens a connection to a plant. Absent on the practice line. */
  openPlant?: OpenPlant;
  /** What takes orders in without a person. Absent in a command. */
  intake?: IntakeControl;
  /** Absent when no operating system keeps secrets (kiosk, command line). */
  vault?: Vault;
};

export type StationParts = Omit<StationPorts, 'readOrderFile'> & {
  readOrderFile: NonNullable<StationPorts['readOrderFile']>;
  authority: StationAuthority;
  homes: KeyHomes;
  modules: ModuleList;
  kept: KeptSecrets;
  profiles: ProfileSet;
  recipes: Recipes;
  labels: Labels;
  scanners: Scanners;
  interlocks: Interlocks;
  plant: PlantLink;
  power: Power;
  bench: Bench;
  lineRuns: LineRuns;
  cloudLink: CloudLink;
  claimKeys: ClaimKeys;
  hookRows: HookRows;
  endpoints: EndpointWatch;
  certificateJobs: CertificateJobs;
  backupJobs: BackupJobs;
  checkpointJobs: CheckpointJobs;
  retention: Retention;
  alertWatch: AlertWatch;
  batchJobs: BatchJobs;
  lineRegistration: LineRegistration;
  allowLists: AllowLists;
  driftJobs: DriftJobs;
  orderImports: OrderImports;
  exportJobs: ExportJobs;
  connectionWatch: ConnectionWatch;
  crlJobs: CrlJobs;
  hub: SnapshotHub;
  sessions: Sessions;
  startedAt: string;
  /** The tools for one unit. The command line uses them without a slot. */
  lineTools: LineTools;
  changed: (...events: EventName[]) => void;
  status: () => Promise<Omit<StationStatus, 'seq'>>;
};
