/** `seedprocess.ts RECORDS UNITS` puts units that passed on record. In a process of its own, what it leaves in memory is not the station's. */
import { passesSeen, seedUnits } from './seed.ts';

const [records = '', units = ''] = process.argv.slice(2);
seedUnits(records, Number(units));
passesSeen(records);
console.log(JSON.stringify({ units: Number(units) }));
