/**
 * A backup or a restore that dies at a step of its own. Prints "act N" before each step, then "done".
 *
 * Arguments: "make" or "restore", the data folder, the folder of backups or the backup, the number of the step at which it
 * dies, or 0.
 */
import { writeSync } from 'node:fs';
import { makeBackup } from '../../main/backup/make.ts';
import { restoreBackup } from '../../main/backup/restore.ts';
import { systemClock } from '../../main/clock.ts';

const [what = '', dir = '', place = '', where = '0'] = process.argv.slice(2);
let steps = 0;
const step = (): void => {
  steps += 1;
  writeSync(1, `act ${steps}\n`);
  if (steps === Number(where)) process.kill(process.pid, 'SIGKILL');
};
const pause = async () => step();

if (what === 'make') {
  await makeBackup({ dir, place, by: 'test', madeAt: new Date().toISOString(), onProgress: step, pause });
} else {
  await restoreBackup({ from: place, dir, given: [], actor: 'test', clock: systemClock, onProgress: step, pause });
}
writeSync(1, 'done\n');
