/** Makes units without end, several at a time, and says what is done only after its promise resolved. */
import { createLedger } from '../../app/records/index.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { type Bed, derOf, fillStation, reserveFor, sha256 } from '../records/support.ts';

const file = process.argv[2] ?? '';
const database = await openDatabase(file, { create: true });
const clock = { now: () => new Date(), advance: () => {} };
const ledger = createLedger(database, clock);
const { issuerId } = await fillStation(ledger, 1_000_000);
const bed: Bed = { file, database, ledger, clock, issuerId };
const say = (...words: string[]) => process.stdout.write(`${words.join(' ')}\n`);

async function slot(name: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    const unitSerial = `${name}-${number}`;
    const { attempt, serialHex } = await reserveFor(bed, unitSerial);
    say('reserved', serialHex, unitSerial);
    const der = derOf(serialHex);
    await ledger.recordIssued({ serialHex, der, certificateId: sha256(der) });
    say('issued', serialHex, unitSerial);
    await ledger.endAttempt({ unitSerial, attempt, outcome: 'PASS', actor: 'x', ms: 1 });
    say('passed', serialHex, unitSerial);
  }
}

await Promise.all(['S1', 'S2', 'S3', 'S4'].map(slot));
