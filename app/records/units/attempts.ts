/** What happens between the beginning and the end of an attempt, and what a crash leaves of it. */
import { type Outcome, StationError, type WireError } from '../../contract/errors.ts';
import type { StepName } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { type CsrParams, recordCsr as keepCsr, ownerOfKey } from '../certificates/keys.ts';
import { liveCertificate, queueRevocation, voidReservation } from '../certificates/lifecycle.ts';
import { isSupersededKey } from '../certificates/supersessions.ts';
import type { OpenAttempt, TranscriptRecord } from '../ledger.ts';
import { findOrder, leftIn } from '../orders/orders.ts';
import type { Sql } from '../sql.ts';
import { append, journalOf, type NewJournalEntry, positionOf, stateOfOutcome } from './journal.ts';
import { assertNotScrapped } from './scrapped.ts';
import { keepTranscript } from './transcripts.ts';
import { actorOf, assertUnit } from './units.ts';

type WithTranscript = { transcript?: TranscriptRecord | undefined };

export function journal(sql: Sql, { transcript, ...entry }: Omit<NewJournalEntry, 'state'> & WithTranscript): void {
  assertUnit(sql, entry.unitSerial);
  append(sql, entry);
  if (transcript) keepTranscript(sql, entry, transcript);
}

export function recordCsr(sql: Sql, csr: Omit<CsrParams, 'actor'>): { owner: string } {
  assertNotScrapped(sql, csr.unitSerial);
  return keepCsr(sql, { ...csr, actor: actorOf(sql, csr.unitSerial, csr.attempt) });
}

export type PolicyFacts = {
  keySeenOn?: string;
  keySuperseded?: boolean;
  unitHasCertificate?: boolean;
  orderLeft: number;
};

export function policyFacts(
  sql: Sql,
  { unitSerial, spkiSha256 }: { unitSerial: string; spkiSha256: string },
): PolicyFacts {
  const unit = assertUnit(sql, unitSerial);
  const owner = ownerOfKey(sql, spkiSha256);
  const live = liveCertificate(sql, unitSerial);
  const facts: PolicyFacts = { orderLeft: leftIn(sql, findOrder(sql, unit.orderId), unitSerial) };
  if (owner !== undefined && owner !== unitSerial) facts.keySeenOn = owner;
  if (isSupersededKey(sql, unitSerial, spkiSha256)) facts.keySuperseded = true;
  if (live && live.spkiSha256 !== spkiSha256) facts.unitHasCertificate = true;
  return facts;
}

export type DecisionParams = { unitSerial: string; attempt: number; notes: string[]; actor: string; at: string };

export function recordDecision(sql: Sql, { unitSerial, attempt, notes, actor, at }: DecisionParams): void {
  audit(sql, { at, entry: 'csr.accepted', actor, subject: unitSerial, data: { attempt, notes } });
}

export type EndParams = WithTranscript & {
  unitSerial: string;
  attempt: number;
  outcome: Outcome;
  actor: string;
  ms: number | null;
  step?: StepName | undefined;
  error?: WireError | undefined;
  queueRevocation?: string | undefined;
  at: string;
};

const auditEntry = {
  PASS: 'unit.passed',
  FAIL: 'unit.failed',
  ERROR: 'unit.error',
  ABORTED: 'unit.aborted',
} as const satisfies Record<Outcome, string>;

/** Step 12; see `LineLedger.endAttempt`. A certificate serial still reserved by then may have been signed: it is void. */
export function endAttempt(sql: Sql, params: EndParams): void {
  const { unitSerial, attempt, outcome, actor, ms, error, at } = params;
  const { open } = positionOf(journalOf(sql, unitSerial));
  const live = liveCertificate(sql, unitSerial);
  const fromFile = attempt === 0 && live?.state === 'reserved';
  if (open?.attempt !== attempt && !fromFile) throw conflict(unitSerial, `attempt ${attempt} is not open`);
  if (outcome === 'PASS' && live?.state !== 'issued')
    throw conflict(unitSerial, 'a unit without a certificate cannot pass');
  const reason = error === undefined ? 'the attempt ended' : `${error.code}: ${error.detail}`;
  if (live?.state === 'reserved') voidReservation(sql, { serialHex: live.serialHex, reason, at });
  if (params.queueRevocation !== undefined) queueRevocation(sql, { serialHex: params.queueRevocation, reason, at });
  const data = { outcome, ...(error ? { error } : {}) };
  const state = stateOfOutcome[outcome];
  append(sql, { unitSerial, at, attempt, entry: 'attempt.ended', step: params.step, actor, ms, data, state });
  const code = error ? { code: error.code } : {};
  audit(sql, { at, entry: auditEntry[outcome], actor, subject: unitSerial, data: { attempt, ...code } });
  if (params.transcript) keepTranscript(sql, params, params.transcript);
}

const conflict = (unitSerial: string, detail: string) =>
  new StationError('records.conflict', `${unitSerial}: ${detail}`, { data: { unitSerial } });

/** Attempts without an end, and certificate serials reserved for a CSR file that were never settled (attempt 0). */
export function openAttempts(sql: Sql, _: object): OpenAttempt[] {
  const suspects = sql.all<{ unitSerial: string }>(
    `SELECT unitSerial FROM journalIndex WHERE state IN ('started', 'issued')
     UNION SELECT unitSerial FROM certificates WHERE purpose = 'device' AND state = 'reserved'
     ORDER BY unitSerial`,
  );
  return suspects.flatMap(({ unitSerial }) => {
    const entries = journalOf(sql, unitSerial);
    const { open } = positionOf(entries);
    const live = liveCertificate(sql, unitSerial);
    const certificate = live && { certificate: { serialHex: live.serialHex, state: live.state } };
    if (open) return [{ unitSerial, ...open, ...certificate }];
    const last = entries.at(-1);
    if (live?.state !== 'reserved' || !last) return [];
    return [{ unitSerial, attempt: live.attempt, lastEntry: last.entry, step: 'issue' as const, ...certificate }];
  });
}
