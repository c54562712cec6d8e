/**
 * A station's records on a disk that fails. Prints "ack N" for each entry that is on record, "refused CODE" once, and after
 * the disk is well again "more N" and "done".
 *
 * Arguments: the folder; a file to remove when a write was refused, or "-".
 */
import { rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createLedger } from '../../app/records/index.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { createTestClock } from './support.ts';

const [dir = '', ballast = '-'] = process.argv.slice(2);
const say = (line: string) => void writeSync(1, `${line}\n`);
const database = openDatabaseHere(join(dir, 'records.db'));
const ledger = createLedger(database, createTestClock());
const write = (n: number) =>
  ledger.audit({ entry: 'unit.scrapped', actor: 'test', subject: `unit ${n} ${'x'.repeat(2000)}`, data } as never);
const data = { reason: 'test', agreedBy: 'test', revoked: [] };

let n = 0;
for (; n < 5000; n += 1) {
  try {
    await Promise.all([write(n), write(n)]);
    say(`ack ${n}`);
  } catch (thrown) {
    say(`refused ${(thrown as { code?: string }).code}`);
    break;
  }
}
if (ballast !== '-') {
  rmSync(ballast);
  await write(n);
  say(`more ${n}`);
}
await database.close();
say('done');
