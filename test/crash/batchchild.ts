/**
 * A station that makes a batch of its passed units and registers it, killed at a named place by `killing`: ledger and
 * cloud count each act together. Where a batch is on record already, it is left to go on by itself, as in the product.
 * Prints one line an act, then the batch.
 *
 * Arguments: folder, AWS target as JSON, "none" or "before:N" or "after:N". The credentials are in the environment.
 */
import { writeSync } from 'node:fs';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
import { configStore, createLog, createStation, paths, readConfig } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [dir = '', target = '{}', where = 'none'] = process.argv.slice(2);
const database = await openDatabase(paths(dir).records, { create: false });
const ledger = killing(createLedger(database, systemClock), 'ledger', where);
const config = { ...(await readConfig(dir)), cloud: JSON.parse(target) };
const station = await createStation({
  dir,
  version: 'test',
  config: configStore(dir, config),
  ledger,
  // The pauses between two looks at AWS prove nothing here.
  clock: { ...systemClock, after: (_, fire) => systemClock.after(5, fire) },
  ports: serialPorts,
  driverNamed,
  driverNames: ['agent'],
  openCloud: async (to) => killing(await createAwsCloud(to), 'cloud', where),
  log: createLog(),
});
const { authority, batchJobs, hub } = station.parts;
await authority.unlock(passphrase);
if (!(await batchJobs.lookUpCa())) await batchJobs.register('crash test');

const [known] = await ledger.listBatches();
const { batchId, state } = known ?? (await batchJobs.make({ actor: 'crash test' }));
// What a restart finds under way goes on by itself; only a batch that never was submitted needs a person.
if (state === 'made') await batchJobs.submit({ batchId, actor: 'crash test' });
await new Promise<void>((resolve) => {
  hub.subscribe('batches.changed', async () => {
    const now = await ledger.loadBatch(batchId);
    if (now.error !== null || ['done', 'failed', 'stopped'].includes(now.state)) resolve();
  });
});
const { error, ...batch } = await ledger.showBatch({ batchId });
writeSync(1, `${JSON.stringify({ batch, error })}\n`);
await station.close();
await database.close();
process.exit(0);
