/** The signed-in person of each connection. Sessions begin and end only here, for every host. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { Person, SignedIn } from '../../contract/model.ts';
import type { Origin } from '../../contract/wire.ts';

/** One connection's session. */
export type Session = { readonly origin: Origin; readonly person: SignedIn | null };

/** Why a person was signed out without having pressed "Sign out". The audit entry says it. */
export type Ending = 'idle' | 'deactivated' | 'closed' | 'replaced' | 'badgeReplaced' | 'pinGiven';

export type SessionsOptions = {
  clock: Clock;
  /** 0 means never. */
  idleMinutes: () => number;
  /** People as the records have them now; `undefined` for a person who may no longer act. */
  find: (personId: number) => Person | undefined;
  /** A person came, left, or is about to be signed out. `gone` is the person who left. */
  onChange: (session: Session, gone: Person | null) => void;
  /** `to` is the person who took over, with `replaced`. */
  onEnded: (session: Session, gone: Person, why: Ending, to?: Person) => void;
};

type Live = {
  readonly origin: Origin;
  person: SignedIn | null;
  /** Counts sign-ins and sign-outs: a PIN that is still being checked must not undo a later one. */
  turn: number;
  lastActMs: number;
  warned: boolean;
  cancelIdle: () => void;
};

/** The longest warning before a sign-out: a minute, or half of a shorter time. */
const longestWarningMs = 60_000;
/** The operating-system user of a command is not a person of the records. */
const isOnRecord = (person: Person) => person.personId !== 0;

export type Sessions = ReturnType<typeof createSessions>;

/** The sessions of a station, one for each connection. */
export function createSessions(options: SessionsOptions) {
  const { clock } = options;
  const all = new Set<Live>();
  const liveOf = (session: Session): Live | undefined => [...all].find((live) => live === session);

  const limitMs = (live: Live): number =>
    live.person === null || live.origin === 'cli' ? 0 : options.idleMinutes() * 60_000;
  const warningMs = (limit: number) => Math.min(longestWarningMs, limit / 2);

  const become = (live: Live, person: SignedIn | null) => {
    const gone = live.person;
    live.person = person;
    live.lastActMs = clock.monotonicMs();
    live.warned = false;
    watch(live);
    if (gone !== person) options.onChange(live, gone);
  };

  const end = (live: Live, why: Ending) => {
    const gone = live.person;
    live.turn += 1;
    if (gone === null) return;
    become(live, null);
    options.onEnded(live, gone, why);
  };

  /** One timer for each session. It is set again only when it fires, because acts are frequent and ends are rare. */
  const watch = (live: Live): void => {
    live.cancelIdle();
    live.cancelIdle = () => {};
    const limit = limitMs(live);
    if (limit === 0) return;
    const idleMs = clock.monotonicMs() - live.lastActMs;
    if (idleMs >= limit) {
      end(live, 'idle');
      return;
    }
    const warnAtMs = limit - warningMs(limit);
    if (idleMs >= warnAtMs && !live.warned) {
      live.warned = true;
      options.onChange(live, null);
    }
    live.cancelIdle = clock.after(Math.max(1, (live.warned ? limit : warnAtMs) - idleMs), () => watch(live));
  };

  return {
    open(origin: Origin, person: Person | null): Session {
      const live = { origin, person, turn: 0, lastActMs: clock.monotonicMs(), warned: false, cancelIdle: () => {} };
      all.add(live);
      watch(live);
      return live;
    },

    /** The acting person, as the records have them now. The session of a person who left is ended. */
    present(session: Session): Person | null {
      const { person } = session;
      if (person === null || !isOnRecord(person)) return person;
      const now = options.find(person.personId);
      if (now !== undefined) return now;
      const live = liveOf(session);
      if (live) end(live, 'deactivated');
      return null;
    },

    /** Updates the facts about the signed-in person. Does nothing if another person is signed in by now. */
    renew(session: Session, person: SignedIn): void {
      const live = liveOf(session);
      if (live?.person?.personId !== person.personId) return;
      live.person = person;
      options.onChange(live, null);
    },

    /**
     * Signs in the person that `check` finds, in place of the present one. Until then that one stays signed in: another
     * person's wrong PIN takes the bench from no one.
     * @throws as `check`; `call.cancelled` – when another sign-in or a sign-out came in between; `session.wrongPin` –
     * when that person was deactivated meanwhile
     */
    async signIn(session: Session, check: () => Promise<SignedIn>): Promise<SignedIn> {
      const live = liveOf(session);
      if (!live) throw new StationError('call.cancelled', 'this connection is closed');
      live.turn += 1;
      const { turn } = live;
      const person = await check();
      if (live.turn !== turn || !all.has(live))
        throw new StationError('call.cancelled', 'another sign-in or a sign-out came first');
      if (options.find(person.personId) === undefined)
        throw new StationError('session.wrongPin', 'badge and PIN do not go together');
      const gone = live.person;
      become(live, person);
      if (gone !== null) options.onEnded(live, gone, 'replaced', person);
      return person;
    },

    signOut(session: Session): void {
      const live = liveOf(session);
      if (!live) return;
      live.turn += 1;
      become(live, null);
    },

    /** A person did something at this connection. */
    touch(session: Session): void {
      const live = liveOf(session);
      if (!live) return;
      live.lastActMs = clock.monotonicMs();
      if (!live.warned) return;
      live.warned = false;
      watch(live);
      options.onChange(live, null);
    },

    /** Milliseconds until this connection will be signed out, once that has been announced. */
    signsOutInMs(session: Session): number | undefined {
      const live = liveOf(session);
      if (!live?.warned) return undefined;
      return Math.max(0, Math.round(live.lastActMs + limitMs(live) - clock.monotonicMs()));
    },

    endPerson(personId: number, why: Ending): void {
      for (const live of all) if (live.person?.personId === personId) end(live, why);
    },

    /** The records have other facts about this person now. */
    follow(person: Person): void {
      for (const live of all) {
        if (live.person?.personId !== person.personId) continue;
        live.person = { ...live.person, ...person };
        options.onChange(live, null);
      }
    },

    /** The sessions with a person, the one that acted last first. */
    signedIn: (): (Session & { readonly person: SignedIn })[] =>
      [...all]
        .filter((live): live is Live & { person: SignedIn } => live.person !== null)
        .sort((one, other) => other.lastActMs - one.lastActMs),

    /** Adds time that the monotonic clock has not counted, because the PC slept. */
    slept(missedMs: number): void {
      for (const live of all) {
        live.lastActMs -= missedMs;
        watch(live);
      }
    },

    /** The time was changed. */
    watchIdle(): void {
      for (const live of all) {
        live.warned = false;
        watch(live);
        if (live.person !== null) options.onChange(live, null);
      }
    },

    anyOf: (roles: readonly Person['role'][]): boolean =>
      [...all].some(({ person }) => person !== null && roles.includes(person.role)),

    close(session: Session): void {
      const live = liveOf(session);
      if (!live) return;
      end(live, 'closed');
      live.cancelIdle();
      all.delete(live);
    },

    closeAll(): void {
      for (const live of all) live.cancelIdle();
      all.clear();
    },
  };
}
