import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt, withoutSeal } from '../../app/line/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { configStore, createLog, createStation, paths, readConfig } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabaseHere } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { passphrase } from '../support.ts';
import { unharmed, type Wrap } from './killing.ts';

export type UnitLife = {
  dir: string;
  port: string;
  unitSerial: string;
  /** `unsealed`: may be reworked; `rework`: a unit that still has its first certificate is reworked before. */
  kind?: 'sealed' | 'unsealed' | 'rework';
};

/**
 * A station's life from its start to the end of one unit, composed like the product's. `wrap` gets the ledger and the
 * device. Rejects where the unit may not be started.
 */
export async function liveUnit({ dir, port, unitSerial, kind = 'sealed' }: UnitLife, wrap: Wrap = unharmed) {
  const database = openDatabaseHere(paths(dir).records);
  const plain = createLedger(database, systemClock);
  const config = await readConfig(dir);
  // Recovery runs as in the product, unharmed: it is the next start that has to cope.
  const station = await createStation({
    dir,
    version: 'test',
    config: configStore(dir, config),
    ledger: plain,
    clock: systemClock,
    ports: serialPorts,
    driverNamed,
    driverNames: ['agent'],
    openCloud: () => Promise.reject(new Error('no cloud here')),
    log: createLog(),
  });
  try {
    await station.parts.authority.unlock(passphrase);
    const ledger = wrap(plain, 'ledger');
    const driver = driverNamed('agent');
    const job = { unitSerial, orderId: 'default', slotId: null, actor: 'crash test' };
    const wrappedDriver = {
      ...driver,
      connect: (...args: Parameters<typeof driver.connect>) => wrap(driver.connect(...args), 'device'),
    };
    const tools = { ...station.parts.lineTools, ledger, driverNamed: () => wrappedDriver };
    const recipe = await tools.recipeFor(job.orderId, { driver: driver.name });
    if (kind === 'rework' && (await plain.showUnit(unitSerial)).certificates.every(({ state }) => state === 'issued')) {
      await ledger.reworkUnit({ unitSerial, reason: 'crash test', actor: 'one', agreedBy: 'another' });
    }
    const start = await startAttempt(job, kind === 'sealed' ? recipe : { ...recipe, steps: withoutSeal }, tools);
    const { outcome, certificateId, error } = await runUnit({
      job,
      start,
      tools,
      open: (settings) => serialPorts.open(port, settings),
      onSteps: () => {},
      signal: new AbortController().signal,
    });
    return { outcome, certificateId, error };
  } finally {
    await station.close();
    await database.close();
  }
}
