/** The end of a check of a golden unit. Its begin is an entry of the journal like others. */
import type { WireError } from '../../contract/errors.ts';
import type { JournalFact, StepName } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { write } from '../call.ts';
import { append } from './journal.ts';
import { keepTranscript, type TranscriptRecord } from './transcripts.ts';
import { assertUnit } from './units.ts';

type GoldenEnd = {
  unitSerial: string;
  actor: string;
  ms: number;
  transcript?: TranscriptRecord | undefined;
  /** Absent when the golden unit passed. */
  error?: WireError;
  /** The step that failed. */
  step?: StepName;
  /** See `End`. */
  handedTo?: string;
};

/**
 * Ends a check of a golden unit (attempt 0). One commit holds journal and audit `golden.passed|failed`, and the
 * conversation.
 *
 * @throws unit.notFound
 */
export const endGolden = write(
  (sql, { unitSerial, actor, ms, transcript, error, step, handedTo }: GoldenEnd, at): void => {
    const key = { unitSerial, attempt: 0 };
    assertUnit(sql, unitSerial);
    const handed = handedTo === undefined ? {} : { handedTo };
    const told: JournalFact =
      error === undefined
        ? { entry: 'golden.passed', data: handed }
        : { entry: 'golden.failed', data: { error, ...(step === undefined ? {} : { step }), ...handed } };
    append(sql, { ...key, at, actor, ms, step: null, ...told });
    const subject = { at, actor, subject: unitSerial };
    if (error === undefined) audit(sql, { ...subject, entry: 'golden.passed', data: handed });
    else audit(sql, { ...subject, entry: 'golden.failed', data: { code: error.code, ...handed } });
    if (transcript) keepTranscript(sql, key, transcript);
  },
);
