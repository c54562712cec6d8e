/** Snapshots to show on screen. Each goes through the contract's own schema, so that no screen is tested on fiction. */
import {
  type BatchesSnapshot,
  type BenchSnapshot,
  type EventData,
  type EventName,
  events,
  type JournalName,
  journalEntryOf,
  type Person,
  type PracticeSnapshot,
  plainRules,
  type Slot,
  type SlotState,
  type StationStatus,
  type StepDataOf,
  type StepName,
  type StepProgress,
  slotState,
  stepNames,
  type UnitHistory,
  type UnitRow,
  type UnitState,
  usualShifts,
} from '../../app/contract/index.ts';

export const now = '2026-11-20T13:05:09.000Z';
export const certificateId = 'a3f1'.repeat(16);

export const checked = <E extends EventName>(event: E, data: unknown): EventData<E> =>
  events[event].parse(data) as EventData<E>;

export const people = {
  operator: { personId: 2, name: 'Olga Petrova', badge: 'B-2001', role: 'operator' },
  qa: { personId: 3, name: 'Quentin Ames', badge: 'B-3001', role: 'qa' },
  engineer: { personId: 1, name: 'Erika Sommer', badge: 'B-1001', role: 'engineer' },
} as const satisfies Record<string, Person>;

/** The longest way through the steps: a claim comes in place of a request and its certificate. */
const longestSteps = stepNames.filter((name) => name !== 'claim');
const stepsUntil = (running: number): StepProgress[] =>
  longestSteps.map((name, index) => {
    if (index < running) return { name, state: 'done', ms: 180 + index * 137 };
    return index === running ? { name, state: 'running', fraction: 0.5 } : { name, state: 'waiting' };
  });

const asks = {
  EMPTY: 'plugIn',
  SCAN: 'scanLabel',
  WORKING: 'wait',
  PASS: 'removePassed',
  FAIL: 'removeOrRetry',
  CHECK_STATION: 'callEngineer',
  LOCKED: 'unlockCa',
} as const satisfies Record<SlotState, Slot['ask']>;

export function slotIn(state: SlotState, slotId: number): Slot {
  const base = { slotId, name: `Cable ${slotId}`, port: `practice:${slotId}`, state, ask: asks[state], steps: [] };
  const unitSerial = `BM-26-${String(4100 + slotId)}`;
  switch (state) {
    case 'EMPTY':
      return base;
    case 'SCAN':
      return { ...base, prompt: { promptId: `scan-${slotId}`, kind: 'scanLabel' } };
    case 'WORKING':
      return { ...base, unitSerial, steps: stepsUntil(5), startedAt: now, elapsedMs: 2840 };
    case 'PASS':
      return { ...base, unitSerial, steps: stepsUntil(8), elapsedMs: 4310, certificateId };
    case 'FAIL':
      return {
        ...base,
        unitSerial,
        steps: stepsUntil(5),
        elapsedMs: 3120,
        prompt: { promptId: `retry-${slotId}`, kind: 'retry' },
        error: { code: 'verify.readBackMismatch', detail: 'the stored certificate differs at byte 212' },
      };
    case 'CHECK_STATION':
      return {
        ...base,
        unitSerial,
        elapsedMs: 1900,
        error: { code: 'records.diskFull', detail: 'no space left on the device' },
      };
    case 'LOCKED':
      return { ...base, lockReason: 'caLocked' };
  }
}

/** Whose label the station asks for. */
export function askedOf(slots: readonly Slot[]): { askedSlotId?: number } {
  const waiting = slots.find((slot) => slot.state === 'SCAN');
  return waiting ? { askedSlotId: waiting.slotId } : {};
}

/** `count` slots; each in the state given, else one state after the other. */
export function benchOf(count: number, state?: SlotState): BenchSnapshot {
  const slots = Array.from({ length: count }, (_, index) =>
    slotIn(state ?? slotState.options[index % slotState.options.length] ?? 'EMPTY', index + 1),
  );
  return checked('bench.changed', {
    seq: 1,
    practice: true,
    ...(state === 'LOCKED' ? { locked: 'caLocked' } : {}),
    order: { orderId: 'WO-2611-07', model: 'SENSE-2', quantity: 400, passed: 214, left: 186 },
    ...askedOf(slots),
    counters: {
      since: '2026-11-20T05:00:00.000Z',
      shift: { name: 'Early shift' },
      passed: 214,
      failed: 6,
      errors: 1,
      firstPassYield: 0.968,
      unitsPerHour: 52.4,
      taktSeconds: 61.3,
    },
    continuous: false,
    interlocks: state === 'LOCKED' ? [{ reason: 'caLocked', detail: 'the issuing CA is locked' }] : [],
    recipe: { name: 'sense-2', version: 3, hash: '9f2c41ab' },
    slots,
  });
}

export const usualTarget: StationStatus['targets'][number] = {
  name: 'main',
  region: 'eu-central-1',
  bucket: 'alster-registration',
  roleArn: 'arn:aws:iam::123456789012:role/registration',
  policyNames: ['device-telemetry'],
};

