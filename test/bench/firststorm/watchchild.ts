/**
 * A station that watches the first connections of its units, as far as a host does it, and which may be killed at any
 * moment. Arguments: records, targets, credentials and recipe as JSON. A message ends it.
 */
import type { CloudTarget, RecipeFile } from '../../../app/contract/model.ts';
import { createLedger } from '../../../app/records/index.ts';
import { createAwsCloud } from '../../../app/registration/index.ts';
import { createCloudLink } from '../../../app/station/cloud/cloudlink.ts';
import { createConnectionWatch } from '../../../app/station/firstconnections/watch.ts';
import { createLog } from '../../../app/station/log.ts';
import { systemClock } from '../../../main/clock.ts';
import { openDatabase } from '../../../main/threads/database.ts';

export type Watching = {
  targets: CloudTarget[];
  /** By the name of the target: each account has a user of its own. */
  credentials: Record<string, { accessKeyId: string; secretAccessKey: string }>;
  recipe: Pick<RecipeFile, 'provisioning' | 'firstConnection' | 'config'>;
};

// Where the storm itself is ended, also while this starts.
process.on('disconnect', () => process.exit());
const [file = '', wanted = '{}'] = process.argv.slice(2);
const { targets, credentials, recipe } = JSON.parse(wanted) as Watching;
const database = await openDatabase(file);
const ledger = createLedger(database, systemClock);
const cloudLink = createCloudLink(
  () => targets,
  (target) => createAwsCloud({ ...target, credentials: credentials[target.name]! }),
);
let isTold = false;
function tell(listens: boolean): void {
  if (!listens || isTold) return;
  isTold = true;
  process.send?.('listens');
}
const watch = createConnectionWatch({
  ...{ ledger, clock: systemClock, log: createLog(), cloudLink },
  recipes: { fileOf: async () => recipe as RecipeFile, list: async () => [] },
  // It says once that it listens to every account.
  onChange: () =>
    void watch
      .snapshot()
      .then(({ watches }) => tell(watches.filter(({ events }) => events === 'on').length === targets.length)),
});
watch.start();
process.on('message', () => {
  void watch
    .close()
    .then(() => database.close())
    .then(() => process.disconnect());
});
