import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ErrorCode } from '../../app/contract/errors.ts';
import type { Linted, TbsFacts } from '../../app/contract/issuance.ts';
import { createLedger, createLocalDatabase, type Database, type Ledger, migrate } from '../../app/records/index.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { assertKnownEntries } from '../entries.ts';
import { removeAtEnd } from '../folders.ts';

/** A folder of its own for each test, removed after it. */
export function freshFolder(_t?: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-records-'));
  removeAtEnd(dir);
  return dir;
}

let migrated: Buffer | undefined;

/** Empty records of today's version: all migrations take longer than most tests, so they run once in a process. */
function migratedRecords(): Buffer {
  if (migrated !== undefined) return migrated;
  const dir = mkdtempSync(join(tmpdir(), 'birthmark-migrated-'));
  const file = join(dir, 'records.db');
  const sql = openSqlite(file, { create: true });
  migrate(sql);
  sql.close();
  migrated = readFileSync(file);
  rmSync(dir, { recursive: true });
  return migrated;
}

export function openLocal(file: string): Database {
  if (!existsSync(file)) writeFileSync(file, migratedRecords());
  const writer = openSqlite(file);
  migrate(writer);
  return createLocalDatabase(writer, openSqlite(file, { readOnly: true }));
}

/** A clock that stands still unless a test moves it. */
export function createTestClock(start = '2026-11-21T08:00:00.000Z') {
  let nowMs = Date.parse(start);
  return {
    now: () => new Date(nowMs),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}
export type TestClock = ReturnType<typeof createTestClock>;

export type Bed = { file: string; database: Database; ledger: Ledger; clock: TestClock; issuerId: string };

export const model = 'BM-1';
export const orderId = 'WO-1';
const issuerDer = new TextEncoder().encode('issuing CA certificate');

/** A station with one issuer and one active order, on real files. */
export async function makeBed(
  t: TestContext,
  /** `strange`: the test writes entries that are not in the catalogue. */
  options: { threads?: boolean; quantity?: number; dir?: string; strange?: boolean } = {},
): Promise<Bed> {
  let end = async () => {};
  // Before the folder goes.
  t.after(() => end());
  const file = join(options.dir ?? freshFolder(t), 'records.db');
  const database = options.threads ? await openDatabase(file, { create: true }) : openLocal(file);
  end = async () => {
    await database.close();
    if (existsSync(file) && !options.strange) assertKnownEntries(file);
  };
  const clock = createTestClock();
  const ledger = createLedger(database, clock);
  const { issuerId } = await fillStation(ledger, options.quantity ?? 1000);
  return { file, database, ledger, clock, issuerId };
}

export async function fillStation(ledger: Ledger, quantity: number): Promise<{ issuerId: string }> {
  const actor = 'test';
  const createdAt = '2026-11-21T08:00:00.000Z';
  await ledger.initStation({ stationId: 'station-1', name: 'Test', practice: true, createdAt, actor });
  const issuer = await ledger.addAuthority({ certificateDer: issuerDer, kind: 'issuing', actor });
  await ledger.makeOrder({ orderId, model, quantity, profile: 'aws-iot-device', activate: true, actor });
  return issuer;
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Stands in for `lint` of app/ca, which alone makes these. */
export function lintedTbs(issuerId: string, facts: Partial<TbsFacts> = {}): Linted {
  const serialHex = facts.serialHex ?? randomBytes(16).toString('hex');
  return {
    tbsDer: new TextEncoder().encode(`TBS ${serialHex}`),
    serialHex,
    spkiSha256: sha256(`key ${serialHex}`),
    issuerId,
    profile: 'aws-iot-device',
    purpose: 'device',
    subject: 'CN=unit',
    notBeforeAt: '2026-11-20T08:00:00Z',
    notAfterAt: '2046-11-21T08:00:00Z',
    ...facts,
  } as Linted;
}

/** Like a certificate's DER as far as the records go: bytes that differ for each certificate serial. */
export const derOf = (serialHex: string): Uint8Array => new TextEncoder().encode(`certificate ${serialHex}`);

export const keyOf = (unitSerial: string): string => sha256(`key of ${unitSerial}`);

export const refuses = (code: ErrorCode, data?: Record<string, string | number | boolean>) => ({
  name: 'StationError',
  code,
  ...(data ? { data } : {}),
});

const actor = 'olga';
export const start = (unitSerial: string, order = orderId) => ({
  unitSerial,
  orderId: order,
  slotId: 1,
  actor,
  driver: 'agent',
  practice: true,
});

/** Steps 1 to 7 of a unit; `key` is the device's, the same each time unless another one is named. */
export async function reserveFor(
  { ledger, issuerId }: Bed,
  unitSerial: string,
  key = unitSerial,
  order = orderId,
): Promise<{ attempt: number; serialHex: string }> {
  const { attempt } = await ledger.startAttempt(start(unitSerial, order));
  await ledger.recordDevice({
    unitSerial,
    attempt,
    hardwareId: `hw-${unitSerial}`,
    model,
    firmware: '1.0',
    hardwareRevision: 'A',
  });
  const spkiSha256 = keyOf(key);
  await ledger.recordCsr({ unitSerial, attempt, csrDer: new TextEncoder().encode(`csr ${key}`), spkiSha256 });
  await ledger.recordDecision({ unitSerial, attempt, notes: ['P-256'], actor });
  const linted = lintedTbs(issuerId, { spkiSha256 });
  const { serialHex } = await ledger.reserve(linted, { unitSerial, attempt, actor });
  return { attempt, serialHex };
}

/** Steps 1 to 9. */
export async function issueFor(bed: Bed, unitSerial: string, key = unitSerial, order = orderId) {
  const reserved = await reserveFor(bed, unitSerial, key, order);
  const der = derOf(reserved.serialHex);
  const certificateId = sha256(der);
  await bed.ledger.recordIssued({ serialHex: reserved.serialHex, der, certificateId });
  return { ...reserved, der, certificateId };
}

/** The whole life on the bench. */
export async function passUnit(bed: Bed, unitSerial: string, key = unitSerial, order = orderId) {
  const issued = await issueFor(bed, unitSerial, key, order);
  await bed.ledger.endAttempt({ unitSerial, attempt: issued.attempt, outcome: 'PASS', actor, ms: 5000 });
  return issued;
}

export async function makeBatch(bed: Bed, batchId: string, unitSerials?: string[]) {
  const candidates = await bed.ledger.batchCandidates({ unitSerials });
  const members = candidates.map(({ unitSerial, certificateId }, index) => ({
    line: index + 1,
    unitSerial,
    certificateId,
  }));
  return bed.ledger.recordBatch({
    batchId,
    digest: sha256(batchId),
    objectKey: `${batchId}.json`,
    members,
    actor: 'erik',
  });
}

/** From made to reconciling, where results are recorded. */
export async function runBatch(ledger: Ledger, batchId: string): Promise<void> {
  for (const state of ['uploading', 'uploaded', 'starting', 'running', 'reconciling'] as const) {
    await ledger.advanceBatch({ batchId, state });
  }
}
