/**
 * What the rest of the station asks of the records. Every promise of a write resolves only once its commit is on disk;
 * every refusal is a `StationError` whose code is named here. `actor` is who did it, as the audit log shall say it.
 */
import type { Outcome, WireError } from '../contract/errors.ts';
import type { Linted, Reservation } from '../contract/issuance.ts';
import type {
  BatchMember,
  BatchRow,
  BatchState,
  LabelRule,
  Order,
  Person,
  RecipeMark,
  Role,
  Scanned,
  StepName,
  TranscriptRow,
  UnitRow,
  UnitState,
  UnitStory,
} from '../contract/model.ts';
import type { AuthorityLedger } from './authorities/ledger.ts';
import type { RevocationLedger } from './certificates/ledger.ts';
import type { OrderFacts } from './orders/orders.ts';
import type { RecipeLedger } from './orders/recipes.ts';
import type { ScanFacts } from './orders/scans.ts';
import type { Counters, MemberState } from './shapes.ts';
import type { Note, WithNotes } from './units/pending.ts';
import type { FlowLedger } from './units/rework.ts';

export type { AuthorityLedger, FlowLedger, Note, OrderFacts, RecipeLedger, RevocationLedger };

/** Names one attempt on one unit. Attempt 0 stands for a CSR that came as a file, without a device. */
export type AttemptKey = { unitSerial: string; attempt: number };

/** A unit's certificate that is issued and neither void, superseded nor queued for revocation. */
export type StandingCertificate = {
  serialHex: string;
  der: Uint8Array;
  spkiSha256: string;
  certificateId: string;
  issuerId: string;
};

/** What the journal and the certificates say of a unit that is about to be worked on. */
export type Standing = {
  certificate?: StandingCertificate;
  /** SHA-256 of the SubjectPublicKeyInfo of the last accepted CSR, lower-case hex. */
  keySpkiSha256?: string;
  /** The last accepted CSR, and the mark its key had on the device where its protocol has such a thing. */
  csr?: { csrDer: Uint8Array; keyMark?: string };
  /** Its certificate was superseded and none has taken its place: it needs another key, whatever the device holds. */
  rework?: boolean;
};

/** An attempt that has begun and not ended: what a crash or a power cut leaves behind. */
export type OpenAttempt = AttemptKey & {
  lastEntry: string;
  /** The last step the journal has for this attempt. */
  step: StepName | null;
  /** The unit's live certificate, if there is one, whichever attempt it came from. */
  certificate?: { serialHex: string; state: 'reserved' | 'issued' };
};

/** The conversation with a unit's device; `data` is compressed and without secrets. */
export type TranscriptRecord = {
  startedAt: string;
  driver: string;
  bytes: number;
  truncated: boolean;
  data: Uint8Array;
};

