/** Says which hour it is here, and after each line of stdin again, having asked the system for its zone. */
import { createInterface } from 'node:readline';
import { redetectZone } from '../../main/clock.ts';

const noon = new Date('2026-06-01T12:00:00Z');
process.stdout.write(`${noon.getHours()}\n`);
createInterface({ input: process.stdin }).on('line', () => {
  const before = noon.getHours();
  redetectZone();
  process.stdout.write(`${before} ${noon.getHours()}\n`);
});
