/** Entries about the station itself: people, settings, orders, recipes, profiles, the bench, the window and the PC. */
import { z } from 'zod';
import { badgeReason, isoTime, role } from '../base.ts';
import { lockReason } from '../bench.ts';
import { documentKind } from '../documents.ts';
import { errorCodes } from '../errors.ts';
import { eventDays, hookConfig } from '../intake.ts';
import { labelRule } from '../labelrule.ts';
import { engineer, everyone, line } from '../roles.ts';
import { stationChange } from '../settings.ts';
import { cloudTarget } from '../targets.ts';
import { orderRegistration } from '../units.ts';
import { windowChange } from '../window.ts';
import { type EntrySpec, nothing, station } from './entry.ts';

const text = z.string();
const anyone = [...everyone, 'nobody'] as const;
const plant = ['plant'] as const;
const ofPerson = z.strictObject({ personId: z.int() });
const ofRecipe = z.strictObject({ version: z.int(), hash: text });

/** An order as it was made. `label` and `recipe` are not in the oldest records. */
const orderMade = z.strictObject({
  orderId: text,
  model: text,
  quantity: z.int(),
  profile: text,
  serialFrom: text.nullable(),
  serialTo: text.nullable(),
  endsAt: isoTime.nullable(),
  recipe: text.nullable().optional(),
  label: labelRule.nullable().optional(),
  /** These are not in older records. `serialsSha256`: of the sorted serials on its list, one a line, lower-case hex. */
  pattern: text.nullable().optional(),
  listed: z.int().nullable().optional(),
  serialsSha256: text.optional(),
  dueAt: isoTime.nullable().optional(),
});

