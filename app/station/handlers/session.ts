import { StationError } from '../../contract/errors.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../hub.ts';
import type { StationParts } from '../parts.ts';

type Names = 'session.current' | 'session.signIn' | 'session.signOut';

export const sessionHandlers = (parts: StationParts): Pick<Handlers, Names> => ({
  'session.current': (_, { session }) => ({ seq: nextSeq(), person: session.person }),

  'session.signIn': async ({ badge, pin }, { session }) => {
    // A person who signs in over another one must not leave that one's rights behind if the PIN is wrong.
    session.person = null;
    session.onChange();
    session.person = await parts.ledger.signIn(badge, pin);
    session.onChange();
    return session.person;
  },

  'session.signOut': async (_, { session, person, actor }) => {
    if (!person) throw new StationError('session.signedOut', 'nobody is signed in');
    await parts.ledger.audit({ entry: 'session.signedOut', actor, subject: person.badge, data: {} });
    session.person = null;
    session.onChange();
    return {};
  },
});