export const stationStatus = (change: Partial<StationStatus> = {}): StationStatus =>
  checked('station.changed', {
    seq: 1,
    stationId: 'st-7f3a',
    name: 'Line 3, Hamburg',
    practice: true,
    version: '0.1.0',
    startedAt: '2026-11-20T04:58:00.000Z',
    ca: {
      state: 'unlocked',
      rootSubject: 'CN=PRACTICE Line 3 Root CA,O=Alster Sensors',
      issuingSubject: 'CN=PRACTICE Line 3 Issuing CA,O=Alster Sensors',
      issuingNotAfterAt: '2036-11-18T00:00:00Z',
      issuedToday: 221,
      registration: 'notRegistered',
      custody: 'file',
      ending: [],
    },
    cloud: usualTarget,
    targets: [usualTarget],
    endpoint: null,
    session: { idleMinutes: 0 },
    slots: [1, 2, 3, 4].map((slotId) => ({
      slotId,
      name: `Cable ${slotId}`,
      port: `practice:${slotId}`,
      driver: 'practice',
    })),
    device: { endpoint: 'a1b2c3-ats.iot.eu-central-1.amazonaws.com' },
    pins: { leastDigits: 6, reason: '' },
    shifts: { ...usualShifts, zone: 'Europe/Berlin' },
    transcripts: { days: null, most: null },
    practiceBadges: Object.values(people).map(({ name, role, badge }) => ({ name, role, badge, pin: '1234' })),
    scan: plainRules,
    scanners: [],
    keyboardScanner: null,
    otherStation: 'none',
    ...change,
  });

export const practiceOf = (count: number): PracticeSnapshot =>
  checked('practice.changed', {
    seq: 1,
    faults: ['badSignature', 'corruptBytes', 'dieAtInstall'],
    outage: null,
    rates: false,
    policies: { user: null, role: null },
    slots: Array.from({ length: count }, (_, index) => ({
      slotId: index + 1,
      deviceId: index % 2 === 0 ? `dev-${index}` : null,
      label: index % 2 === 0 ? `BM-26-${4101 + index}` : null,
      model: index % 2 === 0 ? 'SENSE-2' : null,
      last: index === 3 ? { deviceId: 'dev-9', label: 'BM-26-4090' } : null,
      fault: index === 2 ? 'corruptBytes' : null,
    })),
  });

const unitStates: UnitState[] = ['passed', 'registered', 'failed', 'started', 'issued', 'error', 'aborted', 'rejected'];

export const unitRowAt = (index: number): UnitRow => ({
  unitSerial: `BM-26-${String(100_000 - index).padStart(6, '0')}`,
  state: unitStates[index % unitStates.length] ?? 'passed',
  model: 'SENSE-2',
  orderId: 'WO-2611-07',
  practice: true,
  hardwareId: `hw-${index.toString(16).padStart(8, '0')}`,
  certificateId: index % 8 === 3 ? null : certificateId,
  attempts: 1 + (index % 3 === 0 ? 1 : 0),
  updatedAt: new Date(Date.parse(now) - index * 61_000).toISOString(),
  errorCode: null,
});

