/** Writes the records without pause until it is killed, and says on stdout what was acknowledged. argv: folder, number of this life. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createLedger } from '../../app/records/index.ts';
import { checkpointOf } from '../../app/records/log/store.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { createTestClock, fillStation, passUnit } from '../records/support.ts';

const [, , dir = '', life = ''] = process.argv;
const file = join(dir, 'records.db');
const database = openDatabaseHere(file, { create: true });
const ledger = createLedger(database, systemClock);
const reader = openSqlite(file, { readOnly: true });
const known = reader.get<{ issuerId: string }>('SELECT issuerId FROM issuers')?.issuerId;
const issuerId = known ?? (await fillStation(ledger, 1_000_000)).issuerId;
const bed = { file, database, ledger, clock: createTestClock(), issuerId };

const say = (line: string) => writeSync(1, `${line}\n`);
const entry = { entry: 'station.opened' as const, actor: 'kill', data: { from: 'real' as const } };

async function entries(chain: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const subject = `E${life}-${chain}-${number}`;
    await ledger.audit({ ...entry, subject });
    say(`entry ${subject}`);
  }
}

async function units(chain: number): Promise<never> {
  for (let number = 0; ; number += 1) {
    const unitSerial = `K${life}-${chain}-${number}`;
    await passUnit(bed, unitSerial);
    say(`unit ${unitSerial}`);
    // As someone outside has it who asked at this moment.
    say(`checkpoint ${JSON.stringify(checkpointOf(reader)!.note)}`);
  }
}

await Promise.all([0, 1, 2, 3].flatMap((chain) => [entries(chain), units(chain)]));
