import { StationError } from '../../contract/errors.ts';
import type { SessionState } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { assertGoodPin, toldOf, weakPin } from '../people/pinrules.ts';
import type { Session, Sessions } from '../people/sessions.ts';
import { nextSeq } from '../snapshots.ts';

type Names = 'session.current' | 'session.signIn' | 'session.signOut' | 'session.stay' | 'session.changePin';

/** A connection's view of its own session. */
export function sessionState(session: Session, sessions: Pick<Sessions, 'signsOutInMs'>): SessionState {
  const signsOutInMs = sessions.signsOutInMs(session);
  return { seq: nextSeq(), person: session.person, ...(signsOutInMs === undefined ? {} : { signsOutInMs }) };
}

/** Methods about the session of a connection: sign in, stay, change the PIN, sign out. */
export const sessionHandlers = ({ ledger, sessions, config, practice }: StationParts): Pick<Handlers, Names> => ({
  'session.current': (_, { session }) => sessionState(session, sessions),

  'session.signIn': ({ badge, pin }, { session }) =>
    sessions.signIn(session, async () => toldOf({ config, practice }, pin, await ledger.signIn(badge, pin))),

  'session.changePin': async ({ pin, newPin }, { session, person, actor, assertPresent }) => {
    if (!person || person.personId === 0)
      throw new StationError('call.badParams', 'a PIN belongs to a person on record: sign in with a badge');
    const same = await ledger.signIn(person.badge, pin);
    assertPresent();
    assertGoodPin(newPin, same.badge, config.current());
    if (newPin === pin) throw weakPin('pinSame', 'the new PIN is the old one');
    await ledger.changePin({ personId: same.personId, newPin, actor });
    sessions.renew(session, same);
    return {};
  },

  'session.signOut': async (_, { session, person, actor }) => {
    if (!person) throw new StationError('session.signedOut', 'nobody is signed in');
    sessions.signOut(session);
    await ledger.audit({ entry: 'session.signedOut', actor, subject: person.badge, data: {} });
    return {};
  },

  // The dispatcher notes every act of a person. This call is such an act and does nothing more.
  'session.stay': () => ({}),
});
