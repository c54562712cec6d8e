/**
 * A watch of first connections that is killed at a named place. Prints one line an act, then "done".
 *
 * Arguments: records, certificate ids of the units as JSON, "none" or "before:N" or "after:N".
 */
import { writeSync } from 'node:fs';
import { createLedger } from '../../app/records/index.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { killing } from './killing.ts';
import { watchUnits } from './watchlife.ts';

const [file = '', ids = '{}', where = 'none'] = process.argv.slice(2);
const database = openDatabaseHere(file);
await watchUnits((clock) => killing(createLedger(database, clock), 'ledger', where), JSON.parse(ids));
writeSync(1, 'done\n');
await database.close();
