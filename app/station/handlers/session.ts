import { StationError } from '../../contract/errors.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../hub.ts';
import { assertGoodPin, toldOf, weakPin } from '../newpin.ts';
import type { StationParts } from '../parts.ts';

type Names = 'session.current' | 'session.signIn' | 'session.signOut' | 'session.changePin';

export const sessionHandlers = (parts: StationParts): Pick<Handlers, Names> => ({
  'session.current': (_, { session }) => ({ seq: nextSeq(), person: session.person }),

  'session.signIn': async ({ badge, pin }, { session }) => {
    // A person who signs in over another one must not leave that one's rights behind if the PIN is wrong.
    session.person = null;
    session.onChange();
    session.person = toldOf(parts, pin, await parts.ledger.signIn(badge, pin));
    session.onChange();
    return session.person;
  },

  'session.changePin': async ({ pin, newPin }, { session, person, actor }) => {
    if (!person || person.personId === 0)
      throw new StationError('call.badParams', 'a PIN is somebody’s of the records: sign in with a badge');
    const same = await parts.ledger.signIn(person.badge, pin);
    assertGoodPin(newPin, same.badge, parts.config.current());
    if (newPin === pin) throw weakPin('pinSame', 'the new PIN is the old one');
    await parts.ledger.changePin({ personId: same.personId, newPin, actor });
    // Whoever signed out, or over them, meanwhile is left as they are.
    if (session.person?.personId === same.personId) session.person = same;
    session.onChange();
    return {};
  },

  'session.signOut': async (_, { session, person, actor }) => {
    if (!person) throw new StationError('session.signedOut', 'nobody is signed in');
    await parts.ledger.audit({ entry: 'session.signedOut', actor, subject: person.badge, data: {} });
    session.person = null;
    session.onChange();
    return {};
  },
});