export type LineLedger = {
  /**
   * Step 1, one commit: the unit (if new), `attempt.started` in journal and audit log. A unit that holds a certificate
   * stays in the order it was issued under. Refuses `order.notFound`, `order.closed`, `order.full`,
   * `unit.alreadyPassed`, `unit.inProgress`, `unit.scrapped`.
   */
  startAttempt(params: {
    unitSerial: string;
    orderId: string;
    slotId: number | null;
    actor: string;
    driver: string;
    /** What it is made by. */
    recipe?: RecipeMark | undefined;
    /** The label that was scanned, as it was read. */
    scanned?: Scanned | undefined;
    practice: boolean;
  }): Promise<{ attempt: number; standing: Standing }>;
  /** The unit of a CSR that came as a file (attempt 0). Refuses `order.*`, `unit.inProgress` and `unit.scrapped`. */
  admitUnit(params: { unitSerial: string; orderId: string; actor: string; practice: boolean }): Promise<Standing>;
  /** One entry in the unit's journal, e.g. `step.done`. */
  journal(
    params: AttemptKey &
      WithNotes & {
        entry: string;
        step: StepName | null;
        actor: string;
        ms?: number;
        data?: Record<string, unknown>;
        /** Of the conversation that the entry is about; in the same commit. */
        transcript?: TranscriptRecord | undefined;
      },
  ): Promise<void>;
  /** What nothing else is to carry. The other writes of an attempt take `notes` along: recorded before them, in their commit. */
  recordNotes(params: WithNotes): Promise<void>;
  /** Step 2. Refuses `unit.wrongModel`, `unit.hardwareIdTaken`, and `unit.labelMismatch` when the unit's certificate is in another device. */
  recordDevice(
    params: AttemptKey & { hardwareId: string; model: string; firmware: string; hardwareRevision: string },
  ): Promise<void>;
  /** Step 4: the CSR's original bytes are kept, also when the key is refused as another unit's (`policy.keySeen`). */
  recordCsr(params: AttemptKey & { csrDer: Uint8Array; spkiSha256: string }): Promise<void>;
  /**
   * What step 5 decides from. `keySeenOn`: the other unit this key belongs to. `keySuperseded`: the unit had it before
   * rework. `unitHasCertificate`: the unit holds a live certificate for another key. `orderLeft`: certificates the order still allows, the unit's own counted as its.
   */
  policyFacts(params: { unitSerial: string; spkiSha256: string }): Promise<{
    keySeenOn?: string;
    keySuperseded?: boolean;
    unitHasCertificate?: boolean;
    orderLeft: number;
  }>;
  /** Step 5: audit `csr.accepted`. */
  recordDecision(params: AttemptKey & { notes: readonly string[]; actor: string }): Promise<void>;
  /**
   * Step 7, the only place that makes a `Reservation`. One commit: certificate serial, TBS bytes, unit, journal, audit
   * `sign.intent`. Refuses `order.*` (full, closed, ended, serial out of its range, another profile), `policy.keySeen`,
   * `policy.keyCompromised`, `unit.scrapped`, `records.conflict` (certificate serial used before, or the
   * unit already has a live certificate).
   */
  reserve(
    linted: Linted,
    owner: WithNotes & { unitSerial: string | null; attempt: number; actor: string },
  ): Promise<Reservation>;
  /** Step 9. One commit: DER, state issued, journal, audit `sign.done`. Refuses `records.conflict` unless reserved. */
  recordIssued(params: { serialHex: string; der: Uint8Array; certificateId: string }): Promise<void>;
  /** The certificate serial is never used again. Refuses `records.conflict` unless reserved. */
  voidReservation(params: { serialHex: string; reason: string }): Promise<void>;
  /** At start, before anything is signed: what was reserved for no unit and never settled is void. Its certificate serials. */
  voidUnowned(params: { reason: string }): Promise<string[]>;
  /** Refuses `records.conflict` unless issued. */
  queueRevocation(params: { serialHex: string; reason: string }): Promise<void>;
  /** Step 12, one commit: journal `attempt.ended`, audit `unit.passed|failed|error|aborted`, and the revocation asked for. */
  endAttempt(
    params: AttemptKey &
      WithNotes & {
        outcome: Outcome;
        actor: string;
        /** null when the attempt's duration is not known. */
        ms: number | null;
        step?: StepName | undefined;
        error?: WireError | undefined;
        /** Certificate serial to queue for revocation in the same commit. */
        queueRevocation?: string | undefined;
        /** Kept in the same commit; absent where the station stopped in between. */
        transcript?: TranscriptRecord | undefined;
      },
  ): Promise<void>;
  /** What the records say of a unit that is not worked on. Refuses `unit.notFound`, `unit.scrapped`. */
  standing(unitSerial: string): Promise<Standing>;
  openAttempts(): Promise<OpenAttempt[]>;
};

