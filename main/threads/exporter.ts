/** The thread that makes exports and birth records. It rests between its steps, so that the line has the PC. */
import { setTimeout as rest } from 'node:timers/promises';
import { StationError } from '../../app/contract/errors.ts';
import { birthRecordOf } from '../../app/records/bundle/index.ts';
import type { Progress } from '../../app/records/log/verdict.ts';
import { openSqlite } from '../../native/sqlite.ts';
import type { ExportAsked, ExportMade } from '../exports/steps.ts';
import { exportSteps } from '../exports/steps.ts';
import { serve } from './serve.ts';

/** `temporary` is an empty file that the export is written into. */
export type ExportRequest = ExportAsked & { temporary: string };
export type RecordRequest = { unitSerial: string; language: 'en' | 'de' };

const stepMs = 20;
const restMs = 1;

serve(({ file }) => {
  let progress: Progress = { done: 0, of: 0 };
  let stopped = false;
  const exported = async ({ temporary, ...asked }: ExportRequest): Promise<ExportMade> => {
    const steps = exportSteps(file, temporary, asked);
    try {
      for (;;) {
        const began = performance.now();
        do {
          const { value, done } = steps.next();
          if (done) return value;
          progress = value;
        } while (performance.now() - began < stepMs);
        await rest(restMs);
        if (stopped) throw new StationError('call.cancelled', 'stopped: nothing was exported');
      }
    } finally {
      steps.return(undefined as never);
    }
  };
  const record = async ({ unitSerial, language }: RecordRequest): Promise<Uint8Array> => {
    // Loaded on demand: most exports have no PDF.
    const { birthRecordPdf } = await import('../exports/birthrecord.ts');
    const sql = openSqlite(file, { readOnly: true });
    try {
      sql.exec('BEGIN');
      return await birthRecordPdf(birthRecordOf(sql, unitSerial), language);
    } finally {
      if (sql.inTransaction()) sql.exec('COMMIT');
      sql.close();
    }
  };
  return {
    answer: async (name, params) => {
      if (name === 'export') return exported(params as ExportRequest);
      if (name === 'record') return record(params as RecordRequest);
      if (name === 'stop') stopped = true;
      return progress;
    },
    close: () => {},
  };
});
