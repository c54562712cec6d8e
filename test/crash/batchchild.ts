/**
 * `liveBatch` killed at a named place by `killing`: ledger and cloud count each act together. Prints one line an act,
 * then the batch.
 *
 * Arguments: folder, AWS target as JSON, "none" or "before:N" or "after:N". The credentials are in the environment.
 */
import { writeSync } from 'node:fs';
import { liveBatch } from './batchlife.ts';
import { killing } from './killing.ts';

const [dir = '', target = '{}', where = 'none'] = process.argv.slice(2);
const ended = await liveBatch(dir, JSON.parse(target), (object, label) => killing(object, label, where));
writeSync(1, `${JSON.stringify(ended)}\n`);
process.exit(0);
