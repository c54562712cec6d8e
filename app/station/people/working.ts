/**
 * The active people, as the records have them. The list is kept in memory, so that every call can be checked against
 * it.
 */
import type { Person } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';
import type { Ending } from './sessions.ts';

export type Roll = {
  /** People as the records have them now, with their role; `undefined` once deactivated. */
  find: (personId: number) => Person | undefined;
  /** The same ledger. Its acts on people are known here before the caller continues. */
  ledger: Ledger;
};

export type RollOptions = {
  /** This person must sign in again, or may not at all. */
  onLeave: (personId: number, why: Ending) => void;
  /** The records have other facts about this person now. */
  onChange: (person: Person) => void;
};

/** Any part of the program may act on people; `onLeave` and `onChange` are told of it. */
export async function createRoll(ledger: Ledger, { onLeave, onChange }: RollOptions): Promise<Roll> {
  const people = new Map<number, Person>();
  const keep = ({ personId, name, badge, role }: Person) => people.set(personId, { personId, name, badge, role });
  for (const person of await ledger.listPeople()) if (person.active) keep(person);
  const added = (person: Person): Person => {
    keep(person);
    return person;
  };
  return {
    find: (personId) => people.get(personId),
    ledger: {
      ...ledger,
      addPerson: async (params) => added(await ledger.addPerson(params)),
      activatePerson: async (params) => added(await ledger.activatePerson(params)),
      async deactivatePerson(params) {
        await ledger.deactivatePerson(params);
        people.delete(params.personId);
        onLeave(params.personId, 'deactivated');
      },
      async replaceBadge(params) {
        const person = added(await ledger.replaceBadge(params));
        // The finder of a lost badge may be the one who signed in with it.
        onLeave(person.personId, 'badgeReplaced');
        return person;
      },
      async setRole(params) {
        const person = added(await ledger.setRole(params));
        onChange(person);
        return person;
      },
      async applyPlantDocument(params) {
        const applied = await ledger.applyPlantDocument(params);
        const { present = [], gone = [], newPins = [] } = applied.people ?? {};
        for (const person of present) {
          const before = people.get(person.personId);
          keep(person);
          if (before && (before.role !== person.role || before.name !== person.name)) onChange(person);
        }
        for (const personId of gone) {
          people.delete(personId);
          onLeave(personId, 'deactivated');
        }
        for (const personId of newPins) onLeave(personId, 'pinGiven');
        return applied;
      },
      async givePin(params) {
        await ledger.givePin(params);
        onLeave(params.personId, 'pinGiven');
      },
    },
  };
}
