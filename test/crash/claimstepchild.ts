/**
 * `liveClaim` killed at a named place; its unit is the parent's. Arguments: the life as JSON, "none" or "after:NAME".
 */
import { linkTo, remotePorts } from '../bench/line/remote.ts';
import { liveClaim } from './claimlife.ts';
import { killing } from './killing.ts';

const [life = '{}', where = 'none'] = process.argv.slice(2);
const ports = remotePorts(linkTo(process));
ports.present(1, true);
process.once('disconnect', () => process.exit());
const ended = await liveClaim(JSON.parse(life), ports, (object, label) => killing(object, label, where));
process.send?.(
  { ended: { outcome: ended.outcome, code: ended.error?.code, detail: ended.error?.detail } },
  undefined,
  {},
  () => process.disconnect(),
);
