/**
 * `liveUnit` killed at a named place by `killing`: ledger and device count each act together. Prints one line an act,
 * then the result.
 *
 * Arguments: the life as JSON, "none" or "before:N" or "after:N".
 */
import { writeSync } from 'node:fs';
import { killing } from './killing.ts';
import { liveUnit } from './unitlife.ts';

const [life = '{}', where = 'none'] = process.argv.slice(2);
const result = await liveUnit(JSON.parse(life), (object, label) => killing(object, label, where));
writeSync(1, `${JSON.stringify(result)}\n`);
