/**
 * A station that is killed at a named place: composed like the product's, with a ledger (and a signer) that counts each
 * act and sends SIGKILL to this process before or after act number N. Prints one line an act, then the result.
 *
 * Arguments: folder, port, unit serial, "none" or "before:N" or "after:N"; then nothing, "unsealed" for a unit that may be
 * reworked, or "rework": a unit that still has its first certificate is reworked before.
 */
import { writeSync } from 'node:fs';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt, withoutSeal } from '../../app/line/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { configStore, createLog, createStation, paths, readConfig } from '../../app/station/index.ts';
import { systemClock } from '../../main/clock.ts';
import { openDatabase } from '../../main/threads/database.ts';
import { serialPorts } from '../../native/serial.ts';
import { passphrase } from '../support.ts';
import { killing } from './killing.ts';

const [dir = '', port = '', unitSerial = '', where = 'none', kind = 'sealed'] = process.argv.slice(2);
const database = await openDatabase(paths(dir).records, { create: false });
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
await station.parts.authority.unlock(passphrase);

const ledger = killing(plain, 'ledger', where);
const driver = driverNamed('agent');
const job = { unitSerial, orderId: 'default', slotId: null, actor: 'crash test' };
const killingDriver = {
  ...driver,
  connect: (...args: Parameters<typeof driver.connect>) => killing(driver.connect(...args), 'device', where),
};
const tools = { ...station.parts.lineTools, ledger, driverNamed: () => killingDriver };
const recipe = await tools.recipeFor(job.orderId, { driver: driver.name });
if (kind === 'rework' && (await plain.showUnit(unitSerial)).certificates.every(({ state }) => state === 'issued')) {
  await ledger.reworkUnit({ unitSerial, reason: 'crash test', actor: 'one', agreedBy: 'another' });
}
const start = await startAttempt(job, kind === 'sealed' ? recipe : { ...recipe, steps: withoutSeal }, tools);
const result = await runUnit({
  job,
  start,
  tools,
  open: (settings) => serialPorts.open(port, settings),
  onSteps: () => {},
  signal: new AbortController().signal,
});
writeSync(
  1,
  `${JSON.stringify({ outcome: result.outcome, certificateId: result.certificateId, error: result.error })}\n`,
);
await station.close();
await database.close();
