import { assertRule, rulesProblem } from '../../line/index.ts';
import { slotLines } from '../bench/lines.ts';
import { recogniseAt } from '../bench/recognition.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { doctor } from '../doctor.ts';
import { checkedSlots, driverFactsOf } from '../recipes/driversettings.ts';
import { assertApart } from '../scanners/ports.ts';
import { nextSeq } from '../snapshots.ts';

type Names =
  | 'station.status'
  | 'station.configure'
  | 'station.ports'
  | 'station.recognise'
  | 'station.drivers'
  | 'station.lines'
  | 'station.doctor';

/** Methods about the station itself and its settings. */
export const stationHandlers = (parts: StationParts): Pick<Handlers, Names> => ({
  'station.status': async () => ({ seq: nextSeq(), ...(await parts.status()) }),

  'station.configure': async (asked, { actor, person }) => {
    const change = asked.slots ? { ...asked, slots: checkedSlots(asked.slots, parts) } : asked;
    const before = parts.config.current();
    const scanner = change.keyboardScanner;
    if (change.scan) assertRule(rulesProblem(change.scan));
    if (change.slots || change.scanners) {
      const { slots = before.slots, scanners = before.scanners } = change;
      await assertApart(slots, scanners, parts.scannerPorts ?? parts.ports);
    }
    if (change.slots) await parts.bench.configure(change.slots);
    await parts.config.save({
      ...before,
      ...(change.slots ? { slots: change.slots } : {}),
      ...(change.device ? { device: change.device } : {}),
      ...(change.crl ? { crl: change.crl } : {}),
      ...(change.ca ? { ca: change.ca } : {}),
      ...(change.rootCrl ? { rootCrl: change.rootCrl } : {}),
      ...(change.session ? { session: change.session } : {}),
      ...(change.scan ? { scan: change.scan } : {}),
      ...(change.scanners ? { scanners: change.scanners } : {}),
      ...(scanner === undefined
        ? {}
        : {
            keyboardScanner: scanner && {
              ...scanner,
              taughtAt: new Date(parts.clock.now()).toISOString(),
              taughtBy: (person?.name ?? actor).slice(0, 60),
            },
          }),
      ...(change.pins ? { pins: change.pins } : {}),
      ...(change.shifts ? { shifts: change.shifts } : {}),
      ...(change.transcripts ? { transcripts: change.transcripts } : {}),
      ...(change.alerts ? { alerts: change.alerts } : {}),
    });
    if (change.scanners) await parts.scanners.configure(change.scanners);
    if (scanner !== undefined) parts.changed('scanners.changed');
    if (change.device || change.shifts) await parts.bench.refresh();
    if (change.ca) parts.authority.watchIdle();
    if (change.session) parts.sessions.watchIdle();
    await parts.ledger.audit({ entry: 'station.configured', actor, subject: before.stationId, data: { ...change } });
    parts.changed('station.changed', 'bench.changed', 'batches.changed', 'scanners.changed');
    if (change.crl) parts.crlJobs.look();
    if (change.transcripts) parts.retention.look();
    if (change.alerts) await parts.alertWatch.look({ all: true });
    return {};
  },

  // The port's place on the USB tree, if the system has a name for it. A slot is a place, not a device.
  'station.ports': async () =>
    (await parts.ports.list()).map(
      ({ path, label, stablePath, otherPaths = [], usbLocation, vendorId, productId }) => ({
        path: stablePath ?? path,
        names: [path, ...otherPaths],
        label: stablePath === undefined ? label : `${label} (${path})`,
        ...(usbLocation === undefined ? {} : { usbLocation }),
        ...(vendorId === undefined ? {} : { vendorId }),
        ...(productId === undefined ? {} : { productId }),
      }),
    ),

  'station.recognise': async (asked) => ({ driver: await recogniseAt(asked, parts) }),

  'station.drivers': () => parts.driverNames.map(parts.driverNamed).map(driverFactsOf),

  'station.lines': () => slotLines(parts),

  'station.doctor': () => doctor(parts),
});
