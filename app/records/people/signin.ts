/** Signing in with badge and PIN. PINs are kept as hashes, and wrong PINs lock a badge for some time. */
import { StationError } from '../../contract/errors.ts';
import { type IdentitySource, identitySources, type Person } from '../../contract/model.ts';
import { audit } from '../audit/audit.ts';
import { together, write } from '../call.ts';
import type { Sql } from '../sql.ts';
import { assertOfStation, personNamed } from './people.ts';
import { type HashedPin, hashPin, isCheap, pinMatches } from './pins.ts';

/** This many wrong PINs in a row lock a badge. The lock doubles with each further wrong PIN, up to a limit. */
const failuresUntilLock = 5;
const firstLockMs = 60_000;
const longestLockMs = 15 * 60_000;

/** The facts that a PIN is compared with. `source` is NULL for this station. */
type Known = Person & HashedPin & { source: string | null; isGiven: 0 | 1 };
/** `person` is null for an unknown badge. */
export type SignInAttempt = { person: Known | null };
type Failures = { failures: number; lockedUntilAt: string | null };

/** How a person of each source proves who they are. `null` is no person, and takes as long. */
const proofs: Record<IdentitySource, (pin: string, person: Known | null) => Promise<boolean>> = {
  station: pinMatches,
  plant: pinMatches,
};

const isKnown = (source: string): source is IdentitySource => (identitySources as readonly string[]).includes(source);

/** A person of a source that this version does not know proves nothing here, and that takes as long, too. */
const proves = (pin: string, person: Known | null): Promise<boolean> => {
  const source = person?.source ?? 'station';
  return isKnown(source) ? proofs[source](pin, person) : pinMatches(pin, null);
};

const failuresOf = (sql: Sql, badge: string): Failures =>
  sql.get<Failures>('SELECT failures, lockedUntilAt FROM signInFailures WHERE badge = @badge', { badge }) ?? {
    failures: 0,
    lockedUntilAt: null,
  };

const forgetFailures = (sql: Sql, badge: string) =>
  sql.run('DELETE FROM signInFailures WHERE badge = @badge', { badge });

/**
 * Counts an attempt as failed before its PIN is checked. So guesses that are made at once count like guesses one after
 * another.
 */
