/** The people who may use the station. They are deactivated and never deleted, so that their acts keep a name. */
import { StationError } from '../../contract/errors.ts';
import type { BadgeReason, Person, PersonRow, Role } from '../../contract/model.ts';
import { stationBadges } from '../../contract/people.ts';
import { audit } from '../audit/audit.ts';
import { read, together, write } from '../call.ts';
import { isPlantsPerson, owned } from '../plant/owned.ts';
import type { Sql } from '../sql.ts';
import { type HashedPin, hashPin } from './pins.ts';

export type NewPerson = {
  name: string;
  badge: string;
  role: Role;
  actor: string;
} & HashedPin;

const keepPerson = write((sql, { actor, ...person }: NewPerson, at): Person => {
  const { name, badge, role } = person;
  assertFree(sql, badge);
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
 * @throws call.badParams – the badge is or was another person's
 */
export const addPerson = together(
  { keepPerson },
  async (ask, { pin, ...person }: { name: string; badge: string; pin: string; role: Role; actor: string }) =>
    ask.keepPerson({ ...person, ...(await hashPin(pin)) }),
);

/**
 * A badge that a person had stays theirs: otherwise old entries of the log would seem to be of another person. They may get
 * it back themselves. Capitals do not make another badge: a scanner with its caps lock on would tell of the other person.
 *
 * @throws call.badParams – with `data.path`
 */
function assertFree(sql: Sql, badge: string, forPerson = 0): void {
  if (stationBadges.some((one) => one.toLowerCase() === badge.toLowerCase()))
    throw taken(badge, 'stands in the audit log for acts of no person');
  const found = sql.get<{ name: string; badge: string; isNow: number }>(
    `SELECT name, badge, 1 AS isNow FROM people WHERE badge = @badge COLLATE NOCASE AND personId <> @forPerson
     UNION ALL SELECT p.name, f.badge, 0 FROM formerBadges f JOIN people p USING (personId)
       WHERE f.badge = @badge COLLATE NOCASE AND f.personId <> @forPerson LIMIT 1`,
    { badge, forPerson },
  );
  if (!found) return;
  const other = found.badge === badge ? '' : `is ${found.badge} but for capitals, which `;
  throw taken(
    badge,
    `${other}${found.isNow ? 'belongs to another person' : `was that of ${found.name}, and stays theirs on record`}`,
  );
}

const taken = (badge: string, why: string) =>
  new StationError('call.badParams', `the badge ${badge} ${why}`, { data: { path: 'badge' } });

type Kept = Omit<PersonRow, 'active' | 'pinGiven' | 'formerBadges' | 'lockedMs'> & { active: number; pinGiven: number };
type Former = PersonRow['formerBadges'][number] & { personId: number };
/** `lockedMs` needs the time of the question, which a read does not have. */
export type ListedPerson = Omit<PersonRow, 'lockedMs'>;

/** After leaving its plant a station decides about the plant's people itself. */
const sourceOf = `CASE WHEN source IS NULL OR source = 'plant' AND NOT EXISTS (SELECT 1 FROM plantMark) THEN 'station' ELSE source END`;

/** All people, also those who were deactivated, by name. A lock may be over by now. */
export const listPeople = read((sql): ListedPerson[] => {
  const former = Map.groupBy(
    sql.all<Former>(
      'SELECT personId, badge, reason, replacedBy, replacedAt FROM formerBadges ORDER BY personId, formerId DESC',
    ),
    ({ personId }) => personId,
  );
  return sql
    .all<Kept>(
      `SELECT p.personId, name, p.badge, role, active, ${sourceOf} AS source, createdAt AS addedAt,
         l.at AS lastSignInAt, coalesce(f.failures, 0) AS failures, f.lockedUntilAt, pinGivenBy IS NOT NULL AS pinGiven
       FROM people p LEFT JOIN lastSignIns l USING (personId) LEFT JOIN signInFailures f ON f.badge = p.badge
       ORDER BY name, p.personId`,
    )
    .map(({ active, pinGiven, ...row }) => ({
      ...row,
      active: active === 1,
      pinGiven: pinGiven === 1,
      formerBadges: (former.get(row.personId) ?? []).map(({ personId: _, ...badge }) => badge),
    }));
});

/** @throws call.badParams – there is no such person, or they are (not) active */
export function personNamed(sql: Sql, personId: number, active: 0 | 1 = 1): Person {
  const person = sql.get<Person>(
    'SELECT personId, name, badge, role FROM people WHERE personId = @personId AND active = @active',
    { personId, active },
  );
  if (person) return person;
  throw new StationError('call.badParams', `there is no ${active ? 'active' : 'deactivated'} person ${personId}`);
}

/** @throws session.lastEngineer – this is an engineer, and no other one would be left */
function assertNotLast(sql: Sql, { personId, role }: Person): void {
  if (role !== 'engineer') return;
  const other = sql.get(
    `SELECT 1 FROM people WHERE role = 'engineer' AND active = 1 AND personId <> @personId LIMIT 1`,
    { personId },
  );
  if (other) return;
  throw new StationError(
    'session.lastEngineer',
    'the last engineer stays: without one no person could manage the station',
  );
}

type OfPerson = { personId: number; actor: string };

/** @throws plant.owned */
export function assertOfStation(sql: Sql, { personId, name }: Person): void {
  if (isPlantsPerson(sql, personId)) throw owned(name);
}

/**
 * Deactivates a person, who may do nothing from now on. One of the plant comes back with the next people that it publishes,
 * unless they are not among them. Audit `person.deactivated`.
 *
 * @throws call.badParams – no such person is active
 * @throws session.lastEngineer – no engineer would be left
 */
export const deactivatePerson = write((sql, { personId, actor }: OfPerson, at): void => {
  const person = personNamed(sql, personId);
  assertNotLast(sql, person);
  sql.run('UPDATE people SET active = 0 WHERE personId = @personId', { personId });
  audit(sql, { at, entry: 'person.deactivated', actor, subject: person.badge, data: { personId } });
});

/**
 * Gives a deactivated person their rights back. Audit `person.activated`.
 *
 * @throws call.badParams – no such person is deactivated
 */
export const activatePerson = write((sql, { personId, actor }: OfPerson, at): Person => {
  const person = personNamed(sql, personId, 0);
  sql.run('UPDATE people SET active = 1 WHERE personId = @personId', { personId });
  audit(sql, { at, entry: 'person.activated', actor, subject: person.badge, data: { personId } });
  return person;
});

/**
 * Gives a person another badge; the one before is kept as a former one. A lock belongs to the badge, so none goes over.
 * Audit `person.badgeReplaced`.
 *
 * @throws call.badParams – no such person is active, or the badge is or was another person's
 * @throws plant.owned
 */
export const replaceBadge = write((sql, params: OfPerson & { badge: string; reason: BadgeReason }, at): Person => {
  const { personId, badge, reason, actor } = params;
  const { badge: before, ...person } = personNamed(sql, personId);
  assertOfStation(sql, { ...person, badge: before });
  if (badge === before) throw taken(badge, `is that of ${person.name} already`);
  assertFree(sql, badge, personId);
  sql.run(
    `INSERT INTO formerBadges (personId, badge, reason, replacedBy, replacedAt)
       VALUES (@personId, @before, @reason, @actor, @at)`,
    { personId, before, reason, actor, at },
  );
  sql.run('UPDATE people SET badge = @badge WHERE personId = @personId', { badge, personId });
  audit(sql, { at, entry: 'person.badgeReplaced', actor, subject: badge, data: { personId, before, reason } });
  return { ...person, badge };
});

/**
 * Gives a person another role. Audit `person.roleChanged`.
 *
 * @throws call.badParams – no such person is active, or they have this role
 * @throws session.lastEngineer – no engineer would be left
 * @throws plant.owned
 */
export const setRole = write((sql, { personId, role, actor }: OfPerson & { role: Role }, at): Person => {
  const person = personNamed(sql, personId);
  assertOfStation(sql, person);
  if (person.role === role)
    throw new StationError('call.badParams', `${person.name} has the role ${role} already`, { data: { path: 'role' } });
  assertNotLast(sql, person);
  sql.run('UPDATE people SET role = @role WHERE personId = @personId', { role, personId });
  const data = { personId, role, before: person.role };
  audit(sql, { at, entry: 'person.roleChanged', actor, subject: person.badge, data });
  return { ...person, role };
});
