/** Ships the log of a station in small pages, until it is whole or the process is killed. */
import { shipAll } from '../../app/plant/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openPlant } from '../../main/plant/postgres.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';

const [file = '', stationId = '', url = ''] = process.argv.slice(2);
const database = openDatabaseHere(file);
const sql = await openPlant(url);
await shipAll({ sql, ledger: createLedger(database, systemClock), stationId, pageLeaves: 2 });
await sql.close();
await database.close();