const beginSignIn = write((sql, { badge }: { badge: string }, at): SignInAttempt => {
  const before = failuresOf(sql, badge);
  const lockedMs = Date.parse(before.lockedUntilAt ?? at) - Date.parse(at);
  if (lockedMs > 0) {
    const seconds = Math.ceil(lockedMs / 1000);
    throw new StationError('session.lockedOut', `too many wrong PINs; locked for ${seconds} s`, { data: { seconds } });
  }
  const failures = before.failures + 1;
  sql.run(
    `INSERT INTO signInFailures (badge, failures, lockedUntilAt) VALUES (@badge, @failures, @lockedUntilAt)
     ON CONFLICT (badge) DO UPDATE SET failures = @failures, lockedUntilAt = @lockedUntilAt`,
    { badge, failures, lockedUntilAt: lockAfter(failures, at) },
  );
  const person = sql.get<Known>(
    `SELECT personId, name, badge, role, pinSalt, pinHash, pinN, pinR, pinP, source, pinGivenBy IS NOT NULL AS isGiven
     FROM people WHERE badge = @badge`,
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
 * the PIN were wrong, and so is one who got another badge meanwhile. `left` is absent after a success.
 */
const endSignIn = write((sql, { badge, ok: matches }: { badge: string; ok: boolean }, at): { left?: Left } => {
  const person = sql.get<{ personId: number }>('SELECT personId FROM people WHERE badge = @badge AND active = 1', {
    badge,
  });
  const ok = matches && person !== undefined;
  const entry = ok ? 'session.signedIn' : 'session.refused';
  audit(sql, { at, entry, actor: badge, subject: badge, data: {} });
  if (!ok) return { left: leftOf(sql, badge, at) };
  forgetFailures(sql, badge);
  sql.run(
    'INSERT INTO lastSignIns (personId, at) VALUES (@personId, @at) ON CONFLICT (personId) DO UPDATE SET at = @at',
    { personId: person.personId, at },
  );
  return {};
});

/** The failures are counted for every badge, so this is the same for a badge that belongs to no person. */
function leftOf(sql: Sql, badge: string, at: string): Left {
  const { failures, lockedUntilAt } = failuresOf(sql, badge);
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

/** `changed` by the person; `given` by an engineer; `hashRaised`: the same PIN, with a costlier hash. */
type NewPin = HashedPin & { personId: number; actor: string; why: keyof typeof entryOf };
const entryOf = { changed: 'person.pinChanged', given: 'person.pinGiven', hashRaised: 'person.pinHashRaised' } as const;

/** Records a person's new PIN, or the same PIN with a costlier hash. A PIN that is given ends a lock as well. */
const setPin = write((sql, { personId, actor, why, ...hashed }: NewPin, at): void => {
  const person = personNamed(sql, personId);
  const { badge, name } = person;
  assertOfStation(sql, person);
  const { source } = sql.get<{ source: string | null }>('SELECT source FROM people WHERE personId = @personId', {
    personId,
  })!;
  if (source !== null && source !== 'plant')
    throw new StationError('call.badParams', `the PIN of ${name} is not kept here, but by ${source}`);
  sql.run(
    `UPDATE people SET pinSalt = @pinSalt, pinHash = @pinHash, pinN = @pinN, pinR = @pinR, pinP = @pinP
     WHERE personId = @personId`,
    { ...hashed, personId },
  );
  if (why !== 'hashRaised')
    sql.run('UPDATE people SET pinGivenBy = @by WHERE personId = @personId', {
      by: why === 'given' ? actor : null,
      personId,
    });
  if (why === 'given') forgetFailures(sql, badge);
  audit(sql, { at, entry: entryOf[why], actor, subject: badge, data: { personId } });
});

/** `pinGiven`: an engineer gave the PIN, and so knows it. */
export type SignedInPerson = Person & { pinGiven?: true };

/**
 * Signs a person in. An unknown badge looks like a wrong PIN and takes as long, and so does a badge that was replaced.
 *
 * @throws session.wrongPin – badge and PIN do not go together; data.triesLeft, and data.seconds once that locked the badge
 * @throws session.lockedOut – too many wrong PINs; data.seconds
 */
export const signIn = together(
  { beginSignIn, endSignIn, setPin },
  async (ask, badge: string, pin: string): Promise<SignedInPerson> => {
    const { person } = await ask.beginSignIn({ badge });
    const matches = await proves(pin, person);
    const { left } = await ask.endSignIn({ badge, ok: matches });
    if (left || !person) throw wrongPin(left ?? { triesLeft: 0 });
    const { personId, name, role, isGiven } = person;
    // Only here is the PIN known, so only here can it be hashed again.
    if (person.source === null && isCheap(person))
      await ask.setPin({ ...(await hashPin(pin)), personId, actor: 'station', why: 'hashRaised' });
    return { personId, name, badge, role, ...(isGiven ? { pinGiven: true } : {}) };
  },
);

type PinChange = { personId: number; newPin: string; actor: string };

/**
 * Changes a PIN. The caller must have checked the old one. Audit `person.pinChanged`.
 *
 * @throws call.badParams – no such person is active, or their PIN is not kept here
 * @throws plant.owned
 */
export const changePin = together(
  { setPin },
  async (ask, { newPin, ...person }: PinChange): Promise<void> =>
    ask.setPin({ ...person, ...(await hashPin(newPin)), why: 'changed' }),
);

/**
 * Gives a person a PIN that `actor` knows, and ends a lock of their badge. Audit `person.pinGiven`.
 *
 * @throws as `changePin`
 */
export const givePin = together(
  { setPin },
  async (ask, { newPin, ...person }: PinChange): Promise<void> =>
    ask.setPin({ ...person, ...(await hashPin(newPin)), why: 'given' }),
);

/**
 * Forgets the wrong PINs of a person's badge, and with them its lock. Audit `person.unlocked`.
 *
 * @throws call.badParams – no such person is active, or there is nothing to forget
 */
export const unlockPerson = write((sql, { personId, actor }: { personId: number; actor: string }, at): void => {
  const { badge, name } = personNamed(sql, personId);
  const { failures } = failuresOf(sql, badge);
  if (failures === 0) throw new StationError('call.badParams', `no wrong PIN of ${name} is counted`);
  forgetFailures(sql, badge);
  audit(sql, { at, entry: 'person.unlocked', actor, subject: badge, data: { personId, failures } });
});
