/** What was said to a unit's device and what it said, in the commit that ended the attempt. */
import { StationError } from '../../contract/errors.ts';
import type { TranscriptRow } from '../../contract/model.ts';
import type { TranscriptRecord } from '../ledger.ts';
import { bit, type Sql } from '../sql.ts';
import { journalOf } from './journal.ts';
import { assertUnit } from './units.ts';

type Key = { unitSerial: string; attempt: number };

export function keepTranscript(sql: Sql, { unitSerial, attempt }: Key, record: TranscriptRecord): void {
  sql.run(
    `INSERT INTO transcripts (unitSerial, attempt, startedAt, driver, bytes, truncated, data)
     VALUES (@unitSerial, @attempt, @startedAt, @driver, @bytes, @truncated, @data)`,
    { ...record, unitSerial, attempt, truncated: bit(record.truncated) },
  );
}

type Row = Omit<TranscriptRow, 'truncated'> & { truncated: number };

export function listTranscripts(sql: Sql, { unitSerial }: { unitSerial: string }): TranscriptRow[] {
  assertUnit(sql, unitSerial);
  return sql
    .all<Row>(
      `SELECT attempt, startedAt, driver, bytes, truncated FROM transcripts
       WHERE unitSerial = @unitSerial ORDER BY transcriptId`,
      { unitSerial },
    )
    .map((row) => ({ ...row, truncated: row.truncated === 1 }));
}

export function transcript(
  sql: Sql,
  { unitSerial, attempt, startedAt }: Key & { startedAt?: string | undefined },
): TranscriptRecord {
  assertUnit(sql, unitSerial);
  const row = sql.get<Omit<TranscriptRecord, 'truncated'> & { truncated: number }>(
    `SELECT startedAt, driver, bytes, truncated, data FROM transcripts
     WHERE unitSerial = @unitSerial AND attempt = @attempt AND (@startedAt IS NULL OR startedAt = @startedAt)
     ORDER BY transcriptId DESC LIMIT 1`,
    { unitSerial, attempt, startedAt: startedAt ?? null },
  );
  if (row) return { ...row, truncated: row.truncated === 1 };
  throw new StationError('unit.noTranscript', whyNone(sql, { unitSerial, attempt }), { data: { unitSerial, attempt } });
}

function whyNone(sql: Sql, { unitSerial, attempt }: Key): string {
  const entries = journalOf(sql, unitSerial).filter((entry) => entry.attempt === attempt);
  if (attempt === 0) return `${unitSerial} was not looked at again as a golden unit then`;
  if (entries.length === 0) return `${unitSerial} has no attempt ${attempt}`;
  const end = entries.find(({ entry }) => entry === 'attempt.ended');
  if (!end) return `attempt ${attempt} on ${unitSerial} has not ended`;
  return `nothing is kept of attempt ${attempt} on ${unitSerial}: the station stopped in it, or kept no transcripts then`;
}
