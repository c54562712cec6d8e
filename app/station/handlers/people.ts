import { StationError } from '../../contract/errors.ts';
import type { MethodName } from '../../contract/methods.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { assertGoodPin } from '../people/pinrules.ts';

type Names = Extract<MethodName, `people.${string}`>;

/** Methods about the people of the station. */
export const peopleHandlers = ({ ledger, clock, config }: StationParts): Pick<Handlers, Names> => ({
  'people.list': async () => {
    const nowMs = clock.now().getTime();
    return (await ledger.listPeople()).map(({ lockedUntilAt, ...person }) => {
      const lockedMs = lockedUntilAt === null ? 0 : Math.max(0, Date.parse(lockedUntilAt) - nowMs);
      return { ...person, lockedMs, lockedUntilAt: lockedMs > 0 ? lockedUntilAt : null };
    });
  },

  'people.add': (person, { actor }) => {
    assertGoodPin(person.pin, person.badge, config.current());
    return ledger.addPerson({ ...person, actor });
  },

  'people.deactivate': async ({ personId }, { actor }) => {
    await ledger.deactivatePerson({ personId, actor });
    return {};
  },

  'people.activate': async ({ personId }, { actor }) => {
    await ledger.activatePerson({ personId, actor });
    return {};
  },

  'people.replaceBadge': (change, { actor }) => ledger.replaceBadge({ ...change, actor }),

  'people.setRole': (change, { actor }) => ledger.setRole({ ...change, actor }),

  'people.setPin': async ({ personId, pin }, { actor, person }) => {
    // A screen that was left for a moment gives no one another person's badge for good.
    if (personId === person?.personId)
      throw new StationError('call.badParams', "one changes one's own PIN by giving the present one");
    const { badge = '' } = (await ledger.listPeople()).find((one) => one.personId === personId) ?? {};
    assertGoodPin(pin, badge, config.current());
    await ledger.givePin({ personId, newPin: pin, actor });
    return {};
  },

  'people.unlock': async ({ personId }, { actor }) => {
    await ledger.unlockPerson({ personId, actor });
    return {};
  },
});
