/** Opens the station in a folder and leaves garbage that dies late. Prints by how many MB the heap grew. Needs `--expose-gc`. */
import { setImmediate as turn } from 'node:timers/promises';
import { openStation } from '../../main/openstation.ts';

const station = await openStation({ dir: process.argv[2] ?? '', kind: 'host' });
const live = Array.from({ length: 400_000 }, (_, n) => ({ n, text: `x${n}` }));
globalThis.gc!();
const before = process.memoryUsage().heapUsed;
let most = 0;
const late: object[][] = [];
for (let round = 0; round < 4000; round += 1) {
  late[round % 150] = Array.from({ length: 2000 }, (_, n) => ({ n, text: `s${n}` }));
  most = Math.max(most, process.memoryUsage().heapUsed);
  await turn();
}
// `live` lives until here.
if (live.length > 0) console.log(Math.round((most - before) / 1e6));
await station.close();
