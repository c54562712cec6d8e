import type { Handlers } from '../dispatch.ts';
import { doctor } from '../doctor.ts';
import { nextSeq } from '../hub.ts';
import type { StationParts } from '../parts.ts';
import { recogniseAt } from '../recognition.ts';

type Names = 'station.status' | 'station.configure' | 'station.ports' | 'station.recognise' | 'station.doctor';

export const stationHandlers = (parts: StationParts): Pick<Handlers, Names> => ({
  'station.status': async () => ({ seq: nextSeq(), ...(await parts.status()) }),

  'station.configure': async (change, { actor }) => {
    const before = parts.config.current();
    if (change.slots) await parts.bench.configure(change.slots);
    await parts.config.save({
      ...before,
      ...(change.slots ? { slots: change.slots } : {}),
      ...(change.cloud === undefined ? {} : { cloud: change.cloud }),
      ...(change.device ? { device: change.device } : {}),
      ...(change.crl ? { crl: change.crl } : {}),
      ...(change.ca ? { ca: change.ca } : {}),
      ...(change.pins ? { pins: change.pins } : {}),
    });
    if (change.device) await parts.bench.refresh();
    if (change.cloud !== undefined) parts.cloudLink.forget();
    if (change.ca) parts.authority.watchIdle();
    await parts.ledger.audit({ entry: 'station.configured', actor, subject: before.stationId, data: { ...change } });
    parts.changed('station.changed', 'bench.changed', 'batches.changed');
    if (change.crl || change.cloud !== undefined) parts.crlJobs.look();
    return {};
  },

  // By its place on the USB tree where the system has a name for that: a slot is a place, not a device.
  'station.ports': async () =>
    (await parts.ports.list()).map(({ path, label, stablePath, usbLocation, vendorId, productId }) => ({
      path: stablePath ?? path,
      label: stablePath === undefined ? label : `${label} (${path})`,
      ...(usbLocation === undefined ? {} : { usbLocation }),
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(productId === undefined ? {} : { productId }),
    })),

  'station.recognise': async ({ port }) => ({ driver: await recogniseAt(port, {}, parts) }),

  'station.doctor': () => doctor(parts),
});
