import { hierarchySubjects } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { PracticeControl, SetupControl, StationParts } from '../composition.ts';
import type { Caller, Handlers } from '../dispatch.ts';
import { checkedSlots } from '../recipes/driversettings.ts';
import { nextSeq } from '../snapshots.ts';

type Names =
  | 'setup.preview'
  | 'setup.run'
  | 'setup.open'
  | 'practice.snapshot'
  | 'practice.plug'
  | 'practice.unplug'
  | 'practice.fault'
  | 'practice.outage'
  | 'practice.way'
  | 'practice.log'
  | 'practice.rates'
  | 'practice.permit';

/** `setup.*` and `practice.*` methods. */
export const setupHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const setup = (): SetupControl => {
    if (!parts.setup) throw new StationError('records.readOnly', 'this program opens one station only');
    return parts.setup;
  };
  const practice = (): PracticeControl => {
    if (!parts.practice)
      throw new StationError('call.badParams', 'this is a real station; there are no practice units');
    return parts.practice;
  };
  /** Anyone may leave the practice line. Only its engineer may leave a real station. */
  const guardReal = ({ person }: Caller) => {
    if (!parts.config.current().practice && person?.role !== 'engineer') {
      throw new StationError('session.forbidden', 'an engineer of this station has to sign in for that');
    }
  };
  return {
    'setup.preview': ({ name, organisation }) => {
      const subjects = hierarchySubjects({ name, organisation, practice: false });
      return { ...setup().folder(), ...subjects };
    },
    'setup.run': async (plan, caller) => {
      guardReal(caller);
      return setup().make({ ...plan, slots: checkedSlots(plan.slots, parts) }, caller.actor);
    },
    'setup.open': async ({ which }, caller) => {
      guardReal(caller);
      if (parts.bench.busy()) throw new StationError('unit.inProgress', 'a unit is being worked on');
      await setup().open(which, caller.actor);
      return {};
    },

    'practice.snapshot': () => ({ seq: nextSeq(), ...practice().snapshot() }),
    'practice.plug': ({ slotId, deviceId }) => {
      practice().plug(slotId, deviceId);
      return {};
    },
    'practice.unplug': ({ slotId }) => {
      practice().unplug(slotId);
      return {};
    },
    'practice.fault': ({ slotId, fault }) => {
      practice().fault(slotId, fault);
      return {};
    },
    'practice.outage': ({ outage }) => {
      practice().outage(outage);
      parts.changed('practice.changed');
      return {};
    },
    'practice.way': async ({ way }) => {
      await practice().practise(way);
      parts.changed('practice.changed', 'station.changed', 'bench.changed');
      return {};
    },
    'practice.log': ({ failures }) => ({ entries: practice().log(failures) }),
    'practice.rates': ({ on }) => {
      practice().rates(on);
      parts.changed('practice.changed');
      return {};
    },
    'practice.permit': ({ who, policy }) => {
      practice().permit(who, policy);
      parts.changed('practice.changed');
      return {};
    },
  };
};
