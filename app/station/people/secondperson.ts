/** Acts of two persons: who agrees, and when nobody could. The dispatcher asks here before anything of the act happens. */
import type { Agreement, SecondPerson } from '../../contract/agreement.ts';
import { StationError } from '../../contract/errors.ts';
import { desk } from '../../contract/method.ts';
import type { Person } from '../../contract/model.ts';
import type { Ledger } from '../../records/index.ts';
import { actorOf, type Caller } from '../dispatch.ts';

type People = Pick<Ledger, 'listPeople' | 'signIn'>;

/** Somebody of the records; a command without a badge acts as the operating-system user, who is no person. */
const isOnRecord = (person: Person | null): person is Person => person !== null && person.personId !== 0;

const refuse = (why: string, reason: string) => new StationError('session.secondPerson', why, { data: { reason } });

/**
 * Whether the records hold nobody who could agree to what this person asks. The operating-system user may be any of
 * them, so that two have to be on record before there is a second one.
 */
export async function isAlone(ledger: People, asking: Person | null): Promise<boolean> {
  const active = (await ledger.listPeople()).filter(({ role, active: is }) => is && isDesk(role));
  if (!isOnRecord(asking)) return active.length < 2;
  return !active.some(({ personId, badge }) => personId !== asking.personId && badge !== asking.badge);
}

const isDesk = (role: Person['role']): boolean => (desk as readonly string[]).includes(role);

/**
 * Who agrees, as the records name them. Their PIN counts like one at sign-in. Refuses `session.secondPerson`,
 * `session.wrongPin`, `session.lockedOut`.
 */
export async function secondPerson(
  ledger: People,
  { badge, pin }: SecondPerson,
  { person, session, assertPresent }: Caller,
): Promise<string> {
  // Whoever knows the CA passphrase might hold the badge, too: then it would be one person.
  if (!isOnRecord(person)) throw refuse('two people of the records have to agree: sign in with a badge', 'noPerson');
  const same = () => refuse('the second person is another one than the one who asks', 'same');
  if (person.badge === badge) throw same();
  const second = await ledger.signIn(badge, pin);
  assertPresent();
  if (second.personId === person.personId) throw same();
  if (!isDesk(second.role)) throw refuse(`a ${second.role} cannot agree to this`, 'role');
  return actorOf(second, session.origin);
}

/** Refuses as `secondPerson`, and `session.secondPerson` where nobody was named though somebody could be. */
export async function agreementOf(
  ledger: People,
  second: SecondPerson | undefined,
  caller: Caller,
): Promise<Agreement> {
  if (second) return { agreedBy: await secondPerson(ledger, second, caller) };
  if (await isAlone(ledger, caller.person)) return { alone: true };
  if (isOnRecord(caller.person))
    throw refuse('a second person has to agree: QA or an engineer, with badge and PIN', 'needed');
  throw refuse(
    'two people of the records have to agree: sign in with a badge, and have a second one agree',
    'noPerson',
  );
}
