/** Conversations with devices, kept in the commit that ended the attempt. */
import { StationError } from '../../contract/errors.ts';
import { isNamed, type TranscriptRow } from '../../contract/model.ts';
import { read } from '../call.ts';
import { bit, type Sql } from '../sql.ts';
import { type AttemptKey, journalOf } from './journal.ts';
import { assertUnit } from './units.ts';

/** The conversation with a unit's device. `data` is compressed and contains no secrets. */
export type TranscriptRecord = {
  startedAt: string;
  driver: string;
  bytes: number;
  truncated: boolean;
  data: Uint8Array;
};

/** Keeps the conversation of this attempt, in the caller's commit. */
export function keepTranscript(sql: Sql, { unitSerial, attempt }: AttemptKey, record: TranscriptRecord): void {
  sql.run(
    `INSERT INTO transcripts (unitSerial, attempt, startedAt, driver, bytes, truncated, data)
     VALUES (@unitSerial, @attempt, @startedAt, @driver, @bytes, @truncated, @data)`,
    { ...record, unitSerial, attempt, truncated: bit(record.truncated) },
  );
}

type Row = Omit<TranscriptRow, 'truncated'> & { truncated: number };

/**
 * The conversations of a unit without their data, the oldest first.
 *
 * @throws unit.notFound
 */
export const listTranscripts = read((sql, unitSerial: string): TranscriptRow[] => {
  assertUnit(sql, unitSerial);
  return sql
    .all<Row>(
      `SELECT attempt, startedAt, driver, bytes, truncated FROM transcripts
       WHERE unitSerial = @unitSerial ORDER BY transcriptId`,
      { unitSerial },
    )
    .map((row) => ({ ...row, truncated: row.truncated === 1 }));
});

type Which = AttemptKey & { startedAt?: string | undefined };

/**
 * The last conversation of this attempt, or the one that began at `startedAt`.
 *
 * @throws unit.notFound
 * @throws unit.noTranscript – the detail says why there is none
 */
export const transcript = read((sql, { unitSerial, attempt, startedAt }: Which): TranscriptRecord => {
  assertUnit(sql, unitSerial);
  const row = sql.get<Omit<TranscriptRecord, 'truncated'> & { truncated: number }>(
    `SELECT startedAt, driver, bytes, truncated, data FROM transcripts
     WHERE unitSerial = @unitSerial AND attempt = @attempt AND (@startedAt IS NULL OR startedAt = @startedAt)
     ORDER BY transcriptId DESC LIMIT 1`,
    { unitSerial, attempt, startedAt: startedAt ?? null },
  );
  if (row) return { ...row, truncated: row.truncated === 1 };
  throw new StationError('unit.noTranscript', whyNone(sql, { unitSerial, attempt }), { data: { unitSerial, attempt } });
});

function whyNone(sql: Sql, { unitSerial, attempt }: AttemptKey): string {
  const entries = journalOf(sql, unitSerial).filter((entry) => entry.attempt === attempt);
  if (attempt === 0) return `${unitSerial} was not looked at again as a golden unit then`;
  if (entries.length === 0) return `${unitSerial} has no attempt ${attempt}`;
  const end = entries.find((entry) => isNamed(entry, 'attempt.ended'));
  if (!end) return `attempt ${attempt} on ${unitSerial} has not ended`;
  const removed = sql.get<{ removedAt: string; sha256: string }>(
    `SELECT removedAt, lower(hex(dataSha256)) AS sha256 FROM removedTranscripts
     WHERE unitSerial = @unitSerial AND attempt = @attempt`,
    { unitSerial, attempt },
  );
  if (removed)
    return `the conversation of attempt ${attempt} on ${unitSerial} was removed at ${removed.removedAt} by the rule of the station; SHA-256 of its data: ${removed.sha256}`;
  return `nothing is kept of attempt ${attempt} on ${unitSerial}: the station stopped in it, or kept no transcripts then`;
}
