/** Calls about people. */
export { activatePerson, addPerson, deactivatePerson, listPeople, replaceBadge, setRole } from './people.ts';
export { changePin, givePin, signIn, unlockPerson } from './signin.ts';
