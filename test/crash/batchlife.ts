import { type BatchWay, cloudTarget, type GivenTarget } from '../../app/contract/model.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
import { configStore, createLog, createStation, paths, readConfig } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { passphrase } from '../support.ts';
import { unharmed, type Wrap } from './killing.ts';

/** Without credentials they are the environment's. `others`: the units are registered there, too. */
type Target = GivenTarget & { credentials?: PracticeAws['credentials']; way?: BatchWay; others?: GivenTarget[] };

/**
 * A station's life from its start to the end of its batches: it makes one of its passed units for each target and
 * registers them side by side. Where a batch is on record already, it is left to go on by itself, as in the product.
 * `wrap` gets the ledger and the cloud. The result is the batch of the first target.
 */
export async function liveBatch(dir: string, target: Target, wrap: Wrap = unharmed) {
  const database = openDatabaseHere(paths(dir).records);
  const ledger = wrap(createLedger(database, systemClock), 'ledger');
  const { credentials, way, others = [], ...cloud } = target;
  const targets = [cloud, ...others].map((each) => cloudTarget.parse(each));
  const config = { ...(await readConfig(dir)), targets };
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
    openCloud: async (to) => {
      const made = await createAwsCloud({ ...to, ...(credentials && { credentials }) });
      return wrap({ ...made, things: wrap(made.things, 'things') }, 'cloud');
    },
    log: createLog(),
  });
  try {
    const { authority, batchJobs, hub } = station.parts;
    await authority.unlock(passphrase);
    if ((await batchJobs.lookUpCa()) !== 'active') await batchJobs.register('crash test');

    const endOf = async (batchId: string): Promise<void> => {
      // What a restart finds under way goes on by itself; only a batch that never was submitted needs a person.
      const stateNow = async () => (await ledger.batchHead(batchId)).state;
      while ((await stateNow()) === 'making') await new Promise((resolve) => setTimeout(resolve, 5));
      if ((await stateNow()) === 'made') await batchJobs.submit({ batchId, actor: 'crash test' });
      await new Promise<void>((resolve, reject) => {
        const look = async () => {
          const now = await ledger.batchHead(batchId);
          if (now.error !== null || ['done', 'failed', 'stopped'].includes(now.state)) resolve();
        };
        hub.subscribe('batches.changed', () => void look().catch(reject));
      });
    };
    const before = await ledger.listBatches();
    const live = async (name: string): Promise<string> => {
      const known = before.find((batch) => batch.target === name);
      const { batchId } = known ?? (await batchJobs.make({ actor: 'crash test', target: name, ...(way && { way }) }));
      await endOf(batchId);
      return batchId;
    };
    const [batchId = ''] = await Promise.all(targets.map(({ name }) => live(name)));
    const { error, ...batch } = await ledger.showBatch({ batchId });
    return { batch, error };
  } finally {
    await station.close();
    await database.close();
  }
}
