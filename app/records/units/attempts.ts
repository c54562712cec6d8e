/** The writes between the beginning and the end of an attempt, and the traces of a crash in between. */
import { type Outcome, StationError, type WireError } from '../../contract/errors.ts';
import type { AuditName, JournalFact, StepName } from '../../contract/model.ts';
import { enforce, keyIsNew } from '../../issuing/rules/index.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import { isAskingAws, loseAwsRequest } from '../certificates/awsrequests.ts';
import { thingOfAws } from '../certificates/awsthings.ts';
import { type CsrParams, keepCsr } from '../certificates/keys.ts';
import { liveCertificate, queueRevocation, voidReservation } from '../certificates/lifecycle.ts';
import type { Sql } from '../sql.ts';
import { type AttemptKey, append, journalOf, positionOf } from './journal.ts';
import { writeWithPending } from './pending.ts';
import { assertNotScrapped } from './scrapped.ts';
import { keepTranscript, type TranscriptRecord } from './transcripts.ts';
import { actorOf, assertUnit } from './units.ts';

/** An attempt that has begun and not ended. A crash or a power cut leaves such attempts behind. */
export type OpenAttempt = AttemptKey & {
  lastEntry: string;
  /** The last step of this attempt in the journal. */
  step: StepName | null;
  /** The unit's live certificate, if there is one, from this or any earlier attempt. */
  certificate?: { serialHex: string; state: 'reserved' | 'issued' };
  /** Set when AWS had been asked for a certificate and its answer is not on record. */
  askedAws?: true;
};

type Entry = AttemptKey &
  JournalFact & {
    step: StepName | null;
    actor: string;
    ms?: number;
  };

/**
 * Adds an entry to the unit's journal that does not move its state, e.g. `key.erased`.
 *
 * @throws unit.notFound
 */
export const journal = writeWithPending((sql, entry: Entry, at): void => {
  assertUnit(sql, entry.unitSerial);
  append(sql, { ...entry, at });
});

type Csr = Omit<CsrParams, 'actor' | 'at'>;

const keepRequest = write((sql, csr: Csr, at): { owner: string } => {
  assertNotScrapped(sql, csr.unitSerial);
  return keepCsr(sql, { ...csr, at, actor: actorOf(sql, csr.unitSerial, csr.attempt) });
});

/**
 * Step 4. Keeps the original bytes of the CSR, even when the key is refused.
 *
 * @throws policy.keySeen – the key is another unit's
 * @throws unit.scrapped
 */
export const recordCsr = together({ keepRequest }, async (ask, csr: Csr): Promise<void> => {
  const { owner } = await ask.keepRequest(csr);
  enforce(keyIsNew({ keySeenOn: owner === csr.unitSerial ? null : owner }));
});

export type End = AttemptKey & {
  outcome: Outcome;
  actor: string;
  /** The duration of the attempt in ms; null when it is not known. */
  ms: number | null;
  step?: StepName | undefined;
  error?: WireError | undefined;
  /** The certificate serial to queue for revocation in the same commit. */
  queueRevocation?: string | undefined;
  /** The conversation, kept in the same commit; absent when the station stopped during the attempt. */
  transcript?: TranscriptRecord | undefined;
  /** The person who had the bench by then, where it is not the actor any more. */
  handedTo?: string;
};

const auditEntry = {
  PASS: 'unit.passed',
  FAIL: 'unit.failed',
  ERROR: 'unit.error',
  ABORTED: 'unit.aborted',
} as const satisfies Record<Outcome, AuditName>;

/**
 * Step 12. Ends the attempt. One commit holds journal `attempt.ended`, audit `unit.passed|failed|error|aborted`, and
 * the revocation, if one is asked for. A certificate serial that is still reserved may have been signed, so it becomes
 * void. A request that AWS has not answered is lost. A unit that AWS has provisioned is registered with its PASS.
 *
 * @throws records.conflict – the attempt is not open, or a unit without a certificate and without a claim is to pass
 */
export const endAttempt = writeWithPending((sql, params: End, at): void => {
  const { unitSerial, attempt, outcome, actor, ms, error } = params;
  const { open } = positionOf(journalOf(sql, unitSerial));
  const live = liveCertificate(sql, unitSerial);
  // A CSR file has no attempt of its own; it never ends one that is open.
  const ongoing = open?.attempt ?? (live?.state === 'reserved' ? 0 : undefined);
  if (attempt !== ongoing) throw conflict(unitSerial, `attempt ${attempt} is not open`);
  if (outcome === 'PASS' && live?.state !== 'issued' && !gotClaim(sql, params))
    throw conflict(unitSerial, 'a unit without a certificate cannot pass');
  const reason = error === undefined ? 'the attempt ended' : `${error.code}: ${error.detail}`;
  if (live?.state === 'reserved') voidReservation(sql, { serialHex: live.serialHex, reason }, at);
  loseAwsRequest(sql, unitSerial, reason, at);
  if (params.queueRevocation !== undefined) queueRevocation(sql, { serialHex: params.queueRevocation, reason }, at);
  const handed = params.handedTo === undefined ? {} : { handedTo: params.handedTo };
  const data = { outcome, ...(error ? { error } : {}), ...handed };
  append(sql, { unitSerial, at, attempt, entry: 'attempt.ended', step: params.step, actor, ms, data });
  // AWS has made the thing before, but only now there is a device for it.
  const made = outcome === 'PASS' && live?.certificateId ? thingOfAws(sql, live.certificateId) : undefined;
  if (made) {
    const { target, template, thing } = made;
    const registered = { target, template, thingName: thing.thingName };
    append(sql, { unitSerial, at, attempt, entry: 'registration.provisioned', actor, data: registered });
  }
  const code = error ? { code: error.code } : {};
  audit(sql, { at, entry: auditEntry[outcome], actor, subject: unitSerial, data: { attempt, ...code, ...handed } });
  if (params.transcript) keepTranscript(sql, params, params.transcript);
});

/** With a claim the device gets its certificate from AWS, after its PASS. */
const gotClaim = (sql: Sql, { unitSerial, attempt }: AttemptKey): boolean =>
  sql.get('SELECT 1 FROM claimUnits WHERE unitSerial = @unitSerial AND attempt = @attempt', { unitSerial, attempt }) !==
  undefined;

const conflict = (unitSerial: string, detail: string) =>
  new StationError('records.conflict', `${unitSerial}: ${detail}`, { data: { unitSerial } });

/** Attempts without an end, and certificate serials that were reserved for a CSR file and never settled (attempt 0). */
export const openAttempts = read((sql): OpenAttempt[] => {
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
    const asked = isAskingAws(sql, unitSerial) ? { askedAws: true as const } : {};
    if (open) return [{ unitSerial, ...open, ...certificate, ...asked }];
    if (live?.state !== 'reserved') return [];
    const { entry: lastEntry } = entries.at(-1)!;
    return [{ unitSerial, attempt: live.attempt, lastEntry, step: 'issue' as const, ...certificate }];
  });
});
