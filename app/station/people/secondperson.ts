/**
 * Acts of two persons: the person who agrees, and the case that no one could. The dispatcher calls this before the act
 * begins.
 */
import type { Agreement, SecondPerson } from '../../contract/agreement.ts';
import { StationError } from '../../contract/errors.ts';
import { desk } from '../../contract/method.ts';
import type { Person } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';
import { type Asked, actorOf, type Caller } from '../dispatch.ts';

type People = Pick<Ledger, 'listPeople' | 'signIn'>;

/** Whether this is a person of the records. A command without a badge acts as the operating-system user, who is not. */
const isOnRecord = (person: Person | null): person is Person => person !== null && person.personId !== 0;

const refuse = (why: string, reason: string) => new StationError('session.secondPerson', why, { data: { reason } });

/**
 * Whether the records hold no one who could agree with this person. The operating-system user may be any person on
 * record, so two must be on record before there is a second one.
 */
export async function isAlone(ledger: People, asking: Person | null): Promise<boolean> {
  const active = (await ledger.listPeople()).filter(({ role, active: is }) => is && isDesk(role));
  if (!isOnRecord(asking)) return active.length < 2;
  return !active.some(({ personId, badge }) => personId !== asking.personId && badge !== asking.badge);
}

const isDesk = (role: Person['role']): boolean => (desk as readonly string[]).includes(role);

/**
 * The person who agrees, as the records name them. Their PIN counts like one at sign-in.
 * @throws `session.secondPerson`, `session.wrongPin`, `session.lockedOut`
 */
async function secondPerson(
  ledger: People,
  { badge, pin }: SecondPerson,
  { person, session, assertPresent }: Caller,
): Promise<string> {
  // A person who knows the CA passphrase might also hold the badge, and then it would be one person.
  if (!isOnRecord(person)) throw refuse('two people of the records have to agree: sign in with a badge', 'noPerson');
  const same = () => refuse('the second person is another one than the one who asks', 'same');
  if (person.badge === badge) throw same();
  const second = await ledger.signIn(badge, pin);
  assertPresent();
  if (second.personId === person.personId) throw same();
  if (!isDesk(second.role)) throw refuse(`a ${second.role} cannot agree to this`, 'role');
  // The engineer who gave it could be both persons.
  if (second.pinGiven) throw refuse(`${second.name} has to change the PIN that an engineer gave`, 'pinGiven');
  return actorOf(second, session.origin);
}

/**
 * The agreement for an act of two people, or the note that it was done alone.
 *
 * @throws as `secondPerson`; `session.secondPerson` – when no person was named although one could agree, or must
 */
export async function agreementOf(ledger: People, { second, ifNoOne }: Asked, caller: Caller): Promise<Agreement> {
  if (second) return { agreedBy: await secondPerson(ledger, second, caller) };
  if (ifNoOne === 'alone' && (await isAlone(ledger, caller.person))) return { alone: true };
  if (isOnRecord(caller.person))
    throw refuse('a second person has to agree: QA or an engineer, with badge and PIN', 'needed');
  throw refuse(
    'two people of the records have to agree: sign in with a badge, and have a second one agree',
    'noPerson',
  );
}