export const stationEntries = {
  'station.made': {
    audit: z.strictObject({ stationId: text, name: text, practice: z.boolean(), createdAt: isoTime }),
    subject: 'station',
    by: ['setup'],
  },
  /** The records were there before their log: how many entries and rows of other tables it took in. */
  'log.begun': {
    audit: z.strictObject({ entries: z.int(), rows: z.int() }),
    subject: 'station',
    by: station,
  },
  /** The key that signs the log is another than before. Both public keys in base64, 32 bytes. */
  'log.rekeyed': {
    audit: z.strictObject({ before: text, publicKey: text }),
    subject: 'station',
    by: station,
  },
  /** `from` is the station that the program had open when a person asked for this one. */
  'station.opened': { audit: z.strictObject({ from: z.enum(['practice', 'real']) }), subject: 'station', by: anyone },
  /** The changed settings. The others stayed as they were. `cloud` is in records from before targets had names. */
  'station.configured': {
    audit: stationChange.extend({ cloud: cloudTarget.partial().nullable().optional() }),
    subject: 'station',
    by: engineer,
  },
  /** The target as it is from now on. */
  'target.saved': { audit: cloudTarget.omit({ name: true }), subject: 'target', by: engineer },
  'target.removed': { audit: nothing, subject: 'target', by: engineer },
  /** `before`: the endpoint that units got until now. */
  'target.endpointTaken': {
    audit: z.strictObject({ endpoint: text, before: text }),
    subject: 'target',
    by: engineer,
  },
  'target.preferred': { audit: nothing, subject: 'target', by: engineer },
  /**
   * `told` means that the PC reported it; otherwise the clocks showed it. `atWork` is the number of units that it
   * stopped.
   */
  'station.suspended': { audit: z.strictObject({ told: z.boolean(), atWork: z.int() }), subject: 'pc', by: station },
  'station.resumed': { audit: z.strictObject({ told: z.boolean(), sleptMs: z.number() }), subject: 'pc', by: station },

  /** The actor is the badge. */
  'session.signedIn': { audit: nothing, subject: 'badge', by: everyone },
  /** The actor is the badge as it was typed, whether it belongs to a person or not. */
  'session.refused': { audit: nothing, subject: 'badge', by: anyone },
  'session.signedOut': { audit: nothing, subject: 'badge', by: everyone },
  /** The window, the browser or the command was closed. */
  'session.closed': { audit: nothing, subject: 'way of connecting', by: everyone },
  /** `to` is the person who took over with `replaced`, as records name them; older records do not have it. */
  'session.ended': {
    audit: z.strictObject({
      why: z.enum(['idle', 'deactivated', 'replaced', 'badgeReplaced', 'pinGiven']),
      to: text.optional(),
    }),
    subject: 'way of connecting',
    by: everyone,
  },
  'call.refused': { audit: z.strictObject({ code: z.enum(errorCodes) }), subject: 'method', by: anyone },

  'person.added': {
    audit: z.strictObject({ personId: z.int(), name: text, role }),
    subject: 'badge',
    by: [...engineer, ...plant, 'setup'],
  },
  'person.deactivated': { audit: ofPerson, subject: 'badge', by: [...engineer, ...plant] },
  'person.activated': { audit: ofPerson, subject: 'badge', by: [...engineer, ...plant] },
  /** The plant writes their name otherwise. */
  'person.renamed': {
    audit: z.strictObject({ personId: z.int(), name: text, before: text }),
    subject: 'badge',
    by: plant,
  },
  /** The subject is the new badge. `before` works no longer. */
  'person.badgeReplaced': {
    audit: z.strictObject({ personId: z.int(), before: text, reason: badgeReason }),
    subject: 'badge',
    by: engineer,
  },
  'person.roleChanged': {
    audit: z.strictObject({ personId: z.int(), role, before: role }),
    subject: 'badge',
    by: [...engineer, ...plant],
  },
  /** An engineer gave another person a PIN, or the plant gave another verifier of it. */
  'person.pinGiven': { audit: ofPerson, subject: 'badge', by: [...engineer, ...plant] },
  /** `failures`: the wrong PINs that were forgotten. */
  'person.unlocked': {
    audit: z.strictObject({ personId: z.int(), failures: z.int() }),
    subject: 'badge',
    by: engineer,
  },
  'person.pinChanged': { audit: ofPerson, subject: 'badge', by: everyone },
  'person.pinHashRaised': { audit: ofPerson, subject: 'badge', by: station },

  'order.made': { audit: orderMade, subject: 'order', by: [...engineer, 'setup', 'station'] },
  'order.activated': { audit: nothing, subject: 'order', by: [...engineer, 'setup'] },
  /** Null: its units wait for a batch that a person makes. */
  'order.registration': {
    audit: z.strictObject({ registration: orderRegistration.nullable() }),
    subject: 'order',
    by: engineer,
  },
  /** What was made of it was counted after a restore. `counted` units by hand, `onRecord` by the records. */
  'order.reconciled': {
    audit: z.strictObject({ restoredAt: isoTime, counted: z.int(), onRecord: z.int() }),
    subject: 'order',
    by: engineer,
  },
  'order.closed': { audit: nothing, subject: 'order', by: [...engineer, 'station'] },
  /**
   * A file of orders was taken. `sha256` of the file, lower-case hex; `made` counts orders, `refused` rows. `left`: orders
   * of it that were not made, because the station ended or failed.
   */
  'order.imported': {
    audit: z.strictObject({ file: text, sha256: text, made: z.int(), refused: z.int(), left: z.int().optional() }),
    subject: 'station',
    by: [...engineer, 'station'],
  },
  /** How orders come in without a person, as it is from now on; what is left out stayed. No token and no secret. */
  'intake.configured': {
    audit: z.strictObject({
      dropFolder: text.nullable().optional(),
      hook: hookConfig.nullable().optional(),
      newToken: z.boolean().optional(),
      webhook: text.nullable().optional(),
      webhookCa: text.nullable().optional(),
      newSecret: z.boolean().optional(),
      resumeWebhook: z.boolean().optional(),
      eventDays: eventDays.optional(),
    }),
    subject: 'station',
    by: engineer,
  },
  'order.paused': { audit: nothing, subject: 'order', by: [...engineer, 'station'] },
  'order.resumed': { audit: nothing, subject: 'order', by: [...engineer, 'station'] },
  /** Its terms as they are from now on. */
  'order.changed': {
    audit: z.strictObject({ quantity: z.int(), dueAt: isoTime.nullable(), endsAt: isoTime.nullable() }),
    subject: 'order',
    by: [...engineer, 'station'],
  },

  /** Conversations of units that passed went by the rule: those before a time, or beyond the latest so many. */
  'transcripts.removed': {
    audit: z.strictObject({ count: z.int(), before: isoTime.nullable(), most: z.int().nullable() }),
    subject: 'station',
    by: station,
  },
  /**
   * Events for an MES went by the rule, all up to the number `through`, and keys of requests, those before a time. What the
   * events told are entries, and stay.
   */
  'events.removed': {
    audit: z.strictObject({ through: z.int(), events: z.int(), keys: z.int(), before: isoTime }),
    subject: 'station',
    by: station,
  },
  /** `hash`: SHA-256 of its text, lower-case hex. */
  'recipe.saved': { audit: ofRecipe, subject: 'recipe', by: [...engineer, ...plant] },
  'recipe.approved': { audit: ofRecipe, subject: 'recipe', by: [...engineer, ...plant] },
  'recipe.retired': { audit: z.strictObject({ version: z.int() }), subject: 'recipe', by: [...engineer, ...plant] },

  'profile.saved': { audit: z.strictObject({ text }), subject: 'profile', by: [...engineer, ...plant] },
  'profile.removed': { audit: nothing, subject: 'profile', by: [...engineer, ...plant] },
  'profile.chosen': { audit: nothing, subject: 'profile', by: engineer },

  /** A template or a policy. `hash`: SHA-256 of its text, lower-case hex. */
  'document.saved': {
    audit: z.strictObject({ kind: documentKind, version: z.int(), hash: text }),
    subject: 'document',
    by: engineer,
  },
  'document.retired': {
    audit: z.strictObject({ kind: documentKind, version: z.int() }),
    subject: 'document',
    by: engineer,
  },
  /** What AWS's default version is now. `version` and `hash` are those of the record; `pruned` was deleted in AWS. */
  'policy.pushed': {
    audit: z.strictObject({
      target: text,
      outcome: z.enum(['made', 'changed', 'same']),
      version: z.int(),
      hash: text,
      versionId: text,
      pruned: text.nullable(),
    }),
    subject: 'document',
    by: engineer,
  },
  /** `versionId` is AWS's, and `hash` the SHA-256 of the text that devices are held to from then on. */
  'policy.defaultSet': {
    audit: z.strictObject({ target: text, versionId: text, hash: text }),
    subject: 'document',
    by: engineer,
  },
  'policy.versionRemoved': {
    audit: z.strictObject({ target: text, versionId: text, hash: text }),
    subject: 'document',
    by: engineer,
  },

  /** `version` is AWS's number of the version, `hash` the SHA-256 of its text. */
  'template.pushed': {
    audit: z.strictObject({
      target: text,
      hash: text,
      made: z.enum(['created', 'version', 'hook', 'unchanged']),
      version: z.int(),
      removed: z.int().optional(),
      /** Of its pre-provisioning hook; null when it was taken away. */
      hookArn: text.nullable().optional(),
    }),
    subject: 'document',
    by: engineer,
  },
  'template.defaultSet': {
    audit: z.strictObject({ target: text, hash: text, version: z.int() }),
    subject: 'document',
    by: engineer,
  },
  'template.versionRemoved': {
    audit: z.strictObject({ target: text, hash: text, version: z.int() }),
    subject: 'document',
    by: engineer,
  },
  'template.removedInAws': { audit: z.strictObject({ target: text }), subject: 'document', by: engineer },

  'bench.aborted': { audit: nothing, subject: 'slot', by: line },
  'bench.locked': { audit: z.strictObject({ reason: lockReason }), subject: 'bench', by: station },
  'bench.released': { audit: nothing, subject: 'bench', by: engineer },

  'window.configured': { audit: windowChange, subject: 'window', by: engineer },
  'window.kioskEntered': { audit: nothing, subject: 'window', by: engineer },
  'window.kioskLeft': { audit: nothing, subject: 'window', by: engineer },
  'window.stayed': { audit: nothing, subject: 'window', by: anyone },
} as const satisfies Record<string, EntrySpec>;
