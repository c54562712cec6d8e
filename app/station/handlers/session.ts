import { StationError } from '../../contract/errors.ts';
import type { SessionState } from '../../contract/model.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../hub.ts';
import type { StationParts } from '../parts.ts';
import type { Session, Sessions } from '../sessions.ts';

type Names = 'session.current' | 'session.signIn' | 'session.signOut' | 'session.stay';

/** What a connection is told of its own session. */
export function sessionState(session: Session, sessions: Pick<Sessions, 'signsOutInMs'>): SessionState {
  const signsOutInMs = sessions.signsOutInMs(session);
  return { seq: nextSeq(), person: session.person, ...(signsOutInMs === undefined ? {} : { signsOutInMs }) };
}

export const sessionHandlers = ({ ledger, sessions }: StationParts): Pick<Handlers, Names> => ({
  'session.current': (_, { session }) => sessionState(session, sessions),

  'session.signIn': ({ badge, pin }, { session }) => sessions.signIn(session, () => ledger.signIn(badge, pin)),

  'session.signOut': async (_, { session, person, actor }) => {
    if (!person) throw new StationError('session.signedOut', 'nobody is signed in');
    sessions.signOut(session);
    await ledger.audit({ entry: 'session.signedOut', actor, subject: person.badge, data: {} });
    return {};
  },

  // That it was called is what counts: the dispatcher notes every act.
  'session.stay': () => ({}),
});