export type UnitLedger = {
  /**
   * `query` matches part of a unit serial, the beginning of a certificateId, certificate serial or hardware id, a whole
   * order id or thing name, or a local date `yyyy-mm-dd`. Latest change first.
   */
  listUnits(params: {
    query?: string | undefined;
    state?: UnitState | undefined;
    orderId?: string | undefined;
    offset?: number;
    limit?: number;
  }): Promise<{ total: number; rows: UnitRow[] }>;
  /** Refuses `unit.notFound`. */
  showUnit(unitSerial: string): Promise<UnitStory>;
  /** Oldest first. Refuses `unit.notFound`. */
  listTranscripts(unitSerial: string): Promise<TranscriptRow[]>;
  /** The last one of this attempt, or the one begun then. Refuses `unit.notFound`, `unit.noTranscript`. */
  transcript(params: {
    unitSerial: string;
    attempt: number;
    startedAt?: string | undefined;
  }): Promise<TranscriptRecord>;
  /** Attempts ended since then (ISO 8601 UTC); see `counters.ts` for how each figure is made. */
  counters(since: string): Promise<Counters>;
  /** Device certificates issued since then. */
  issuedSince(iso: string): Promise<number>;
};

export type OrderLedger = {
  listOrders(): Promise<Order[]>;
  /** Without its counts. Refuses `order.notFound`. */
  order(orderId: string): Promise<OrderFacts>;
  /** Refuses `order.exists`, and `call.badParams` for a range that is none. */
  makeOrder(params: {
    orderId: string;
    model: string;
    quantity: number;
    profile: string;
    /** Both or neither. */
    serialFrom?: string | undefined;
    serialTo?: string | undefined;
    endsAt?: string | undefined;
    /** Name of the recipe it is made by; without it the approved one of its model. */
    recipe?: string | undefined;
    /** How its labels are read; null for what its recipe or the station says. */
    label?: LabelRule | null | undefined;
    activate: boolean;
    actor: string;
  }): Promise<Order>;
  /** Refuses `order.notFound`, `order.closed`. */
  activateOrder(params: { orderId: string; actor: string }): Promise<void>;
  /** Takes no more units. Refuses `order.notFound`. */
  closeOrder(params: { orderId: string; actor: string }): Promise<void>;
  activeOrder(): Promise<Order | undefined>;
  /** What a text that was scanned is on record, and what is made now. */
  scanFacts(text: string): Promise<ScanFacts>;
};

export type PeopleLedger = {
  listPeople(): Promise<(Person & { active: boolean })[]>;
  /** Refuses `call.badParams` when the badge is taken. */
  addPerson(params: { name: string; badge: string; pin: string; role: Role; actor: string }): Promise<Person>;
  /** Refuses `session.wrongPin`, `session.lockedOut` (data.seconds). An unknown badge looks like a wrong PIN. */
  signIn(badge: string, pin: string): Promise<Person>;
  /** Whoever calls has asked for the old one. Refuses `call.badParams` for nobody. */
  changePin(params: { personId: number; newPin: string; actor: string }): Promise<void>;
  /** Refuses `call.badParams` for nobody, `session.lastEngineer` for the last active engineer. */
  deactivatePerson(params: { personId: number; actor: string }): Promise<void>;
};

export type AuditEntry = {
  seq: number;
  at: string;
  entry: string;
  actor: string;
  subject: string;
  data: Record<string, unknown>;
};

export type AuditLedger = {
  audit(params: { entry: string; actor: string; subject: string; data: Record<string, unknown> }): Promise<void>;
  /** Station errors in a row, from the records, so that a restart does not forget them. */
  errorsInARow(): Promise<number>;
  /** The latest time on record that nobody has reason to doubt; null before the station is made. See `audit.ts`. */
  trustedAt(): Promise<string | null>;
  /** Latest first. */
  listAudit(params: { limit: number; offset: number }): Promise<{ total: number; rows: AuditEntry[] }>;
};

export type BatchCandidate = {
  unitSerial: string;
  certificateId: string;
  certificateDer: Uint8Array;
  orderId: string;
  /** The CA that signed it. */
  issuerId: string;
  /** What the device was told it is called. */
  thingName: string;
};

