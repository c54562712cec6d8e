import { StationError } from '../../contract/errors.ts';
import type { Person, Role } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import type { Sql } from '../sql.ts';
import type { HashedPin } from './pins.ts';

/** Wrong PINs in a row until a badge is locked, and for how long: doubling with each further one, up to a limit. */
const failuresUntilLock = 5;
const firstLockMs = 60_000;
const longestLockMs = 15 * 60_000;

export type NewPerson = {
  name: string;
  badge: string;
  role: Role;
  actor: string;
  at: string;
} & HashedPin;

export function addPerson(sql: Sql, { actor, at, ...person }: NewPerson): Person {
  const { name, badge, role } = person;
  if (sql.get('SELECT 1 FROM people WHERE badge = @badge', { badge })) {
    throw new StationError('call.badParams', `the badge ${badge} belongs to somebody`, { data: { field: 'badge' } });
  }
  const { lastId: personId } = sql.run(
    `INSERT INTO people (name, badge, role, pinSalt, pinHash, pinN, pinR, pinP, active, createdAt)
     VALUES (@name, @badge, @role, @pinSalt, @pinHash, @pinN, @pinR, @pinP, 1, @at)`,
    { ...person, at },
  );
  audit(sql, { at, entry: 'person.added', actor, subject: badge, data: { personId, name, role } });
  return { personId, name, badge, role };
}

type PersonRow = Person & { active: number };

export const listPeople = (sql: Sql, _: object): (Person & { active: boolean })[] =>
  sql
    .all<PersonRow>('SELECT personId, name, badge, role, active FROM people ORDER BY name, personId')
    .map((row) => ({ ...row, active: row.active === 1 }));

export function deactivatePerson(sql: Sql, params: { personId: number; actor: string; at: string }): void {
  const { personId, actor, at } = params;
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
    throw new StationError('session.lastEngineer', 'the last engineer stays: nobody could manage the station');
  }
  sql.run('UPDATE people SET active = 0 WHERE personId = @personId', { personId });
  audit(sql, { at, entry: 'person.deactivated', actor, subject: person.badge, data: { personId } });
}

/** What a PIN is compared with, while it is not known yet whether it is right. */
export type SignInAttempt = { person: (Person & HashedPin) | null };
type Failures = { failures: number; lockedUntilAt: string | null };
type SignIn = { badge: string; at: string };

/**
 * Counts an attempt as failed before its PIN is looked at, so that guesses made at once count as well as those made in
 * turn. Refuses `session.lockedOut`.
 */
export function beginSignIn(sql: Sql, { badge, at }: SignIn): SignInAttempt {
  const before = sql.get<Failures>('SELECT failures, lockedUntilAt FROM signInFailures WHERE badge = @badge', {
    badge,
  });
  const lockedMs = before?.lockedUntilAt ? Date.parse(before.lockedUntilAt) - Date.parse(at) : 0;
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
    'SELECT personId, name, badge, role, pinSalt, pinHash, pinN, pinR, pinP FROM people WHERE badge = @badge AND active = 1',
    { badge },
  );
  return { person: person ?? null };
}

/** Until when `failures` wrong PINs in a row lock a badge. */
export function lockAfter(failures: number, at: string): string | null {
  if (failures < failuresUntilLock) return null;
  const lockMs = Math.min(longestLockMs, firstLockMs * 2 ** (failures - failuresUntilLock));
  return new Date(Date.parse(at) + lockMs).toISOString();
}

/** Whether this is a sign-in: whoever was deactivated while their PIN was compared is refused like a wrong PIN. */
export function endSignIn(sql: Sql, { badge, at, ok: matches }: SignIn & { ok: boolean }): { ok: boolean } {
  const ok = matches && sql.get('SELECT 1 FROM people WHERE badge = @badge AND active = 1', { badge }) !== undefined;
  if (ok) sql.run('DELETE FROM signInFailures WHERE badge = @badge', { badge });
  const entry = ok ? 'session.signedIn' : 'session.refused';
  audit(sql, { at, entry, actor: badge, subject: badge, data: {} });
  return { ok };
}

export type NewPin = HashedPin & { personId: number; actor: string; at: string; why: 'changed' | 'hashRaised' };

/** Another PIN of the same person, or the same one hashed at a higher cost. Refuses `call.badParams` for nobody. */
export function setPin(sql: Sql, { personId, actor, at, why, ...hashed }: NewPin): void {
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
}
