/** The rows of the method table about recipes, rework, scrap and transcripts. */
import { z } from 'zod';
import { overriding } from './agreement.ts';
import { isoTime, unitSerial } from './base.ts';
import { desk, done, engineer, everyone, method, none } from './method.ts';
import { recipeFinding, recipeInAws, recipeText, recipeView } from './recipe.ts';
import { targetName } from './targets.ts';
import { transcript, transcriptRow } from './transcript.ts';

const name = z.string().min(1).max(40);

export const recipeMethods = {
  'recipes.list': method(none, z.array(recipeView), everyone, false),
  'recipes.check': method(
    z.strictObject({ text: recipeText }),
    /** Problems refuse it; warnings say what this station cannot know, or what is unusual. */
    z.object({ problems: z.array(recipeFinding), warnings: z.array(recipeFinding) }),
    desk,
    false,
  ),
  /**
   * Asks the account of one target for all that the recipe's way needs there. Changes nothing.
   *
   * @throws `recipe.invalid` – the text is no recipe, or does not name this target; `cloud.*` – AWS cannot be asked
   */
  'recipes.checkInAws': method(z.strictObject({ text: recipeText, target: targetName }), recipeInAws, desk, false),
  /**
   * Saves a new version, as a draft.
   *
   * @throws `recipe.invalid` – with the first mistake
   */
  'recipes.save': method(z.strictObject({ text: recipeText }), recipeView, engineer, 'recipe.saved'),
  /** Makes this the version for units from the next one on. It replaces the version before. */
  'recipes.approve': method(z.strictObject({ name, version: z.int() }), recipeView, engineer, 'recipe.approved'),
  /** Retires the recipe: no unit is made by it any more. */
  'recipes.retire': method(z.strictObject({ name }), done, engineer, 'recipe.retired'),
} as const;

const reason = z.string().trim().min(3).max(500);

export const flowMethods = {
  /**
   * Prepares a unit that passed for another key and certificate. The old certificate is superseded and revoked, and AWS
   * learns of it from the queue.
   *
   * @throws `unit.notReworkable`, `unit.scrapped`, `session.secondPerson`, `session.wrongPin`, `session.lockedOut`
   */
  'units.rework': overriding('unit.reworked', { unitSerial, reason }),
  /**
   * Scraps a unit permanently: nothing more is done to it, and its certificates are revoked.
   *
   * @throws as `units.rework`; `unit.inProgress`
   */
  'units.scrap': overriding('unit.scrapped', { unitSerial, reason }),
} as const;

export const transcriptMethods = {
  /** The oldest first. */
  'units.transcripts': method(
    z.strictObject({ unitSerial: z.string().max(128) }),
    z.array(transcriptRow),
    everyone,
    false,
  ),
  /**
   * @throws `unit.noTranscript` – when the station stopped in that attempt, or it was made before transcripts were kept
   */
  'units.transcript': method(
    /** Attempt 0 (golden unit) may occur several times. Without `startedAt` this is the last one. */
    z.strictObject({ unitSerial: z.string().max(128), attempt: z.int().min(0), startedAt: isoTime.optional() }),
    transcript,
    everyone,
    false,
  ),
} as const;
