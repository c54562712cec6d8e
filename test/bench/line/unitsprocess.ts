/** A process full of simulated units, as `startUnits` starts it. */
import { systemClock } from '../../../main/clock.ts';
import { hostUnits, linkTo } from './remote.ts';
import { makeTorrent, makeUnit, type SimulatedUnit } from './units.ts';

const units = new Map<number, SimulatedUnit>();
const link = linkTo(process);
const host = hostUnits(link, (slot) => units.get(slot));
link.listen((message) => {
  if ('plug' in message) {
    const { plug: slot, driver, bad, ...options } = message;
    units.get(slot)?.powerOff();
    const unit = bad === 'torrent' ? makeTorrent() : makeUnit(driver, { ...options, clock: systemClock });
    if (bad === 'silent') unit.fault = { silent: true };
    units.set(slot, unit);
  } else if ('unplug' in message) {
    units.get(message.unplug)?.powerOff();
    units.delete(message.unplug);
  }
});
process.on('disconnect', () => host.pullAll());
process.send?.({ ready: true });
