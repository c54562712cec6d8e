/** The people who may use the station. PINs are kept as hashes, and wrong PINs lock a badge for some time. */
import { StationError } from '../../contract/errors.ts';
import type { Person, Role } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { type HashedPin, hashPin, isCheap, pinMatches } from './pins.ts';

/** This many wrong PINs in a row lock a badge. The lock doubles with each further wrong PIN, up to a limit. */
const failuresUntilLock = 5;
const firstLockMs = 60_000;
const longestLockMs = 15 * 60_000;

export type NewPerson = {
  name: string;
  badge: string;
  role: Role;
  actor: string;
} & HashedPin;

const keepPerson = write((sql, { actor, ...person }: NewPerson, at): Person => {
  const { name, badge, role } = person;
  if (sql.get('SELECT 1 FROM people WHERE badge = @badge', { badge })) {
    throw new StationError('call.badParams', `the badge ${badge} belongs to another person`, {
      data: { field: 'badge' },
    });
  }
  const { lastId: personId } = sql.run(
    `INSERT INTO people (name, badge, role, pinSalt, pinHash, pinN, pinR, pinP, active, createdAt)
     VALUES (@name, @badge, @role, @pinSalt, @pinHash, @pinN, @pinR, @pinP, 1, @at)`,
    { ...person, at },
  );
  audit(sql, { at, entry: 'person.added', actor, subject: badge, data: { personId, name, role } });
  return { personId, name, badge, role };
});

/**
 * Adds a person. `pin` is hashed before it goes to the file's thread. Audit `person.added`.
 *
 * @throws call.badParams – the badge is taken
 */
export const addPerson = together(
  { keepPerson },
  async (ask, { pin, ...person }: { name: string; badge: string; pin: string; role: Role; actor: string }) =>
    ask.keepPerson({ ...person, ...(await hashPin(pin)) }),
);

type PersonRow = Person & { active: number };

/** All people, also those who were deactivated, by name. */
export const listPeople = read((sql): (Person & { active: boolean })[] =>
  sql
    .all<PersonRow>('SELECT personId, name, badge, role, active FROM people ORDER BY name, personId')
    .map((row) => ({ ...row, active: row.active === 1 })),
);

/**
 * Deactivates a person, who may do nothing from now on. Audit `person.deactivated`.
 *
 * @throws call.badParams – no such person is active
 * @throws session.lastEngineer – no engineer would be left
 */
export const deactivatePerson = write((sql, { personId, actor }: { personId: number; actor: string }, at): void => {
  const person = sql.get<Person>(
    'SELECT personId, name, badge, role FROM people WHERE personId = @personId AND active = 1',
    { personId },
  );
  if (!person) throw new StationError('call.badParams', `there is no active person ${personId}`);
  const others = sql.get(
    `SELECT 1 FROM people WHERE role = 'engineer' AND active = 1 AND personId <> @personId LIMIT 1`,
    { personId },
  );
  if (person.role === 'engineer' && !others) {
    throw new StationError(
      'session.lastEngineer',
      'the last engineer stays: without one no person could manage the station',
    );
  }
  sql.run('UPDATE people SET active = 0 WHERE personId = @personId', { personId });
  audit(sql, { at, entry: 'person.deactivated', actor, subject: person.badge, data: { personId } });
});

/** The hash to compare the PIN with; null for an unknown badge. */
export type SignInAttempt = { person: (Person & HashedPin) | null };
type Failures = { failures: number; lockedUntilAt: string | null };

/**
 * Counts an attempt as failed before its PIN is checked. So guesses that are made at once count like guesses one after
 * another.
 */
const beginSignIn = write((sql, { badge }: { badge: string }, at): SignInAttempt => {
  const before = sql.get<Failures>('SELECT failures, lockedUntilAt FROM signInFailures WHERE badge = @badge', {
    badge,
  });
  const lockedMs = Date.parse(before?.lockedUntilAt ?? at) - Date.parse(at);
  if (lockedMs > 0) {
    const seconds = Math.ceil(lockedMs / 1000);
    throw new StationError('session.lockedOut', `too many wrong PINs; locked for ${seconds} s`, { data: { seconds } });
  }
  const failures = (before?.failures ?? 0) + 1;
  sql.run(
    `INSERT INTO signInFailures (badge, failures, lockedUntilAt) VALUES (@badge, @failures, @lockedUntilAt)
     ON CONFLICT (badge) DO UPDATE SET failures = @failures, lockedUntilAt = @lockedUntilAt`,
    { badge, failures, lockedUntilAt: lockAfter(failures, at) },
  );
  const person = sql.get<NonNullable<SignInAttempt['person']>>(
    'SELECT personId, name, badge, role, pinSalt, pinHash, pinN, pinR, pinP FROM people WHERE badge = @badge',
    { badge },
  );
  return { person: person ?? null };
});

