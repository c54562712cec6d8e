/** The attempt of one unit that gets the claim of its order, in a station that is opened and closed around it. */
import type { GivenTarget } from '../../app/contract/model.ts';
import { driverNamed } from '../../app/device/drivers/index.ts';
import { runUnit, startAttempt } from '../../app/line/index.ts';
import { openStation } from '../../main/openstation.ts';
import { portOf, type RemotePorts } from '../bench/line/remote.ts';
import { passphrase } from '../support.ts';
import { unharmed, type Wrap } from './killing.ts';

export type ClaimLife = {
  dir: string;
  cloud: { target: GivenTarget; credentials: { accessKeyId: string; secretAccessKey: string } };
  orderId: string;
  unitSerial: string;
};

/** `wrap` gets the ledger and the device. */
export async function liveClaim(
  { dir, cloud, orderId, unitSerial }: ClaimLife,
  ports: RemotePorts,
  wrap: Wrap = unharmed,
) {
  const station = await openStation({ dir, kind: 'host', threads: false, ports, cloud });
  try {
    await station.parts.authority.unlock(passphrase);
    const driver = driverNamed('nrf91');
    const connect = (...args: Parameters<typeof driver.connect>) => wrap(driver.connect(...args), 'device');
    const { lineTools, ledger } = station.parts;
    const tools = { ...lineTools, ledger: wrap(ledger, 'ledger'), driverNamed: () => ({ ...driver, connect }) };
    const job = { unitSerial, orderId, slotId: null, actor: 'crash test' };
    const recipe = await tools.recipeFor(orderId, { driver: driver.name });
    const start = await startAttempt(job, recipe, tools);
    const { outcome, error } = await runUnit({
      ...{ job, start, tools, open: (settings) => ports.open(portOf(1), settings), onSteps: () => {} },
      signal: new AbortController().signal,
    });
    return { outcome, error };
  } finally {
    await station.close();
  }
}
