/** The thread that verifies the records while the station works. It rests between its steps, so that the line has the PC. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import type { LogVerdict, NamedCheckpoint } from '../../app/records/log/verdict.ts';
import { copySqlite } from '../../native/sqlite.ts';
import { keptCheckpoint } from './checkpointfile.ts';
import { serve } from './serve.ts';
import { verifyRecords } from './verifyrecords.ts';

const stepMs = 20;
const restMs = 20;

serve(({ file }) => ({
  answer: async (name, given) =>
    name === 'keepEvidence'
      ? keepEvidence(file, given as LogVerdict)
      : inSteps(verifyRecords(file, given as NamedCheckpoint[])),
  close: () => {},
}));

async function inSteps(steps: ReturnType<typeof verifyRecords>): Promise<LogVerdict> {
  for (;;) {
    const began = performance.now();
    do {
      const { value, done } = steps.next();
      if (done) return value;
    } while (performance.now() - began < stepMs);
    await rest(restMs);
  }
}

/**
 * A copy of the records as they were found, page by page, with the verdict and the checkpoint that lay beside them.
 * SQLite makes the copy: another handle on the file would drop this process's locks on it when it is closed. Evidence that
 * is there already stays.
 */
async function keepEvidence(file: string, verdict: LogVerdict): Promise<void> {
  const folder = join(dirname(file), 'evidence', `${verdict.size}-${verdict.firstBad?.what ?? 'file'}`);
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'verdict.json'), `${JSON.stringify(verdict, null, 2)}\n`);
    const note = keptCheckpoint(file);
    if (note !== undefined) writeFileSync(join(folder, 'records.checkpoint'), note);
    await copySqlite(file, join(folder, 'records.db'), () => undefined);
  } catch {
    // The verdict counts. A file so damaged that it cannot be copied, or a full disk, does not hide it.
  }
}
