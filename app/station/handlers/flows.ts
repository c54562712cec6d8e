/** What takes two people: one asks, and one of QA or engineering agrees with badge and PIN. */
import { StationError } from '../../contract/errors.ts';
import { desk } from '../../contract/method.ts';
import type { CheckedParams } from '../../contract/methods.ts';
import { actorOf, type Caller, type Handlers } from '../dispatch.ts';
import type { StationParts } from '../parts.ts';

type Names = 'units.rework' | 'units.scrap';

export const flowHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, crlJobs } = parts;

  const agreed = async ({ unitSerial, reason, second }: CheckedParams<Names>, caller: Caller) => {
    const agreedBy = await secondPerson(parts, second, caller);
    return { unitSerial, reason, actor: caller.actor, agreedBy };
  };
  /** A certificate was revoked: the CRL at once where it can be signed, AWS and the screens after it. */
  const settled = async () => {
    await crlJobs.settle();
    await bench.refresh();
    parts.changed('station.changed', 'batches.changed');
    return {};
  };

  return {
    'units.rework': async (params, caller) => {
      await ledger.reworkUnit(await agreed(params, caller));
      return settled();
    },
    'units.scrap': async (params, caller) => {
      await ledger.scrapUnit(await agreed(params, caller));
      return settled();
    },
  };
};

/**
 * Who agrees, as the records name them. Their PIN counts like one at sign-in. Refuses `session.secondPerson`,
 * `session.wrongPin`, `session.lockedOut`.
 */
async function secondPerson(
  { ledger }: Pick<StationParts, 'ledger'>,
  { badge, pin }: { badge: string; pin: string },
  { person, session, assertPresent }: Caller,
): Promise<string> {
  const refuse = (why: string) => new StationError('session.secondPerson', why);
  // Whoever knows the CA passphrase might hold the badge, too: then it would be one person.
  if (!person || person.personId === 0) throw refuse('two people of the records have to agree: sign in with a badge');
  if (person.badge === badge) throw refuse('the second person is another one than the one who asks');
  const second = await ledger.signIn(badge, pin);
  assertPresent();
  if (second.personId === person.personId) throw refuse('the second person is another one than the one who asks');
  if (!(desk as readonly string[]).includes(second.role)) throw refuse(`a ${second.role} cannot agree to this`);
  return actorOf(second, session.origin);
}
