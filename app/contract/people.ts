/** The people of a station as its lists show them, and the rows of the method table about them. */
import { z } from 'zod';
import { badge, badgeReason, isoTime, person, pin, plainText, role } from './base.ts';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';

/**
 * Where it is proved that a person is who they say. `station`: by the PIN whose hash the records keep. `plant`: so, too,
 * but the plant gave the hash, and role, badge and PIN are changed there. A plant's directory would be another member. The records of a newer version may name one that this version does not know: such a person
 * is listed, and cannot sign in here.
 */
export const identitySources = ['station', 'plant'] as const;
export type IdentitySource = (typeof identitySources)[number];

/** What stands in the place of a badge in the audit log where no person acted. */
export const operatingSystemBadge = 'OS-USER';
export const stationBadges: readonly string[] = [operatingSystemBadge, 'electron', 'kiosk', 'cli'];

/** A badge that a person had before. It signs in no person, and no other person gets it. */
const formerBadge = z.object({
  badge: z.string(),
  reason: badgeReason,
  replacedAt: isoTime,
  /** The person who replaced it, as the records name them. */
  replacedBy: z.string(),
});

const personRow = person.extend({
  active: z.boolean(),
  /** One of `identitySources`, or a source that this version does not know. */
  source: z.string(),
  addedAt: isoTime,
  /** The last right PIN; null before the first one. */
  lastSignInAt: isoTime.nullable(),
  /** The wrong PINs since the last right one. */
  failures: z.int(),
  /** Until then no PIN is looked at. Null for a badge that is not locked. */
  lockedUntilAt: isoTime.nullable(),
  /** What is left of that time, for a countdown. */
  lockedMs: z.int(),
  /** An engineer gave this PIN, and the person has not chosen their own since. */
  pinGiven: z.boolean(),
  /** The newest first. */
  formerBadges: z.array(formerBadge),
});
export type PersonRow = z.infer<typeof personRow>;

const personId = z.int();

export const peopleMethods = {
  'people.list': method(none, z.array(personRow), desk, false),
  /** @throws `session.weakPin`; `call.badParams` – the badge is or was another person's */
  'people.add': method(z.strictObject({ name: plainText(60), badge, pin, role }), person, engineer, 'person.added'),
  /**
   * Ends the rights of a person, and their sessions, at once. What they did stays on record.
   *
   * @throws `session.lastEngineer`
   */
  'people.deactivate': method(z.strictObject({ personId }), done, engineer, 'person.deactivated'),
  /** Gives a deactivated person their rights back, with their badge, their PIN and their role. */
  'people.activate': method(z.strictObject({ personId }), done, engineer, 'person.activated'),
  /**
   * Gives a person another badge. The one before stops working at once, and who signed in with it is signed out.
   *
   * @throws `call.badParams` – the badge is or was another person's
   */
  'people.replaceBadge': method(
    z.strictObject({ personId, badge, reason: badgeReason }),
    person,
    engineer,
    'person.badgeReplaced',
  ),
  /** Counts from the person's next call on. @throws `session.lastEngineer` */
  'people.setRole': method(z.strictObject({ personId, role }), person, engineer, 'person.roleChanged'),
  /**
   * Gives another person a PIN, when they forgot theirs. It ends their sessions and a lock of their badge. Until they
   * change it they cannot agree to an act of two people, because the engineer knows it.
   *
   * @throws `session.weakPin`; `call.badParams` – it is one's own: see `session.changePin`
   */
  'people.setPin': method(z.strictObject({ personId, pin }), done, engineer, 'person.pinGiven'),
  /** Ends the lock of a badge, and forgets the wrong PINs before. */
  'people.unlock': method(z.strictObject({ personId }), done, engineer, 'person.unlocked'),
} as const satisfies Record<string, MethodSpec>;
