import { X509Certificate } from 'node:crypto';
import { cloudTarget, type GivenTarget, provisioning } from '../../app/contract/model.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt, stepsOf } from '../../app/line/index.ts';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { createLedger } from '../../app/records/index.ts';
import { createAwsCloud } from '../../app/registration/index.ts';
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
  /** AWS's own CA issues the certificate, in the account of this target. */
  aws?: GivenTarget & { credentials: PracticeAws['credentials'] };
  /** Together with `aws`: AWS provisions the unit by this template. The station speaks for it, unless `by` says otherwise. */
  template?: string;
  by?: 'device';
  /** The unit connects to this gateway before its seal. */
  connects?: { port: number; rootPem: string };
};

/**
 * A station's life from its start to the end of one unit, composed like the product's. `wrap` gets the ledger and the
 * device. Rejects where the unit may not be started.
 */
export async function liveUnit(
  { dir, port, unitSerial, kind = 'sealed', aws, template, by, connects }: UnitLife,
  wrap: Wrap = unharmed,
) {
  const database = openDatabaseHere(paths(dir).records);
  const plain = createLedger(database, systemClock);
  const read = await readConfig(dir);
  const config = aws ? { ...read, targets: [cloudTarget.parse(aws)] } : read;
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
    openCloud: async (to) => {
      if (!aws) throw new Error('no cloud here');
      return createAwsCloud({ ...to, credentials: aws.credentials });
    },
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
    const { awsCa, spokesman } = station.parts.lineTools;
    const tools = {
      ...station.parts.lineTools,
      ledger,
      driverNamed: () => wrappedDriver,
      ...(connects ? { homeOf: async () => ({ host: 'localhost', port: connects.port }) } : {}),
      awsCa: async (target: string) => wrap(await awsCa(target), 'aws'),
      spokesman: async (target: string) => {
        const speaks = await spokesman(target);
        return {
          claim: async (job: Parameters<typeof speaks.claim>[0]) => wrap(await speaks.claim(job), 'aws'),
          handOver: speaks.handOver,
        };
      },
    };
    const standard = await tools.recipeFor(job.orderId, { driver: driver.name });
    const byAws = template
      ? { provisioning: provisioning.parse({ way: 'trustedUser', target: 'main', template, ...(by && { by }) }) }
      : { issuer: { aws: 'main' } };
    const connecting = connects && {
      // A device that uses a claim needs to know the gateway, and its template gives it no policy.
      steps: stepsOf({ connect: by === undefined, seal: true }),
      config: { ...standard.config, endpoint: 'localhost' },
      rootCaDer: new Uint8Array(new X509Certificate(connects.rootPem).raw),
    };
    const recipe = { ...standard, ...(aws && byAws), ...connecting };
    if (kind === 'rework' && (await plain.showUnit(unitSerial)).certificates.every(({ state }) => state === 'issued')) {
      await ledger.reworkUnit({ unitSerial, reason: 'crash test', actor: 'one', agreedBy: 'another' });
    }
    const start = await startAttempt(
      job,
      kind === 'sealed' ? recipe : { ...recipe, steps: stepsOf({ connect: false, seal: false }) },
      tools,
    );
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
