/** Calls about people. */
export { addPerson, changePin, deactivatePerson, listPeople, signIn } from './people.ts';
