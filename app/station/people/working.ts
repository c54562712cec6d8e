/**
 * The active people, as the records have them. The list is kept in memory, so that every call can be checked against
 * it.
 */
import type { Person } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';

export type Roll = {
  /** People as the records have them now, with their role; `undefined` once deactivated. */
  find: (personId: number) => Person | undefined;
  /** The same ledger. Its acts on people are known here before the caller continues. */
  ledger: Ledger;
};

/** `onLeave` is told of each person who is deactivated, by any part of the program. */
export async function createRoll(ledger: Ledger, onLeave: (personId: number) => void): Promise<Roll> {
  const people = new Map<number, Person>();
  const add = ({ personId, name, badge, role }: Person) => people.set(personId, { personId, name, badge, role });
  for (const person of await ledger.listPeople()) if (person.active) add(person);
  return {
    find: (personId) => people.get(personId),
    ledger: {
      ...ledger,
      async addPerson(params) {
        const person = await ledger.addPerson(params);
        add(person);
        return person;
      },
      async deactivatePerson(params) {
        await ledger.deactivatePerson(params);
        people.delete(params.personId);
        onLeave(params.personId);
      },
    },
  };
}