export function storyOf(unitSerial: string): UnitHistory {
  const at = (second: number) => new Date(Date.parse(now) + second * 1000).toISOString();
  const entry = (
    entryId: number,
    attempt: number,
    name: JournalName,
    step: StepName | null,
    ms: number | null,
    data: Record<string, unknown> = {},
  ) => {
    const row = { entryId, at: at(entryId), attempt, entry: name, step, actor: people.operator.name, ms, data };
    if (!journalEntryOf(row, name)) throw new Error(`${name} is not written so: ${JSON.stringify(data)}`);
    return row;
  };
  const verified = {
    proof: 'csr' as const,
    keyMark: '9b1f4e77',
    compared: ['certificate', 'rootCa'],
    unread: ['chain', 'endpoint'],
  };
  const names = { model: 'BM-1', hardwareId: 'hw-0001', firmware: '1.4' };
  const key = { keyType: 'P-256', spkiSha256: certificateId };
  const done: { [S in StepName]: StepDataOf<S> } = {
    identify: { ...names, hasKey: false, sealed: false },
    key: { created: true, keyType: 'P-256', keyMark: '9b1f4e77' },
    csr: { ...key, subject: `CN=${unitSerial}`, notes: [] },
    decide: { notes: ['key P-256'] },
    issue: { certificateId, serialHex: '4f1c9a03de5577aa10b2c3d4e5f60718', reused: false },
    claim: { skipped: 'sealed' },
    install: { certificateId, thingName: unitSerial, bytes: 417 },
    verify: verified,
    connect: { clientId: unitSerial, tries: 1 },
    seal: {},
  };
  const steps = stepNames
    .filter((step) => step !== 'claim')
    .map((step, index) => entry(11 + index * 2, 2, 'step.done', step, 140 + index * 211, done[step]));
  return {
    ...unitRowAt(1),
    unitSerial,
    hardwareRevision: 'B2',
    attempts: 2,
    updatedAt: at(42),
    createdAt: at(0),
    journal: [
      entry(0, 0, 'unit.admitted', null, null, { orderId: 'WO-2611-07' }),
      entry(1, 1, 'attempt.started', null, null, { orderId: 'WO-2611-07', slotId: 2, driver: 'nrf91' }),
      entry(4, 1, 'attempt.ended', 'csr', 2140, {
        outcome: 'FAIL',
        error: { code: 'csr.weakKey', detail: 'modulus divisible by 3', data: { reason: 'rsaSmallFactor' } },
      }),
      entry(5, 2, 'attempt.started', null, null, {
        orderId: 'WO-2611-07',
        slotId: 2,
        driver: 'nrf91',
        recipe: { name: 'sense-2', version: 3, hash: '9f2c41ab' },
        scanned: { text: `]d2010400638133393110L7\u001d21${unitSerial}`, gtin: '04006381333931', lot: 'L7' },
      }),
      ...steps,
      entry(40, 2, 'attempt.ended', null, 7020, { outcome: 'PASS' }),
      entry(41, 2, 'batch.member', null, null, { batchId: 'B-0007', line: 1 }),
      entry(42, 2, 'registration.done', null, null, {
        batchId: 'B-0007',
        line: 1,
        state: 'registered',
        thingName: unitSerial,
        reason: null,
      }),
    ],
    certificates: [
      {
        serialHex: '4f1c9a03de5577aa10b2c3d4e5f60718',
        state: 'issued',
        certificateId,
        subject: `CN=${unitSerial},O=PRACTICE Alster Sensors`,
        notBeforeAt: '2026-11-20T00:00:00Z',
        notAfterAt: '2036-11-17T00:00:00Z',
        reservedAt: at(20),
        issuedAt: at(21),
        pem: '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIQTxyaA95Vd6o=\n-----END CERTIFICATE-----\n',
        awsTarget: null,
        supersededBy: null,
        supersedes: null,
      },
    ],
    requests: [
      {
        attempt: 2,
        receivedAt: at(15),
        spkiSha256: certificateId,
        pem: '-----BEGIN CERTIFICATE REQUEST-----\nMIHpMIGRAgEAMC8=\n-----END CERTIFICATE REQUEST-----\n',
      },
    ],
    batches: [
      { batchId: 'B-0007', target: 'main', way: 'bulk', state: 'registered', thingName: unitSerial, reason: null },
    ],
    connections: [],
  };
}

/** A unit for which AWS made no certificate. */
export function notMadeStory(unitSerial: string): UnitHistory {
  const story = storyOf(unitSerial);
  const [admitted, started] = story.journal;
  const data = { target: 'main', reason: 'cloud.denied: the role may not call this of AWS' };
  const entry = { ...started!, entryId: 2, entry: 'certificate.notMade' as const, step: 'issue' as const, data };
  if (!journalEntryOf(entry, 'certificate.notMade')) throw new Error('certificate.notMade is not written so');
  return { ...story, state: 'error', certificates: [], journal: [admitted!, started!, entry] };
}

export const batchesSnapshot = (): BatchesSnapshot => {
  const row = {
    target: 'main',
    way: 'bulk' as const,
    template: null,
    lineOrder: null,
    digest: 'c0ffee'.repeat(10),
    createdAt: now,
    createdBy: people.engineer.name,
    taskId: null,
    registered: 0,
    rejected: 0,
    unaccounted: 0,
    error: null,
  };
  return checked('batches.changed', {
    seq: 1,
    readyUnits: 37,
    ready: [{ target: 'main', units: 37 }],
    batches: [
      { ...row, batchId: 'B-0009', state: 'made', count: 120 },
      { ...row, batchId: 'B-0008', state: 'running', count: 400, taskId: 'task-8', registered: 0 },
      {
        ...row,
        batchId: 'B-0007',
        state: 'done',
        count: 380,
        taskId: 'task-7',
        registered: 377,
        rejected: 2,
        unaccounted: 1,
      },
      {
        ...row,
        batchId: 'B-0006',
        state: 'failed',
        count: 24,
        error: { code: 'cloud.caNotRegistered', detail: 'CACertificateNotFound' },
      },
    ],
    progress: [
      {
        batchId: 'B-0008',
        state: 'running',
        percent: 43,
        done: 172,
        failed: 0,
        total: 400,
        ratePerSecond: 1.9,
        etaSeconds: 120,
      },
    ],
  });
};

/** A kind of slot, at any place of a bench. */
export type SlotOf = (slotId: number) => Slot;

/** Every kind of slot, on as few benches of `count` slots as hold them all: how a tile looks goes by its own slot. */
export const benchesWith = (count: number, kinds: readonly SlotOf[]): Slot[][] =>
  Array.from({ length: Math.ceil(kinds.length / count) }, (_, bench) =>
    Array.from({ length: count }, (_, at) => (kinds[(bench * count + at) % kinds.length] as SlotOf)(at + 1)),
  );
