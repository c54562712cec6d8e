/** The station whose files are tampered with: its folder at several moments, and what was known outside of it at each. */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLedger } from '../../../app/records/index.ts';
import { keptCheckpoint } from '../../../main/threads/checkpointfile.ts';
import { openDatabaseHere } from '../../../main/threads/database.ts';
import { type Bed, createTestClock, fillStation, makeBatch, passUnit, runBatch, start } from '../../records/support.ts';

/** The station's folder as it was at a moment: whole, closed. */
export type Moment = { folder: string; file: string; note: string };
export type Station = {
  /** From the first to the last; the last is what is tampered with. */
  moments: Moment[];
  /** A station that was killed: its commits are in the write-ahead log. `note` is of its last commit. */
  killed: Moment;
};

const olga = 'olga';

/** Rows in as many tables as the records alone can fill. It takes about two seconds. */
export async function makeStation(dir: string): Promise<Station> {
  const live = join(dir, 'live');
  mkdirSync(live);
  const file = join(live, 'records.db');
  const moments: Moment[] = [];
  let issuerId = '';
  const work = async (act: (bed: Bed) => Promise<unknown>, leave?: () => Moment): Promise<Moment> => {
    const database = openDatabaseHere(file, { create: true });
    const clock = createTestClock();
    await act({ file, database, ledger: createLedger(database, clock), clock, issuerId });
    const left = leave?.();
    await database.close();
    return left ?? momentOf(live, join(dir, `moment${moments.length}`));
  };
  const then = async (act: (bed: Bed) => Promise<unknown>) => void moments.push(await work(act));
  await then(async (bed) => {
    ({ issuerId } = await fillStation(bed.ledger, 1000));
    await bed.ledger.addPerson({ name: 'Olga', badge: '1001', pin: '482915', role: 'operator', actor: 'test' });
    await bed.ledger.addPerson({ name: 'Erik', badge: '1002', pin: '730184', role: 'engineer', actor: 'test' });
    for (let unit = 0; unit < 12; unit += 1) await passUnit({ ...bed, issuerId }, `U${unit}`);
  });
  await then(async (bed) => {
    await makeBatch(bed, 'B1');
    await runBatch(bed.ledger, 'B1');
    await failUnit(bed, 'F1');
  });
  await then(async (bed) => {
    for (let unit = 12; unit < 20; unit += 1) await passUnit(bed, `U${unit}`);
    await failUnit(bed, 'F2');
    await makeBatch(bed, 'B2');
  });
  const killed = await work(
    async (bed) => {
      for (let unit = 20; unit < 24; unit += 1) await passUnit(bed, `U${unit}`);
    },
    () => momentOf(live, join(dir, 'killed')),
  );
  // The checkpoint of its last commit is the one that its close wrote.
  return { moments, killed: { ...killed, note: keptCheckpoint(file)! } };
}

async function failUnit(bed: Bed, unitSerial: string): Promise<void> {
  const { attempt } = await bed.ledger.startAttempt(start(unitSerial));
  const error = { code: 'link.lost', detail: 'the cable was pulled' } as const;
  const transcript = { startedAt: '2026-11-21T08:00:00.000Z', driver: 'agent', bytes: 3, truncated: false };
  await bed.ledger.endAttempt({
    ...{ unitSerial, attempt, outcome: 'FAIL', actor: olga, ms: 5, error },
    transcript: { ...transcript, data: Uint8Array.of(1, 2, 3) },
  });
}

function momentOf(live: string, folder: string): Moment {
  cpSync(live, folder, { recursive: true });
  const file = join(folder, 'records.db');
  return { folder, file, note: keptCheckpoint(file)! };
}

/** The files of a moment in a folder that is written over. @returns the records */
export function putBack({ folder }: Moment, into: string): string {
  for (const name of ['records.db', 'records.checkpoint']) copyFileSync(join(folder, name), join(into, name));
  mkdirSync(join(into, 'ca'), { recursive: true });
  copyFileSync(join(folder, 'ca', 'log.key.pem'), join(into, 'ca', 'log.key.pem'));
  return join(into, 'records.db');
}