export type LoadedBatch = {
  batchId: string;
  state: BatchState;
  digest: string;
  objectKey: string;
  bucket: string | null;
  region: string | null;
  taskId: string | null;
  details: Record<string, unknown>;
  error: WireError | null;
  createdAt: string;
  createdBy: string;
  /** In line order, from line 1. */
  members: (BatchCandidate & { line: number; state: MemberState })[];
};

/** What `advanceBatch` records along with a state; what is absent stays as it was. */
export type BatchProgressData = {
  objectKey?: string;
  bucket?: string;
  region?: string;
  taskId?: string;
  /** What the submission has to know after a restart; merged with what was there. */
  details?: Record<string, unknown>;
  /** Belongs to the state: the next state forgets it. */
  error?: WireError;
};

export type MemberResult = {
  line: number;
  state: 'registered' | 'rejected' | 'unaccounted';
  thingName?: string | undefined;
  reason?: string | undefined;
};

export type BatchLedger = {
  /** Passed units in no live batch, and those a finished batch left rejected or unaccounted. */
  readyUnits(): Promise<number>;
  /** The same units with their certificates, oldest pass first. A named unit that is not one refuses `unit.notFound` or `call.badParams`. */
  batchCandidates(params: {
    unitSerials?: string[] | undefined;
    orderId?: string | undefined;
  }): Promise<BatchCandidate[]>;
  /** Batch and members in one transaction. Refuses `batch.empty`, `call.badParams` (a member that is not a candidate), `records.conflict`. */
  recordBatch(params: {
    batchId: string;
    digest: string;
    objectKey: string;
    members: { line: number; unitSerial: string; certificateId: string }[];
    actor: string;
  }): Promise<BatchRow>;
  /** Refuses `batch.notFound`. */
  loadBatch(batchId: string): Promise<LoadedBatch>;
  /**
   * `made → uploading → uploaded → starting → running → reconciling → done`; from any of these to `failed` or `stopped`,
   * and from those back to `uploading`, whose unregistered members then wait again. A state may be recorded again with
   * more data. `done` needs a result for every member. Refuses `batch.notFound`, `batch.badState`, and `batch.outdated`
   * on the way to AWS (`uploading`, `starting`) while a member's certificate is out of use.
   */
  advanceBatch(params: {
    batchId: string;
    state: BatchState;
    data?: BatchProgressData;
    actor?: string;
  }): Promise<BatchRow>;
  /**
   * A batch AWS has not got, of which a certificate is out of use by now, is failed for good: such members are rejected, the
   * others may join another batch. `false` where there is nothing to withdraw. Refuses `batch.notFound`.
   */
  withdrawOutdated(params: { batchId: string; actor: string }): Promise<boolean>;
  /** While running or reconciling; journals `registration.done` on each unit. Refuses `batch.notFound`, `batch.badState`. */
  recordResults(params: { batchId: string; results: readonly MemberResult[] }): Promise<void>;
  /** Latest first. */
  listBatches(): Promise<BatchRow[]>;
  /** A page of members in line order with the batch; `total` counts members in that state. Refuses `batch.notFound`. */
  showBatch(params: {
    batchId: string;
    state?: MemberState | undefined;
    offset?: number;
    limit?: number;
  }): Promise<BatchRow & { total: number; members: BatchMember[] }>;
};

export type StationFacts = { stationId: string; name: string; practice: boolean; createdAt: string };
export type StationLedger = {
  /** Once for each file. Refuses `records.exists`. */
  initStation(params: StationFacts & { actor: string }): Promise<void>;
  /** Refuses `records.notStation` before `initStation`. */
  station(): Promise<StationFacts>;
  /** What is wrong with the file, the connections' durability or the journal's index; empty when all is well. */
  integrityCheck(): Promise<string[]>;
};

export type Ledger = LineLedger &
  UnitLedger &
  OrderLedger &
  PeopleLedger &
  AuditLedger &
  BatchLedger &
  RevocationLedger &
  AuthorityLedger &
  RecipeLedger &
  FlowLedger &
  StationLedger;