/** The time until which `failures` wrong PINs in a row lock a badge, ISO 8601 UTC; null for too few. */
export function lockAfter(failures: number, at: string): string | null {
  if (failures < failuresUntilLock) return null;
  const lockMs = Math.min(longestLockMs, firstLockMs * 2 ** (failures - failuresUntilLock));
  return new Date(Date.parse(at) + lockMs).toISOString();
}

/** What is left after a wrong PIN: tries before the badge is locked, or the seconds of the lock. */
type Left = { triesLeft: number; seconds?: number };

/**
 * Decides whether the sign-in succeeds. A person who was deactivated during the comparison of the PIN is refused as if
 * the PIN were wrong. `left` is absent after a success.
 */
const endSignIn = write((sql, { badge, ok: matches }: { badge: string; ok: boolean }, at): { left?: Left } => {
  const ok = matches && sql.get('SELECT 1 FROM people WHERE badge = @badge AND active = 1', { badge }) !== undefined;
  const entry = ok ? 'session.signedIn' : 'session.refused';
  audit(sql, { at, entry, actor: badge, subject: badge, data: {} });
  if (!ok) return { left: leftOf(sql, badge, at) };
  sql.run('DELETE FROM signInFailures WHERE badge = @badge', { badge });
  return {};
});

/** The failures are counted for every badge, so this is the same for a badge that belongs to no person. */
function leftOf(sql: Sql, badge: string, at: string): Left {
  const { failures = 0, lockedUntilAt = null } =
    sql.get<Failures>('SELECT failures, lockedUntilAt FROM signInFailures WHERE badge = @badge', { badge }) ?? {};
  if (lockedUntilAt === null) return { triesLeft: Math.max(0, failuresUntilLock - failures) };
  return { triesLeft: 0, seconds: Math.max(0, Math.ceil((Date.parse(lockedUntilAt) - Date.parse(at)) / 1000)) };
}

const wrongPin = (left: Left) => {
  const then =
    left.seconds === undefined
      ? `${left.triesLeft} ${left.triesLeft === 1 ? 'try' : 'tries'} left`
      : `the badge is locked for ${left.seconds} s`;
  return new StationError('session.wrongPin', `badge and PIN do not go together; ${then}`, { data: left });
};

type NewPin = HashedPin & { personId: number; actor: string; why: 'changed' | 'hashRaised' };

/** Records a person's new PIN, or the same PIN with a costlier hash. */
const setPin = write((sql, { personId, actor, why, ...hashed }: NewPin, at): void => {
  const person = sql.get<{ badge: string }>('SELECT badge FROM people WHERE personId = @personId AND active = 1', {
    personId,
  });
  if (!person) throw new StationError('call.badParams', `there is no active person ${personId}`);
  sql.run(
    `UPDATE people SET pinSalt = @pinSalt, pinHash = @pinHash, pinN = @pinN, pinR = @pinR, pinP = @pinP
     WHERE personId = @personId`,
    { ...hashed, personId },
  );
  const entry = why === 'changed' ? 'person.pinChanged' : 'person.pinHashRaised';
  audit(sql, { at, entry, actor, subject: person.badge, data: { personId } });
});

/**
 * Signs a person in. An unknown badge looks like a wrong PIN and takes as long.
 *
 * @throws session.wrongPin – badge and PIN do not go together; data.triesLeft, and data.seconds once that locked the badge
 * @throws session.lockedOut – too many wrong PINs; data.seconds
 */
export const signIn = together(
  { beginSignIn, endSignIn, setPin },
  async (ask, badge: string, pin: string): Promise<Person> => {
    const { person } = await ask.beginSignIn({ badge });
    const matches = await pinMatches(pin, person);
    const { left } = await ask.endSignIn({ badge, ok: matches });
    if (left || !person) throw wrongPin(left ?? { triesLeft: 0 });
    const { personId, name, role } = person;
    // Only here is the PIN known, so only here can it be hashed again.
    if (isCheap(person)) await ask.setPin({ ...(await hashPin(pin)), personId, actor: 'station', why: 'hashRaised' });
    return { personId, name, badge, role };
  },
);

/**
 * Changes a PIN. The caller must have checked the old one. Audit `person.pinChanged`.
 *
 * @throws call.badParams – no such person is active
 */
export const changePin = together(
  { setPin },
  async (ask, { newPin, ...person }: { personId: number; newPin: string; actor: string }): Promise<void> =>
    ask.setPin({ ...person, ...(await hashPin(newPin)), why: 'changed' }),
);
