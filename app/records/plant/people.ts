/** People that the plant names. They are known by their badge, stand in the same table, and have `source` plant. */
import type { Person, Role } from '../../contract/model.ts';
import type { PinVerifier, PlantPerson } from '../../contract/plantdocuments.ts';
import { audit } from '../audit/audit.ts';
import type { HashedPin } from '../people/pins.ts';
import type { Sql } from '../sql.ts';

/** `present` are all active people of the plant. `gone` and `newPins` are ids. */
export type PeopleChange = { present: Person[]; gone: number[]; newPins: number[]; clashes: string[] };

type Known = Person & HashedPin & { active: 0 | 1; source: string | null };

const hashedOf = ({ salt, hash, n, r, p }: PinVerifier): HashedPin => ({
  ...{ pinSalt: new Uint8Array(Buffer.from(salt, 'base64')), pinHash: new Uint8Array(Buffer.from(hash, 'base64')) },
  ...{ pinN: n, pinR: r, pinP: p },
});
const samePin = (one: HashedPin, other: HashedPin): boolean =>
  Buffer.from(one.pinHash).equals(other.pinHash) &&
  Buffer.from(one.pinSalt).equals(other.pinSalt) &&
  one.pinN === other.pinN &&
  one.pinR === other.pinR &&
  one.pinP === other.pinP;

/**
 * Adds, changes and deactivates the people of the plant, so that they are those of the document. People of this station
 * stay; a badge that belongs or belonged to one of them is a clash, and the plant's person is not added.
 */
export function applyPeople(sql: Sql, people: readonly PlantPerson[], at: string): PeopleChange {
  const change: PeopleChange = { present: [], gone: [], newPins: [], clashes: [] };
  for (const person of people) {
    const known = sql.get<Known>(
      `SELECT personId, name, badge, role, active, source, pinSalt, pinHash, pinN, pinR, pinP FROM people
       WHERE badge = @badge`,
      { badge: person.badge },
    );
    // Capitals do not make another badge, as in people.ts.
    const taken = sql.get(
      `SELECT 1 FROM people WHERE badge = @badge COLLATE NOCASE AND source IS NOT 'plant'
       UNION ALL SELECT 1 FROM formerBadges WHERE badge = @badge COLLATE NOCASE`,
      { badge: person.badge },
    );
    if (known ? known.source !== 'plant' : taken) change.clashes.push(person.badge);
    else change.present.push(known ? follow(sql, { known, person, change }, at) : add(sql, person, at));
  }
  const named = new Set(people.map(({ badge }) => badge));
  const others = sql
    .all<{ personId: number; badge: string }>(
      `SELECT personId, badge FROM people WHERE source = 'plant' AND active = 1`,
    )
    .filter(({ badge }) => !named.has(badge));
  for (const { personId, badge } of others) {
    sql.run('UPDATE people SET active = 0 WHERE personId = @personId', { personId });
    audit(sql, { at, entry: 'person.deactivated', actor: 'plant', subject: badge, data: { personId } });
    change.gone.push(personId);
  }
  return change;
}

function add(sql: Sql, { badge, name, role, verifier }: PlantPerson, at: string): Person {
  const { lastId: personId } = sql.run(
    `INSERT INTO people (name, badge, role, pinSalt, pinHash, pinN, pinR, pinP, active, createdAt, source)
     VALUES (@name, @badge, @role, @pinSalt, @pinHash, @pinN, @pinR, @pinP, 1, @at, 'plant')`,
    { name, badge, role, ...hashedOf(verifier), at },
  );
  audit(sql, { at, entry: 'person.added', actor: 'plant', subject: badge, data: { personId, name, role } });
  return { personId, name, badge, role };
}

type Following = { known: Known; person: PlantPerson; change: PeopleChange };

/** Each difference has its entry. */
function follow(sql: Sql, { known, person, change }: Following, at: string): Person {
  const { personId, badge } = known;
  const { name, role } = person;
  const pin = hashedOf(person.verifier);
  const hasNewPin = !samePin(known, pin);
  sql.run(
    `UPDATE people SET name = @name, role = @role, active = 1, pinSalt = @pinSalt, pinHash = @pinHash, pinN = @pinN,
       pinR = @pinR, pinP = @pinP, pinGivenBy = NULL WHERE personId = @personId`,
    { personId, name, role, ...pin },
  );
  const by = { at, actor: 'plant', subject: badge };
  const before: { name: string; role: Role } = known;
  if (known.active === 0) audit(sql, { ...by, entry: 'person.activated', data: { personId } });
  if (name !== before.name)
    audit(sql, { ...by, entry: 'person.renamed', data: { personId, name, before: before.name } });
  if (role !== before.role)
    audit(sql, { ...by, entry: 'person.roleChanged', data: { personId, role, before: before.role } });
  if (hasNewPin) {
    sql.run('DELETE FROM signInFailures WHERE badge = @badge', { badge });
    audit(sql, { ...by, entry: 'person.pinGiven', data: { personId } });
    change.newPins.push(personId);
  }
  return { personId, name, badge, role };
}
